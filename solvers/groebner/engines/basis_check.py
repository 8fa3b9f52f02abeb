"""Proving a Gröbner basis that was found with luck.

msolve computes modulo primes and lifts, so its bases are very likely right but not proved. Here
one is proved, by a second basis K of the homogenised generators F in one more variable z:

1. K is a Gröbner basis (Buchberger's criterion over the integers) and F reduces to zero by K, so
   the ideal of F lies in that of K, and the Hilbert function of F is at least that of K.
2. The Hilbert function of F over the rationals is at most that of F modulo a prime p: in each
   degree it counts the monomials less the rank of an integer matrix, and ranks only drop
   modulo p. So where the basis of F modulo p, which no lifting enters, has the Hilbert series of
   K, all three Hilbert functions are equal and K generates the ideal of F.
3. With z = 1, K becomes a Gröbner basis of the ideal of the generators, in an order that refines
   the degree and has z last.

Homogenising is what makes step 2 hold: p x - 1 has a solution, and modulo p it has none. Any
prime that passes is proof enough; an unlucky one only fails.
Source: Arnold, 'Modular algorithms for computing Gröbner bases' (2003), theorem 7.1, for step 2.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx, fmpz_mpoly_vec

from solvers.groebner.basis import fresh_name, integer_ring, leading_monomials, sorted_basis
from solvers.groebner.dimension import hilbert_numerator
from solvers.groebner.engines.failure import EngineError
from solvers.groebner.engines.listing import check_order
from solvers.groebner.engines.msolve import Msolve
from solvers.groebner.engines.normal_forms import PatienceLostError
from solvers.groebner.engines.polynomial_text import substance
from solvers.groebner.engines.protocol import Budget
from solvers.groebner.engines.s_pairs import (
    is_groebner_basis,
    reduces_to_zero,
)

__all__ = ["BasisCheck", "check_basis"]

_PRIMES = (2_147_483_629, 1_073_741_827)

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
    basis: _Basis, generators: _Basis, ring: fmpz_mpoly_ctx, engine: Msolve, budget: Budget
) -> BasisCheck:
    """Whether ``basis`` is the reduced Gröbner basis of the ideal of ``generators``.

    ``engine`` computes the second basis and the one modulo a prime, each within ``budget``; its
    seconds limit Buchberger's criterion too. Proofs rest on FLINT's integer arithmetic and on
    the engine's elimination modulo a prime being free of errors, not on luck.
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
        obstacle = _obstacle(basis, asked, ring, engine, budget)
    except EngineError as error:
        obstacle = str(error)
    except PatienceLostError:
        obstacle = f"Buchberger's criterion took more than {budget.seconds:g} seconds"
    proof = "Buchberger's criterion, and the Hilbert series of the homogenised generators"
    return BasisCheck(not obstacle, False, obstacle or proof)


def _obstacle(
    basis: _Basis, asked: _Basis, ring: fmpz_mpoly_ctx, engine: Msolve, budget: Budget
) -> str:
    """What stands in the way of a proof; "" for nothing."""
    larger = integer_ring([*ring.names(), fresh_name(ring.names(), "homogenising")])
    lifted = [_homogenised(g, larger) for g in asked]
    second = engine.basis(lifted, larger, budget)
    if not all(_is_homogeneous(g) for g in second) or not _contains(second, lifted, larger):
        return "the basis of the homogenised generators is wrong"
    if not _same_series(second, lifted, larger, engine, budget):
        return "the Hilbert series modulo primes is another one"
    at_one = [_dehomogenised(g, ring) for g in second]
    if not _generate_same_monomials(at_one, basis) or not _contains(at_one, basis, ring):
        return "it is not what the basis of the homogenised generators becomes"
    deadline = time.process_time() + (budget.seconds or float("inf"))
    if not is_groebner_basis(second, larger, deadline):
        return "the basis of the homogenised generators fails Buchberger's criterion"
    return ""


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


def _same_series(
    second: _Basis, lifted: _Basis, ring: fmpz_mpoly_ctx, engine: Msolve, budget: Budget
) -> bool:
    n = ring.nvars()
    series = hilbert_numerator(leading_monomials(second), n)
    return any(
        hilbert_numerator(leading_monomials(engine.modular_basis(lifted, ring, prime, budget)), n)
        == series
        for prime in _PRIMES
    )


def _generate_same_monomials(larger: _Basis, minimal: _Basis) -> bool:
    """Whether the leading monomials generate the same ideal, ``minimal`` having no needless one."""
    all_found = set(leading_monomials(larger))
    least = leading_monomials(minimal)
    return set(least) <= all_found and all(
        any(all(a <= b for a, b in zip(m, found, strict=True)) for m in least)
        for found in all_found
    )


def _homogenised(polynomial: fmpz_mpoly, ring: fmpz_mpoly_ctx) -> fmpz_mpoly:
    degree = int(polynomial.total_degree())
    terms = ((tuple(map(int, e)), c) for e, c in polynomial.terms())
    return ring.from_dict({(*e, degree - sum(e)): c for e, c in terms})


def _dehomogenised(polynomial: fmpz_mpoly, ring: fmpz_mpoly_ctx) -> fmpz_mpoly:
    return ring.from_dict({tuple(map(int, e[:-1])): c for e, c in polynomial.terms()})


def _is_homogeneous(polynomial: fmpz_mpoly) -> bool:
    return len({sum(map(int, e)) for e in polynomial.monoms()}) == 1
