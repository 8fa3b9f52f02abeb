"""Mini-batches: what they hold, that nothing rises on them, growth, continuation."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polynet as pn
import solvers
from polynet.errors import InputError
from solvers.training.batches import Batches
from solvers.training.method import FloatArray, Indices, Stepper, TrainingMethod
from solvers.training.record import StepCounts, Stopped, TrainingRecord
from tests.solvers.training.cases import CASES, images
from tests.solvers.training.uphill import Uphill

NETWORK = CASES["squares"]
DATA = images(NETWORK, 50)
METHODS: dict[str, TrainingMethod] = {
    "coordinates": solvers.Coordinatewise(),
    "lines": solvers.Linewise("gauss-newton", lines=2),
    "blocks": solvers.Blockwise(),
    "planes": solvers.Planewise(solvers.Linewise("gradient", lines=2), "random"),
}


def run(method: TrainingMethod, **arguments: Any) -> TrainingRecord:
    return solvers.train(NETWORK, DATA, method, **arguments)


@pytest.mark.parametrize(("size", "n"), [(7, 50), (25, 50), (49, 50), (1, 5)])
def test_batches_are_a_partition_into_parts_that_are_no_larger(size: int, n: int) -> None:
    parts = Batches(size).cut(size, n, np.random.default_rng(0))
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    assert max(map(len, parts)) <= size
    assert len(parts) == -(-n // size)


@pytest.mark.parametrize("l2", [0.0, 0.7])
def test_losses_of_batches_add_up_to_the_loss(l2: float) -> None:
    loss = pn.collect(NETWORK, DATA, l2=l2, form="samples")
    added = loss.subset(range(30)).merge(loss.subset(range(30, 50))) if l2 == 0 else None
    weights = NETWORK.random_weights(2)
    parts = [loss.subset(rows) for rows in Batches(9).cut(9, 50, np.random.default_rng(1))]
    assert sum(part.value(weights) for part in parts) == pytest.approx(loss.value(weights))
    if added is not None:
        assert added.value(weights) == pytest.approx(loss.value(weights))
    mean = pn.collect(NETWORK, DATA, l2=l2, form="samples", reduction="mean")
    rows = np.array([4, 0, 9])
    alone = pn.collect(NETWORK, DATA[rows], l2=l2, form="samples", reduction="mean")
    assert mean.subset(rows).value(weights) == pytest.approx(alone.value(weights))


@dataclass
class Watched:
    """A method that notes the loss of each batch before and after its pass."""

    inner: TrainingMethod
    seen: list[tuple[int, float, float]]

    def stepper(self, loss: pn.CollectedLoss, free: Indices) -> Stepper:
        watched, inner = self, self.inner.stepper(loss, free)

        class Noting:
            def run_pass(
                self, weights: FloatArray, rng: np.random.Generator, number: int = 1
            ) -> tuple[FloatArray, StepCounts]:
                moved, counts = inner.run_pass(weights, rng, number)
                values = loss.value(weights), loss.value(moved)
                watched.seen.append((loss.n_examples, *values))
                return moved, counts

        return Noting()


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("seed", range(3))
def test_the_loss_of_a_batch_never_rises(name: str, seed: int) -> None:
    watched = Watched(METHODS[name], [])
    record = run(watched, batch=20, passes=3, seed=seed, l2=0.1)
    assert [n for n, _, _ in watched.seen] == [17, 17, 16] * 3
    assert all(after <= before * (1 + 1e-9) for _, before, after in watched.seen)
    loss = pn.collect(NETWORK, DATA, l2=0.1)
    assert record.loss == pytest.approx(loss.value(record.weights))


def test_a_rise_on_a_batch_is_refused_and_counted() -> None:
    record = run(Uphill(), batch=10, passes=2)
    np.testing.assert_array_equal(record.weights, NETWORK.random_weights(0))
    assert (record.counts.moved, record.counts.refused) == (0, 10)


def test_batches_grow_to_all_examples_and_then_the_loss_never_rises() -> None:
    record = run(solvers.Linewise("lbfgs", lines=3), batch=10, growth=2.0, passes=7)
    assert [entry.batch for entry in record.history] == [None, 10, 20, 40, None, None, None, None]
    whole = [entry.loss for entry in record.history[3:]]
    assert all(b <= a * (1 + 1e-9) for a, b in pairwise(whole))
    assert "batches of 10" not in str(record)


@pytest.mark.parametrize("name", METHODS)
def test_a_record_goes_on_with_the_same_batches_to_the_same_bits(name: str, tmp_path: Path) -> None:
    options: dict[str, Any] = {"batch": 8, "growth": 2.5, "seed": 2}
    whole = run(METHODS[name], passes=5, **options)
    run(METHODS[name], passes=2, checkpoint=tmp_path / "half.json", **options)
    half = TrainingRecord.from_json(tmp_path / "half.json")
    rest = run(METHODS[name], passes=3, start=half, **options)
    np.testing.assert_array_equal(rest.weights, whole.weights)
    assert [(e.loss, e.batch) for e in rest.history] == [(e.loss, e.batch) for e in whole.history]


def test_a_rise_of_the_whole_loss_between_batches_is_no_reason_to_stop() -> None:
    """Batches of one example chase each other's targets: the loss of all rises in some pass."""
    record = run(solvers.Linewise("gradient", lines=5), batch=1, passes=6)
    losses = [entry.loss for entry in record.history]
    assert any(b > a for a, b in pairwise(losses))
    assert record.stopped is Stopped.PASSES


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match='form="samples"'):
        run(solvers.Coordinatewise(), batch=5, form="moments")
    with pytest.raises(InputError, match="batch"):
        run(solvers.Coordinatewise(), batch=0)
    with pytest.raises(InputError, match="factor of 1 or more"):
        run(solvers.Coordinatewise(), batch=5, growth=0.5)
    with pytest.raises(InputError, match="no batches to grow"):
        run(solvers.Coordinatewise(), growth=2.0)
    loss = pn.collect(NETWORK, DATA, form="samples")
    for rows in ([], [50], [-1], [[0]], [0.5]):
        with pytest.raises(InputError, match="whole numbers from 0 to 49"):
            loss.subset(rows)
