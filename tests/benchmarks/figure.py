"""One measured figure beside the one that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

__all__ = ["Benchmark", "Figure", "Goal", "Settings"]

Goal: TypeAlias = Literal["at least", "at most", "below"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, how much of it, and what was asked.

    ``measured`` is None where it could not be measured: then a goal counts as missed. Figures
    without a goal are there to be compared with. ``unit`` is ``"s"``, ``"MiB"``, ``"x"`` for a
    ratio, ``""`` for a bare number.
    """

    benchmark: str
    name: str
    measured: float | None
    unit: str
    goal: Goal | None = None
    asked: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.goal is None or self.asked is None:
            return None
        if self.measured is None:
            return False
        if self.goal == "at least":
            return self.measured >= self.asked
        return self.measured <= self.asked if self.goal == "at most" else self.measured < self.asked


@dataclass(frozen=True, slots=True)
class Settings:
    """How much to measure, on how many threads, and where the images lie.

    For the tables of landscapes: ``seeds`` for each row, the names of the ``rows`` (all where
    empty), the number ``n_real`` of real data sets, and the ``methods``. ``runs`` is a folder where
    finished runs of classifiers and of the catalogue are kept; ``published`` asks for the published
    starts of the former.
    """

    quick: bool
    full: bool
    threads: int
    image_root: Path
    seeds: int | None = None
    rows: tuple[str, ...] = ()
    n_real: int | None = None
    methods: tuple[str, ...] = ("reduced", "parameter")
    runs: Path | None = None
    published: bool = False

    @property
    def rounds(self) -> int:
        """How often each contender gets its turn."""
        return 2 if self.quick else 5


Benchmark: TypeAlias = Callable[[Settings], Iterable[Figure]]
