"""Exact points as the rows of a solution set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import acb
from numpy.typing import NDArray

from solvers.algebraic_point import AlgebraicPoint

__all__ = ["ListedPoints"]

_DOUBLE_BITS = 64


@dataclass(frozen=True, slots=True, eq=False)
class ListedPoints:
    """All points of ``representations``, real ones first and ascending.

    ``solutions`` ``(k, n)`` are within one rounding; ``members`` ``(k, 2)`` are the numbers of the
    representation and of the point in it.
    """

    representations: tuple[AlgebraicPoint, ...]
    solutions: NDArray[np.complex128]
    is_real: NDArray[np.bool_]
    members: NDArray[np.int64]

    @classmethod
    def of(cls, points: Sequence[AlgebraicPoint], n_variables: int) -> ListedPoints:
        """The rows of ``points``; cost: certified roots of each."""
        # The real points are the first of the balls.
        rows = [
            (k >= point.n_real, i, k, [_complex(x) for x in ball])
            for i, point in enumerate(points)
            for k, ball in enumerate(point.balls(_DOUBLE_BITS))
        ]
        rows.sort(key=lambda row: (row[0], [] if row[0] else [x.real for x in row[3]]))
        values = np.array([row[3] for row in rows], np.complex128)
        return cls(
            tuple(points),
            values.reshape(len(rows), n_variables),
            np.array([not row[0] for row in rows], np.bool_),
            np.array([row[1:3] for row in rows], np.int64).reshape(-1, 2),
        )


def _complex(ball: acb) -> complex:
    """Its middle, 0 for parts that may be zero: what is there of them is rounding."""
    parts = (
        0.0 if part.is_finite() and part.contains(0) else float(part)
        for part in (ball.real, ball.imag)
    )
    return complex(*parts)
