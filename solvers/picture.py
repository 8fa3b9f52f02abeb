"""A landscape in one picture: index against loss, and a slice of the loss through its points.

Critical points and the loss enter, a matplotlib figure leaves. Nothing here needs a display.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solvers.number_text import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.contour import QuadContourSet
    from matplotlib.figure import Figure

__all__ = ["KINDS", "Landscape", "Level", "Slice", "choose_slice", "draw"]

Array = NDArray[np.float64]

KINDS = {  # kind: (colour, marker, name in the legend)
    "minimum": ("#1b7837", "v", "minimum"),
    "maximum": ("#b2182b", "^", "maximum"),
    "saddle": ("#2166ac", "o", "saddle"),
    "degenerate": ("#e08214", "s", "degenerate"),
}
GRID = 241  # samples along each side of the slice
NEAR = 0.03  # part of the range of losses within which labels would overlap
CROWDED = 0.16  # part of the range within which a label above runs into the next marker
TOGETHER = 0.04  # part of the extent of a slice within which markers would cover each other
SEARCHED = 80  # critical points among which a slice is looked for


@dataclass(frozen=True, slots=True)
class Level:
    """Critical points, or families of them, that share loss, index and kind: one marker, one label.

    ``size`` is how many there are; ``kind`` is a key of ``KINDS``.
    """

    loss: float
    index: int
    kind: str
    size: int
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """What a picture needs of the critical points.

    ``points`` ``(n_points, n_weights)``, ``losses`` ``(n_points,)`` and ``kinds``, keys of
    ``KINDS``, are for the slice; ``levels`` for the plot of index against loss.
    """

    points: Array
    losses: Array
    kinds: tuple[str, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """A plane ``origin + u axes[0] + v axes[1]`` in weight space, axes orthonormal.

    ``members`` are the numbers of the critical points that lie in it.
    """

    origin: Array
    axes: Array
    members: NDArray[np.int64]

    def coordinates(self, points: Array) -> Array:
        """``(u, v)`` of the nearest point of the plane, ``(n_points, 2)``."""
        return (points - self.origin) @ self.axes.T

    def weights(self, coordinates: Array) -> Array:
        """The weights at ``(..., 2)`` coordinates, ``(..., n_weights)``."""
        return self.origin + coordinates @ self.axes


def choose_slice(landscape: Landscape) -> Slice | None:
    """The plane through a lowest point and two more that shows most critical points apart.

    Points nearer than a tenth of the extent count once. A second lowest point is among the
    three where there is one, so that the way between symmetric minima shows. None where all
    points lie on one line. Takes time quadratic in the number of points, at most 80 of them.
    """
    points = landscape.points
    candidates = np.argsort(landscape.losses, kind="stable")[:SEARCHED]
    if len(candidates) < 3:
        return None
    first = candidates[0]
    level = landscape.losses[first] + 1e-6 * max(1.0, abs(landscape.losses[first]))
    lowest = [i for i in candidates[1:] if landscape.losses[i] <= level] or list(candidates[1:])
    best: Slice | None = None
    best_score = (0, 0)
    for second in lowest:
        for third in candidates[1:]:
            found = _plane(points, int(first), int(second), int(third))
            if found is None:
                continue
            apart = _groups(found.coordinates(points[found.members]), 0.1)
            score = (len(apart), len(found.members))
            if score > best_score:
                best, best_score = found, score
    return best


def _plane(points: Array, first: int, second: int, third: int) -> Slice | None:
    """The plane through three critical points, or None where they are nearly on a line."""
    sides = points[[second, third]] - points[first]
    scale = float(np.abs(points).max())
    axes, triangle = np.linalg.qr(sides.T)
    if np.abs(np.diag(triangle)).min() < 0.1 * scale:
        return None
    offsets = points - points[first]
    distance = np.linalg.norm(offsets - offsets @ axes @ axes.T, axis=1)
    members = np.flatnonzero(distance < 1e-6 * scale)
    signs = np.where(np.diag(triangle) < 0, -1.0, 1.0)  # towards the second and third point
    return Slice(points[first], (axes * signs).T, members)


def _groups(coordinates: Array, part: float) -> list[list[int]]:
    """The numbers of the points, together those within ``part`` of the extent of the first."""
    near = part * float(np.ptp(coordinates, axis=0).max())
    groups: list[list[int]] = []
    for number, point in enumerate(coordinates):
        for group in groups:
            if np.linalg.norm(point - coordinates[group[0]]) <= near:
                group.append(number)
                break
        else:
            groups.append([number])
    return groups


def draw(landscape: Landscape, value: Callable[[Array], Array], *, title: str = "") -> Figure:
    """Index against loss on the left, a slice of the loss on the right.

    ``value`` takes weights ``(n, n_weights)`` and gives losses ``(n,)``.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 4.8), dpi=150, layout="constrained")
    left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1.0, 1.15]})
    if title:
        figure.suptitle(title, fontsize=12)
    _draw_levels(left, landscape)
    _draw_slice(right, landscape, value)
    return figure


