"""Runs of the second-order methods, watched.

A method and a trial enter, a :class:`~compare.method.MethodRun` leaves.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.utils import vector_to_parameters

from compare.baselines.device import to_device
from compare.baselines.flat_loss import FlatLoss
from compare.baselines.newton_methods import (
    gauss_newton_steps,
    kfac_steps,
    library_steps,
    saddle_free_steps,
)
from compare.baselines.objective import Objective
from compare.curve import Recorder
from compare.method import DIVERGED, MethodRun

if TYPE_CHECKING:
    from compare.baselines.second_order import SecondOrder
    from compare.task import Trial

__all__ = ["train_by_newton"]

_STEPS = 10**9  # the budget ends a run before
_TOLERANCE = 1e-10  # of the libraries' own tests for the end


def train_by_newton(method: SecondOrder, trial: Trial) -> MethodRun:
    """The run of ``method`` from the weights of the trial."""
    begun = time.perf_counter()
    few = replace(trial.task, data=trial.task.data.take(min(2, len(trial.task.data))), test=None)
    _Run(method, replace(trial, task=few, passes=1, budget=math.inf)).stopped()  # libraries load
    run = _Run(method, trial)
    setup = time.perf_counter() - begun
    stopped = run.stopped()
    curve = run.recorder.finish(run.passes)
    if not run.recorder.finite:
        stopped = DIVERGED
    weights = None if stopped == DIVERGED else run.objective.weights()
    return MethodRun(curve, weights, stopped, setup)


class _Ended(Exception):  # no error
    """The budget or the passes are spent."""


class _Run:
    """The steps of one method, until something ends them."""

    def __init__(self, method: SecondOrder, trial: Trial) -> None:
        task, place = trial.task, to_device(trial.device)
        self._method, self._trial = method, trial
        self._loss = FlatLoss.of(
            task.network, task.data, penalties=task.penalties(), device=trial.device
        )
        self._start = torch.tensor(trial.start, device=place)
        self.objective = Objective(task, trial.start, trial.device)
        self.passes = 0
        self.recorder = Recorder(self.objective.measure)

    def stopped(self) -> str:
        """Go on until the end; why it ended."""
        try:
            self._steps()
        except _Ended as end:
            return str(end)
        return "no progress"

    def _steps(self) -> Tensor:
        loss, start, visit = self._loss, self._start, self._visit
        match self._method.optimizer:
            case "saddle-free-newton":
                return saddle_free_steps(loss, start, visit, steps=_STEPS)
            case "gauss-newton":
                return gauss_newton_steps(loss, start, visit, steps=_STEPS)
            case "kfac":
                return kfac_steps(loss, start, visit, steps=_STEPS)
            case name:
                return library_steps(loss, start, name, visit, steps=_STEPS, tolerance=_TOLERANCE)

    def _visit(self, theta: Tensor) -> None:
        """One more step is done."""
        self.passes += 1
        vector_to_parameters(theta.detach(), self.objective.parameters)
        if self.recorder.due:
            self.recorder.note(self.passes)
        if self._trial.passes is not None and self.passes >= self._trial.passes:
            raise _Ended("all passes done")
        if self.recorder.watch.wall >= self._trial.budget:
            raise _Ended("time is up")
        if not self.recorder.finite:
            raise _Ended(DIVERGED)
