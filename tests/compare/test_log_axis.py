"""Names of ticks on a logarithmic axis stand apart, whatever its limits."""

from __future__ import annotations

from itertools import pairwise

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from compare.log_axis import drawn_losses, name_ticks

LIMITS = [
    *((0.012, 0.8), (0.0005, 0.009), (1.0, 2.6), (0.61, 0.64), (99.0, 101.0), (3.0, 2e5)),
    *((7e-5, 0.003), (1e-6, 300.0), (1e-27, 1.0), (30.0, 9e3), (1.9, 11.0)),
]


def named(limits: tuple[float, float], name: str) -> list[tuple[float, float]]:
    """From where to where each name of a tick reaches along the axis, in pixels."""
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    across = name == "x"
    (axes.set_xscale if across else axes.set_yscale)("log")
    (axes.set_xlim if across else axes.set_ylim)(*limits)
    axis = axes.xaxis if across else axes.yaxis
    name_ticks(axis)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    low, high = limits
    boxes = [
        tick.label1.get_window_extent(canvas.get_renderer())
        for tick in ticks
        if low <= tick.get_loc() <= high and tick.label1.get_text()
    ]
    return sorted((box.x0, box.x1) if across else (box.y0, box.y1) for box in boxes)


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("name", ["x", "y"])
def test_names_of_ticks_stand_apart_and_are_at_least_two(limits, name):
    places = named(limits, name)
    assert len(places) >= 2
    for (_, end), (begin, _) in pairwise(places):
        assert begin > end + 2


def test_eight_decades_below_the_start_are_drawn():
    assert drawn_losses(99.0) == (pytest.approx(1e-7), 990.0)
    least, greatest = drawn_losses(0.0)
    assert 0.0 < least < greatest