def _draw_levels(axes: Axes, landscape: Landscape) -> None:
    """One marker for each level, larger where more points share it."""
    levels = landscape.levels
    losses = [level.loss for level in levels]
    span = max(losses, default=0.0) - min(losses, default=0.0)
    step = 0.03 * (max((level.index for level in levels), default=0) + 1.5)
    seen: list[Level] = []
    for level in sorted(levels, key=lambda level: -level.size):
        above = [o.loss - level.loss for o in levels if o.index == level.index]
        covered = any(NEAR * span < gap <= CROWDED * span for gap in above)
        same = [
            o for o in seen if o.index == level.index and abs(o.loss - level.loss) <= NEAR * span
        ]
        _draw_level(axes, level, step * len(same), -20 if covered else 11 + 10 * len(same))
        seen.append(level)
    if levels:
        axes.set_xticks(range(max(level.index for level in levels) + 1))
        _name_kinds(axes, {level.kind for level in levels})
    axes.margins(x=0.2, y=0.14)
    axes.set_xlabel("index: directions of descent")
    axes.set_ylabel("loss")
    axes.set_title("critical points (×: how many)", fontsize=10)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_level(axes: Axes, level: Level, right: float, up: float) -> None:
    """The marker of a level, ``right`` of its index, and its label ``up`` points from it."""
    colour, marker, _ = KINDS[level.kind]
    size = 60.0 * np.sqrt(level.size) + 30.0
    style: dict[str, Any] = {"edgecolors": "white", "linewidths": 0.8, "zorder": 3}
    place = (level.index + right, level.loss)
    axes.scatter(*place, size, colour, marker=marker, alpha=0.85, **style)
    axes.annotate(
        level.label,
        (level.index, level.loss),
        xytext=(0, up),
        textcoords="offset points",
        ha="center",
        fontsize=8,
        color=colour,
    )


def _name_kinds(axes: Axes, kinds: set[str]) -> None:
    """A legend of the kinds that occur, in markers of one size."""
    for kind in KINDS:
        if kind in kinds:
            colour, marker, name = KINDS[kind]
            axes.plot([], [], linestyle="none", color=colour, marker=marker, label=name)
    axes.legend(frameon=False, fontsize=9, loc="best")


def _draw_slice(axes: Axes, landscape: Landscape, value: Callable[[Array], Array]) -> None:
    plane = choose_slice(landscape)
    if plane is None:
        _draw_line(axes, landscape, value)
        return
    marks = plane.coordinates(landscape.points[plane.members])
    across, up = _window(marks)
    grid = np.stack(np.meshgrid(across, up), axis=-1)
    losses = value(plane.weights(grid.reshape(-1, 2))).reshape(grid.shape[:2])
    floor = float(losses.min())
    offset = 1e-3 * max(float(np.ptp(losses)), 1e-12)
    height = np.log10(losses - floor + offset)  # of the loss above the lowest place in view
    bands = np.linspace(height.min(), height.max(), 29)
    filled = axes.contourf(across, up, height, levels=bands, cmap="viridis")
    axes.contour(
        across, up, height, bands[::2], colors="white", linewidths=0.4, linestyles="-", alpha=0.35
    )
    _label_heights(axes, filled, floor - offset)
    groups = _groups(marks, TOGETHER)
    for group in groups:
        _draw_place(axes, marks[group[0]], [landscape.kinds[i] for i in plane.members[group]])
    axes.set_aspect("equal")
    axes.set_xlabel("weights, along the plane")
    through = _number(len(marks), len(groups))
    axes.set_title(f"the loss on a plane through {through} (dark: low)", fontsize=10)


