"""Which isolated solutions are the same, and proof that the others are distinct.

Two solutions are the same where the enclosure of one lies in the region of the other, which holds
only one; they are distinct where their enclosures are disjoint. Enters: what is proved of each
candidate alone. Leaves: a number for each certified candidate, equal for the same solution.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from solvers.certification.failure import Failure
from solvers.certification.isolation import Isolated
from solvers.certification.krawczyk import Isolation
from solvers.certification.overlaps import touching_pairs

__all__ = ["number_solutions", "same_solution"]


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


def _groups(found: Sequence[Isolated]) -> tuple[list[int], list[tuple[int, int]]]:
    """The number of each candidate's solution, and the pairs that may or may not be equal."""
    certified = {
        place: one.proof
        for place, one in enumerate(found)
        if one.failure is None and one.proof is not None
    }
    chosen = {place: place for place in certified}
    undecided: list[tuple[int, int]] = []

    def same(first: int, second: int) -> bool:
        return same_solution(certified[first], certified[second]) is True

    # Whatever is distinct from a solution is distinct from its other approximations, so that one
    # of them stands for the others.
    enclosures = {place: proof.enclosure for place, proof in certified.items()}
    for first, second in touching_pairs(enclosures, stands_for=same):
        if same(first, second):
            chosen[second] = first
        else:
            undecided.append((min(first, second), max(first, second)))
    numbers: dict[int, int] = {}
    for one in chosen.values():
        numbers.setdefault(one, len(numbers))
    groups = [numbers[chosen[p]] if p in chosen else -1 for p in range(len(found))]
    return groups, undecided
