"""Which coordinates of a solution can be zero: coordinate subspaces that equations leave alone.

Enters: the supports of square equations. Leaves: all sets S of variables with x_S = 0 on which as
many equations vanish identically as S has members; what is left is a square system in the other
variables. Gradients of network losses have such sets: the weights of a dead unit. Each set is one
``Stratum``, whose solutions with no further zero are found apart from those of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from polynet.errors import BudgetError

__all__ = ["Stratum", "strata"]

IntArray = NDArray[np.int64]
_MOST_VARIABLES = 62


@dataclass(frozen=True, slots=True, eq=False)
class Stratum:
    """The points with x_i = 0 exactly for i in ``zeros``.

    ``kept`` are the other variables, ``equations`` those that do not vanish there, ``terms`` the
    numbers (counted through all equations) of the terms that are left, and ``supports`` their
    exponents in the kept variables, equation by equation.
    """

    zeros: tuple[int, ...]
    kept: IntArray
    equations: IntArray
    terms: IntArray
    supports: tuple[IntArray, ...]

    @classmethod
    def whole(cls, supports: Sequence[IntArray]) -> Stratum:
        """The points with no zero coordinate, and all equations."""
        return _stratum(supports, 0, supports[0].shape[1])

    @property
    def dimension(self) -> int:
        """The number of variables that are not zero."""
        return len(self.kept)

    def lifted(self, points: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Points ``(k, dimension)`` with the zeros put back: ``(k, n)``."""
        full = np.zeros((len(points), len(self.kept) + len(self.zeros)), np.complex128)
        full[:, self.kept] = points
        return full

    def describe(self, names: Sequence[str]) -> str:
        """The set in words."""
        if not self.zeros:
            return "no zero coordinate"
        if not self.dimension:
            return "the origin"
        return " = ".join(names[i] for i in self.zeros) + " = 0"


def strata(supports: Sequence[IntArray], *, max_sets: int = 1 << 20) -> list[Stratum]:
    """All strata of equations with these ``supports`` ``(n_terms_i, n)``, fewest zeros first.

    Variables are decided one after the other; a choice is dropped where too many equations cannot
    vanish any more, because all variables of one of their terms are decided not to be zero. That
    is exact. Where the origin is on the list, all equations vanish there.

    Raises ``BudgetError`` for more than 62 variables or more than ``max_sets`` choices at once.

    Examples
    --------
    The gradient of (a b - y)^2 + l a^2 + m b^2 vanishes in neither equation for a = 0 alone:

    >>> gradient = [np.array([[1, 2], [0, 1], [1, 0]]), np.array([[2, 1], [1, 0], [0, 1]])]
    >>> [stratum.zeros for stratum in strata(gradient)]
    [(), (0, 1)]
    """
    n = supports[0].shape[1]
    if n > _MOST_VARIABLES:
        raise BudgetError(f"zero patterns of {n} variables; the limit is {_MOST_VARIABLES}")
    masks = [_minimal(_masks(support)) for support in supports]
    diagonal = all(bool((own == np.int64(1) << i).any()) for i, own in enumerate(masks))
    zero, other = np.zeros(1, np.int64), np.zeros(1, np.int64)
    for variable in range(n):
        bit = np.int64(1) << variable
        zero = np.concatenate([zero, zero | bit])
        other = np.concatenate([other | bit, other])
        if len(zero) > max_sets:
            raise BudgetError(
                f"{len(zero):,} patterns of zeros after {variable + 1} of {n} variables, over the "
                f"limit of {max_sets:,}; raise max_sets"
            )
        alive = _may_vanish(masks, other)
        if diagonal:  # equation i has a power of x_i alone, so it has to vanish where x_i does
            decided = zero[:, None] >> np.arange(n) & 1 == 1
            keep = (alive | ~decided).all(axis=1)
        else:
            keep = alive.sum(axis=1) >= _bits(zero, n)
        zero, other = zero[keep], other[keep]
    found = [_stratum(supports, int(mask), n) for mask in zero]
    return sorted(found, key=lambda stratum: (len(stratum.zeros), stratum.zeros))


def _masks(support: IntArray) -> IntArray:
    """For each term the set of its variables, as bits."""
    bits = np.int64(1) << np.arange(support.shape[1], dtype=np.int64)
    return np.asarray(np.unique((support > 0) @ bits), np.int64)


def _minimal(masks: IntArray) -> IntArray:
    """The sets that contain no other: a zero in each is a zero in all."""
    return np.array([m for m in masks if not ((masks & m == masks) & (masks != m)).any()], np.int64)


def _may_vanish(masks: Sequence[IntArray], other: IntArray) -> NDArray[np.bool_]:
    """Whether each equation ``(len(other), n)`` has no term wholly in nonzero variables."""
    columns = [((own[None, :] & ~other[:, None]) != 0).all(axis=1) for own in masks]
    return np.stack(columns, axis=1)


def _bits(sets: IntArray, n: int) -> IntArray:
    return np.asarray((sets[:, None] >> np.arange(n) & 1).sum(axis=1))


def _stratum(supports: Sequence[IntArray], mask: int, n: int) -> Stratum:
    is_zero = np.array([mask >> i & 1 == 1 for i in range(n)])
    zeros, kept = np.flatnonzero(is_zero), np.flatnonzero(~is_zero)
    left = [np.flatnonzero(~(support[:, zeros] > 0).any(axis=1)) for support in supports]
    first = np.cumsum([0, *map(len, supports)])
    equations = [i for i, terms in enumerate(left) if len(terms)]
    return Stratum(
        tuple(int(i) for i in zeros),
        kept,
        np.array(equations, np.int64),
        np.concatenate([left[i] + first[i] for i in equations] or [np.empty(0, np.int64)]),
        tuple(supports[i][left[i]][:, kept] for i in equations),
    )
