"""The tables of published experiments: what was printed against what is measured, and findings.

A :class:`~compare.comparison.Comparison` enters; :class:`~compare.table.Table` values leave.
"""

from __future__ import annotations

from compare.comparison import Comparison, method_place
from compare.table import Column, Spread, Table, Value, percent
from compare.task_facts import Published

__all__ = ["findings_table", "published_table"]


def published_table(comparison: Comparison) -> Table:
    """Test accuracies beside those that were published, also of what has not been run."""
    facts, name, published = comparison.facts, comparison.facts.name, comparison.published
    figures = {method: figure for figure in published for method in figure.methods}
    ran = set(comparison.methods)
    absent = {figure.methods[0] for figure in published if not ran & {*figure.methods}}
    rows = [
        _published_row(comparison, method, figures.get(method))
        for method in sorted(ran | absent, key=method_place)
    ]
    epochs = published[0].epochs if published else 0
    return Table(
        f"{name}-published",
        f"{name}: published against measured",
        [
            Column("method"),
            Column("unknowns"),
            Column("published test %", ".4g"),
            Column("measured test %", ".2f"),
            Column("points apart", "+.2f"),
            Column("runs"),
            Column("epochs", ".4g"),
            Column("CPU seconds", ".2g"),
        ],
        [row for row in rows if row[1] is not None] if figures else [],
        f"Published: one run of {epochs} epochs. Measured: medians over the runs, least and "
        f"greatest in brackets, on all {facts.n_test:,} test images. Points apart: the median less "
        "the published figure.",
    )


def _published_row(comparison: Comparison, method: str, figure: Published | None) -> list[Value]:
    cells = [cell for cell in comparison.of(method) if cell.last is not None]
    last = [cell.last for cell in cells if cell.last is not None]
    sizes = [int(n) for cell in cells if (n := cell.settings.get("unknowns")) is not None]
    unknowns = sizes[0] if sizes else None if figure is None else figure.unknowns
    share = Spread.of(percent(point.test_accuracy) for point in last)
    published = None if figure is None else figure.percent
    apart = None if share is None or published is None else share.middle - published
    return [
        method,
        unknowns,
        published,
        share,
        apart,
        len(last) or None,
        Spread.of(point.passes for point in last),
        Spread.of(point.cpu_seconds for point in last),
    ]


def findings_table(comparison: Comparison) -> Table:
    """Numbers of methods that have no place on a curve."""
    name = comparison.facts.name
    rows: list[list[Value]] = []
    for method in comparison.methods:
        cells = comparison.of(method)
        quantities = dict.fromkeys(name for cell in cells for name in cell.findings)
        rows += [
            [method, quantity, Spread.of(cell.findings.get(quantity) for cell in cells)]
            for quantity in quantities
        ]
    return Table(
        f"{name}-findings",
        f"{name}: what else was found",
        [Column("method"), Column("quantity"), Column("value", ".8g")],
        rows,
    )
