"""Critical points up to scalings agree with those found without fixing a gauge."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from flint import fmpq_poly
from numpy.typing import NDArray

import polynet as pn
from polynet import InputError, PolynomialSystem, SparsePolynomial
from polynet.collected_loss import CollectedLoss
from solvers import Groebner, Homotopy, Kind, Outcome, SolutionSet, find_critical_points
from solvers.groebner.solution_sets import unsolved
from solvers.landscape_point import PointClassifier
from solvers.symmetry_reduction.critical_orbits import (
    CriticalOrbit,
    CriticalOrbits,
    StratumPoints,
    find_critical_orbits,
)
from solvers.symmetry_reduction.diagonal_groups import scalings
from solvers.univariate_representation import UnivariateRepresentation
from tests.solvers.catalogue import generic_loss, xor_loss

SMALL = ["linear 2-1-1", "linear 2-2-1", "square 2-1-1", "square 2-2-1"]


def _cubic_loss() -> CollectedLoss:
    """One cubic unit with a bias on three points: the sign of its scaling is free."""
    network = pn.Network([pn.Dense(1, 1), pn.Power(3), pn.Dense(1, 1, bias=False)])
    data = pn.Dataset([[0], [1], [2]], [[1], [0], [3]])
    return pn.collect(network, data)


def _deep_loss() -> CollectedLoss:
    """Two hidden layers of one unit each: the scaling of one moves the weights of the other."""
    dense = pn.Dense(1, 1, bias=False)
    network = pn.Network([dense, pn.Square(), dense, pn.Square(), dense])
    return pn.collect(network, pn.Dataset([[1], [2]], [[1], [3]]))


LOSSES = {name: (lambda name=name: xor_loss(name)) for name in SMALL} | {
    "cubic": _cubic_loss,
    "deep": _deep_loss,
}


def _scaled(
    weights: NDArray[np.int64], pivots: list[int], signs: list[int], w: NDArray[np.float64]
):
    """The image of ``w`` under a real scaling where the pivots have these values; None if none."""
    columns = weights[:, pivots]
    logs = np.linalg.lstsq(columns.T, -np.log(np.abs(w[pivots])), rcond=None)[0]
    for flips in product((1, -1), repeat=len(weights)):
        sign = np.prod(np.array(flips)[:, None] ** np.abs(weights), axis=0)
        moved = w * np.exp(logs @ weights) * sign
        if np.allclose(moved[pivots], signs, rtol=1e-9):
            return moved
    return None


def _is_represented(part: StratumPoints, moved: NDArray[np.float64]) -> bool:
    """Whether a point of the slice is one of the representatives or on one of the families."""
    if any(np.allclose(moved, orbit.point.point, atol=1e-8) for orbit in part.orbits):
        return True
    names = part.stratum.names
    for family in part.families:
        solutions = family.in_slice.solutions
        point = [moved[[names.index(name) for name in solutions.names]]]
        if all(abs(g.evaluate_many(point)[0]) < 1e-7 for g in solutions.generators):
            return True
    return False


def _find(found: CriticalOrbits, weights: NDArray[np.int64], w: NDArray[np.float64]) -> int:
    """In how many strata the orbit of ``w`` has a listed representative."""
    count = 0
    for part in found.strata:
        values = [part.stratum.values.get(name) for name in found.names]
        pivots = [j for j, value in enumerate(values) if value]
        zeros = [j for j, value in enumerate(values) if value == 0]
        if np.abs(w[zeros]).max(initial=0) > 1e-12 or not np.abs(w[pivots]).all():
            continue
        moved = _scaled(weights, pivots, [values[j] for j in pivots], w)
        count += moved is not None and _is_represented(part, moved)
    return count


@pytest.mark.parametrize("name", LOSSES)
def test_every_point_found_without_gauge_has_one_representative(name: str) -> None:
    loss = LOSSES[name]()
    plain, found = find_critical_points(loss), find_critical_orbits(loss)
    weights = scalings(loss.expand())
    points = [p.point for f in plain.families for p in f.representatives]
    points += [p.point for p in plain.real]
    assert points
    for point in points:
        assert _find(found, weights, point) == 1


@pytest.mark.parametrize("name", LOSSES)
def test_losses_and_dimensions_are_those_found_without_gauge(name: str) -> None:
    loss = LOSSES[name]()
    plain, found = find_critical_points(loss), find_critical_orbits(loss)
    with_points = [f for f in plain.families if f.representatives]
    expected = {round(x, 12): f.dimension for f in reversed(with_points) for x in f.losses}
    expected |= {round(p.loss, 12): 0 for p in plain.real if round(p.loss, 12) not in expected}
    seen: dict[float, int] = {}
    for part in [*found.orbits, *(f for f in found.families if f.representatives)]:
        for value in [part.loss] if isinstance(part, CriticalOrbit) else part.losses:
            seen[round(value, 12)] = max(seen.get(round(value, 12), 0), part.dimension)
    assert seen == expected
    assert found.completeness.proved


@pytest.mark.parametrize("name", LOSSES)
def test_scaled_representatives_are_critical_and_keep_loss_and_index(name: str) -> None:
    loss = LOSSES[name]()
    weights = scalings(loss.expand())
    exact = [o for o in find_critical_orbits(loss).orbits if o.point.exact is not None]
    assert exact
    for orbit in exact:
        w = [
            x * Fraction(3, 2) ** int(a) for x, a in zip(orbit.point.exact, weights[0], strict=True)
        ]
        assert not any(loss.gradient(w))
        assert loss.value(w) == orbit.point.loss_exact
        eigenvalues = np.linalg.eigvalsh(loss.hessian(np.array(w, float)))
        assert (eigenvalues < -1e-9).sum() == orbit.index


def test_one_square_unit_has_the_known_orbits() -> None:
    """Known by primary decomposition: 1/3 L = 0, 1/3 L = 16/9, 1/1 L = 2 (dimension/degree)."""
    found = find_critical_orbits(xor_loss("square 2-1-1"), Groebner())
    described = [(o.point.loss_exact, o.dimension, o.index, o.kind) for o in found.orbits]
    assert described == [
        (0, 1, 0, Kind.MINIMUM),
        (Fraction(16, 9), 1, 1, Kind.SADDLE),
        (2, 1, 2, Kind.MAXIMUM),  # dead with a positive weight to the output: across the line
        (2, 1, 0, Kind.MINIMUM),  # and with a negative one
        (2, 0, 0, Kind.DEGENERATE),
    ]
    assert found.families == ()
    assert "w0_0_0 = 1" in str(found)


def test_a_linear_layer_keeps_families_that_its_scalings_do_not_use_up() -> None:
    """GL(2) has dimension 4; the scalings of the two units are 2 of them."""
    found = find_critical_orbits(xor_loss("linear 2-2-1"))
    assert max(family.dimension for family in found.families) == 4
    assert {family.in_slice.loss_exact for family in found.families} == {Fraction(4, 3)}


def test_a_penalty_on_one_unit_leaves_the_scaling_of_the_other() -> None:
    dense = [pn.Dense(1, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)]
    penalties = [Fraction(2, 100), 0, Fraction(3, 100), 0]
    loss = pn.collect(pn.Network(dense), pn.Dataset([[1], [2]], [[1], [3]]), l2=penalties)
    plain, found = find_critical_points(loss), find_critical_orbits(loss)
    assert found.n_scalings == 1
    values = {round(x, 9) for f in plain.families if f.representatives for x in f.losses}
    values |= {round(p.loss, 9) for p in plain.real}
    assert {round(value, 9) for value in found.losses} == values


def test_a_loss_without_scalings_is_refused() -> None:
    with pytest.raises(InputError, match="no scaling"):
        find_critical_orbits(generic_loss("square 2-1-1"))


def test_a_numerical_solver_proves_nothing() -> None:
    found = find_critical_orbits(xor_loss("square 2-1-1"), Homotopy())
    assert not found.completeness.proved
    assert found.losses == pytest.approx((0, 16 / 9, 2))


class _OutOfTime:
    exact = True

    def solve(self, system: PolynomialSystem) -> SolutionSet:
        return unsolved(system, 0, Outcome.BUDGET_SPENT)


def test_an_unsolved_stratum_is_listed() -> None:
    found = find_critical_orbits(xor_loss("square 2-1-1"), _OutOfTime())
    assert not found.completeness.proved
    assert any(part.outcome is Outcome.BUDGET_SPENT for part in found.strata)
    assert "not solved" in str(found)


def test_a_constant_is_critical_everywhere() -> None:
    found = find_critical_orbits(SparsePolynomial.constant(["x"], 3))
    assert {orbit.dimension for orbit in found.orbits} == {0, 1}
    assert found.losses == (3,)


def test_the_classifier_tells_points_apart_that_do_not_outlive_each_other() -> None:
    """What it remembers goes by identity, which a later object may take over."""
    x, y = SparsePolynomial.variables(["x", "y"])
    classifier = PointClassifier(x**4 + y**2)
    losses = [
        classifier.algebraic(UnivariateRepresentation(f, (fmpq_poly([k]), fmpq_poly([0]))), 0).loss
        for k in range(1, 60)
        for f in [fmpq_poly([-k, 0, 1])]
    ]
    # At t = -sqrt(k): x = k / f' = k / (2 t), so that L = (k / 2)^4 / k^2.
    assert losses == pytest.approx([k**2 / 16 for k in range(1, 60)])
