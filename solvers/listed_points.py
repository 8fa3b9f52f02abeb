"""Exact points as the rows of a solution set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import acb, arb
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
    """The middle of a ball, without the parts that may be zero: they are rounding."""
    return complex(*map(_middle, (ball.real, ball.imag)))


def _middle(ball: arb) -> float:
    unclear = ball.is_finite() and ball.contains(0)
    return 0.0 if unclear else float(ball) + 0.0  # no -0.0
