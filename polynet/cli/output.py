"""What the commands write: tables on the screen, JSON in files, progress after a second."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "working", "write_json"]

SECONDS_BEFORE_PROGRESS = 1.0


def console(*, stderr: bool = False) -> Console:
    """A console on standard output, as wide as the terminal or 100 columns where there is none."""
    import rich.console

    found = rich.console.Console(stderr=stderr, highlight=False)
    if not found.is_terminal:
        found.width = 100
    return found


@contextmanager
def working(text: str) -> Iterator[None]:
    """Show ``text``, a bar and the seconds gone by on work over a second, on a terminal only."""
    screen = console(stderr=True)
    if not screen.is_terminal:
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


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write ``content`` to ``path`` as JSON, all of it or nothing."""
    from polynet.atomic_file import write_text

    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
