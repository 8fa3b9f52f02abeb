"""The clock of one run, which stands still while something is measured."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["Stopwatch", "cpu_seconds"]


def cpu_seconds() -> float:
    """What the processors have spent on this process and on its children that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


@dataclass(slots=True)
class Stopwatch:
    """Wall and CPU seconds of this process since it was made, without those of ``paused``."""

    _wall: float = 0.0
    _cpu: float = 0.0

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin at zero."""
        self._wall, self._cpu = time.perf_counter(), cpu_seconds()

    @property
    def wall(self) -> float:
        """Seconds by the clock."""
        return time.perf_counter() - self._wall

    @property
    def cpu(self) -> float:
        """Seconds of the processors, of all threads and of child processes that have ended."""
        return cpu_seconds() - self._cpu

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Time within does not count."""
        wall, cpu = time.perf_counter(), cpu_seconds()
        try:
            yield
        finally:
            self._wall += time.perf_counter() - wall
            self._cpu += cpu_seconds() - cpu
