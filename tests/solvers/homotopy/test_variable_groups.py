"""Groups of variables are found: by the layers of a network, else by search."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

import polynet as pn
from polynet import PolynomialSystem
from polynet.critical_system import critical_system
from solvers import Homotopy
from solvers.homotopy.target import Target
from solvers.homotopy.variable_groups import group_number, layer_groups, least_groups


def _critical(*widths: int) -> PolynomialSystem:
    """The critical system of a linear network at a random example, with a generic penalty."""
    rng = np.random.default_rng(0)
    net = pn.Network([pn.Dense(a, b, bias=False) for a, b in pairwise(widths)])
    data = pn.Dataset(rng.integers(1, 9, (1, widths[0])), rng.integers(1, 9, (1, widths[-1])))
    l2 = [Fraction(int(k), 97) for k in rng.integers(1, 97, net.n_parameters)]
    return critical_system(pn.collect(net, data, l2=l2).expand())


def _target(system: PolynomialSystem) -> Target:
    return Target.of(system, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (["w0_0_0", "b0_0", "w1_0_0", "b1_0"], ((0, 1), (2, 3))),
        (["w2_0_0", "c1_3", "w2_0_1"], ((0, 2), (1,))),
        (["w0_0_0", "w0_0_1"], None),
        (["x", "y"], None),
        (["w0_0_0", "w1_0_0", "x"], None),
    ],
)
def test_layers_are_read_from_the_names_of_weights(
    names: list[str], groups: tuple[tuple[int, ...], ...] | None
) -> None:
    assert layer_groups(names) == groups


@pytest.mark.parametrize(
    ("widths", "total_degree", "multihomogeneous", "tracked"),
    # With two inputs, rows of the system are reduced before it is tracked.
    [((1, 1, 1), 9, 5, 5), ((2, 1, 2), 81, 33, 9), ((1, 1, 1, 1), 125, 29, 29)],
)
def test_the_layers_of_linear_networks_have_the_known_number_of_paths(
    widths: tuple[int, ...], total_degree: int, multihomogeneous: int, tracked: int
) -> None:
    system = _critical(*widths)
    target = _target(system)
    groups, number = least_groups(target.supports, system.names)
    assert number == multihomogeneous == group_number(target.supports, groups)
    assert system.bezout_number == total_degree
    found = Homotopy(start="multihomogeneous").solve(system)
    assert (len(found.paths), found.n_failed) == (tracked, 0)


@pytest.mark.parametrize("seed", range(5))
def test_groups_without_telling_names_are_found(seed: int) -> None:
    # A v = s v: 3 eigenvalues, where the total degree is 8; the eigenvalue is a group of its own.
    rows = ["2*x + y + 1 - s*x", "x + 3*y - 1 - s*y", "x - 2*y + 5 - s"]
    system = PolynomialSystem.from_strings(rows, ["x", "s", "y"])
    groups, number = least_groups(_target(system).supports, system.names)
    assert (set(groups), number) == ({(0, 2), (1,)}, 3)
    found = Homotopy(start="multihomogeneous", seed=seed).solve(system)
    assert (found.n_finite, len(found.paths), found.n_failed) == (3, 3, 0)


def test_groups_that_are_given_are_taken() -> None:
    system = _critical(1, 1, 1)
    names = list(system.names)
    found = Homotopy(start="multihomogeneous", groups=[names]).solve(system)
    assert (len(found.paths), found.n_finite) == (9, 5)


def test_auto_predicts_all_three_and_takes_the_least() -> None:
    found = Homotopy().solve(_critical(1, 1, 1, 1))
    assert found.predicted == {"total degree": 125, "multihomogeneous": 29, "polyhedral": 17}
    assert (found.start, len(found.paths), found.n_finite) == ("polyhedral", 17, 17)


def test_dense_systems_have_one_group() -> None:
    system = PolynomialSystem.from_strings(["x^2 + y^2 + z^2 + x*y*z - 1"] * 3)
    groups, number = least_groups(_target(system).supports, system.names)
    assert number <= 27
    assert sorted(i for group in groups for i in group) == [0, 1, 2]
