"""What a method is: something that runs on a task from given weights within a budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from compare.curve import CurvePoint
from compare.task import Task

if TYPE_CHECKING:
    from solvers.study_record import Study

__all__ = ["DIVERGED", "FloatArray", "ManyStarts", "Method", "MethodRun"]

FloatArray: TypeAlias = NDArray[np.float64]

DIVERGED = "diverged"
"""Why a run ended whose loss is no number any more."""


@dataclass(frozen=True, slots=True, eq=False)
class MethodRun:
    """What one run leaves.

    ``weights`` are the last ones, None for a network that is not that of the task.
    ``setup_seconds`` went by before the clock started (collecting the loss, loading compiled code,
    choosing a step size). ``settings`` is what was chosen on the way, ``stopped`` why it ended.
    ``study`` are all critical points, of methods that find them; ``findings`` are numbers by name
    that have no place on a curve.
    """

    curve: tuple[CurvePoint, ...]
    weights: FloatArray | None
    stopped: str
    setup_seconds: float = 0.0
    settings: Mapping[str, float | str] = field(default_factory=dict)
    study: Study | None = None
    findings: Mapping[str, float] = field(default_factory=dict)


class Method(Protocol):
    """A way to bring a loss down; a small frozen object whose ``repr`` says all its settings.

    Methods of a :class:`~compare.task.Task` are given it and its trials; those of an
    :class:`~compare.experiment.Experiment` are given that and its trials.
    """

    @property
    def name(self) -> str:
        """What it is called in records and tables."""

    @property
    def description(self) -> str:
        """What it does, in a few words."""

    @property
    def once(self) -> bool:
        """Whether it starts nowhere, so that one run says all."""

    def refusal(self, task: Any) -> str | None:
        """Why it cannot run on ``task``; None where it can."""

    def run(self, trial: Any) -> MethodRun:
        """Run, and say what came of it."""


@runtime_checkable
class ManyStarts(Protocol):
    """A method that can be run from many starts, for the sizes of basins."""

    @property
    def keeps_network(self) -> bool:
        """Whether its weights are weights of the task's own network."""

    def ends(
        self, task: Task, starts: FloatArray, settings: Mapping[str, float | str]
    ) -> FloatArray:
        """Where runs from ``starts`` ``(n_starts, n_parameters)`` end, of the same shape.

        ``settings`` are those that a run chose. Rows of diverged runs are NaN.
        """
