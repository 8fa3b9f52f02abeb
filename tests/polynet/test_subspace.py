"""Free weights are the affine subspace of their directions, without the matrix."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

import polynet as pn
from polynet.errors import InputError
from polynet.rational import to_fraction
from polynet.subspace import AffineSubspace, FreeWeights

SELECTED = np.array([4, 0, 3])
RNG = np.random.default_rng(0)


def both(*, exact: bool) -> tuple[FreeWeights, AffineSubspace]:
    """The same subspace of five weights, in both ways."""
    origin = RNG.integers(-9, 10, 5).astype(float)
    origin[SELECTED] = 0
    if exact:
        origin = np.array([Fraction(int(value), 7) for value in origin], object)
    free = FreeWeights(origin, SELECTED)
    return free, AffineSubspace(origin, free.directions)


def test_floats_move_as_through_the_matrix() -> None:
    free, affine = both(exact=False)
    points, gradients = RNG.normal(size=(2, 4, 3)), RNG.normal(size=(2, 4, 5))
    assert np.array_equal(free.moved(points), affine.moved(points))
    assert np.array_equal(free.pulled(gradients), affine.pulled(gradients))
    w = RNG.normal(size=5)
    np.testing.assert_allclose(free.project(w), affine.project(w), atol=1e-14)


def test_ring_elements_move_as_through_the_matrix() -> None:
    free, affine = both(exact=True)
    s, gradient = [fmpq(1, 2), fmpq(-3), fmpq(5, 7)], [fmpq(k, 3) for k in range(5)]
    assert free.ring_lifted(s) == affine.ring_lifted(s)
    assert free.ring_pulled(gradient) == affine.ring_pulled(gradient)
    w = np.array([Fraction(k, 11) for k in range(5)], object)
    assert free.project_exactly(w).tolist() == affine.project_exactly(w).tolist()
    assert free.project_exactly(w).tolist() == [Fraction(4, 11), 0, Fraction(3, 11)]


@pytest.mark.parametrize("unknowns", [[True, False, False], [False, True, True], [False] * 3])
def test_the_same_weights_are_reached(unknowns: list[bool]) -> None:
    free, affine = both(exact=True)
    mask = np.array(unknowns)
    assert free.reached_by(mask).tolist() == affine.reached_by(mask).tolist()
    assert np.flatnonzero(free.reached_by(mask)).tolist() == sorted(SELECTED[mask].tolist())


def test_floats_become_the_rationals_that_they_are() -> None:
    for subspace in (
        FreeWeights(np.array([0.1, 0.0]), np.array([1])),
        AffineSubspace(np.array([0.1, 0.0]), np.array([[0.0], [1.0]])),
    ):
        assert not subspace.exact
        exact = subspace.to_exact()
        assert exact.exact
        assert [to_fraction(value) for value in exact.ring_lifted([fmpq(2)])] == [Fraction(0.1), 2]


def test_dependent_directions_are_refused_in_exact_arithmetic() -> None:
    ones = np.array([[Fraction(1)] * 2] * 3, object)
    with pytest.raises(InputError, match="dependent"):
        AffineSubspace(ones[:, 0], ones).project_exactly(ones[:, 0])


def test_a_wide_layer_is_restricted_without_its_matrix() -> None:
    """2,000 columns of 2,003 numbers would be 30 MiB."""
    network = pn.Network([pn.Dense(2000, 1, bias=False), pn.Dense(1, 3, bias=False)])
    data = pn.Dataset(RNG.normal(size=(5, 2000)), RNG.normal(size=(5, 3)))
    loss = pn.collect(network, data, form="samples")
    w = network.random_weights(0)
    expected, gradient = loss.value(w), loss.gradient(w)
    tracemalloc.start()
    layer = loss.restrict("0", w)
    value, slope = layer.value(w[:2000]), layer.gradient(w[:2000])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 2**20
    assert value == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(slope, gradient[:2000], rtol=1e-12)
