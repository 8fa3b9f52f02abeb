"""An upper bound on an ideal, from one prime and from what lies at infinity.

Let F be integer generators of an ideal I in n variables, F^h the homogenised ones in one more
variable z, and M the leading monomials of F^h modulo a prime p. Ranks of integer matrices only
drop modulo p, so the Hilbert function of F^h over Q is at most that of M. For every exponent a,

    HF(F^h : z^a; d - a) = HF(F^h; d) - HF(F^h + z^a; d),

and I, homogenised, contains F^h : z^a. Where an ideal L over Q contains F^h and z^a, therefore

    dim (Q[x] / I) up to degree d - a  <=  HF(M; d) - HF(L; d).

L is what the equations have in common with a thick hyperplane at infinity; there are no solutions
but those of the leading forms, and numbers are short. Its basis comes from an engine that lifts
from primes, contains F^h and z^a by division, and passes Buchberger's criterion. Where infinity
is empty none is needed: then the degrees of the equations bound the solutions as Bézout does.

Homogenising is what makes the first step hold: p x - 1 has a solution, and modulo p it has none.
Source for that step: Arnold, 'Modular algorithms for computing Gröbner bases' (2003), theorem 7.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz_mpoly, fmpz_mpoly_ctx, fmpz_mpoly_vec, fmpz_poly

from solvers.groebner.basis import Monomial, fresh_name, integer_ring, leading_monomials
from solvers.groebner.dimension import hilbert_numerator
from solvers.groebner.engines.msolve import Msolve
from solvers.groebner.engines.patience import Patience
from solvers.groebner.engines.protocol import Budget
from solvers.groebner.engines.s_pairs import is_groebner_basis, reduces_to_zero

__all__ = ["obstacle_to_bound"]

_PRIMES = (2_147_483_629, 1_073_741_827)


def obstacle_to_bound(
    generators: Sequence[fmpz_mpoly],
    ring: fmpz_mpoly_ctx,
    goal: fmpz_poly,
    engine: Msolve,
    budget: Budget,
) -> str:
    """What stands in the way of a proof that Q[x] / I is no larger than ``goal`` says.

    "" for nothing: then, for each large d, the quotient by the generators has at most as many
    dimensions up to degree d as the series goal / (1 - t)^(n + 1) says: for leading monomials
    their ``hilbert_numerator``, for N points N (1 - t)^n. Raises ``EngineError`` where the engine
    fails, ``PatienceLostError`` beyond the budget's seconds of Buchberger's criterion.
    Cost: a basis modulo a prime, and one over Q of what is at infinity.
    """
    larger = integer_ring([*ring.names(), fresh_name(ring.names(), "homogenising")])
    lifted = [_homogenised(g, larger) for g in generators]
    for prime in _PRIMES:
        found = leading_monomials(engine.modular_basis(lifted, larger, prime, budget))
        power = _power(found, goal, ring.nvars())
        if power is not None:
            at_infinity = hilbert_numerator(found, larger.nvars()) - _moved(goal, power)
            return _obstacle_at_infinity(lifted, power, at_infinity, engine, budget)
    return "the Hilbert polynomial modulo primes is another one"


def _obstacle_at_infinity(
    lifted: Sequence[fmpz_mpoly], power: int, numerator: fmpz_poly, engine: Msolve, budget: Budget
) -> str:
    """What stands in the way of a proof that F^h + z^a has the Hilbert polynomial of ``numerator``.

    Or a larger one.
    """
    if power == 0:
        return ""
    ring = lifted[0].context()
    equations = [*lifted, ring.gen(ring.nvars() - 1) ** power]
    basis = engine.basis(equations, ring, budget)
    vector = fmpz_mpoly_vec(list(basis), ring)
    if not all(reduces_to_zero(g, vector) for g in equations):
        return "the basis at infinity is wrong"
    n = ring.nvars()
    if not _same_in_large_degrees(hilbert_numerator(leading_monomials(basis), n), numerator, n):
        return "the Hilbert polynomial at infinity modulo a prime is another one"
    if not is_groebner_basis(basis, Patience.lasting(budget.seconds)):
        return "the basis at infinity fails Buchberger's criterion"
    return ""


def _power(found: Sequence[Monomial], goal: fmpz_poly, n: int) -> int | None:
    """The least a such that ``found`` : z^a has the Hilbert polynomial of ``goal``, or None.

    ``found`` are monomials in n + 1 variables, z last; ``goal`` belongs to monomials without z.
    """
    highest = max((m[-1] for m in found), default=0)
    if not _same_in_large_degrees(_slice(found, highest, n), goal, n + 1):
        return None
    # (found : z^a) and (found : z^(a + 1)) differ by the monomials that have z^a exactly.
    power = highest
    while power and _same_in_large_degrees(_slice(found, power - 1, n), goal, n):
        power -= 1
    return power


def _slice(monomials: Sequence[Monomial], power: int, n: int) -> fmpz_poly:
    """The numerator for the cofactors of z^power among the multiples of ``monomials``."""
    return hilbert_numerator([m[:-1] for m in monomials if m[-1] <= power], n)


def _same_in_large_degrees(one: fmpz_poly, other: fmpz_poly, n: int) -> bool:
    """Whether numerators over (1 - t)^n are of the same Hilbert polynomial."""
    return bool(divmod(one - other, fmpz_poly([1, -1]) ** n)[1].degree() < 0)


def _moved(numerator: fmpz_poly, power: int) -> fmpz_poly:
    return numerator * fmpz_poly([0, 1]) ** power


def _homogenised(polynomial: fmpz_mpoly, ring: fmpz_mpoly_ctx) -> fmpz_mpoly:
    degree = int(polynomial.total_degree())
    terms = ((tuple(map(int, e)), c) for e, c in polynomial.terms())
    return ring.from_dict({(*e, degree - sum(e)): c for e, c in terms})
