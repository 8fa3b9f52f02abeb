"""How far a training run is: the bar with loss and accuracies, or a callable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from solvers.training.record import PassRecord
from solvers.training.text import pass_text

__all__ = ["TrainingProgress", "reporting"]

Reporter: TypeAlias = Callable[[PassRecord], None]
TrainingProgress: TypeAlias = bool | Reporter | None
"""True for the bar on standard error, a callable that is given each ``PassRecord``, or neither."""


@contextmanager
def reporting(progress: TrainingProgress, passes: int) -> Iterator[Reporter]:
    """What a run of so many passes reports to."""
    if progress is True:
        with _bar(passes) as reporter:
            yield reporter
    else:
        yield progress or _nobody


def _nobody(entry: PassRecord) -> None:
    """Takes a report and does nothing."""


@contextmanager
def _bar(passes: int) -> Iterator[Reporter]:
    """A bar on standard error; without a terminal, only how it ended."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=console.is_terminal) as bar:
        task = bar.add_task("", total=passes)

        def show(entry: PassRecord) -> None:
            bar.update(task, completed=entry.number, description=pass_text(entry))

        yield show
