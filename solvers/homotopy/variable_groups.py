"""Groups of variables for a multihomogeneous start, found rather than given.

Enters: the supports of square equations and the names of their variables. Leaves: a partition with
a small multihomogeneous Bezout number. Names of network weights say their layer, which is where the
search begins; else, and from there, variables are moved between groups as long as that helps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from polynet.errors import BudgetError, InputError
from polynet.root_counts import MAX_BITS, multihomogeneous_bezout

__all__ = ["group_number", "grouped", "layer_groups", "least_groups"]

IntArray = NDArray[np.int64]
Groups = tuple[tuple[int, ...], ...]

_WEIGHT = re.compile(r"[wbc](\d+)(_\d+)+")
_MAX_COUNTS = 400
_MAX_BITS = 2**22  # about a hundredth of a second for one count
_MOST_GROUPS = 8


def grouped(names: Sequence[str], groups: Sequence[Sequence[str]]) -> Groups:
    """The positions of named groups; raises ``InputError`` where they are no partition."""
    listed = [name for group in groups for name in group]
    if sorted(listed) != sorted(names) or not all(len(group) for group in groups):
        raise InputError(
            f"the groups list {listed}, but each of {list(names)} must be in exactly one group"
        )
    return tuple(tuple(names.index(name) for name in group) for group in groups)


def layer_groups(names: Sequence[str]) -> Groups | None:
    """Network weights by layer; None where a name is none of a weight, or there is one layer.

    >>> layer_groups(["w0_0_0", "b0_0", "w1_0_0"])
    ((0, 1), (2,))
    """
    layers: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found = _WEIGHT.fullmatch(name)
        if found is None:
            return None
        layers.setdefault(found[1], []).append(place)
    return tuple(map(tuple, layers.values())) if len(layers) > 1 else None


def group_number(supports: Sequence[IntArray], groups: Groups) -> int:
    """The multihomogeneous Bezout number of equations with these supports."""
    return _Search(list(supports), max_bits=MAX_BITS).count(groups)


def least_groups(supports: Sequence[IntArray], names: Sequence[str]) -> tuple[Groups, int]:
    """A partition with a small multihomogeneous Bezout number, and the number.

    The least is not promised: it is the best of the layers, single variables, and what moving one
    variable at a time, or merging two groups, makes of them. Cost: at most 400 counts.

    >>> bilinear = [np.array([[1, 1], [1, 0], [0, 1], [0, 0]])] * 2
    >>> least_groups(bilinear, ["x", "y"])
    (((0,), (1,)), 2)
    """
    n = len(names)
    search = _Search(list(supports))
    everything: Groups = (tuple(range(n)),)
    starts = [everything, layer_groups(names), tuple((i,) for i in range(n))]
    best, least = everything, search.count(everything)
    for groups in starts:
        if groups is None or len(groups) > _MOST_GROUPS:
            continue
        found, number = search.descended(groups)
        if number < least:
            best, least = found, number
    return best, least


@dataclass(slots=True)
class _Search:
    supports: list[IntArray]
    max_bits: int = _MAX_BITS
    known: dict[Groups, int] = field(default_factory=dict)

    def count(self, groups: Groups) -> int:
        if groups not in self.known:
            rows = [
                [int(support[:, list(group)].sum(axis=1).max(initial=0)) for group in groups]
                for support in self.supports
            ]
            sizes = [len(group) for group in groups]
            self.known[groups] = multihomogeneous_bezout(rows, sizes, max_bits=self.max_bits)
        return self.known[groups]

    def descended(self, groups: Groups) -> tuple[Groups, int]:
        """The end of a way down, each step to the best neighbour."""
        try:
            least = self.count(groups)
            while len(self.known) < _MAX_COUNTS:
                number, found = min((self.count(g), g) for g in _neighbours(groups))
                if number >= least:
                    break
                groups, least = found, number
        except (BudgetError, ValueError):  # too many groups to count, or no neighbour
            return groups, self.known.get(groups, np.iinfo(np.int64).max)
        return groups, least


def _neighbours(groups: Groups) -> Iterator[Groups]:
    """Partitions with one variable moved, to a new group too, or two groups merged."""
    for a, group in enumerate(groups):
        rest = [list(other) for b, other in enumerate(groups) if b != a]
        for variable in group:
            left = [i for i in group if i != variable]
            for b in range(len(rest)):
                moved = [[*own, variable] if c == b else own for c, own in enumerate(rest)]
                yield _ordered([*moved, left])
            if left and len(groups) < _MOST_GROUPS:
                yield _ordered([*rest, left, [variable]])
        for b in range(a):
            merged = [list(o) for c, o in enumerate(groups) if c not in (a, b)]
            yield _ordered([*merged, [*groups[b], *group]])


def _ordered(groups: Sequence[Sequence[int]]) -> Groups:
    return tuple(sorted(tuple(sorted(group)) for group in groups if group))
