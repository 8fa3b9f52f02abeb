"""How far a run is: what a ``progress`` callable is told, and the bar that shows it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from solvers.homotopy.path_table import PathEnd, PathTable

__all__ = ["PathProgress", "ProgressMeter", "Reporter", "progress_bar"]


@dataclass(frozen=True, slots=True)
class PathProgress:
    """Numbers of paths so far, and seconds.

    ``finite`` and ``singular`` count paths, not distinct solutions. ``round`` 0 is the tracking of
    all paths; later rounds track some of them again with more care, ``left`` of them are still to
    come in this round. ``seconds_left`` of the round is None before there is a measure.
    """

    tracked: int
    total: int
    finite: int
    singular: int
    at_infinity: int
    failed: int
    round: int
    left: int
    seconds: float
    seconds_left: float | None


Reporter = Callable[[PathProgress], None]


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
def progress_bar() -> Iterator[Reporter]:
    """A reporter that draws a bar on standard error; without a terminal, only how it ended."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    text = (
        "{task.fields[finite]:,} finite, {task.fields[at_infinity]:,} at infinity, "
        "{task.fields[failed]:,} failed, {task.fields[rest]}"
    )
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.completed:,}/{task.total:,} paths"),
        BarColumn(),
        TextColumn(text),
        console=console,
        transient=console.is_terminal,
    )
    with bar:
        task = None

        def show(now: PathProgress) -> None:
            nonlocal task
            if task is None:
                task = bar.add_task("", total=now.total, finite=0, at_infinity=0, failed=0, rest="")
            again = f"{now.left:,} again, " if now.round else ""
            rest = "" if now.seconds_left is None else f"{now.seconds_left:,.0f} s left"
            bar.update(
                task,
                completed=now.tracked,
                finite=now.finite + now.singular,
                at_infinity=now.at_infinity,
                failed=now.failed,
                rest=again + rest,
            )

        yield show
