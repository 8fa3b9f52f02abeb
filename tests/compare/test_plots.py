"""Pictures show every curve that their legend names, and say where they leave something out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import matplotlib.colors
import numpy as np
import pytest

import polynet as pn
from compare.comparison import Comparison, Settings
from compare.curve import CurvePoint
from compare.family_table import families_table
from compare.machine import Machine
from compare.plots import curves_figure, ink_on, landscape_figure
from compare.record import CellKey, CellRecord
from polynet.named_networks import network
from solvers import Groebner
from solvers.study import run_study
from solvers.study_record import Study
from tests.compare.cases import two_classes


def cell(method: str, repeat: int, losses: list[float], study: Study | None = None) -> CellRecord:
    curve = tuple(CurvePoint(0.1 * k, 0.1 * k, k, x, None, None) for k, x in enumerate(losses))
    key = CellKey("task", method, repeat, 1.0, None, "cpu", 1)
    return CellRecord(key, method, repeat, curve, None, "time is up", 0.0, study=study)


def comparison(*cells: CellRecord) -> Comparison:
    settings = Settings(1.0, 2, 0, None, 0, "cpu", 1)
    machine = Machine("", 1, 1.0, "", {})
    return Comparison(two_classes().facts(), settings, machine, (), cells, ())


@pytest.fixture(scope="module")
def families() -> Study:
    """XOR by a linear network 2-2-1: every critical point lies on a family; the least loss 4/3."""
    return run_study(pn.collect(network("linear"), pn.datasets.xor()), Groebner(engine="flint"))


def shown(compared: Comparison) -> dict[str, bool]:
    """For each curve and line of the legend, whether all of it is within the frame."""
    figure = curves_figure(compared, "loss", "passes")
    assert figure is not None
    (axes,) = figure.axes
    low, high = axes.get_ylim()
    return {
        str(line.get_label()): bool(np.all((line.get_ydata() > low) & (line.get_ydata() < high)))
        for line in axes.get_lines()
    }


def height(compared: Comparison) -> float:
    """How many decades high the picture is."""
    figure = curves_figure(compared, "loss", "passes")
    assert figure is not None
    low, high = figure.axes[0].get_ylim()
    return float(np.log10(high / low))


def label(compared: Comparison) -> str:
    figure = curves_figure(compared, "loss", "passes")
    assert figure is not None
    return str(figure.axes[0].get_ylabel())


def test_a_loss_of_zero_and_one_that_grows_without_bound_stay_in_the_frame():
    compared = comparison(
        cell("adam", 0, [100.0, 90.0, 80.0]),
        cell("blockwise", 0, [100.0, 1e-27, 0.0]),
        cell("sgd", 0, [100.0, 1e50, 1e200]),
    )
    assert shown(compared) == {"adam": True, "blockwise": True, "sgd": True}
    assert height(compared) < 12
    assert label(compared) == "loss (at the bottom: below 1e-06; at the top: above 1e+03)"


def test_shading_decides_nothing_about_the_height():
    flat = [cell("adam", k, [3.0, 2.0, 1.0]) for k in range(2)]
    wide = [cell("relu-adam", 0, [3.0, 2.0, 2.0]), cell("relu-adam", 1, [3.0, 1e-13, 1e-13])]
    assert height(comparison(*flat, *wide)) < 1
    assert label(comparison(*flat, *wide)) == "loss"


def test_the_least_loss_is_said_to_be_that_of_the_polynomial_network(families):
    compared = comparison(
        cell("relu-adam", 0, [3.0, 0.5, 0.01]), cell("groebner", 0, [4 / 3], families)
    )
    lines = shown(compared)
    assert lines == {"relu-adam": True, "least loss of the\npolynomial network (proved)": True}


def test_families_are_told_apart_by_number_dimension_and_degree(families):
    compared = comparison(cell("groebner", 0, [4 / 3], families))
    rows = [tuple(row) for row in families_table(compared).rows]
    critical = families.critical.families
    assert len(set(rows)) == len(rows) == len(critical)
    assert [row[4:6] for row in rows] == [(f.dimension, f.degree) for f in critical]
    assert rows[0][:4] == ("family 1", "minimum", pytest.approx(float(Fraction(4, 3))), "0")
    assert not families_table(comparison(cell("adam", 0, [1.0]))).rows


def test_a_family_with_several_values_and_one_without_points_are_said_to_be_so(families):
    (first, *_) = families.critical.families
    several = replace(first, losses=(1.0, 2.0))
    absent = replace(
        first, losses=(), representatives=(), solutions=replace(first.solutions, real_dimension=-1)
    )
    changed = replace(families, critical=replace(families.critical, families=(several, absent)))
    rows = families_table(comparison(cell("groebner", 0, [1.0], changed))).rows
    assert rows[0][2] == "1 or 2"
    assert rows[1][1:4] == ["no real points", None, None]


def test_points_of_families_are_drawn_as_what_they_are(families):
    figure = landscape_figure(comparison(cell("groebner", 0, [4 / 3], families)))
    assert figure is not None
    legend = figure.axes[0].get_legend()
    assert legend is not None
    kinds = {family.kind.value for family in families.critical.families}
    assert {text.get_text() for text in legend.get_texts()} == kinds


def luminance(colour: str) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def rgb(colour: str) -> tuple[float, float, float]:
    return matplotlib.colors.to_rgb(colour)


def test_numbers_can_be_read_on_every_colour():
    rng = np.random.default_rng(0)
    for parts in rng.integers(0, 256, (200, 3)):
        colour = "#" + "".join(f"{part:02x}" for part in parts)
        dark, bright = sorted((luminance(colour), luminance(ink_on(colour))))
        assert (bright + 0.05) / (dark + 0.05) > 4.5
