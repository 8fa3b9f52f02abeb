"""Which isolated solutions are the same, and proof that the others are distinct.

Two solutions are the same where the enclosure of one lies in the region of the other, which holds
only one; they are distinct where their enclosures are disjoint. Enters: what is proved of each
candidate alone. Leaves: a number for each certified candidate, equal for the same solution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solvers.certification.boxes import Box
from solvers.certification.failure import Failure
from solvers.certification.isolation import Isolated
from solvers.certification.krawczyk import Isolation

__all__ = ["number_solutions", "same_solution", "touching_pairs"]


def number_solutions(
    isolated: Sequence[Isolated], refine: Callable[[int, int], Isolated]
) -> tuple[list[Isolated], list[int]]:
    """A number for each certified candidate: equal where the solutions are, else distinct.

    ``refine(candidate, bits)`` isolates a candidate again at that precision or a higher one; it
    is called for pairs whose boxes touch without proof of equality. Where it fails, the later of
    the two loses its certificate. Numbers count up in the order of candidates, -1 is for none.
    """
    found = list(isolated)
    while True:
        groups, undecided = _groups(found)
        if not undecided:
            return found, groups
        later = {second for _, second in undecided}
        for place in {place for pair in undecided for place in pair}:
            finer = refine(place, 2 * found[place].precision)
            if finer.failure is None:
                found[place] = finer
            elif place in later:
                found[place] = replace(found[place], failure=Failure.NOT_SEPARATED)


def same_solution(first: Isolation, second: Isolation) -> bool | None:
    """True or False where that is proved, else None: smaller boxes would tell."""
    if not first.enclosure.overlaps(second.enclosure):
        return False
    if first.region.holds(second.enclosure) or second.region.holds(first.enclosure):
        return True
    return None


def touching_pairs(boxes: Mapping[int, Box]) -> Iterator[tuple[int, int]]:
    """All pairs of keys whose boxes overlap, smaller key first.

    Boxes are sorted by a random projection to the line; only those whose images overlap are
    compared. Cost: m log m for m boxes in general position.
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
                first, second = sorted((keys[other], keys[place]))
                yield first, second
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


def _groups(found: Sequence[Isolated]) -> tuple[list[int], list[tuple[int, int]]]:
    """The number of each candidate's solution, and the pairs that may or may not be equal."""
    certified = {
        place: one.proof
        for place, one in enumerate(found)
        if one.failure is None and one.proof is not None
    }
    leader = {place: place for place in certified}
    undecided: list[tuple[int, int]] = []
    for first, second in touching_pairs({k: proof.enclosure for k, proof in certified.items()}):
        same = same_solution(certified[first], certified[second])
        if same is None:
            undecided.append((first, second))
        elif same:
            low, high = sorted((_root(leader, first), _root(leader, second)))
            leader[high] = low
    numbers: dict[int, int] = {}
    for place in certified:
        numbers.setdefault(_root(leader, place), len(numbers))
    groups = [numbers[_root(leader, p)] if p in leader else -1 for p in range(len(found))]
    return groups, undecided


def _root(leader: dict[int, int], place: int) -> int:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place
