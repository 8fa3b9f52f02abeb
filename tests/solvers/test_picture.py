"""The slice goes through what it says it goes through, and every landscape can be drawn."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray

from solvers.picture import KINDS, Landscape, Level, choose_slice, draw

Array = NDArray[np.float64]


def two_wells(weights: Array) -> Array:
    """(x^2 - 1)^2 + y^2 + z^2: minima at x = -1 and 1, a saddle at the origin."""
    x, y, z = np.moveaxis(weights, -1, 0)
    return np.asarray((x**2 - 1) ** 2 + y**2 + z**2)


def landscape(points: list[list[float]], kinds: list[str]) -> Landscape:
    rows = np.array(points, float).reshape(-1, 3)
    losses = two_wells(rows)
    levels = [
        Level(float(loss), 0, kind, 1, f"{loss:.3g}")
        for loss, kind in zip(losses, kinds, strict=True)
    ]
    return Landscape(rows, losses, tuple(kinds), tuple(levels))


def test_slice_holds_its_members_and_no_other_point() -> None:
    rng = np.random.default_rng(0)
    plane = rng.standard_normal((2, 3))
    inside = rng.standard_normal((6, 2)) @ plane
    points = np.vstack([inside, inside[0] + np.cross(*plane)])
    found = choose_slice(Landscape(points, np.arange(7.0), ("saddle",) * 7, ()))
    assert found is not None
    assert found.members.tolist() == [0, 1, 2, 3, 4, 5]
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(found.weights(found.coordinates(points[:6])), points[:6], atol=1e-12)


def test_slice_passes_both_lowest_points_where_there_are_two() -> None:
    shown = landscape([[5, 1, 0], [1, 0, 0], [0, 3, 0], [-1, 0, 0], [0, 0, 4]], ["saddle"] * 5)
    found = choose_slice(shown)
    assert found is not None
    assert {1, 3} <= set(found.members.tolist())


@pytest.mark.parametrize("points", [[], [[1, 0, 0]], [[1, 0, 0], [-1, 0, 0], [0, 0, 0]]])
def test_no_slice_through_points_on_a_line(points: list[list[float]]) -> None:
    assert choose_slice(landscape(points, ["saddle"] * len(points))) is None


@pytest.mark.parametrize(
    "points",
    [[], [[1, 0, 0]], [[1, 0, 0], [0, 0, 0], [-1, 0, 0]], [[1, 0, 0], [-1, 0, 0], [0, 1, 0]]],
)
def test_every_landscape_draws(points: list[list[float]]) -> None:
    kinds = [*KINDS][: len(points)]
    file = io.BytesIO()
    draw(landscape(points, kinds), two_wells, title="two wells").savefig(file, format="png")
    assert file.getvalue().startswith(b"\x89PNG")


def test_points_that_lie_together_are_one_place_with_their_numbers() -> None:
    points = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0.001, 1, 0], [0, 1.001, 0]]
    shown = landscape(points, ["minimum", "minimum", "saddle", "saddle", "degenerate"])
    right = draw(shown, two_wells).axes[1]
    assert "5 of them, at 3 places" in right.get_title()
    assert [text.get_text() for text in right.texts] == ["saddle ×2\ndegenerate ×1"]
