"""What a run cost: seconds on the clock, seconds of the processor, and on how many threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch

from compare.stopwatch import Stopwatch

__all__ = ["Cost", "with_cost"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock and of all threads of this process, and how many threads torch uses."""

    seconds: float
    cpu_seconds: float
    threads: int


def with_cost(run: Callable[[], T]) -> tuple[T, Cost]:
    """The result of ``run()`` and what it cost."""
    watch = Stopwatch()
    result = run()
    return result, Cost(watch.wall, watch.cpu, torch.get_num_threads())
