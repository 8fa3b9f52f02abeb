"""The methods of this project behind the interface of all: exact trainers, and all critical points.

A trial enters, a :class:`~compare.method.MethodRun` leaves.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from compare.curve import Measures, Recorder
from compare.method import FloatArray, MethodRun
from polynet.collect import collect
from polynet.layers import Dense
from solvers.study import run_study
from solvers.training.accuracy import Accuracy
from solvers.training.blockwise import Blockwise
from solvers.training.method import TrainingMethod
from solvers.training.record import PassRecord, Stopped, TrainingRecord
from solvers.training.train import Stopping, train_loss

if TYPE_CHECKING:
    from compare.task import Task, Trial
    from solvers.protocol import Solver

__all__ = ["CriticalPoints", "ExactSteps"]

_MOST_PASSES = 10_000_000
_PASSES_FROM_EACH = 100
_LEAST_PROGRESS = 1e-12
_FEW = 2


@dataclass(frozen=True, slots=True)
class ExactSteps:
    """Training by the exact polynomial steps of ``trainer``: no learning rate, nothing to tune.

    A pass is a pass of the trainer: one step in each weight, some exact line searches, or a pass
    over the layers.
    """

    name: str
    trainer: TrainingMethod
    description: str = field(default="", repr=False)
    once: ClassVar[bool] = False
    keeps_network: ClassVar[bool] = True

    def refusal(self, task: Task) -> str | None:
        """Least squares for the last layer need one that is dense."""
        if isinstance(self.trainer, Blockwise) and not isinstance(task.network.layers[-1], Dense):
            return "the last layer is not Dense"
        return None

    def run(self, trial: Trial) -> MethodRun:
        """Train until the budget is spent or a pass makes no progress."""
        begun = time.perf_counter()
        loss = trial.task.loss(exact=False)
        self._warm_up(trial, loss.form.name)
        watched = _Watched(trial.task, loss.value(trial.start), trial.start)
        setup = time.perf_counter() - begun
        record = train_loss(
            loss,
            self.trainer,
            seed=trial.seed,
            passes=_MOST_PASSES if trial.passes is None else trial.passes,
            accuracies=(watched, watched),
            start=trial.start,
            stop=Stopping(seconds=trial.budget),
            progress=watched.after_pass,
        )
        _check_whole(record)
        watched.value = record.loss
        return MethodRun(
            curve=watched.recorder.finish(record.passes),
            weights=record.weights,
            stopped=record.stopped.value,
            setup_seconds=setup,
            settings={"loss held as": loss.form.name},
        )

    def ends(
        self, task: Task, starts: FloatArray, settings: Mapping[str, float | str]
    ) -> FloatArray:
        """Where runs from all ``starts`` end, one after another, after 100 passes at most."""
        loss, enough = task.loss(exact=False), Stopping(least_progress=_LEAST_PROGRESS)
        ends = np.empty_like(starts)
        for seed, start in enumerate(starts):
            record = train_loss(
                loss, self.trainer, seed=seed, passes=_PASSES_FROM_EACH, start=start, stop=enough
            )
            _check_whole(record)
            ends[seed] = record.weights
        return ends

    def _warm_up(self, trial: Trial, form: str) -> None:
        """One pass over a few examples, in the form of the loss: compiled code is loaded."""
        task = trial.task
        few = task.data.to_float().take(min(_FEW, len(task.data)))
        loss = collect(task.network, few, l2=task.penalties(), form=form)
        _check_whole(train_loss(loss, self.trainer, passes=1, start=trial.start))


def _check_whole(record: TrainingRecord) -> None:
    """``KeyboardInterrupt`` where Ctrl-C cut the run short, which training reports and is over."""
    if record.stopped is Stopped.INTERRUPTED:
        raise KeyboardInterrupt


class _Watched(Accuracy):
    """Stands where training measures accuracies, and measures only when a point is due."""

    def __init__(self, task: Task, value: float, start: FloatArray) -> None:
        super().__init__(task.network, None)
        self._train = Accuracy(task.network, task.data)
        self._test = Accuracy(task.network, task.test)
        self.value, self.weights = float(value), start
        self.recorder = Recorder(self._measures)

    def of(self, weights: FloatArray) -> float | None:
        """Nothing yet; the weights are kept."""
        self.weights = weights
        return None

    def after_pass(self, entry: PassRecord) -> None:
        """Measure where a point is due."""
        self.value = entry.loss
        if self.recorder.due:
            self.recorder.note(entry.number)

    def _measures(self, tested: bool) -> Measures:  # noqa: FBT001  # called with nothing else
        share = self._test.of(self.weights) if tested else None
        return self.value, self._train.of(self.weights), share


@dataclass(frozen=True, slots=True)
class CriticalPoints:
    """All critical points of the loss at once; the result is the least of them.

    It starts nowhere, so one run says all; it is not held to the budget of the others, and its
    seconds say what it took.
    """

    name: str
    solver: Solver
    description: str = field(default="", repr=False)
    once: ClassVar[bool] = True

    def refusal(self, task: Task) -> str | None:
        """Only tasks that say so are small and exact enough."""
        return None if task.landscape else "the task is not one for finding all critical points"

    def run(self, trial: Trial) -> MethodRun:
        """Find and classify all critical points."""
        task = trial.task
        loss = task.loss()
        first = _Watched(task, float(loss.value(trial.start)), trial.start).recorder
        study = run_study(loss, self.solver, name=task.name)
        seconds, cpu = first.watch.wall, first.watch.cpu
        points = [p for f in study.critical.families for p in f.representatives]
        least = min((*study.critical.real, *points), key=lambda p: p.loss, default=None)
        curve = first.points
        if least is not None:
            reached = _Watched(task, least.loss, least.point).recorder.points[0]
            curve = [*curve, replace(reached, seconds=seconds, cpu_seconds=cpu, passes=0)]
        return MethodRun(
            curve=tuple(curve),
            weights=None if least is None else least.point,
            stopped=study.critical.outcome.value,
            settings={
                "real critical points": str(study.critical.n_real),
                "families": str(len(study.critical.families)),
                "completeness": study.critical.completeness.status.value,
            },
            study=study,
        )
