"""Figures as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.figure import Figure
from tests.benchmarks.machine import Machine

__all__ = ["one_line", "print_table", "write_json"]

_VERDICTS = {None: "", True: "[green]met[/green]", False: "[bold red]missed[/bold red]"}


def print_table(figures: Sequence[Figure], machine: Machine, console: Console) -> None:
    """All figures, one row each, below the machine; long notes wrap."""
    console.print(str(machine), highlight=False)
    table = Table(title="Measured beside asked")
    table.add_column("benchmark", no_wrap=True)
    table.add_column("figure", ratio=3)
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("asked", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("note", ratio=3)
    previous = ""
    for figure in figures:
        if previous and figure.benchmark != previous:
            table.add_section()
        shown = figure.benchmark if figure.benchmark != previous else ""
        previous = figure.benchmark
        table.add_row(
            shown,
            figure.name,
            _measured(figure),
            _asked(figure),
            _VERDICTS[figure.met],
            figure.note,
        )
    console.print(table)
    missed = sum(figure.met is False for figure in figures)
    asked = sum(figure.met is not None for figure in figures)
    console.print(f"{asked - missed} of {asked} goals met")


def one_line(figure: Figure) -> str:
    """The figure alone, for those who wait for the others."""
    asked = f" (asked: {_asked(figure)})" if _asked(figure) else ""
    note = f"; {figure.note}" if figure.note else ""
    return f"{figure.name}: {_measured(figure)}{asked}{note}"


def write_json(path: Path, figures: Sequence[Figure], machine: Machine, *, quick: bool) -> None:
    """The same, for programs."""
    content = {
        "format": "polynet benchmarks 1",
        "quick": quick,
        "machine": asdict(machine),
        "figures": [{**asdict(figure), "met": figure.met} for figure in figures],
    }
    path.write_text(json.dumps(content, indent=2) + "\n")


def _measured(figure: Figure) -> str:
    return "not available" if figure.measured is None else _quantity(figure.measured, figure.unit)


def _asked(figure: Figure) -> str:
    if figure.goal is None or figure.asked is None:
        return ""
    return f"{figure.goal} {_quantity(figure.asked, figure.unit)}"


def _quantity(value: float, unit: str) -> str:
    """Three digits or so, with the unit that suits: 2.41 ms, 1,240 x, 96 MiB."""
    if unit == "s" and 0 < value < 0.1:
        value, unit = (1e3 * value, "ms") if value >= 1e-4 else (1e6 * value, "µs")
    if value and abs(value) < 1e-3:
        return f"{value:.1e} {unit}".strip()
    digits = max(0, 2 - len(str(int(abs(value)))) + 1) if value != int(value) else 0
    return f"{value:,.{digits}f} {unit}".strip()
