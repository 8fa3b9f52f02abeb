"""Tables that print as text, HTML, LaTeX and CSV from the same cells.

Columns and rows enter; markup leaves. A :class:`Spread` is a median with the least and greatest
value, one cell for readers and three columns of a CSV file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite
from statistics import median
from typing import TypeAlias

__all__ = ["Column", "Spread", "Table", "Value", "percent"]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some numbers, the least and the greatest."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float | None]) -> Spread | None:
        """The spread of the numbers among ``values``; None where there are none.

        >>> Spread.of([3.0, 1.0, None, 2.0])
        Spread(middle=2.0, low=1.0, high=3.0)
        """
        known = [float(value) for value in values if value is not None]
        return cls(median(known), min(known), max(known)) if known else None


Value: TypeAlias = str | int | float | Spread | None


def percent(share: float | None) -> float | None:
    """A share in percent; None stays None."""
    return None if share is None else 100.0 * share


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how numbers below it are written (a format specification)."""

    heading: str
    form: str = ".4g"

    def text(self, value: Value) -> str:
        """``value`` for readers: a spread as median and, where it is one, range."""
        if value is None:
            return "–"
        if isinstance(value, str):
            return value
        if isinstance(value, Spread):
            middle, low, high = (self.text(x) for x in (value.middle, value.low, value.high))
            return middle if low == high else f"{middle} ({low} to {high})"
        if isinstance(value, int):
            return f"{value:,}"
        return format(value, self.form) if isfinite(value) else "–"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values under columns; ``name`` is that of its files, ``note`` stands below it."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    note: str = ""

    def texts(self) -> list[list[str]]:
        """The cells for readers."""
        return [
            [column.text(value) for column, value in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]

    def to_text(self) -> str:
        """Aligned by spaces, for a screen."""
        rows = [[column.heading for column in self.columns], *self.texts()]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.columns))]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        ruler = "  ".join("-" * width for width in widths)
        return "\n".join([self.title, "", lines[0], ruler, *lines[1:]])

    def to_html(self) -> str:
        """A ``<table>`` with a caption; numbers stand to the right."""
        head = "".join(f"<th>{escape(column.heading)}</th>" for column in self.columns)
        body = "".join(
            f"<tr>{''.join(map(_html_cell, row, texts))}</tr>"
            for row, texts in zip(self.rows, self.texts(), strict=True)
        )
        note = f'<p class="note">{escape(self.note)}</p>' if self.note else ""
        return (
            f'<div class="table"><table id="{escape(self.name)}">'
            f"<caption>{escape(self.title)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}"
        )

    def to_latex(self) -> str:
        """A ``table`` environment with the rules of the package booktabs."""
        sides = "".join(
            "l" if any(isinstance(row[i], str) for row in self.rows) else "r"
            for i in range(len(self.columns))
        )
        rows = [[column.heading for column in self.columns], *self.texts()]
        lines = [" & ".join(map(_latex, row)) + r" \\" for row in rows]
        body = "\n".join(lines[1:])
        return (
            "\\begin{table}\n\\centering\n"
            f"\\caption{{{_latex(self.title)}}}\n\\label{{tab:{self.name}}}\n"
            f"\\begin{{tabular}}{{{sides}}}\n\\toprule\n{lines[0]}\n\\midrule\n{body}\n"
            "\\bottomrule\n\\end{tabular}\n\\end{table}\n"
        )

    def to_csv(self) -> str:
        """Numbers in full; where a column has spreads, its least and greatest stand beside it."""
        spread = [any(isinstance(row[i], Spread) for row in self.rows) for i in self._places()]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        heads: list[str] = []
        for column, wide in zip(self.columns, spread, strict=True):
            heads += [
                column.heading,
                *(f"{column.heading} {end}" for end in ("low", "high") * wide),
            ]
        writer.writerow(heads)
        for row in self.rows:
            writer.writerow([x for i in self._places() for x in _plain(row[i], wide=spread[i])])
        return text.getvalue()

    def _places(self) -> range:
        return range(len(self.columns))


def _plain(value: Value, *, wide: bool) -> list[str | int | float]:
    if isinstance(value, Spread):
        return [value.middle, value.low, value.high]
    return ["" if value is None else value, *(["", ""] if wide else [])]


def _html_cell(value: Value, text: str) -> str:
    if isinstance(value, str):
        return f"<td>{escape(text)}</td>"
    middle, bracket, spread = text.partition(" (")
    small = f' <span class="spread">({escape(spread)}</span>' if bracket else ""
    return f'<td class="number">{escape(middle)}{small}</td>'


_LATEX_SIGNS = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "×": r"$\times$",
    "–": "--",
    "≤": r"$\leq$",
}


def _latex(text: str) -> str:
    return "".join(_LATEX_SIGNS.get(sign, sign) for sign in text)
