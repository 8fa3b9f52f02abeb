"""Methods of the experiment on CIFAR-100: the published Newton programs, and their one check.

A trial enters; what the baselines do with it leaves as a :class:`~compare.method.MethodRun`.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import ClassVar

from compare.baselines.cifar_newton import (
    CifarNewtonRecord,
    FastNet,
    Report,
    SlowNet,
    run_fast_net,
    run_slow_net,
)
from compare.baselines.functional_inverse_check import check_functional_inverse
from compare.curve import CurvePoint
from compare.experiment import Experiment, ImageTrial
from compare.method import DIVERGED, Method, MethodRun
from polynet.dataset import Dataset
from polynet.errors import InputError

__all__ = ["CIFAR_METHODS", "FunctionalInverse", "NewtonProgram", "cifar_method"]

_N_PROBLEMS = 100
_FEW = 4


def _unread(line: str) -> None:
    """Where the lines of a program go that nobody reads."""


@dataclass(frozen=True, slots=True)
class NewtonProgram:
    """One of the two programs with its settings; epochs are those of the settings unless given.

    ``report`` is given each line that the original prints, while it runs.
    """

    name: str
    description: str
    settings: FastNet | SlowNet
    report: Report = field(default=_unread, repr=False)
    once: ClassVar[bool] = False

    def refusal(self, task: Experiment) -> str | None:
        """None."""
        return None

    def run(self, trial: ImageTrial) -> MethodRun:
        """Run it; the loss on the way is that of each batch before its step, per image.

        The pseudo-inverses of the batches of ``fast_net`` count as training.
        """
        settings = self.settings
        if trial.epochs is not None:
            settings = replace(settings, epochs=trial.epochs)
        data, test = trial.experiment.data, trial.experiment.test
        begun = time.perf_counter()
        few = data.take(min(_FEW, len(data)))
        _recorded(_one_step(settings), (few, few), trial, _unread)  # libraries are loaded
        loading = time.perf_counter() - begun
        record = _recorded(settings, (data, test), trial, self.report)
        return _run_of(record, settings.epochs, loading)


def _recorded(
    settings: FastNet | SlowNet, data: tuple[Dataset, Dataset], trial: ImageTrial, report: Report
) -> CifarNewtonRecord:
    """The record of the program that ``settings`` are for."""
    if isinstance(settings, FastNet):
        return run_fast_net(*data, settings, seed=trial.seed, report=report, device=trial.device)
    return run_slow_net(*data, settings, seed=trial.seed, report=report, device=trial.device)


def _one_step(settings: FastNet | SlowNet) -> FastNet | SlowNet:
    """The same program for one step on few images, with a narrow layer where it may have one."""
    if isinstance(settings, FastNet):
        return replace(settings, batch_size=_FEW, epochs=1)
    return replace(settings, batch_size=_FEW, epochs=1, hidden=_FEW, most_steps=1)


@dataclass(frozen=True, slots=True)
class FunctionalInverse:
    """The published check on 3 x 3 matrices, of which there is nothing to train."""

    name: str = "functional-inverse"
    description: str = f"the check on {_N_PROBLEMS} problems of 3 x 3 matrices, no images"
    once: ClassVar[bool] = True

    def refusal(self, task: Experiment) -> str | None:
        """None."""
        return None

    def run(self, trial: ImageTrial) -> MethodRun:
        """The findings are distances |V - V_H| / |V_H| from the Newton step of each layer."""
        check = check_functional_inverse(_N_PROBLEMS)
        by_change = zip(check.changes, check.by_change, strict=True)
        findings = {
            "closed form: greatest distance": check.closed_form_worst,
            "closed form: median distance": check.closed_form,
            **{f"finite difference {r:g}: median distance": off for r, off in by_change},
            "median distance of the closed form from the full step": check.full_step,
        }
        return MethodRun((), None, "done", findings=findings)


CIFAR_METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        FunctionalInverse(),
        NewtonProgram("fast_net", "functional-inverse steps, published settings", FastNet()),
        NewtonProgram("fast_net-224", "the same in batches of 224", FastNet(batch_size=224)),
        NewtonProgram("slow_net", "saddle-free steps with each layer's Hessian", SlowNet()),
        NewtonProgram(
            "slow_net-damping-first",
            "the same with the published order, 1 / |eigenvalue + damping|",
            SlowNet(order="damping first"),
        ),
        NewtonProgram(
            "slow_net-test-overwrites",
            "the same with the published test loop, which steps on test images",
            SlowNet(test_overwrites=True),
        ),
    )
}
"""By name; the last two have the faults that were published."""


def cifar_method(name: str) -> Method:
    """The method called ``name``; raises ``InputError`` where there is none."""
    if name not in CIFAR_METHODS:
        raise InputError(f"no method is called {name!r}; there are {', '.join(CIFAR_METHODS)}")
    return CIFAR_METHODS[name]


def _run_of(record: CifarNewtonRecord, epochs: int, loading: float) -> MethodRun:
    """The record as a run: after each step the loss of its batch before it, for each image."""
    last = record.scores[-1]
    times = [(entry.seconds, entry.cpu_seconds) for entry in record.errors[1:]]
    times.append((last.seconds, last.cpu_seconds))
    shares = {score.steps: score.correct / score.total for score in record.scores}
    sizes = (
        min(record.batch_size, record.n_train - (entry.batch - 1) * record.batch_size)
        for entry in record.errors
    )
    curve = tuple(
        CurvePoint(*time, epochs * step / last.steps, entry.error / size, None, shares.get(step))
        for step, (entry, size, time) in enumerate(zip(record.errors, sizes, times, strict=True), 1)
        if math.isfinite(entry.error)
    )
    whole = len(curve) == len(record.errors)
    return MethodRun(
        curve,
        None,
        "all passes done" if whole else DIVERGED,
        loading + record.seconds - last.seconds,
        {"images in a batch": float(record.batch_size)},
    )
