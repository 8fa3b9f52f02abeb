"""A proof of a basis passes for the right one and for no other."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import Ordering, fmpz, fmpz_mpoly, fmpz_mpoly_ctx, fmpz_mpoly_vec

from polynet.errors import InputError
from solvers.groebner.basis import flint_basis, integer_ring, leading_monomials
from solvers.groebner.engines import Budget, Msolve
from solvers.groebner.engines.basis_check import check_basis
from solvers.groebner.engines.patience import Patience, PatienceLostError
from solvers.groebner.engines.s_pairs import (
    critical_pairs,
    is_groebner_basis,
)
from tests.solvers.groebner.engines.ideals import cyclic, katsura, random_ideal, xor

RING = integer_ring(["x", "y"])
X, Y = RING.gens()


@pytest.mark.backend
@pytest.mark.parametrize(
    "ideal",
    [katsura(4), cyclic(5), xor("square 2-1-1"), xor("linear 2-2-1", [Fraction(1, 100)] * 6)],
    ids=["katsura-4", "cyclic-5", "square", "linear"],
)
def test_bases_of_msolve_are_proved(msolve: Msolve, ideal: tuple[list[fmpz_mpoly], object]) -> None:
    generators, ring = ideal
    assert isinstance(ring, fmpz_mpoly_ctx)
    basis = msolve.basis(generators, ring, Budget(60))
    found = check_basis(basis, generators, ring, msolve, Budget(60))
    assert found.proved, found.reason
    assert not found.refuted


@pytest.mark.backend
def test_random_bases_are_proved_and_those_of_larger_ideals_are_not(msolve: Msolve) -> None:
    for seed in range(12):
        generators, ring = random_ideal(seed)
        basis = flint_basis(generators, ring)
        assert check_basis(basis, generators, ring, msolve, Budget(60)).proved
        x = ring.gens()[0]
        larger = flint_basis([*generators, x**3 - 5], ring)
        if larger != basis:
            assert not check_basis(larger, generators, ring, msolve, Budget(60)).proved


@pytest.mark.backend
def test_what_is_no_basis_is_refuted(msolve: Msolve) -> None:
    generators = [X**2 + Y**2 - 1, X - Y]
    right = flint_basis(generators, RING)
    for wrong in (
        (X - Y, 2 * Y**2 - 3),  # a wrong coefficient
        (X - Y,),  # too small an ideal
        (X - Y, X**2 + Y**2 - 1),  # not reduced
        (3 * X - 3 * Y, 2 * Y**2 - 1),  # not primitive
        tuple(reversed(right)),  # not sorted
        (),
    ):
        found = check_basis(wrong, generators, RING, msolve, Budget(60))
        assert (found.proved, found.refuted) == (False, True), wrong


@pytest.mark.backend
def test_solutions_that_vanish_modulo_the_prime_are_not_lost(msolve: Msolve) -> None:
    """p x - 1 is a unit modulo p: affine Hilbert functions would prove that it has no solution."""
    first, second = fmpz(2_147_483_629), fmpz(1_073_741_827)
    generators = [first * second * X - 1, Y]
    found = check_basis((RING.constant(1),), generators, RING, msolve, Budget(60))
    assert not found.proved
    # A prime that divides a leading coefficient fails, and the next one is taken.
    generators = [first * X - 1, Y]
    assert check_basis((Y, first * X - 1), generators, RING, msolve, Budget(60)).proved


@pytest.mark.backend
def test_trivial_bases(msolve: Msolve) -> None:
    one = RING.constant(1)
    assert check_basis((), [], RING, msolve, Budget()).proved
    assert check_basis((one,), [one * 3], RING, msolve, Budget()).proved
    assert check_basis((X,), [], RING, msolve, Budget()).refuted
    assert check_basis((one,), [X * Y - 1, X], RING, msolve, Budget()).proved


@pytest.mark.backend
def test_another_order_is_refused(msolve: Msolve) -> None:
    ring = fmpz_mpoly_ctx.get(("x",), Ordering.lex)
    with pytest.raises(InputError, match="lex; use one of degrevlex"):
        check_basis((), list(ring.gens()), ring, msolve, Budget())


def test_a_failed_run_is_no_proof() -> None:
    generators = [X**2 + Y**2 - 1, X - Y]
    basis = flint_basis(generators, RING)
    found = check_basis(basis, generators, RING, Msolve("/nowhere/msolve"), Budget(10))
    assert (found.proved, found.refuted) == (False, False)
    assert "did not start" in found.reason


def test_the_criterion_agrees_with_flint_on_all_pairs() -> None:
    answers = set()
    for seed in range(40):
        generators, ring = random_ideal(seed)
        generators = [g for g in generators if not g.is_zero()]
        basis = flint_basis(generators, ring)
        for candidate in (generators, basis, basis[:-1]):
            expected = fmpz_mpoly_vec(list(candidate), ring).is_groebner()
            assert is_groebner_basis(candidate) == expected
            answers.add(expected)
    assert answers == {True, False}


def test_few_pairs_are_left() -> None:
    generators, ring = katsura(4)
    basis = flint_basis(generators, ring)
    left = list(critical_pairs(leading_monomials(basis)))
    assert len(left) < len(basis) * (len(basis) - 1) / 4


def test_the_criterion_keeps_its_deadline() -> None:
    generators, ring = katsura(4)
    with pytest.raises(PatienceLostError):
        is_groebner_basis(flint_basis(generators, ring), Patience(deadline=0))
