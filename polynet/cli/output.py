"""What the commands write: tables on the screen, JSON in files, progress after a second."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["console", "json_on_screen", "table", "working", "write_json", "write_text_to"]

SECONDS_BEFORE_PROGRESS = 1.0


def console(*, stderr: bool = False) -> Console:
    """A console on standard output, as wide as the terminal or 100 columns where there is none."""
    import rich.console

    found = rich.console.Console(stderr=stderr, highlight=False)
    if not found.is_terminal:
        found.width = 100
    return found


@contextmanager
def working(text: str, *, shown: bool = True) -> Iterator[None]:
    """Show ``text``, a bar and the seconds gone by on work over a second, on a terminal only."""
    screen = console(stderr=True)
    if not (shown and screen.is_terminal):
        yield
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
    )
    progress.add_task(text, total=None)
    timer = threading.Timer(SECONDS_BEFORE_PROGRESS, progress.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        progress.stop()


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: int = 0) -> Table:
    """A table with ``columns`` as headings; the first ``right`` columns stand to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for i, column in enumerate(columns):
        made.add_column(column, justify="right" if i < right else "left", no_wrap=True)
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    return made


def json_on_screen(path: Path | None) -> bool:
    """Whether JSON goes to standard output, where it must stand alone."""
    return path is not None and str(path) == "-"


def write_text_to(path: Path, text: str) -> None:
    """Write ``text`` to the file ``path``, all of it or nothing; ``-`` is standard output."""
    if json_on_screen(path):
        click.echo(text, nl=False)
        return
    from polynet.atomic_file import write_text

    write_text(path, text)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write ``content`` as JSON, where ``write_text_to`` writes."""
    import json

    write_text_to(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
