"""What engines give without proof: checked, proved or recorded as a doubt; lies are found out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import pytest
from flint import Ordering, fmpq, fmpq_poly, fmpz_mpoly, fmpz_mpoly_ctx, fmpz_poly

from polynet import PolynomialSystem
from solvers.groebner import zero_dimensional
from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import Basis, Limits, flint_basis, integer_ring
from solvers.groebner.engines import Budget, EngineOutputError, Msolve
from solvers.groebner.engines.parametrisation import Parametrisation
from solvers.groebner.real_points import RealPoints, real_points
from solvers.groebner.solver import Groebner
from solvers.groebner.zero_dimensional import algebraic_points, separated_points

RING = integer_ring(["x", "y"])
X, Y = RING.gens()


@dataclass(frozen=True)
class Liar:
    """An engine without proofs that gives the same answers whatever it is asked."""

    elements: Basis = ()
    points: Parametrisation | None = None
    name = "liar"
    orders = frozenset({Ordering.degrevlex})
    proves = False

    def version(self) -> str:
        return "0"

    def basis(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
    ) -> Basis:
        return tuple(g.project_to_context(ring) for g in self.elements)

    def parametrisation(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget, seed: int
    ) -> Parametrisation | None:
        return self.points or Parametrisation.empty(ring.nvars())


def at_the_origin(eliminating: list[int]) -> Liar:
    """Says that x = y = 0 at all roots t."""
    zero = fmpq_poly([0])
    form = (fmpq(0), fmpq(0), fmpq(1))
    return Liar(points=Parametrisation(form, fmpz_poly(eliminating), (zero, zero, zero), 2))


@pytest.fixture
def always_parametrised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero_dimensional, "_LARGE", 0)


@pytest.mark.usefixtures("always_parametrised")
def test_lost_points_are_missed() -> None:
    basis = flint_basis([X**2 - X, Y - X], RING)
    with pytest.raises(EngineOutputError, match="lost points"):
        algebraic_points(basis, RING, (1, 1), Algebra(parametriser=at_the_origin([0, 1])))
    nothing = Algebra(parametriser=Liar())
    with pytest.raises(EngineOutputError, match="lost points"):
        separated_points([basis], RING, 0, nothing)


@pytest.mark.usefixtures("always_parametrised")
def test_one_point_does_not_count_as_two() -> None:
    twice = Algebra(parametriser=at_the_origin([0, -1, 1]))
    basis = flint_basis([X**2 - X, Y - X], RING)
    with pytest.raises(EngineOutputError, match="no solutions"):
        algebraic_points(basis, RING, (1, 1), twice)


@pytest.mark.usefixtures("always_parametrised")
def test_denominators_may_contain_the_first_primes(msolve: Msolve) -> None:
    primes = (4611686018427387847, 4611686018427387817, 4611686018427387787, 2**62 + 135)
    basis = flint_basis([prod(primes) * X - 1, Y**2 - X], RING)
    (point,) = algebraic_points(basis, RING, (1, 1), Algebra(parametriser=msolve))
    assert point.degree == 2


def test_multiplicities_modulo_a_prime_are_a_doubt(
    msolve: Msolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    tangent = PolynomialSystem.from_strings(["x^2 + y^2 - 2", "x*y - 1"])
    proved = Groebner().solve(tangent)
    assert proved.multiplicities.tolist() == [2, 2]
    assert not proved.unproved
    monkeypatch.setattr(zero_dimensional, "_LARGE", 0)
    doubted = Groebner().solve(tangent)
    assert doubted.multiplicities.tolist() == [2, 2]
    assert "modulo a prime" in doubted.unproved[0]
    transversal = PolynomialSystem.from_strings(["x^2 + y^2 - 3", "x*y - 1"])
    assert not Groebner().solve(transversal).unproved


def test_bases_of_parts_are_proved_or_refuted(msolve: Msolve) -> None:
    tight = Limits(1, 1, 1)
    equations = [X**2 - Y, X * Y - 1]
    honest = Algebra(limits=tight, engine=msolve)
    honest.basis(equations, RING)
    assert honest.unproved(60) == ()
    lying = Algebra(limits=tight, engine=Liar((X,)))
    lying.basis(equations, RING)
    with pytest.raises(EngineOutputError, match="wrong basis"):
        lying.unproved(60)
    assert lying.unburdened().unproved(60) == ()


def test_no_real_points_are_not_claimed_by_luck(msolve: Msolve) -> None:
    ring = integer_ring(["x", "y", "z"])
    x, y, z = ring.gens()
    curve = flint_basis([x**2 + y**2 + z**2 - 1, x * y - z], ring)
    everything = Liar((RING.constant(1),))
    assert real_points(curve, ring, seed=0, algebra=Algebra(engine=everything)) == RealPoints(
        (), complete=False
    )
    found = real_points(curve, ring, seed=0, algebra=Algebra(engine=msolve))
    assert found.points
    assert found.complete
