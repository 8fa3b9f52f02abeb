"""Batches: exact steps that examples unseen by the direction judge."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import polynet as pn
import solvers
from polynet.errors import InputError
from solvers.training.batchwise import Batchwise
from solvers.training.line_step import line_minimum
from solvers.training.record import Stopped
from tests.solvers.training.cases import CASES, images

TEACHERS = ["squares", "deep", "products", "trainable", "convolution"]


def taught(network: pn.Network, n: int, seed: int = 0) -> pn.Dataset:
    """Standard normal inputs, and what random weights of the network make of them."""
    inputs = images(network, n, seed).inputs
    return pn.Dataset(inputs, network.forward(network.random_weights(100), inputs))


@pytest.mark.parametrize("name", TEACHERS)
@pytest.mark.parametrize("precision", ["double", "single"])
def test_batches_bring_the_loss_down(name: str, precision: str) -> None:
    network = CASES[name]
    method = Batchwise(20, growth=1.5)
    loss = pn.collect(network, taught(network, 200), l2=0.0, form="samples", precision=precision)
    record = solvers.train_loss(loss, method, passes=4)
    assert record.counts.moved > 0
    assert record.loss < 0.5 * record.history[0].loss


@pytest.mark.parametrize("name", CASES)
def test_on_all_examples_the_loss_never_rises(name: str) -> None:
    network = CASES[name]
    record = solvers.train(
        network, images(network), Batchwise(100, lines=4), passes=3, l2=0.01, form="samples"
    )
    losses = [entry.loss for entry in record.history]
    assert all(b <= a * (1 + 1e-9) for a, b in pairwise(losses))
    assert losses[-1] < losses[0]


def test_directions_on_all_examples_solve_a_convex_quadratic() -> None:
    network = pn.Network([pn.Dense(3, 2)])
    data = images(network, 20)
    record = solvers.train(network, data, Batchwise(20, lines=10), passes=2, form="samples")
    table = np.hstack([data.inputs, np.ones((20, 1))])
    residual = np.linalg.lstsq(table, data.targets, rcond=None)[1].sum()
    assert record.loss == pytest.approx(residual, rel=1e-9)


def test_a_pass_takes_each_example_once_and_batches_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    network, seen = CASES["squares"], []
    loss = pn.collect(network, images(network, 100), form="samples")
    stepper = Batchwise(10, growth=2.0).stepper(loss, np.arange(loss.n_parameters))
    weights, rng = network.random_weights(0), np.random.default_rng(0)
    weights, _ = stepper.run_pass(weights, rng)  # least squares at the start asks for others
    plain = pn.CollectedLoss.subset

    def watched(self: pn.CollectedLoss, rows: np.ndarray) -> pn.CollectedLoss:
        seen.append(rows)
        return plain(self, rows)

    monkeypatch.setattr(pn.CollectedLoss, "subset", watched)
    stepper.run_pass(weights, rng, number=2)
    assert [len(rows) for rows in seen] == [20] * 5
    assert sorted(np.concatenate(seen).tolist()) == list(range(100))


def test_a_record_goes_on_with_batches_as_large_as_they_were() -> None:
    network, sizes = CASES["squares"], []
    data, method = images(network, 100), Batchwise(10, growth=2.0)
    record = solvers.train(network, data, method, passes=2, form="samples")

    def watched(self: pn.CollectedLoss, rows: np.ndarray) -> pn.CollectedLoss:
        sizes.append(len(rows))
        return plain(self, rows)

    plain = pn.CollectedLoss.subset
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pn.CollectedLoss, "subset", watched)
        solvers.train(network, data, method, passes=1, form="samples", start=record)
    assert sizes == [34, 33, 33]


def test_weights_that_are_not_free_stay() -> None:
    network = CASES["squares"]
    loss = pn.collect(network, images(network, 60), form="samples")
    free = np.array([0, 3, 5])
    for batch in (10, 60):
        stepper = Batchwise(batch).stepper(loss, free)
        start = network.random_weights(0)
        weights, _ = stepper.run_pass(start, np.random.default_rng(0))
        moved = np.flatnonzero(weights != start)
        assert len(moved)
        assert set(moved.tolist()) <= set(free.tolist())


def test_a_line_in_single_precision_is_that_in_double() -> None:
    network = CASES["convolution"]
    data = images(network, 50)
    start, direction = network.random_weights(1), network.random_weights(2)
    exact = line_minimum(pn.collect(network, data, form="samples"), start, direction)
    rounded = line_minimum(pn.collect(network, data, precision="single"), start, direction)
    np.testing.assert_allclose(rounded.weights, exact.weights, rtol=1e-4, atol=1e-5)
    assert rounded.counts == exact.counts


def test_what_does_not_fit_is_refused() -> None:
    network = CASES["squares"]
    with pytest.raises(InputError, match="held as samples"):
        solvers.train(network, images(network), Batchwise(), form="moments")
    for settings in ({"momentum": 1.0}, {"damping": 0.0}, {"growth": 0.5}, {"lines": 0}):
        with pytest.raises(InputError, match=next(iter(settings))):
            Batchwise(**settings)


def test_a_pass_over_batches_that_is_taken_back_is_not_the_end() -> None:
    network = CASES["squares"]
    data, method = images(network, 60, 1), Batchwise(2, growth=1.5)
    record = solvers.train(network, data, method, seed=1, passes=8)
    losses = [entry.loss for entry in record.history]
    stays = [a == b for a, b in pairwise(losses)]
    assert stays[1]
    assert not stays[-1]
    assert record.stopped is Stopped.PASSES
    assert [entry.batch for entry in record.history] == [None, 2, 3, 5, 7, 11, 16, 23, None]


def test_on_all_examples_no_progress_is_the_end() -> None:
    network = pn.Network([pn.Dense(3, 2)])
    record = solvers.train(network, images(network, 20), Batchwise(20), passes=50)
    assert record.stopped is Stopped.NO_PROGRESS
    assert record.history[-1].batch is None
