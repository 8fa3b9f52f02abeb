"""Compiled coordinate passes against the loss restricted to one weight after another."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import polynet as pn
import solvers
from polynet.sample_form import SampleForm
from solvers.training import coordinatewise
from solvers.training.coordinatewise import Coordinatewise
from solvers.training.record import StepCounts
from tests.solvers.training.cases import CASES, images


def by_hand(loss: pn.CollectedLoss, weights: np.ndarray) -> tuple[np.ndarray, dict[int, int], int]:
    """A cyclic pass by ``loss.along`` and the univariate solver, one weight at a time."""
    weights, counts, maxima = weights.copy(), {}, 0
    for j in range(len(weights)):
        unit = np.eye(len(weights))[j]
        found = solvers.line_critical_points(loss.along(weights, unit))
        counts[len(found.points)] = counts.get(len(found.points), 0) + 1
        maxima += sum(point.kind.value == "maximum" for point in found.points)
        if found.least is not None:
            weights = weights + float(found.least.t) * unit
    return weights, counts, maxima


@pytest.mark.parametrize("form", ["samples", "moments"])
@pytest.mark.parametrize("l2", [0, 0.1])
@pytest.mark.parametrize("name", CASES)
def test_a_pass_is_the_pass_by_hand(name: str, l2: float, form: str) -> None:
    network = CASES[name]
    reduction = "mean" if l2 else "sum"
    loss = pn.collect(network, images(network), l2=l2, form=form, reduction=reduction)
    start = network.random_weights(3)
    free = np.arange(loss.n_parameters)
    stepper = Coordinatewise("cyclic").stepper(loss, free)
    weights, counts = stepper.run_pass(start, np.random.default_rng(0))
    expected, points, maxima = by_hand(loss, start)
    np.testing.assert_allclose(weights, expected, rtol=1e-7, atol=1e-8)
    assert {i: n for i, n in enumerate(counts.by_points) if n} == points
    assert counts.maxima == maxima


@pytest.mark.parametrize("order", ["cyclic", "random", "greedy"])
@pytest.mark.parametrize("name", CASES)
def test_the_loss_never_rises(name: str, order: str) -> None:
    network = CASES[name]
    method = Coordinatewise(order)
    record = solvers.train(network, images(network), method, passes=8)
    losses = [entry.loss for entry in record.history]
    assert all(b <= a * (1 + 1e-9) for a, b in pairwise(losses))
    assert losses[-1] < 0.9 * losses[0]
    assert record.counts.refused == 0


def in_single(loss: pn.CollectedLoss, data: pn.Dataset) -> pn.CollectedLoss:
    """The same loss with its inputs in float32."""
    inputs = data.inputs.astype(np.float32)
    return replace(loss, form=SampleForm.of(loss.network, inputs, data.targets))


@pytest.mark.parametrize("name", CASES)
def test_steps_in_single_precision_are_those_in_double_to_rounding(name: str) -> None:
    network, data = CASES[name], images(CASES[name])
    double = pn.collect(network, data, form="samples", l2=0.1)
    start, free = network.random_weights(3), np.arange(double.n_parameters)
    passes = [
        Coordinatewise("cyclic").stepper(loss, free).run_pass(start, np.random.default_rng(0))
        for loss in (double, in_single(double, data))
    ]
    (weights, counts), (rounded, others) = passes
    np.testing.assert_allclose(rounded, weights, rtol=1e-3, atol=1e-3)
    assert not np.array_equal(rounded, weights)
    assert others.by_points == counts.by_points


def test_digits_train_in_single_precision_as_in_double() -> None:
    data = pn.datasets.digits(flat=True).take(300).to_float()
    network = pn.Network([pn.Dense(64, 8), pn.Square(), pn.Dense(8, 10)])
    double = pn.collect(network, data, form="samples")
    records = [
        solvers.train_loss(loss, Coordinatewise(), passes=10)
        for loss in (double, in_single(double, data))
    ]
    ends = [double.value(record.weights) for record in records]
    assert ends[1] == pytest.approx(ends[0], rel=0.1)
    losses = [entry.loss for entry in records[1].history]
    assert all(b < a for a, b in pairwise(losses))
    assert records[1].counts.refused == 0


def test_weights_without_a_root_stay_and_are_counted() -> None:
    network = pn.Network([pn.Dense(3, 2, bias=False)])
    inputs = np.array([[1.0, 0.0, 2.0], [0.5, 0.0, -1.0]])
    data = pn.Dataset(inputs, [[1.0, 0.0], [0.0, 1.0]])
    for form in ("samples", "moments"):
        record = solvers.train(network, data, Coordinatewise(), passes=1, form=form)
        assert record.history[1].counts.by_points == (2, 4)
        assert record.history[1].counts.rootless_share == pytest.approx(1 / 3)
        np.testing.assert_array_equal(record.weights[[1, 4]], network.random_weights(0)[[1, 4]])


def test_singular_moments_do_not_divide_noise_by_noise() -> None:
    """Repeated examples: from moments, v' M v of a dead direction is rounding of zero."""
    network = pn.Network([pn.Dense(4, 3, bias=False), pn.Dense(3, 2, bias=False)])
    row = np.array([0.1, 0.2, 0.3, 0.7])
    data = pn.Dataset(np.stack([row, 3 * row, 7 * row]), np.ones((3, 2)))
    losses = [
        solvers.train(network, data, Coordinatewise("cyclic"), passes=5, form=form).loss
        for form in ("samples", "moments")
    ]
    assert losses[1] == pytest.approx(losses[0], rel=1e-9)


