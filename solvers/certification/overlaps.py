"""Which of many boxes overlap, without comparing all pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from solvers.certification.boxes import Box

__all__ = ["touching_pairs"]


def touching_pairs(
    boxes: Mapping[int, Box], stands_for: Callable[[int, int], bool] | None = None
) -> Iterator[tuple[int, int]]:
    """All pairs of keys whose boxes overlap.

    Boxes are sorted by a random projection to the line; only those whose images overlap are
    compared. A box that another one ``stands_for`` is compared no further: called with the keys
    of two boxes that overlap, it says whether the first may answer for the second from now on.
    Cost: m log m for m boxes in general position.
    """
    keys = list(boxes)
    if not keys:
        return
    low, high = _projections([boxes[key] for key in keys])
    reached: list[int] = []
    for place in np.argsort(low, kind="stable").tolist():
        reached = [other for other in reached if not high[other] < low[place]]
        for other in reached:
            if boxes[keys[other]].overlaps(boxes[keys[place]]):
                yield keys[other], keys[place]
                if stands_for is not None and stands_for(keys[other], keys[place]):
                    break
        else:
            reached.append(place)


def _projections(boxes: list[Box]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Intervals that hold the images of the boxes under one random linear form."""
    parts = np.array(
        [[float(p.mid()) for x in box.coordinates for p in (x.real, x.imag)] for box in boxes]
    )
    size = parts.shape[1]
    weights = np.random.default_rng(0).uniform(0.5, 1.0, size)
    radii = np.array([box.radius for box in boxes])
    with np.errstate(over="ignore", invalid="ignore"):
        middle = parts @ weights
        # Rounding of a sum of that many products, and the half sides, with room to spare.
        reach = (size + 8) * 1e-15 * (np.abs(parts) @ weights) + 1.1 * size * radii + 1e-300
        low, high = middle - reach, middle + reach
    low[~np.isfinite(low)], high[~np.isfinite(high)] = -np.inf, np.inf
    return low, high
