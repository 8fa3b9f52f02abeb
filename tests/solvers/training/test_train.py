"""The loop of training: stopping, records, continuation, refusal."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import polynet as pn
import solvers
from solvers.training.method import FloatArray, Indices
from solvers.training.record import PassRecord, StepCounts, Stopped, TrainingRecord
from tests.solvers.training.cases import CASES, images
from tests.solvers.training.uphill import Uphill

NETWORK = CASES["squares"]
DATA = images(NETWORK)


def run(**arguments: object) -> TrainingRecord:
    return solvers.train(NETWORK, DATA, solvers.Coordinatewise(), **arguments)  # type: ignore[arg-type]


def test_each_rule_stops() -> None:
    full = run(passes=6)
    assert full.stopped is Stopped.PASSES
    assert full.passes == 6
    third = full.history[3].loss
    early = run(passes=6, stop=solvers.Stopping(loss=third))
    assert (early.stopped, early.passes) == (Stopped.TARGET_LOSS, 3)
    assert run(passes=6, stop=solvers.Stopping(seconds=0.0)).stopped is Stopped.SECONDS
    slow = run(passes=500, stop=solvers.Stopping(least_progress=0.05))
    assert slow.stopped is Stopped.NO_PROGRESS
    before, last = slow.history[-2:]
    assert before.loss - last.loss <= 0.05 * before.loss


def test_target_accuracy_is_of_the_test_data() -> None:
    network = pn.Network([pn.Dense(2, 3), pn.Square(), pn.Dense(3, 1)])
    record = solvers.train(
        network,
        pn.datasets.xor(),
        solvers.Coordinatewise(),
        test=pn.datasets.xor(),
        passes=100,
        stop=solvers.Stopping(accuracy=1.0),
    )
    assert record.stopped is Stopped.TARGET_ACCURACY
    outputs = network.forward(record.weights, pn.datasets.xor().inputs)
    assert ((outputs > 0.5) == (pn.datasets.xor().targets == 1)).all()


def test_a_record_reads_back_to_the_last_bit(tmp_path: Path) -> None:
    record = run(passes=3, test=DATA)
    record.to_json(tmp_path / "record.json")
    again = TrainingRecord.from_json(tmp_path / "record.json")
    np.testing.assert_array_equal(again.weights, record.weights)
    assert again.history == record.history
    assert str(again) == str(record)
    with pytest.raises(pn.DataError, match="training record"):
        TrainingRecord.from_json('{"format": "other"}')


def test_a_checkpoint_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    whole = run(passes=5)
    run(passes=2, checkpoint=tmp_path / "half.json")
    half = TrainingRecord.from_json(tmp_path / "half.json")
    rest = run(passes=3, start=half)
    np.testing.assert_array_equal(rest.weights, whole.weights)
    assert [entry.loss for entry in rest.history] == [entry.loss for entry in whole.history]


def test_a_record_of_another_loss_is_refused() -> None:
    record = run(passes=2)
    with pytest.raises(pn.InputError, match="other data, targets or penalties"):
        run(passes=1, start=record, l2=1.0)
    begun = run(passes=1, start=record.weights, l2=1.0)
    assert [entry.number for entry in begun.history] == [0, 1]


def test_an_interrupt_keeps_what_was_reached() -> None:
    def interrupt(entry: PassRecord) -> None:
        if entry.number == 2:
            signal.raise_signal(signal.SIGINT)

    record = run(passes=10, progress=interrupt)
    assert record.stopped is Stopped.INTERRUPTED
    assert record.passes in (2, 3)
    loss = pn.collect(NETWORK, DATA)
    assert record.loss == pytest.approx(loss.value(record.weights))


def test_a_second_interrupt_drops_the_pass_under_way() -> None:
    @dataclass
    class Counting:
        passes: int = 0

        def stepper(self, loss: pn.CollectedLoss, free: Indices) -> Counting:
            return self

        def run_pass(
            self, weights: FloatArray, rng: np.random.Generator, number: int = 1
        ) -> tuple[FloatArray, StepCounts]:
            self.passes += 1
            if self.passes == 3:
                signal.raise_signal(signal.SIGINT)
                signal.raise_signal(signal.SIGINT)
            # A small step downhill, so that there is progress.
            slope = pn.collect(NETWORK, DATA).gradient(weights)
            return weights - 1e-6 * slope, StepCounts((0, 1), moved=1)

    record = solvers.train(NETWORK, DATA, Counting(), passes=10)
    assert (record.stopped, record.passes) == (Stopped.INTERRUPTED, 2)
    loss = pn.collect(NETWORK, DATA)
    assert record.loss == pytest.approx(loss.value(record.weights))


def test_a_bar_shows_loss_and_test_accuracy(capsys: pytest.CaptureFixture[str]) -> None:
    network, data = pn.Network([pn.Dense(2, 3), pn.Square(), pn.Dense(3, 1)]), pn.datasets.xor()
    record = solvers.train(network, data, solvers.Coordinatewise(), test=data, progress=True)
    shown = " ".join(capsys.readouterr().err.split())
    assert f"pass {record.passes}: loss" in shown
    assert "test accuracy" in shown


def test_a_pass_that_would_raise_the_loss_is_refused_and_counted() -> None:
    record = solvers.train(NETWORK, DATA, Uphill(), passes=3)
    np.testing.assert_array_equal(record.weights, NETWORK.random_weights(0))
    assert record.counts.refused >= 1
    assert record.counts.moved == 0
    assert record.history[-1].loss == record.history[0].loss


def test_the_same_seed_gives_the_same_run() -> None:
    one, same, other = (run(passes=2, seed=seed).weights for seed in (4, 4, 5))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_bad_arguments_are_refused_before_any_work() -> None:
    with pytest.raises(pn.ShapeError, match="parameters"):
        run(start=[1.0])
    with pytest.raises(pn.ShapeError, match="targets"):
        run(test=pn.Dataset(DATA.inputs, DATA.targets[:, :1]))
    with pytest.raises(pn.InputError, match="share from 0 to 1"):
        solvers.Stopping(accuracy=98)
    with pytest.raises(pn.InputError, match=">= 0"):
        solvers.Stopping(seconds=-1)
    with pytest.raises(pn.InputError, match="passes"):
        run(passes=0)


def test_counts_add() -> None:
    one = StepCounts((1, 2), maxima=1, moved=2)
    both = one + StepCounts((0, 0, 0, 4), refused=3)
    assert both == StepCounts((1, 2, 0, 4), maxima=1, moved=2, refused=3)
    assert replace(one).rootless_share == pytest.approx(1 / 3)
