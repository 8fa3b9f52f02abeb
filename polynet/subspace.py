"""Affine subspaces w = origin + D s of weight space, and everything that is done with the map.

Where some weights are free and the others fixed, the columns of D are unit vectors: then entries
are put in place and read off, and no matrix exists. What enters comes from ``restriction``, whose
losses compute through one of the two classes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from polynet.errors import InputError
from polynet.rational import exact_array, float_array, object_array, to_fmpq, to_fraction

__all__ = ["AffineSubspace", "FreeWeights", "Subspace"]


class Subspace(Protocol):
    """The map s -> origin + D s, ``(d,)`` to ``(n,)``, and its adjoint."""

    @property
    def origin(self) -> NDArray[Any]:
        """The image of s = 0, ``(n,)``: float64, or exact objects."""

    @property
    def directions(self) -> NDArray[Any]:
        """The matrix D, ``(n, d)``."""

    @property
    def exact(self) -> bool:
        """Whether origin and D are exact."""

    def moved(self, s: NDArray[np.float64]) -> NDArray[np.float64]:
        """D s for points ``(*lanes, d)``."""

    def pulled(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        """D' g for gradients ``(*lanes, n)``."""

    def ring_lifted(self, s: Sequence[Any]) -> list[Any]:
        """origin + D s over a ring that contains the rationals."""

    def ring_pulled(self, gradient: Sequence[Any]) -> list[Any]:
        """D' g over such a ring."""

    def project(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """The s whose image is nearest to ``w`` ``(n,)``."""

    def project_exactly(self, w: NDArray[Any]) -> NDArray[Any]:
        """The same in exact arithmetic."""

    def reached_by(self, unknowns: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which weights move with the marked unknowns."""

    def to_exact(self) -> Subspace:
        """The same with floats as the rational numbers that they are."""


@dataclass(frozen=True, slots=True, eq=False)
class FreeWeights:
    """The weights at positions ``selected`` ``(d,)`` are the unknowns, the rest is fixed.

    ``origin`` is zero where a weight is free. Cost of every map: n numbers copied.
    """

    origin: NDArray[Any]
    selected: NDArray[np.intp]

    @property
    def directions(self) -> NDArray[Any]:
        """Columns of the identity matrix, written out: ``(n, d)`` numbers."""
        matrix = np.zeros((len(self.origin), len(self.selected)), np.int64)
        matrix[self.selected, np.arange(len(self.selected))] = 1
        return matrix.astype(self.origin.dtype)

    @property
    def exact(self) -> bool:
        """Whether the fixed weights are exact."""
        return self.origin.dtype == object

    def moved(self, s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Each unknown at its position, zero elsewhere."""
        result = np.zeros((*s.shape[:-1], len(self.origin)))
        result[..., self.selected] = s
        return result

    def pulled(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        """The entries at the positions of the unknowns."""
        return gradient[..., self.selected]

    def ring_lifted(self, s: Sequence[Any]) -> list[Any]:
        """The fixed weights with the unknowns among them."""
        lifted: list[Any] = [to_fmpq(value) for value in self.origin]
        for position, value in zip(self.selected.tolist(), s, strict=True):
            lifted[position] = value
        return lifted

    def ring_pulled(self, gradient: Sequence[Any]) -> list[Any]:
        """The entries at the positions of the unknowns."""
        return [gradient[position] for position in self.selected.tolist()]

    def project(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """The entries at the positions of the unknowns."""
        return w[self.selected]

    def project_exactly(self, w: NDArray[Any]) -> NDArray[Any]:
        """The entries at the positions of the unknowns, as Fractions."""
        return object_array([to_fraction(value) for value in w[self.selected]], (len(self),))

    def reached_by(self, unknowns: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The weights that are the marked unknowns."""
        mask = np.zeros(len(self.origin), np.bool_)
        mask[self.selected[unknowns]] = True
        return mask

    def to_exact(self) -> FreeWeights:
        """The same with the fixed weights as the rational numbers that they are."""
        return FreeWeights(exact_array(self.origin).astype(object), self.selected)

    def __len__(self) -> int:
        return len(self.selected)


@dataclass(frozen=True, slots=True, eq=False)
class AffineSubspace:
    """The subspace through ``origin`` ``(n,)`` along the columns of ``directions`` ``(n, d)``.

    Both float64, or both object arrays of exact numbers. Cost of every map: n d multiply-adds.
    """

    origin: NDArray[Any]
    directions: NDArray[Any]

    @property
    def exact(self) -> bool:
        """Whether both are exact."""
        return self.origin.dtype == object and self.directions.dtype == object

    def moved(self, s: NDArray[np.float64]) -> NDArray[np.float64]:
        """D s."""
        result: NDArray[np.float64] = s @ float_array(self.directions).T
        return result

    def pulled(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        """D' g."""
        result: NDArray[np.float64] = gradient @ float_array(self.directions)
        return result

    def ring_lifted(self, s: Sequence[Any]) -> list[Any]:
        """origin + D s; entries of D that are zero cost nothing."""
        return [
            _combination(row, s, to_fmpq(start))
            for start, row in zip(self.origin, self.directions, strict=True)
        ]

    def ring_pulled(self, gradient: Sequence[Any]) -> list[Any]:
        """D' g."""
        return [_combination(column, gradient, fmpq(0)) for column in self.directions.T]

    def project(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """By least squares."""
        offset = w - float_array(self.origin)
        return np.asarray(np.linalg.lstsq(float_array(self.directions), offset, rcond=None)[0])

    def project_exactly(self, w: NDArray[Any]) -> NDArray[Any]:
        """By the normal equations; ``InputError`` where the directions are dependent."""
        matrix = fmpq_mat([[to_fmpq(value) for value in row] for row in self.directions])
        column = fmpq_mat([[to_fmpq(value)] for value in w - self.origin])
        transposed = matrix.transpose()
        gram = transposed * matrix
        if gram.rank() < gram.ncols():
            raise InputError("the directions are dependent, so no point of them is told apart")
        solution = gram.solve(transposed * column)
        return object_array(
            [to_fraction(value) for value in solution.entries()], (self.directions.shape[1],)
        )

    def reached_by(self, unknowns: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The weights where one of the marked columns has an entry."""
        return np.asarray((self.directions[:, unknowns] != 0).any(axis=1), np.bool_)

    def to_exact(self) -> AffineSubspace:
        """The same with floats as the rational numbers that they are."""
        return AffineSubspace(
            exact_array(self.origin).astype(object), exact_array(self.directions).astype(object)
        )


def _combination(entries: NDArray[Any], values: Sequence[Any], start: Any) -> Any:
    total = start
    for entry, value in zip(entries, values, strict=True):
        if entry:
            total = total + to_fmpq(entry) * value
    return total
