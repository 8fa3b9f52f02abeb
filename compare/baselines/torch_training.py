"""The loop of the first-order methods: steps of an optimizer of torch, watched.

A method and a trial enter, a :class:`~compare.method.MethodRun` leaves.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from compare.baselines.first_order import LEARNING_RATES
from compare.baselines.objective import Objective
from compare.curve import CurvePoint, Recorder
from compare.method import DIVERGED, MethodRun

if TYPE_CHECKING:
    from compare.baselines.first_order import FirstOrder
    from compare.task import Trial

__all__ = ["make_optimizer", "train_by_torch"]

_TUNING = 0.1
"""The part of the budget that each learning rate is tried for."""
_STILL = 1e-12
"""Weights that moved less than this, relatively, between two points of the curve are still."""
_LBFGS_STEPS = 10


def train_by_torch(method: FirstOrder, trial: Trial) -> MethodRun:
    """The run of ``method``; with the best learning rate where it has none."""
    begun = time.perf_counter()
    settings: dict[str, float | str] = {"examples in a step": method.examples_in_step(trial.task)}
    _warm_up(method, trial)
    if method.optimizer != "lbfgs":
        if method.learning_rate is None:
            method = replace(method, learning_rate=_best_rate(method, trial))
        settings["learning rate"] = float(method.learning_rate or 0.0)
    loop = _Loop(method, trial)
    setup = time.perf_counter() - begun
    stopped = loop.run()
    curve = loop.recorder.finish(loop.passes)
    if not loop.recorder.finite:
        stopped = DIVERGED
    return MethodRun(
        curve=curve,
        weights=None if method.relu or stopped == DIVERGED else loop.objective.weights(),
        stopped=stopped,
        setup_seconds=setup,
        settings=settings,
    )


def make_optimizer(
    method: FirstOrder, parameters: Iterable[Tensor], *, tolerance: float = 1e-10
) -> torch.optim.Optimizer:
    """The optimizer of torch that ``method`` names; L-BFGS stops at gradients of ``tolerance``."""
    rate = method.learning_rate or 1.0
    if method.optimizer == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=method.momentum)
    if method.optimizer == "adam":
        return torch.optim.Adam(parameters, lr=rate)
    if method.optimizer == "adamw":
        return torch.optim.AdamW(parameters, lr=rate)
    return torch.optim.LBFGS(
        parameters,
        lr=rate,
        max_iter=_LBFGS_STEPS,
        tolerance_grad=tolerance,
        tolerance_change=0.0,
        line_search_fn="strong_wolfe",
    )


def _best_rate(method: FirstOrder, trial: Trial) -> float:
    """The rate with the least loss after a tenth of the budget."""
    short = replace(trial, budget=_TUNING * trial.budget, task=replace(trial.task, test=None))

    def reached(rate: float) -> float:
        loop = _Loop(replace(method, learning_rate=rate), short)
        loop.run()
        loss = loop.recorder.finish(loop.passes)[-1].loss
        return loss if math.isfinite(loss) else math.inf

    return min(LEARNING_RATES, key=reached)


def _warm_up(method: FirstOrder, trial: Trial) -> None:
    """One pass over a few examples: torch loads what it needs."""
    few = replace(trial.task, data=trial.task.data.take(min(2, len(trial.task.data))), test=None)
    rate = method.learning_rate or LEARNING_RATES[0]
    _Loop(replace(method, learning_rate=rate), replace(trial, task=few, passes=1)).run()


class _Loop:
    """Passes of one optimizer, until something ends them."""

    def __init__(self, method: FirstOrder, trial: Trial) -> None:
        self.objective = Objective(trial.task, trial.start, trial.device, relu=method.relu)
        self._optimizer = make_optimizer(method, self.objective.parameters)
        self._generator = torch.Generator().manual_seed(trial.seed)
        self._batch = method.examples_in_step(trial.task)
        self._trial = trial
        self._one_pass: Callable[[], None] = (
            self._line_searches if method.optimizer == "lbfgs" else self._epoch
        )
        self.passes = 0
        self.recorder = Recorder(self.objective.measure)
        self._least = math.inf

    def run(self) -> str:
        """Go on until the end; why it ended."""
        trial, recorder = self._trial, self.recorder
        weights = self.objective.weights()
        while recorder.watch.wall < trial.budget:
            if trial.passes is not None and self.passes >= trial.passes:
                return "all passes done"
            before = self.passes
            self._one_pass()
            if not recorder.due:
                continue
            recorder.note(self.passes)
            if not recorder.finite:
                return DIVERGED
            with recorder.watch.paused():
                weights, previous = self.objective.weights(), weights
                if self.passes == before or _still(weights, previous, recorder.points):
                    return "nothing moves"
        return "time is up"

    def _epoch(self) -> None:
        """Every example once, in random batches where they are not all taken at once."""
        n = self.objective.n_examples
        if self._batch >= n:
            self._step(None)
        else:
            for rows in torch.split(torch.randperm(n, generator=self._generator), self._batch):
                self._step(rows)
        self.passes += 1

    def _step(self, rows: Tensor | None) -> None:
        self._optimizer.zero_grad()
        self.objective.per_example(rows).backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()

    def _line_searches(self) -> None:
        """Some iterations of L-BFGS; every evaluation is a pass.

        An evaluation that is the best so far may be a point of the curve: torch takes ten
        iterations in one step, and the curve would say nothing of them.
        """

        def closure() -> float:
            self.passes += 1
            self._optimizer.zero_grad()
            loss = self.objective.per_example()
            loss.backward()  # type: ignore[no-untyped-call]
            value = float(loss.detach())
            if value < self._least:
                self._least = value
                if self.recorder.due:
                    self.recorder.note(self.passes)
            return value

        optimizer: Any = self._optimizer
        optimizer.step(closure)


def _still(weights: Any, previous: Any, points: list[CurvePoint]) -> bool:
    """Whether the last two points of the curve are the same place."""
    size = max(1.0, float(np.abs(weights).max(initial=0.0)))
    moved = float(np.abs(weights - previous).max(initial=0.0))
    return len(points) > 2 and moved <= _STILL * size
