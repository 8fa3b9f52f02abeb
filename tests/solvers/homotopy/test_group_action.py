"""Groups that act on solutions, and orbits told apart."""

from __future__ import annotations

import numpy as np
import pytest

from polynet.errors import BudgetError
from polynet.symmetry import SignedPermutation
from solvers.homotopy.group_action import GroupAction, Orbits

PROBE = np.array([[1.0 + 2j, 3.0 - 1j]])
SWAP = SignedPermutation("swap", np.array([1, 0]), np.array([1, 1]))
FLIP = SignedPermutation("flip", np.array([0, 1]), np.array([-1, 1]))


def test_signed_permutations_of_two_coordinates_generate_eight():
    action = GroupAction.generated([SWAP, FLIP], PROBE)
    assert action.order == 8
    assert all(isinstance(element, SignedPermutation) for element in action.elements)


def test_products_act_one_after_the_other():
    action = GroupAction.generated([SWAP, FLIP], PROBE)
    images = {tuple(image[0]) for image in action.images(PROBE)}
    a, b = PROBE[0]
    assert images == {(s * x, t * y) for x, y in ((a, b), (b, a)) for s in (1, -1) for t in (1, -1)}


def test_functions_generate_groups_too():
    turn = GroupAction.generated([lambda points: 1j * points], PROBE)
    assert turn.order == 4


def test_infinite_groups_are_refused():
    with pytest.raises(BudgetError, match="small finite group"):
        GroupAction.generated([lambda points: 1.01 * points], PROBE)


def test_orbits_are_numbered_and_kept_once():
    orbits = Orbits(GroupAction.generated([FLIP], PROBE), 2)
    points = np.array([[1, 2], [-1, 2], [3, 4], [0, 5]], np.complex128)
    assert orbits.add(points).tolist() == [0, 0, 1, 2]
    assert orbits.add(np.array([[-3, 4], [7, 7]], np.complex128)).tolist() == [1, 3]
    assert len(orbits) == 4
    assert len(orbits.points) == 7  # the orbit of (0, 5) is one point