def _number(points: int, places: int) -> str:
    """How many points there are, and at how many places where some lie together."""
    return f"{points} of them" + (
        f", at {counted(places, 'place', 'places')}" if places < points else ""
    )


def _draw_place(axes: Axes, place: Array, kinds: Sequence[str]) -> None:
    """The markers of the critical points at one place, inside each other, and their numbers."""
    counts = [(kind, kinds.count(kind)) for kind in KINDS if kind in kinds]
    for step, (kind, _) in enumerate(counts):
        colour, marker, _ = KINDS[kind]
        style: dict[str, Any] = {"edgecolors": "white", "linewidths": 1.0, "zorder": 3}
        size = 64.0 * 2.6 ** (len(counts) - 1 - step)
        axes.scatter(place[0], place[1], s=size, color=colour, marker=marker, **style)
    if len(kinds) > 1:
        axes.annotate(
            "\n".join(f"{KINDS[kind][2]} ×{count}" for kind, count in counts),
            tuple(place),
            xytext=(13, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "alpha": 0.8, "linewidth": 0},
        )


def _draw_line(axes: Axes, landscape: Landscape, value: Callable[[Array], Array]) -> None:
    """The loss along the line from a lowest point through the one farthest from it."""
    points = landscape.points
    first = int(np.argmin(landscape.losses)) if len(points) else 0
    distances = np.linalg.norm(points - points[first], axis=1) if len(points) else np.zeros(0)
    length = float(distances.max(initial=0.0))
    if length == 0.0:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "too few points for a slice", ha="center", transform=axes.transAxes)
        return
    direction = (points[int(np.argmax(distances))] - points[first]) / length
    along = np.linspace(-0.25 * length, 1.25 * length, 4 * GRID)
    axes.plot(along, value(points[first] + along[:, None] * direction), color="#555555")
    places = (points - points[first]) @ direction
    on_line = np.abs(distances - np.abs(places)) < 1e-6 * length
    members = np.flatnonzero(on_line)
    groups = _groups(places[members, None], TOGETHER)
    for group in (members[group] for group in groups):
        mark = np.array([places[group[0]], landscape.losses[group[0]]])
        _draw_place(axes, mark, [landscape.kinds[i] for i in group])
    axes.set_xlabel("weights, along the line")
    axes.set_ylabel("loss")
    axes.set_title(f"the loss on a line through {_number(len(members), len(groups))}", fontsize=10)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def _label_heights(axes: Axes, filled: QuadContourSet, zero: float) -> None:
    """A colour bar in units of the loss: height ``h`` stands for ``zero + 10**h``."""
    bar = axes.figure.colorbar(filled, ax=axes, shrink=0.9, pad=0.02)
    bands = np.asarray(filled.levels)
    ticks = np.linspace(bands[0], bands[-1], 6)
    bar.set_ticks(list(ticks), labels=[f"{zero + 10.0**tick:.2g}" for tick in ticks])
    bar.set_label("loss")


def _window(marks: Array) -> tuple[Array, Array]:
    """Sample positions across and up, a square window with a margin around the marks."""
    middle = (marks.max(axis=0) + marks.min(axis=0)) / 2
    half = 0.5 * float(np.ptp(marks, axis=0).max()) * 1.5
    across, up = (np.linspace(centre - half, centre + half, GRID) for centre in middle)
    return across, up
