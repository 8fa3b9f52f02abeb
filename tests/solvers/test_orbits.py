"""Orbits under network symmetries, and images that are missing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from polynet import SparsePolynomial
from polynet.symmetry import SignedPermutation
from solvers.orbits import orbits_of, symmetries, without_conjugate
from tests.solvers.catalogue import LAMBDA, generic_loss, xor_loss

SWAP = SignedPermutation("swap", np.array([1, 0]), np.array([1, 1]))
FLIP = SignedPermutation("flip", np.array([0, 1]), np.array([-1, -1]))
X, Y = SparsePolynomial.variables(["x", "y"])


@pytest.mark.parametrize(
    ("name", "l2", "count"),
    [("square 2-2-1", LAMBDA, 3), ("linear 2-2-1", LAMBDA, 3), ("linear 2-2-1", None, 2)],
)
def test_symmetries_are_those_that_the_penalty_allows(
    name: str, l2: Fraction | None, count: int
) -> None:
    loss = generic_loss(name) if l2 is None else xor_loss(name, l2)
    polynomial = loss.expand()
    found = symmetries(loss, polynomial)
    assert len(found) == count
    point = np.random.default_rng(0).standard_normal(polynomial.n_variables)
    for generator in found:
        moved = polynomial.evaluate_many([point, generator(point)])
        np.testing.assert_allclose(moved[1], moved[0], rtol=1e-12)


def test_a_map_that_changes_the_polynomial_is_no_symmetry() -> None:
    loss = xor_loss("square 2-2-1", LAMBDA)
    assert symmetries(loss, generic_loss("square 2-2-1").expand()) != symmetries(
        loss, loss.expand()
    )
    assert symmetries(X * Y, X * Y) == ()


def test_orbits_and_their_sizes() -> None:
    points = np.array([[0, 0], [1, 1], [-1, -1], [1, 2], [2, 1], [-1, -2], [-2, -1]], complex)
    orbits, missing, sources = orbits_of(points, [SWAP, FLIP], polynomial=X * Y)
    assert orbits.sizes == {1: 1, 2: 1, 4: 1}
    assert orbits.labels == (0, 1, 1, 2, 2, 2, 2)
    assert orbits.closed
    assert len(missing) == len(sources) == 0


def test_missing_images_come_with_their_sources() -> None:
    points = np.array([[0, 0], [1, 2]], complex)
    orbits, missing, sources = orbits_of(points, [SWAP, FLIP], polynomial=X * Y)
    assert orbits.n_missing == 2
    assert missing.real.tolist() == [[2, 1], [-1, -2]]
    assert sources.tolist() == [1, 1]
    assert not orbits.closed


def test_two_close_points_take_one_image_each() -> None:
    points = np.array([[1, 2], [1 + 1e-12, 2], [2, 1]], complex)
    orbits, missing, _ = orbits_of(points, [SWAP], polynomial=X * Y)
    assert orbits.n_missing == len(missing) == 1


def test_a_loss_that_differs_within_an_orbit_is_said() -> None:
    points = np.array([[1, 2], [2, 1]], complex)
    orbits, _, _ = orbits_of(points, [SWAP], polynomial=X + 2 * Y)
    assert not orbits.same_loss
    assert "the loss differs within an orbit" in str(orbits)


def test_points_without_conjugates() -> None:
    assert without_conjugate(np.array([[1j, 0], [-1j, 1e-13], [2, 1j], [3, 0]])) == [2]
