"""Which critical point an end point is: matched against all of them, isolated or in families.

The complete critical set of a loss and weights enter; for each weights vector the nearest critical
point, its distance, and whether the run has arrived there leave. Only with all critical points at
hand is 'it ended at no other' a statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compare.method import FloatArray
from solvers.critical_set import CriticalSet
from solvers.critical_set_text import levels
from solvers.family import CriticalFamily

__all__ = ["CriticalMap", "Level", "Match", "Place"]

WITHIN = 1e-3
"""A run has arrived when it is no farther from a critical point, and much nearer than to others."""

_APART = 0.25
_PROJECTIONS = 50
_CLOSE = 1e-13


@dataclass(frozen=True, slots=True)
class Level:
    """Critical points that share loss, kind and index, or one family (``dimension`` > 0).

    ``size`` is the number of points, ``index`` None where it differs along a family; ``family`` is
    its number among those of the critical set, from 1 on.
    """

    loss: float
    kind: str
    index: int | None
    size: int
    dimension: int = 0
    family: int = 0

    def __str__(self) -> str:
        if self.dimension:
            return f"{self.kind}, family {self.family} of dimension {self.dimension}"
        return f"{self.kind} ×{self.size}" if self.size > 1 else self.kind


@dataclass(frozen=True, slots=True)
class Match:
    """The nearest critical point of one end point.

    ``level`` is its place in ``CriticalMap.levels`` and ``point`` its place in ``critical.real``
    (None on a family). ``distance`` is Euclidean, in weights; to a family it is the way to a point
    of it that Gauss-Newton steps find, which is the nearest to first order.
    """

    level: int
    point: int | None
    distance: float
    arrived: bool


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where runs end: at a level, near it (the nearest, and not ``arrived``), or nowhere (None)."""

    level: int | None
    arrived: bool = True


class CriticalMap:
    """All critical points of one loss, ready to be looked up.

    Parameters
    ----------
    critical
        The complete set, with at least one real point or family.
    """

    def __init__(self, critical: CriticalSet) -> None:
        grouped = levels(critical.real)
        families = [
            (number, family)
            for number, family in enumerate(critical.families, start=1)
            if family.solutions.real_dimension != -1
        ]
        self.critical = critical
        self.levels = (
            *(Level(g[0].loss, g[0].kind.value, g[0].index, len(g)) for g in grouped),
            *(Level(f.loss, f.kind.value, f.index, 1, f.dimension, n) for n, f in families),
        )
        ids = {id(point): number for number, group in enumerate(grouped) for point in group}
        self._level_of = np.array([ids[id(point)] for point in critical.real], np.int64)
        n = len(critical.names)
        self._points = np.array([p.point for p in critical.real]).reshape(-1, n)
        self._radii = _radii(self._points)
        self._families = [(len(grouped) + i, _Equations(f)) for i, (_, f) in enumerate(families)]

    def match(self, ends: FloatArray) -> list[Match | None]:
        """For each row ``(n_parameters,)`` the nearest critical point; None for rows of NaN.

        Cost: the distances to all points, and for families some least-squares solves in the
        number of weights for each row.
        """
        finite = np.array([np.isfinite(row).all() for row in ends], bool)
        found = iter(self._matches(ends[finite])) if finite.any() else iter(())
        return [next(found) if known else None for known in finite.tolist()]

    def _matches(self, ends: FloatArray) -> list[Match]:
        best = [Match(0, None, np.inf, arrived=False)] * len(ends)
        if len(self._points):
            gaps = np.linalg.norm(ends[:, None, :] - self._points, axis=2)
            for row, point in enumerate(gaps.argmin(axis=1)):
                distance = float(gaps[row, point])
                arrived = distance <= self._radii[point]
                best[row] = Match(int(self._level_of[point]), int(point), distance, bool(arrived))
        for level, equations in self._families:
            for row, distance in enumerate(equations.distances(ends)):
                if distance < best[row].distance:
                    best[row] = Match(level, None, float(distance), bool(distance <= WITHIN))
        return best

    def counts(self, matches: Sequence[Match | None]) -> Counter[Place]:
        """How many ended at each place, levels first."""
        return Counter(
            Place(None) if m is None else Place(m.level, arrived=m.arrived) for m in matches
        )

    def words(self, place: Place) -> str:
        """``place`` for readers: what is there, or what is nearest."""
        if place.level is None:
            return "diverged"
        return (
            str(self.levels[place.level]) if place.arrived else f"near {self.levels[place.level]}"
        )


def _radii(points: FloatArray) -> FloatArray:
    """How near to each point counts as arrived: a quarter of the way to another at most."""
    if len(points) < 2:
        return np.full(len(points), WITHIN)
    gaps = np.linalg.norm(points[:, None, :] - points, axis=2)
    np.fill_diagonal(gaps, np.inf)
    radii: FloatArray = np.minimum(WITHIN, _APART * gaps.min(axis=1))
    return radii


class _Equations:
    """The equations of one family, and the way to it."""

    def __init__(self, family: CriticalFamily) -> None:
        self._generators = family.solutions.generators
        self._jacobian = [generator.gradient() for generator in self._generators]

    def distances(self, ends: FloatArray) -> FloatArray:
        """How far each row is from the point that Gauss-Newton steps of least norm lead to."""
        at = ends.copy()
        for _ in range(_PROJECTIONS):
            values = np.stack([g.evaluate_many(at) for g in self._generators], axis=-1)
            rows = [
                np.stack([d.evaluate_many(at) for d in gradient], axis=-1)
                for gradient in self._jacobian
            ]
            inverse = np.linalg.pinv(np.stack(rows, axis=1), rcond=1e-9)
            step = (inverse @ values[..., None])[..., 0]
            at = at - step
            if np.abs(step).max() <= _CLOSE:
                break
        distances: FloatArray = np.linalg.norm(at - ends, axis=1)
        return distances