def test_linear_passes_converge_to_least_squares() -> None:
    network = pn.Network([pn.Dense(3, 2)])
    data = images(network, 20)
    record = solvers.train(network, data, Coordinatewise(), passes=200)
    table = np.hstack([data.inputs, np.ones((20, 1))])
    residual = np.linalg.lstsq(table, data.targets, rcond=None)[1].sum()
    assert record.loss == pytest.approx(residual, rel=1e-10)


@pytest.mark.parametrize("form", ["samples", "moments"])
def test_a_network_built_node_by_node_is_trained(form: str) -> None:
    builder = pn.Builder()
    x = builder.inputs(2)
    hidden = [builder.node(x, activation=pn.Square(), bias=False) for _ in range(2)]
    network = builder.network([builder.node(hidden, bias=False)])
    layered = pn.Network([pn.Dense(2, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])
    start = layered.random_weights(1)
    data, method = pn.datasets.xor(), Coordinatewise("cyclic")
    records = [
        solvers.train(net, data, method, passes=3, form=form, start=start)
        for net in (network, layered)
    ]
    np.testing.assert_allclose(records[0].weights, records[1].weights, rtol=1e-9)


def test_greedy_starts_with_the_weight_that_gains_most() -> None:
    network = pn.Network([pn.Dense(2, 1, bias=False)])
    data = pn.Dataset([[1.0, 10.0], [0.0, 1.0]], [[10.0], [1.0]])
    one = solvers.train(network, data, Coordinatewise("greedy"), passes=1, start=[0.0, 0.0])
    np.testing.assert_allclose(one.weights, [0.0, 1.0], atol=1e-12)


def test_an_unknown_order_and_too_many_examples_are_refused() -> None:
    with pytest.raises(pn.InputError, match="cyclic, random or greedy"):
        Coordinatewise("sorted")  # type: ignore[arg-type]
    network = pn.Network([pn.Dense(2, 2000), pn.Square(), pn.Dense(2000, 1)])
    inputs = np.ones((1, 2)) * np.ones((400_000, 1))
    loss = pn.collect(network, pn.Dataset(inputs, np.ones((400_000, 1))), form="samples")
    with pytest.raises(pn.BudgetError, match="Linewise"):
        Coordinatewise().stepper(loss, np.arange(loss.n_parameters))


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_tiles_of_any_width_give_the_same_steps(
    name: str, single: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = CASES[name]
    data = images(network, 150)
    loss = pn.collect(network, data, form="samples", l2=0.1)
    if single:
        loss = in_single(loss, data)
    start, free = network.random_weights(3), np.arange(loss.n_parameters)

    def swept() -> tuple[np.ndarray, StepCounts]:
        stepper = Coordinatewise("cyclic").stepper(loss, free)
        return stepper.run_pass(start, np.random.default_rng(0))

    whole, counts = swept()
    monkeypatch.setattr(coordinatewise, "_TILE_BYTES", 1)
    monkeypatch.setattr(coordinatewise, "_MIN_LANES", 64)  # three tiles, the last one narrower
    tiled, others = swept()
    if not single:  # along flat lines float32 has few digits of a step
        np.testing.assert_allclose(tiled, whole, rtol=1e-9, atol=1e-9)
        assert others == counts
    rounding = 1e-2 if single else 1e-10
    assert loss.value(tiled) == pytest.approx(loss.value(whole), rel=rounding)
