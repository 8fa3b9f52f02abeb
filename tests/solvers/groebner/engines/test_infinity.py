"""The bound on a quotient holds where it is true, and is refused where it would be too small."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpz_mpoly, fmpz_mpoly_ctx, fmpz_poly

from solvers.groebner.basis import flint_basis, integer_ring, leading_monomials
from solvers.groebner.dimension import hilbert_numerator, standard_monomials
from solvers.groebner.engines import Budget, Msolve
from solvers.groebner.engines.basis_check import check_count
from solvers.groebner.engines.infinity import obstacle_to_bound
from tests.solvers.groebner.engines.ideals import cyclic, katsura, random_ideal, xor

pytestmark = pytest.mark.backend

Ideal = tuple[list[fmpz_mpoly], fmpz_mpoly_ctx]
BUDGET = Budget(60)
FINITE = {
    "nothing at infinity": katsura(4),
    "a family at infinity": xor("linear 2-2-1", [Fraction(k, 100) for k in range(1, 7)]),
    "points at infinity": cyclic(5),
}


@pytest.mark.parametrize("name", FINITE)
def test_finitely_many_solutions_are_bounded_by_their_number(msolve: Msolve, name: str) -> None:
    """The number itself comes from a basis by FLINT."""
    generators, ring = FINITE[name]
    size = len(standard_monomials(leading_monomials(flint_basis(generators, ring)), ring.nvars()))
    assert check_count(size, generators, ring, msolve, BUDGET).proved
    for wrong in (size - 1, size + 1, 0):
        found = check_count(wrong, generators, ring, msolve, BUDGET)
        assert (found.proved, found.refuted) == (False, False)
        assert "Hilbert polynomial" in found.reason


def test_multiple_solutions_count_with_multiplicity(msolve: Msolve) -> None:
    ring = integer_ring(["x", "y"])
    x, y = ring.gens()
    generators = [x**2 * (x - 1), y * (x * y - 1)]  # (0, 0) twice, (1, 0), (1, 1); y is infinite
    assert check_count(4, generators, ring, msolve, BUDGET).proved
    assert not check_count(3, generators, ring, msolve, BUDGET).proved


def test_families_are_no_finite_number(msolve: Msolve) -> None:
    generators, ring = xor("linear 2-2-1")
    assert not any(check_count(n, generators, ring, msolve, BUDGET).proved for n in range(6))


def test_bounds_of_random_ideals_are_those_of_their_bases(msolve: Msolve) -> None:
    refused = 0
    for seed in range(10):
        generators, ring = random_ideal(seed)
        generators = [g for g in generators if not g.is_zero()]
        goal = hilbert_numerator(leading_monomials(flint_basis(generators, ring)), ring.nvars())
        assert obstacle_to_bound(generators, ring, goal, msolve, BUDGET) == ""
        smaller = goal - fmpz_poly([1, -1]) ** ring.nvars()  # one dimension less
        refused += obstacle_to_bound(generators, ring, smaller, msolve, BUDGET) != ""
    assert refused == 10
