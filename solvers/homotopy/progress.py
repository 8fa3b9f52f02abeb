"""How far a run is: what a ``progress`` callable is told, and the bar that shows it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.number_text import counted

__all__ = ["PathProgress", "ProgressMeter", "ProgressOption", "Reporter", "reporting"]


@dataclass(frozen=True, slots=True)
class PathProgress:
    """Numbers of paths so far, and seconds; tracked = finite + singular + at infinity + failed.

    ``finite`` and ``singular`` count paths, not distinct solutions. ``round`` 0 is the tracking of
    all paths; later rounds track some of them again with more care, ``left`` of them are still to
    come in this round. ``seconds_left`` of the round is None before there is a measure.

    With many targets the paths are those to all of them. Monodromy does not know beforehand how
    many paths it takes: ``total``, ``left`` and ``seconds_left`` are None, and ``solutions`` is the
    number of solutions known, which is None in other runs.
    """

    tracked: int
    total: int | None
    finite: int
    singular: int
    at_infinity: int
    failed: int
    round: int
    left: int | None
    seconds: float
    seconds_left: float | None
    solutions: int | None = None


Reporter = Callable[[PathProgress], None]
ProgressOption = bool | Reporter | None
"""What solvers take as ``progress``: True for the bar, a callable, or neither."""


@dataclass(slots=True)
class ProgressMeter:
    """Counts batches as they come and tells the ``reporter``; costs nothing without one."""

    table: PathTable
    reporter: Reporter | None = None
    begin: float = 0.0
    round: int = 0
    left: int = 0
    done: int = 0
    round_begin: float = 0.0

    def start_round(self, number: int, n_paths: int) -> None:
        """A round of ``n_paths`` paths begins."""
        self.round_begin = time.perf_counter()
        self.begin = self.begin or self.round_begin
        self.round, self.left, self.done = number, n_paths, 0

    def advance(self, n_paths: int) -> None:
        """So many paths of the round are tracked."""
        self.left -= n_paths
        self.done += n_paths
        if self.reporter is not None:
            self.reporter(self._now())

    def _now(self) -> PathProgress:
        counts = self.table.counts.tolist()
        now = time.perf_counter()
        rate = (now - self.round_begin) / self.done
        return PathProgress(
            tracked=len(self.table) - counts[PathEnd.UNTRACKED],
            total=len(self.table),
            finite=counts[PathEnd.REGULAR],
            singular=counts[PathEnd.SINGULAR],
            at_infinity=counts[PathEnd.AT_INFINITY],
            failed=counts[PathEnd.FAILED],
            round=self.round,
            left=self.left,
            seconds=now - self.begin,
            seconds_left=rate * self.left,
        )


@contextmanager
def reporting(progress: ProgressOption) -> Iterator[Reporter | None]:
    """What a run reports to: the bar for True, the callable itself, None for False and None."""
    if progress is True:
        with _bar() as reporter:
            yield reporter
    else:
        yield progress or None


@contextmanager
def _bar() -> Iterator[Reporter]:
    """A reporter that draws a bar on standard error; without a terminal, only how it ended."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.fields[paths]}"),
        BarColumn(),
        TextColumn("{task.fields[counts]}"),
        console=console,
        transient=console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None, paths="", counts="", visible=False)

        def show(now: PathProgress) -> None:
            bar.update(
                task,
                total=now.total,
                completed=now.tracked,
                paths=_paths_text(now),
                counts=_counts_text(now),
                visible=True,
            )

        yield show


def _paths_text(now: PathProgress) -> str:
    return f"{now.tracked:,} paths" if now.total is None else f"{now.tracked:,}/{now.total:,} paths"


def _counts_text(now: PathProgress) -> str:
    parts = [
        f"{now.finite + now.singular:,} finite",
        f"{now.at_infinity:,} at infinity",
        f"{now.failed:,} failed",
    ]
    if now.solutions is not None:
        parts = [counted(now.solutions, "solution", "solutions"), f"{now.failed:,} failed"]
    if now.round:
        parts.append(f"{now.left or 0:,} again")
    if now.seconds_left is not None:
        parts.append(f"{now.seconds_left:,.0f} s left")
    return ", ".join(parts)
