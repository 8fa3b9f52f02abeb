"""Symmetries that act on solutions, and points told apart up to them.

Enters: maps that take solutions to solutions of the same equations, as ``SignedPermutation`` of
the weights or any function of points. Leaves: a ``GroupAction``, all products of the maps, and
``Orbits``, a growing list of points of which no two are in one orbit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from polynet.errors import BudgetError
from polynet.symmetry import SignedPermutation
from solvers.homotopy.close_points import clusters

__all__ = ["GroupAction", "Orbits", "SolutionMap"]

ComplexArray = NDArray[np.complex128]
SolutionMap = Callable[[ComplexArray], ComplexArray]
"""Takes points ``(k, n)`` to points ``(k, n)``."""

_SAME = 1e-9
_MAX_ORDER = 4096


@dataclass(frozen=True, slots=True, eq=False)
class GroupAction:
    """The elements of a finite group that acts on points ``(k, n)``; the first is the identity."""

    elements: tuple[SolutionMap, ...]

    @classmethod
    def generated(cls, generators: Iterable[SolutionMap], probe: ComplexArray) -> GroupAction:
        """All products of ``generators``, told apart by where they take ``probe`` ``(1, n)``.

        Products of signed permutations are signed permutations. Raises ``BudgetError`` for more
        than 4,096 elements.

        >>> flip = SignedPermutation("", np.arange(2), np.array([-1, -1]))
        >>> len(GroupAction.generated([flip], np.array([[1.0, 2j]])).elements)
        2
        """
        generators = list(generators)
        elements: list[SolutionMap] = list(cls.trivial(probe.shape[1]).elements)
        images = probe.copy()
        done = 0
        while done < len(elements):
            for generator in generators:
                image = generator(images[done : done + 1])
                if _is_new(images, image):
                    elements.append(_product(generator, elements[done]))
                    images = np.concatenate([images, image])
            done += 1
            if len(elements) > _MAX_ORDER:
                raise BudgetError(
                    f"the group actions generate more than {_MAX_ORDER:,} elements; they must "
                    "generate a small finite group"
                )
        return cls(tuple(elements))

    @classmethod
    def trivial(cls, n: int) -> GroupAction:
        """The identity alone, on points in n unknowns."""
        return cls((SignedPermutation("", np.arange(n), np.ones(n, np.int64)),))

    @property
    def order(self) -> int:
        """The number of elements."""
        return len(self.elements)

    def images(self, points: ComplexArray) -> ComplexArray:
        """``(order, k, n)``: all elements applied to ``points`` ``(k, n)``."""
        return np.stack([element(points) for element in self.elements])


def _is_new(known: ComplexArray, point: ComplexArray) -> bool:
    size = max(1.0, float(np.abs(point).max(initial=0.0)))
    return not bool((np.abs(known - point).max(axis=1, initial=0.0) <= _SAME * size).any())


def _product(left: SolutionMap, right: SolutionMap) -> SolutionMap:
    if isinstance(left, SignedPermutation) and isinstance(right, SignedPermutation):
        return SignedPermutation(
            "", right.sources[left.sources], left.signs * right.signs[left.sources]
        )
    return lambda points: left(right(points))


class Orbits:
    """Points ``representatives`` ``(k, n)``, no two in one orbit, and all their images."""

    def __init__(self, action: GroupAction, n: int) -> None:
        self.action = action
        self.representatives: ComplexArray = np.empty((0, n), np.complex128)
        self._full: ComplexArray = np.empty((0, n), np.complex128)
        self._owner: NDArray[np.int64] = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self.representatives)

    @property
    def points(self) -> ComplexArray:
        """All points of all orbits, each once: ``(n_points, n)``."""
        return self._full

    def add(self, points: ComplexArray) -> NDArray[np.int64]:
        """The orbit number of each of ``points`` ``(k, n)``; orbits not seen before are added."""
        if not len(points):
            return np.empty(0, np.int64)
        images = self.action.images(points)
        order, count, n = images.shape
        labels = clusters(np.concatenate([self._full, images.reshape(-1, n)]), _SAME)
        n_known = len(self._full)
        number = np.full(int(labels.max()) + 1, -1, np.int64)
        number[labels[:n_known]] = self._owner
        own = labels[n_known:].reshape(order, count)
        result = np.empty(count, np.int64)
        fresh: list[int] = []
        for k in range(count):
            if number[own[0, k]] < 0:
                number[own[:, k]] = len(self) + len(fresh)
                fresh.append(k)
            result[k] = number[own[0, k]]
        self._extend(images[:, fresh], own[:, fresh])
        return result

    def _extend(self, images: ComplexArray, labels: NDArray[np.int64]) -> None:
        """Add orbits with ``images`` ``(order, k, n)``, equal ones under equal ``labels``."""
        known = len(self)
        self.representatives = np.concatenate([self.representatives, images[0]])
        for k in range(images.shape[1]):
            _, first = np.unique(labels[:, k], return_index=True)
            self._full = np.concatenate([self._full, images[first, k]])
            owner = np.full(len(first), known + k, np.int64)
            self._owner = np.concatenate([self._owner, owner])
