"""The tables of a comparison: medians over repeats with their range, and where runs ended.

A :class:`~compare.comparison.Comparison` enters; :class:`~compare.table.Table` values leave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from compare.comparison import Comparison, Settings
from compare.experiment_tables import findings_table, published_table
from compare.family_table import families_table
from compare.matching import CriticalMap, Level, Place
from compare.method import DIVERGED, FloatArray
from compare.record import CellRecord
from compare.table import Column, Spread, Table, Value, percent

__all__ = [
    "all_tables",
    "ends_table",
    "levels_table",
    "methods_table",
    "passes_table",
    "points_table",
    "seconds_table",
    "starts_table",
]

_LOSSES = (
    "The loss of networks is with its penalty, that of the regressions on the inputs is the sum of "
    "squares."
)
_MANY_PASSES = (
    "A pass of a first-order method goes once through all examples, and each evaluation of a line "
    "search is one; a pass of an exact method is a step in every weight, one exact line search, or "
    "one pass over the layers. Empty where time was up before."
)
_EPOCHS = (
    "A pass goes once through all training images, and each evaluation by L-BFGS is one. A run "
    "that has ended keeps its last loss."
)
_PARTS = (0.01, 0.1, 1.0)
_PASSES = (1, 10, 100, 1000)
_OUT_OF_TIME = "time is up"


def all_tables(comparison: Comparison) -> tuple[Table, ...]:
    """Every table that the comparison has something for."""
    tables = [
        published_table(comparison),
        methods_table(comparison),
        findings_table(comparison),
        seconds_table(comparison),
        passes_table(comparison),
    ]
    if comparison.critical_map is not None:
        tables += [
            levels_table(comparison),
            families_table(comparison),
            ends_table(comparison),
            starts_table(comparison),
            points_table(comparison),
        ]
    return tuple(table for table in tables if table.rows)


def methods_table(comparison: Comparison) -> Table:
    """Every method at the end of its budget, and the floors."""
    facts = comparison.facts
    rows: list[list[Value]] = [
        [
            *(floor.name, None, None if facts.experiment else floor.loss),
            *map(percent, (floor.train_accuracy, floor.test_accuracy)),
            *[None] * 5,
        ]
        for floor in comparison.floors
    ]
    critical = None if comparison.study is None else comparison.study.critical
    if critical is not None and critical.least_loss_proved:
        rows.append(["least loss there is (proved)", None, critical.least_loss, *[None] * 7])
    of_methods = [_method_row(comparison, method) for method in comparison.methods]
    rows += of_methods
    columns = [
        Column("method"),
        Column("runs"),
        Column("loss", ".4g"),
        Column("training %", ".1f"),
        Column("test %", ".1f"),
        Column("seconds", ".2g"),
        Column("CPU seconds", ".2g"),
        Column("passes", ".4g"),
        Column("learning rate", ".2g"),
        Column("ended"),
    ]
    kept = [
        i
        for i, column in enumerate(columns)
        if column.heading in ("method", "runs")
        or any(row[i] is not None for row in of_methods or rows)
    ]
    return Table(
        f"{facts.name}-methods",
        f"{facts.name}: all methods{_length(comparison.settings)}",
        [columns[i] for i in kept],
        [[row[i] for i in kept] for row in rows],
        "Medians over the runs that did not diverge, least and greatest in brackets. "
        + (f"Loss: {facts.loss}." if facts.experiment else _LOSSES)
        + f" {comparison.unmatched}" * bool(comparison.unmatched),
    )


def _length(settings: Settings) -> str:
    """How long each run is, in words."""
    if settings.budget is not None:
        return f" after {settings.budget:g} s each"
    return "" if settings.passes is None else f", epochs: {settings.passes:,}"


def _method_row(comparison: Comparison, method: str) -> list[Value]:
    cells = comparison.of(method)
    last = [c.last for c in cells if c.last is not None and c.stopped != DIVERGED]
    rates = [cell.settings.get("learning rate") for cell in cells]
    ended = Counter("failed" if cell.failure else cell.stopped for cell in cells)
    failures = sorted({cell.failure for cell in cells if cell.failure})
    return [
        method,
        len(cells),
        Spread.of(point.loss for point in last),
        Spread.of(percent(point.train_accuracy) for point in last),
        Spread.of(percent(point.test_accuracy) for point in last),
        Spread.of(point.seconds for point in last),
        Spread.of(point.cpu_seconds for point in last),
        Spread.of(point.passes for point in last),
        Spread.of(rate for rate in rates if isinstance(rate, float)),
        "; ".join([*_counted(ended, len(cells)), *failures]),
    ]


def _counted(names: Counter[str], total: int) -> list[str]:
    return [name if n == total else f"{name} ×{n}" for name, n in names.most_common()]


def seconds_table(comparison: Comparison) -> Table:
    """The loss of every method at the same seconds."""
    budget, name = comparison.settings.budget, comparison.facts.name
    marks = [] if budget is None else [part * budget for part in _PARTS]
    return Table(
        f"{name}-seconds",
        f"{name}: the loss at equal seconds",
        [Column("method"), *(Column(f"{mark:.3g} s") for mark in marks)],
        [
            [method, *(_spread_at(comparison.of(method), "seconds", mark) for mark in marks)]
            for method in comparison.methods
            if marks
        ],
        "A run that has ended keeps its last loss.",
    )


def passes_table(comparison: Comparison) -> Table:
    """The loss of every method after the same number of passes."""
    facts, name = comparison.facts, comparison.facts.name
    iterative = [m for m in comparison.methods if any(_is_iterative(c) for c in comparison.of(m))]
    longest = max((cell.last.passes for cell in comparison.cells if cell.last), default=0)
    marks = [mark for k, mark in enumerate(_PASSES) if not k or _PASSES[k - 1] < longest]
    return Table(
        f"{name}-passes",
        f"{name}: the loss after equal passes",
        [Column("method"), *(Column(_counted_passes(mark)) for mark in marks)],
        [
            [method, *(_spread_at(comparison.of(method), "passes", mark) for mark in marks)]
            for method in iterative
        ],
        _EPOCHS if facts.experiment else _MANY_PASSES,
    )


def _is_iterative(cell: CellRecord) -> bool:
    return cell.study is None and bool(cell.curve)


def _counted_passes(mark: int) -> str:
    return "1 pass" if mark == 1 else f"{mark:,} passes"


def _spread_at(cells: Sequence[CellRecord], axis: str, mark: float) -> Spread | None:
    """The losses at ``mark``; None unless every run that did not diverge has one there."""
    losses = [_loss_at(cell, axis, mark) for cell in cells if cell.stopped != DIVERGED]
    return None if None in losses else Spread.of(losses)


def _loss_at(cell: CellRecord, axis: str, mark: float) -> float | None:
    before = [point for point in cell.curve if getattr(point, axis) <= mark]
    if not before or (cell.study is not None and len(before) < len(cell.curve)):
        return None
    out_of_time = cell.stopped == _OUT_OF_TIME and before[-1] is cell.curve[-1]
    if axis == "passes" and out_of_time and before[-1].passes < mark:
        return None
    return before[-1].loss


def levels_table(comparison: Comparison) -> Table:
    """All critical points, by loss, kind and index."""
    name, study, found = comparison.facts.name, comparison.study, comparison.critical_map
    levels = () if found is None else found.levels
    critical = None if study is None else study.critical
    return Table(
        f"{name}-critical-points",
        f"{name}: all critical points",
        [Column("critical points"), Column("loss", ".9g"), Column("index"), Column("points")],
        [
            [str(level), level.loss, _index(level), "a family" if level.dimension else level.size]
            for level in levels
        ],
        ""
        if critical is None
        else f"{critical.outcome.value}; completeness {critical.completeness}.{_by(comparison)}",
    )


def _by(comparison: Comparison) -> str:
    """Who found the critical points, where none of the methods did."""
    cell = comparison.all_points
    if cell is None or cell.last is None or cell.study is not comparison.study:
        return ""
    seconds = f"{cell.last.seconds:.1f} s, {cell.last.cpu_seconds:.1f} s of CPU"
    return f" Found by {cell.method} ({seconds}), which is none of the methods compared here."


def _index(level: Level) -> Value:
    return "varies" if level.index is None else level.index


def ends_table(comparison: Comparison) -> Table:
    """At which critical point the runs of each method ended, and how far from it."""
    name, known = comparison.facts.name, comparison.critical_map
    rows: list[list[Value]] = []
    for method in comparison.methods:
        cells = [c for c in comparison.of(method) if c.weights is not None and _is_iterative(c)]
        if known is None or not cells:
            continue
        matches = known.match(np.array([cell.weights for cell in cells]))
        counts = known.counts(matches)
        words = [_where(known, place, n) for place, n in counts.most_common()]
        near = [match for match in matches if match is not None]
        above = [
            cell.curve[-1].loss - known.levels[match.level].loss
            for cell, match in zip(cells, matches, strict=True)
            if match is not None
        ]
        distances = Spread.of(match.distance for match in near)
        rows.append([method, len(cells), "; ".join(words), distances, Spread.of(above)])
    return Table(
        f"{name}-ends",
        f"{name}: where the runs ended",
        [
            Column("method"),
            Column("runs"),
            Column("ended at"),
            Column("distance", ".1e"),
            Column("loss above it", ".1e"),
        ],
        rows,
        "Distance: Euclidean in the weights, to the nearest of all critical points. A run has "
        "ended at a point when it is within 1e-3 of it, and within a quarter of the way to any "
        "other.",
    )


def _where(known: CriticalMap, place: Place, count: int) -> str:
    loss = "" if place.level is None else f", loss {known.levels[place.level].loss:.6g}"
    return f"{known.words(place)}{loss}: {count}"


def starts_table(comparison: Comparison) -> Table:
    """How many of the many starts end at each critical point, method by method."""
    facts, known = comparison.facts, comparison.critical_map
    if known is None or not comparison.starts:
        return Table(f"{facts.name}-starts", "", [], [])
    counts = {r.method: known.counts(known.match(r.ends)) for r in comparison.starts}
    minima = {Place(i) for i, level in enumerate(known.levels) if level.kind == "minimum"}
    met = minima.union(*counts.values())
    n_starts = comparison.settings.n_starts
    seconds = ", ".join(f"{r.method} {r.cpu_seconds:.1f}" for r in comparison.starts)
    return Table(
        f"{facts.name}-starts",
        f"{facts.name}: where runs from {n_starts:,} starts end",
        [Column("critical points"), Column("loss", ".6g"), Column("index"), *map(Column, counts)],
        [
            [*_place_cells(known, place), *(count[place] for count in counts.values())]
            for place in sorted(met, key=_order)
        ],
        f"The same {n_starts:,} starts for all: {facts.start}. Minima that no run finds are listed "
        f"too; near: not within 1e-3 of any, this is the nearest. SGD, Adam and AdamW take 5,000 "
        "steps at most with the learning rate of the first run, exact methods 100 passes. CPU "
        f"seconds: {seconds}.",
    )


def _order(place: Place) -> tuple[bool, bool, int]:
    """Levels by loss, then what is near them, then what diverged."""
    return (place.level is None, not place.arrived, place.level or 0)


def _place_cells(known: CriticalMap, place: Place) -> list[Value]:
    if place.level is None:
        return [known.words(place), None, None]
    level = known.levels[place.level]
    return [known.words(place), level.loss, _index(level)]


def points_table(comparison: Comparison) -> Table:
    """The same, point by point: which of the critical points of one level."""
    facts, known = comparison.facts, comparison.critical_map
    counts = {record.method: _points_of(comparison, record.ends) for record in comparison.starts}
    real = () if known is None else known.critical.real
    rows: list[list[Value]] = []
    for place, point in enumerate(real):
        hit = [count[place] for count in counts.values()]
        if any(hit):
            weights = ", ".join(f"{x:.3f}" for x in point.point)
            rows.append([f"{point.kind.value} ({weights})", point.loss, *hit])
    return Table(
        f"{facts.name}-points",
        f"{facts.name}: which point, from the same starts",
        [Column("point"), Column("loss", ".6g"), *map(Column, counts)],
        rows,
        f"Weights in the order {', '.join(() if known is None else known.critical.names)}.",
    )


def _points_of(comparison: Comparison, ends: FloatArray) -> Counter[int]:
    known = comparison.critical_map
    matches = [] if known is None else known.match(ends)
    return Counter(m.point for m in matches if m is not None and m.arrived and m.point is not None)
