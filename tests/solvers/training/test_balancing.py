"""Balanced weights: the same outputs, the least penalty on the orbit, and training with them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import minimize

import polynet as pn
import solvers
from polynet.symmetry import network_symmetry
from solvers.training.balancing import balanced
from tests.polynet.network_strategies import exact_weights
from tests.solvers.training.cases import CASES, images

SCALED = [name for name in CASES if network_symmetry(CASES[name]).dimension]


@pytest.mark.parametrize("name", CASES)
def test_scalings_leave_outputs_as_they_are_exactly(name: str) -> None:
    network = CASES[name]
    rng = np.random.default_rng(0)
    inputs = rng.integers(-2, 3, (3, *(network.input_shape or ()))).tolist()
    weights = np.array(exact_weights(network.n_parameters, 1), object)
    before = network.forward_exact(weights, inputs)
    for scaling in network_symmetry(network).scalings():
        scaled = [w * Fraction(3, 2) ** int(a) for w, a in zip(weights, scaling, strict=True)]
        assert (network.forward_exact(scaled, inputs) == before).all()
        assert any(a for a in scaling)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_outputs_stay_and_the_penalty_is_the_least_of_its_orbit(name: str, seed: int) -> None:
    """Against a general minimiser over all scalings together."""
    network, rng = CASES[name], np.random.default_rng(seed)
    weights = network.random_weights(seed)
    l2 = rng.uniform(0.1, 3.0, network.n_parameters)
    found = balanced(network, weights, l2)
    inputs = images(network).inputs
    expected = network.forward(weights, inputs)
    np.testing.assert_allclose(network.forward(found, inputs), expected, rtol=1e-9, atol=1e-11)
    scalings = np.array(list(network_symmetry(network).scalings()))
    if not len(scalings):
        np.testing.assert_array_equal(found, weights)
        return

    def penalty(logs: np.ndarray) -> float:
        return float((l2 * weights**2 * np.exp(2 * logs @ scalings)).sum())

    least = minimize(penalty, np.zeros(len(scalings)), tol=1e-12).fun
    assert (l2 * found**2).sum() == pytest.approx(least, rel=1e-7)


@pytest.mark.parametrize("power", [1, 2, 3])
def test_in_norms_are_power_times_out_norms(power: int) -> None:
    network = pn.Network([pn.Dense(3, 4), pn.Power(power), pn.Dense(4, 2)])
    parts = network.parameters.split(balanced(network, network.random_weights(5)))
    inward = (parts[0] ** 2).sum(axis=1) + parts[1] ** 2
    np.testing.assert_allclose(inward, power * (parts[2] ** 2).sum(axis=0), rtol=1e-10)


def test_units_that_nothing_enters_or_leaves_stay() -> None:
    network = pn.Network([pn.Dense(1, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])
    weights = np.array([0.0, 5.0, 3.0, 0.0])
    np.testing.assert_array_equal(balanced(network, weights), weights)
    apart = np.array([8.0, 8.0, 0.5, 0.5])
    only_first = balanced(network, apart, [1.0, 0.0, 1.0, 0.0])
    assert only_first[0] != 8.0
    np.testing.assert_array_equal(only_first[[1, 3]], apart[[1, 3]])


@pytest.mark.parametrize("name", SCALED)
@pytest.mark.parametrize("l2", [0.0, 0.2])
def test_training_with_balance_never_rises_and_ends_balanced(name: str, l2: float) -> None:
    network = CASES[name]
    for method in (solvers.Coordinatewise(), solvers.Linewise("lbfgs", lines=5)):
        record = solvers.train(network, images(network), method, passes=4, l2=l2, balance=True)
        losses = [entry.loss for entry in record.history]
        assert all(b <= a * (1 + 1e-9) for a, b in pairwise(losses))
        again = balanced(network, record.weights)
        np.testing.assert_allclose(again, record.weights, rtol=1e-9, atol=1e-12)


def test_balance_goes_on_to_the_same_bits() -> None:
    network = CASES["squares"]

    def run(passes: int, start: solvers.TrainingRecord | None = None) -> solvers.TrainingRecord:
        data, method = images(network), solvers.Coordinatewise()
        return solvers.train(network, data, method, passes=passes, balance=True, start=start)

    np.testing.assert_array_equal(run(3, run(2)).weights, run(5).weights)
