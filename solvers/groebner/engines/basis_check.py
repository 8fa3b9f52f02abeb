"""Proving a Gröbner basis that was found with luck.

msolve computes modulo primes and lifts, so its bases are very likely right but not proved. A basis
G in degree reverse lexicographic order is proved to be that of the ideal I of the generators so:

1. The generators reduce to zero by G, so I lies in the ideal of G.
2. G is a Gröbner basis by Buchberger's criterion over the integers. So the quotient by it is as
   large as its leading monomials say, and that by I is at least as large.
3. In large degrees the quotient by I is no larger (``infinity``). So I and the ideal of G agree in
   large degrees, and an ideal that contains all polynomials of large degree of another, and lies
   in it, is that one.

Where the quotient has finite dimension N and the generators are known to have N distinct common
zeros, these replace steps 1 and 2 for all that is said of the zeros.
Any prime that passes in step 3 is proof enough; an unlucky one only fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx, fmpz_mpoly_vec, fmpz_poly

from solvers.groebner.basis import leading_monomials, sorted_basis
from solvers.groebner.dimension import hilbert_numerator
from solvers.groebner.engines.failure import EngineError
from solvers.groebner.engines.infinity import obstacle_to_bound
from solvers.groebner.engines.listing import check_order
from solvers.groebner.engines.msolve import Msolve
from solvers.groebner.engines.patience import Patience, PatienceLostError
from solvers.groebner.engines.polynomial_text import substance
from solvers.groebner.engines.protocol import Budget
from solvers.groebner.engines.s_pairs import is_groebner_basis, reduces_to_zero

__all__ = ["BasisCheck", "check_basis", "check_count"]

_NO_BASIS = "it fails Buchberger's criterion"

_Basis = Sequence[fmpz_mpoly]


@dataclass(frozen=True, slots=True)
class BasisCheck:
    """What was found out about a basis, and how.

    ``proved``: it is the reduced Gröbner basis of the ideal. ``refuted``: it is not. Neither:
    ``reason`` says what stood in the way of a proof.
    """

    proved: bool
    refuted: bool
    reason: str


def check_basis(
    basis: _Basis,
    generators: _Basis,
    ring: fmpz_mpoly_ctx,
    engine: Msolve,
    budget: Budget,
    *,
    zeros_known: bool = False,
) -> BasisCheck:
    """Whether ``basis`` is the reduced Gröbner basis of the ideal of ``generators``.

    ``engine`` computes a basis modulo a prime and one at infinity, each within ``budget``; its
    seconds limit Buchberger's criterion too. ``zeros_known`` where the generators have as many
    distinct common zeros as ``basis`` leaves dimensions. Proofs rest on FLINT's integer arithmetic
    and on the engine's elimination modulo a prime being free of errors, not on luck.
    Raises ``InputError`` for another order than degree reverse lexicographic.
    """
    check_order("the check of a basis", [Ordering.degrevlex], ring)
    asked = substance(generators, ring)
    if not asked or asked[0].is_constant():
        trivial = list(basis) == asked
        return BasisCheck(trivial, not trivial, "the ideal is zero or the whole ring")
    if not _reduced(basis):
        return BasisCheck(False, True, "it is not reduced, primitive and sorted")
    if not _contains(basis, asked, ring):
        return BasisCheck(False, True, "a generator does not reduce to zero by it")
    try:
        goal = hilbert_numerator(leading_monomials(basis), ring.nvars())
        obstacle = obstacle_to_bound(asked, ring, goal, engine, budget)
        if not (obstacle or zeros_known):
            patience = Patience.lasting(budget.seconds)
            obstacle = "" if is_groebner_basis(basis, patience) else _NO_BASIS
    except EngineError as error:
        obstacle = str(error)
    except PatienceLostError:
        obstacle = _too_long(budget)
    proof = "its zeros" if zeros_known else "Buchberger's criterion"
    reason = f"{proof}, and the Hilbert polynomial of the homogenised generators"
    return BasisCheck(not obstacle, obstacle == _NO_BASIS, obstacle or reason)


def check_count(
    n_points: int, generators: _Basis, ring: fmpz_mpoly_ctx, engine: Msolve, budget: Budget
) -> BasisCheck:
    """Whether the ideal has at most ``n_points`` zeros, counted with multiplicity.

    Proved by a bound in large degrees, without a Gröbner basis over the rationals; not refuted.
    """
    goal = n_points * fmpz_poly([1, -1]) ** ring.nvars()
    asked = substance(generators, ring)
    try:
        obstacle = obstacle_to_bound(asked, ring, goal, engine, budget)
    except EngineError as error:
        obstacle = str(error)
    except PatienceLostError:
        obstacle = _too_long(budget)
    return BasisCheck(not obstacle, False, obstacle or "the Hilbert polynomial modulo a prime")


def _too_long(budget: Budget) -> str:
    return f"Buchberger's criterion took more than {budget.seconds:g} seconds"


def _reduced(basis: _Basis) -> bool:
    if any(g.is_zero() for g in basis) or sorted_basis(basis) != tuple(basis):
        return False
    leading = np.array(leading_monomials(basis))
    for place, element in enumerate(basis):
        terms = np.array([[int(e) for e in m] for m in element.monoms()])
        divisible = np.all(terms[:, None, :] >= leading, axis=2)
        divisible[0, place] = False  # a leading monomial divides itself
        if divisible.any():
            return False
    return True


def _contains(basis: _Basis, polynomials: _Basis, ring: fmpz_mpoly_ctx) -> bool:
    vector = fmpz_mpoly_vec(list(basis), ring)
    return all(reduces_to_zero(p, vector) for p in polynomials)
