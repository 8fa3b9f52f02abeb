"""The way of one run: loss and accuracies against seconds and passes, at growing distances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from compare.stopwatch import Stopwatch

__all__ = ["CurvePoint", "Measures", "Recorder"]

Measures = tuple[float, float | None, float | None]
"""Loss, share of training examples right, share of test examples right."""

_GROWTH = 1.15
"""Points are so much further apart in seconds, so that a curve has about 100."""
_TESTED_GROWTH = 1.5
"""The same for points with a test accuracy, which takes longer to measure than the loss."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The state of a run after ``seconds`` of training and ``passes`` over the data.

    ``loss`` is that of the task on all training examples; accuracies are shares in [0, 1], None
    where targets are no classes or there are no test data.
    """

    seconds: float
    cpu_seconds: float
    passes: float
    loss: float
    train_accuracy: float | None
    test_accuracy: float | None


class Recorder:
    """Measures a run now and then, off the clock.

    ``measure(tested)`` gives loss and accuracies at the present weights, that on the test data
    where ``tested``. A point is due whenever the seconds have grown by 15 per cent; test accuracies
    are measured when they have grown by a half, and at both ends.
    """

    def __init__(self, measure: Callable[[bool], Measures]) -> None:
        self._measure = measure
        self._tested = 0.0
        self.watch = Stopwatch()
        self.points = [CurvePoint(0.0, 0.0, 0, *measure(True))]
        self.watch.restart()

    @property
    def due(self) -> bool:
        """Whether a point is to be measured now."""
        return self.watch.wall >= _GROWTH * self.points[-1].seconds

    @property
    def finite(self) -> bool:
        """Whether the last loss measured is a number."""
        return isfinite(self.points[-1].loss)

    def note(self, passes: float, *, tested: bool = False) -> None:
        """Measure now, after ``passes``."""
        seconds, cpu = self.watch.wall, self.watch.cpu
        with self.watch.paused():
            tested = tested or seconds >= _TESTED_GROWTH * self._tested
            self._tested = seconds if tested else self._tested
            self.points.append(CurvePoint(seconds, cpu, passes, *self._measure(tested)))

    def finish(self, passes: float) -> tuple[CurvePoint, ...]:
        """All points with a finite loss, the last of them after the last pass."""
        if self.points[-1].passes == passes and len(self.points) > 1:
            seconds, cpu = self.points[-1].seconds, self.points[-1].cpu_seconds
            self.points[-1] = CurvePoint(seconds, cpu, passes, *self._measure(True))
        else:
            self.note(passes, tested=True)
        return tuple(point for point in self.points if isfinite(point.loss))
