"""The pictures of a comparison, as matplotlib figures and as SVG text for a page.

A :class:`~compare.comparison.Comparison` enters; figures leave. Nothing here needs a display.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from compare.baselines.first_order import FirstOrder
from compare.baselines.second_order import SecondOrder
from compare.comparison import Comparison
from compare.log_axis import drawn_losses, name_ticks
from compare.method import FloatArray
from compare.methods import NAMED_METHODS
from compare.record import CellRecord
from compare.summary import starts_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["accuracy_figure", "curves_figure", "landscape_figure", "starts_figure", "svg_text"]

Quantity = Literal["loss", "test_accuracy"]
Axis = Literal["seconds", "passes"]

_COLOURS = (
    *("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"),
    *("#e377c2", "#7f7f7f", "#bcbd22", "#17becf", "#393b79", "#637939"),
)
_GREYS = ("#aaaaaa", "#cccccc", "#888888", "#dddddd")
_GRID = 200
_MARGIN = 0.05  # of the height, above and below the curves


def svg_text(figure: Figure, name: str) -> str:
    """``figure`` as an ``<svg>`` element whose ids begin with ``name``: many fit on one page."""
    import matplotlib as mpl

    text = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()[text.getvalue().index("<svg") :]
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    return re.sub(r'(href="|url\()#', rf"\1#{name}-", svg)


def curves_figure(comparison: Comparison, quantity: Quantity, axis: Axis) -> Figure | None:
    """``quantity`` against ``axis``: the median over repeats, and the range between them.

    Exact methods are solid, baselines dashed, ReLU networks dotted; a dot is where the longest run
    ends. The height is chosen for the medians. None where nothing is known.
    """
    from matplotlib.figure import Figure

    drawn = {
        method: _band(cells, quantity, axis)
        for method in comparison.methods
        if _is_run(cells := comparison.of(method))
    }
    bands = {method: band for method, band in drawn.items() if band is not None}
    if not bands:
        return None
    figure = Figure(figsize=(9.0, 4.6), layout="constrained")
    axes = figure.subplots()
    limits = _drawn_losses(comparison) if quantity == "loss" else (0.0, 100.0)
    for colour, (method, (places, *values)) in zip(_COLOURS * 9, bands.items(), strict=False):
        middle, low, high = np.clip(values, *limits)
        style: dict[str, Any] = {"color": colour, "linestyle": _line(method), "label": method}
        style |= {"marker": "o", "markersize": 4.0, "markevery": [-1]}
        axes.plot(places, middle, linewidth=1.6, drawstyle="steps-post", **style)
        axes.fill_between(places, low, high, color=colour, alpha=0.08, step="post", linewidth=0)
    axes.set_xscale("log")
    name_ticks(axes.xaxis)
    axes.set_xlabel("seconds of training" if axis == "seconds" else "passes")
    if quantity == "loss":
        _loss_axis(axes, [band[1] for band in bands.values()], comparison)
    else:
        axes.set_ylabel("test accuracy, %")
    _floor_lines(axes, comparison, quantity)
    _finish(figure, axes)
    return figure


def _is_run(cells: Sequence[CellRecord]) -> bool:
    return any(cell.study is None and len(cell.curve) > 1 for cell in cells)


def _line(method: str) -> str:
    known = NAMED_METHODS.get(method)
    if isinstance(known, FirstOrder):
        return ":" if known.relu else "--"
    return "--" if isinstance(known, SecondOrder) else "-"


def _band(
    cells: Sequence[CellRecord], quantity: Quantity, axis: Axis
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray] | None:
    """Places, median, least and greatest over the runs; runs that ended keep their last value.

    From where every run has a value: the first point of an experiment is after its first step.
    """
    curves = [_points(cell, quantity, axis) for cell in cells]
    curves = [curve for curve in curves if len(curve) > 1]
    if not curves:
        return None
    first = max(curve[0, 0] for curve in curves) or min(curve[1, 0] for curve in curves)
    last = max(curve[-1, 0] for curve in curves)
    places = np.geomspace(first, max(last, first * 1.001), _GRID)
    values = np.array(
        [curve[np.searchsorted(curve[:, 0], places, side="right") - 1, 1] for curve in curves]
    )
    return places, np.median(values, axis=0), values.min(axis=0), values.max(axis=0)


def _points(cell: CellRecord, quantity: Quantity, axis: Axis) -> FloatArray:
    """``(n_points, 2)``: axis and quantity, where it was measured."""
    scale = 100.0 if quantity == "test_accuracy" else 1.0
    rows = [
        (getattr(point, axis), scale * value)
        for point in cell.curve
        if (value := getattr(point, quantity)) is not None
    ]
    return np.array(rows).reshape(-1, 2)


def _drawn_losses(comparison: Comparison) -> tuple[float, float]:
    return drawn_losses(max(cell.curve[0].loss for cell in comparison.cells if cell.curve))


def _loss_axis(axes: Axes, medians: Sequence[FloatArray], comparison: Comparison) -> None:
    """A logarithmic scale as high as the medians, the least loss as a line, and what lies beyond.

    The line is that of the polynomial network: networks with ReLU are others, and may be below it.
    """
    least, greatest = _drawn_losses(comparison)
    losses = [float(loss) for median in medians for loss in (median.min(), median.max())]
    critical = None if comparison.study is None else comparison.study.critical
    if critical is not None and critical.least_loss is not None:
        word = "least" if critical.least_loss_proved else "least critical"
        proof = " (proved)" * critical.least_loss_proved
        label = f"{word} loss of the\npolynomial network{proof}"
        height = max(critical.least_loss, least)
        axes.axhline(height, color="black", linewidth=0.9, label=label, zorder=1)
        losses.append(critical.least_loss)
    beyond = [f"at the bottom: below {least:g}"] * (min(losses) < least)
    beyond += [f"at the top: above {greatest:.2g}"] * (max(losses) > greatest)
    low, high = np.clip([min(losses), max(losses)], least, greatest)
    room = max((high / low) ** _MARGIN, 1.0 + _MARGIN)
    axes.set_yscale("log")
    axes.set_ylim(low / room, high * room)
    name_ticks(axes.yaxis)
    axes.set_ylabel(f"loss ({'; '.join(beyond)})" if beyond else "loss")


def _floor_lines(axes: Axes, comparison: Comparison, quantity: Quantity) -> None:
    """Regression on the inputs, as thin lines; sums of squares only where no penalty is in L."""
    for floor, dashes in zip(comparison.floors, ((1, 1), (4, 1, 1, 1)), strict=False):
        value = floor.test_accuracy if quantity == "test_accuracy" else None
        if value is not None:
            axes.axhline(
                100.0 * value, color="black", linewidth=0.8, dashes=dashes, label=floor.name
            )


def accuracy_figure(comparison: Comparison) -> Figure | None:
    """Test accuracy against the number of unknowns: a point for each seed, lines of medians.

    Published figures are crosses. None where no method says how many unknowns it has.
    """
    from matplotlib.figure import Figure

    measured = _accuracies(comparison)
    if not measured:
        return None
    figure = Figure(figsize=(9.0, 4.6), layout="constrained")
    axes = figure.subplots()
    for colour, (series, shares) in zip(_COLOURS * 9, measured.items(), strict=False):
        places = sorted(shares)
        points = [(x, y) for x in places for y in shares[x]]
        axes.plot(*zip(*points, strict=True), "o", color=colour, markersize=4, alpha=0.55)
        axes.plot(
            places, [median(shares[x]) for x in places], color=colour, label=f"{series}, median"
        )
    published = [(entry.unknowns, entry.percent) for entry in comparison.published]
    if published:
        axes.plot(*zip(*published, strict=True), "kx", markersize=7, label="published", zorder=3)
    axes.set_xscale("log")
    name_ticks(axes.xaxis)
    axes.set_xlabel("unknowns")
    axes.set_ylabel("test accuracy, %")
    _floor_lines(axes, comparison, "test_accuracy")
    _finish(figure, axes)
    return figure


def _accuracies(comparison: Comparison) -> dict[str, dict[float, list[float]]]:
    """Test accuracies in percent of all runs, by series and number of unknowns."""
    found: dict[str, dict[float, list[float]]] = {}
    for cell in comparison.cells:
        unknowns = cell.settings.get("unknowns")
        share = None if cell.last is None else cell.last.test_accuracy
        if unknowns is not None and share is not None:
            series = found.setdefault(str(cell.settings.get("series", cell.method)), {})
            series.setdefault(float(unknowns), []).append(100.0 * share)
    return found


def _finish(figure: Figure, axes: Axes) -> None:
    """A faint grid, no box, and the legend beside it."""
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right upper", frameon=False, fontsize=8.5)


def starts_figure(comparison: Comparison) -> Figure | None:
    """For each method, the shares of many starts that end at each level, as stacked bars."""
    from matplotlib.figure import Figure

    table = starts_table(comparison)
    if not table.rows:
        return None
    methods = [column.heading for column in table.columns[3:]]
    counts = np.array([row[3:] for row in table.rows], float)
    shares = 100.0 * counts / np.maximum(counts.sum(axis=0), 1)
    figure = Figure(figsize=(9.0, 0.9 + 0.34 * len(methods)), layout="constrained")
    axes = figure.subplots()
    left = np.zeros(len(methods))
    colours, greys = iter(_COLOURS * 9), iter(_GREYS * 9)
    for row, share in zip(table.rows, shares, strict=True):
        name = str(row[0]) if row[1] is None else f"{row[0]}, loss {row[1]:.4g}"
        near = str(row[0]).startswith("near ")
        colour = "#000000" if row[1] is None else next(greys) if near else next(colours)
        axes.barh(methods, share, left=left, color=colour, label=name, height=0.72)
        for place, (width, begin) in enumerate(zip(share, left, strict=True)):
            if width >= 4.0:
                style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8}
                style["color"] = ink_on(colour)
                axes.text(begin + width / 2, place, f"{width:.0f}", **style)
        left = left + share
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("% of the starts")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right upper", frameon=False, fontsize=8.5)
    return figure


def ink_on(colour: str) -> str:
    """Black or white, whichever is read more easily on ``colour`` (``#rrggbb``).

    The one of greater contrast (L₁ + 0.05) / (L₂ + 0.05), with relative luminances L as in the
    Web Content Accessibility Guidelines 2.2; it is at least √21 on every colour.

    >>> ink_on("#cccccc"), ink_on("#393b79")
    ('black', 'white')
    """
    parts = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ (0.2126, 0.7152, 0.0722))
    return "black" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "white"


def landscape_figure(comparison: Comparison) -> Figure | None:
    """Loss against index for all critical points, and a slice of the loss with those on it."""
    from polynet.expression_parser import parse_polynomial
    from solvers.picture import draw
    from solvers.study import landscape_of

    study = comparison.study
    if study is None:
        return None
    loss = parse_polynomial(study.polynomial, study.critical.names)
    return draw(landscape_of(study.critical), loss.evaluate_many)
