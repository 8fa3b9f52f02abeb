"""What runs have reached so far, as a table that is drawn anew while they go on."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from compare.record import CellRecord

if TYPE_CHECKING:
    from rich.console import RenderableType

    from compare.runner import Progress

__all__ = ["ProgressTable"]


class ProgressTable:
    """For each method how many runs are done, the least loss and the greatest test accuracy."""

    def __init__(self, task: str) -> None:
        self._task, self._begun = task, time.monotonic()
        self._runs: Counter[str] = Counter()
        self._loss: dict[str, float] = {}
        self._tested: dict[str, float] = {}
        self._ratio = ""

    def note(self, progress: Progress) -> None:
        """Take in a cell that is done."""
        record = progress.record
        self._ratio = f"{progress.n_done} of {progress.n_cells}"
        self._runs[record.method] += 1
        if isinstance(record, CellRecord) and record.last is not None:
            name, last = record.method, record.last
            self._loss[name] = min(last.loss, self._loss.get(name, last.loss))
            if last.test_accuracy is not None:
                best = self._tested.get(name, 0.0)
                self._tested[name] = max(last.test_accuracy, best)

    def __rich__(self) -> RenderableType:
        from rich import box
        from rich.table import Table

        seconds = time.monotonic() - self._begun
        made = Table(
            box=box.SIMPLE_HEAD, title=f"{self._task}: {self._ratio} runs, {seconds:.0f} s"
        )
        made.add_column("method")
        for heading in ("runs", "least loss", "best test %"):
            made.add_column(heading, justify="right")
        for name, runs in self._runs.items():
            loss = f"{self._loss[name]:.4g}" if name in self._loss else ""
            share = f"{100 * self._tested[name]:.1f}" if name in self._tested else ""
            made.add_row(name, str(runs), loss, share)
        return made
