"""The last layer by least squares, and the layers below it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import polynet as pn
import solvers
from solvers.training.blockwise import Blockwise
from solvers.training.linear_layer import LinearLayer
from solvers.training.linewise import Linewise
from tests.solvers.training.cases import CASES, images


@pytest.mark.parametrize("form", ["samples", "moments"])
@pytest.mark.parametrize("name", CASES)
def test_the_last_layer_ends_where_its_gradient_is_zero(name: str, form: str) -> None:
    network = CASES[name]
    loss = pn.collect(network, images(network), l2=0.2, form=form)
    layer, start = LinearLayer(loss), network.random_weights(0)
    solved = layer.solve(start)
    below = np.setdiff1d(np.arange(loss.n_parameters), layer.weights)
    np.testing.assert_array_equal(solved[below], start[below])
    assert np.abs(loss.gradient(solved)[layer.weights]).max() < 1e-9
    assert loss.value(solved) < loss.value(start)


@pytest.mark.parametrize("form", ["samples", "moments"])
def test_a_singular_system_has_its_nearest_solution(form: str) -> None:
    network = pn.Network([pn.Dense(3, 1, bias=False)])
    inputs = np.array([[1.0, 1.0, 0.0], [2.0, 2.0, 0.0]])
    loss = pn.collect(network, pn.Dataset(inputs, [[2.0], [4.0]]), form=form)
    solved = LinearLayer(loss).solve(np.array([1.0, 0.0, 5.0]))
    np.testing.assert_allclose(solved, [1.5, 0.5, 5.0], atol=1e-9)


def test_penalties_of_their_own_for_each_output() -> None:
    network = pn.Network([pn.Dense(2, 2)])
    loss = pn.collect(network, images(network), l2=[0.1, 0.2, 3.0, 4.0, 0.0, 1.0])
    solved = LinearLayer(loss).solve(np.zeros(6))
    assert np.abs(loss.gradient(solved)).max() < 1e-10


@pytest.mark.parametrize("below", [solvers.Coordinatewise(), Linewise("gauss-newton", lines=2)])
@pytest.mark.parametrize("name", ["squares", "deep", "convolution", "filter"])
def test_the_loss_never_rises(name: str, below: solvers.Coordinatewise | Linewise) -> None:
    network = CASES[name]
    record = solvers.train(network, images(network), Blockwise(below), passes=6)
    losses = [entry.loss for entry in record.history]
    assert all(b <= a * (1 + 1e-9) for a, b in pairwise(losses))
    assert losses[-1] < losses[1] < losses[0]


def test_a_network_that_does_not_end_in_a_dense_layer_is_refused() -> None:
    network = pn.Network([pn.Dense(2, 2), pn.Square()])
    with pytest.raises(pn.InputError, match="Dense layer at the end"):
        solvers.train(network, images(network), Blockwise())


@pytest.mark.slow
def test_digits_reach_98_percent_by_exact_steps_alone() -> None:
    train, test = pn.datasets.digits(flat=True).split(1437, seed=0)
    network = pn.Network([pn.Dense(64, 32), pn.Square(), pn.Dense(32, 10)])
    record = solvers.train(
        network,
        train,
        Blockwise(Linewise("gauss-newton", lines=1)),
        test=test,
        stop=solvers.Stopping(accuracy=0.98),
    )
    assert record.test_accuracy is not None
    assert record.test_accuracy >= 0.98
