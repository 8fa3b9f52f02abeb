"""Critical points of polynomials in one unknown: of one, exactly or in floats; of many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq_poly
from numpy.typing import ArrayLike, NDArray

from polynet.errors import InputError, ShapeError
from polynet.rational import all_exact, to_fmpq
from solvers.univariate.exact import exact_critical_points
from solvers.univariate.points import LineCriticalPoints, LineKind, LinePoint

__all__ = ["LeastPoints", "least_points", "line_critical_points"]

_KINDS = (LineKind.MINIMUM, LineKind.MAXIMUM, LineKind.INFLECTION)


@dataclass(frozen=True, slots=True, eq=False)
class LeastPoints:
    """The global minima of many polynomials, one entry each.

    ``t`` and ``value`` are NaN where there is none: ``bounded`` false, a constant, or a minimum
    beyond all floats; ``n_points`` counts distinct real critical points, ``n_maxima`` and
    ``n_inflections`` those kinds of them.
    """

    t: NDArray[np.float64]
    value: NDArray[np.float64]
    bounded: NDArray[np.bool_]
    n_points: NDArray[np.int64]
    n_maxima: NDArray[np.int64]
    n_inflections: NDArray[np.int64]


def line_critical_points(coefficients: ArrayLike | Sequence[Any]) -> LineCriticalPoints:
    """All real critical points of t -> sum_k c_k t^k, constant term first, classified.

    Exact coefficients (ints, Fractions) have exact answers; floats are answered in floats, where
    critical points closer together than rounding can tell are one, and those beyond all floats are
    left out. Raises ``InputError`` for
    coefficients that are no finite real numbers or for none at all. Cost: exact, a factorisation
    over the rationals; float, microseconds.

    >>> found = line_critical_points([0, 0, -4, 0, 1])
    >>> [str(point) for point in found.points]
    ['minimum -4 at -sqrt(2)', 'maximum 0 at 0', 'minimum -4 at sqrt(2)']
    >>> line_critical_points([1.0, -2.0, 1.0]).least
    LinePoint(t=1.0, value=0.0, kind=<LineKind.MINIMUM: 'minimum'>)
    """
    float_given = isinstance(coefficients, np.ndarray) and coefficients.dtype != object
    values = np.asarray(coefficients, None if float_given else object)
    if values.ndim != 1 or not len(values):
        raise ShapeError(
            f"coefficients of shape {values.shape}; give a flat list, constant term first"
        )
    if not float_given and all_exact(values.tolist()):
        return exact_critical_points(fmpq_poly([to_fmpq(value) for value in values.tolist()]))
    return _float_critical_points(_finite(values))


def least_points(coefficients: ArrayLike) -> LeastPoints:
    """The global minimum of each polynomial, a row ``(n, degree + 1)``, constant term first.

    Compiled, on all threads. Raises ``InputError`` as ``line_critical_points``.

    >>> found = least_points([[0, 0, -2, 0, 1], [3, 2, 1, 0, 0]])
    >>> found.t.tolist(), found.value.tolist(), found.n_points.tolist()
    ([-1.0, -1.0], [-1.0, 2.0], [3, 1])
    """
    from solvers.univariate.batch_kernels import least_points_of_rows

    rows = _finite(np.asarray(coefficients))
    if rows.ndim != 2 or not rows.shape[1]:
        raise ShapeError(f"coefficients of shape {rows.shape}; give one row for each polynomial")
    t, value, counts = least_points_of_rows(np.ascontiguousarray(rows))
    return LeastPoints(t, value, _bounded_below(rows), *counts.T)


def _float_critical_points(c: NDArray[np.float64]) -> LineCriticalPoints:
    from solvers.univariate.evaluation import value_at
    from solvers.univariate.kernels import critical_points

    t, kinds = np.zeros(len(c)), np.empty(len(c), np.int64)
    count, best = critical_points(c, t, kinds)
    points = tuple(
        LinePoint(float(t[i]), value_at(c, t[i]), _KINDS[kinds[i]]) for i in range(max(count, 0))
    )
    return LineCriticalPoints(
        points,
        points[best] if best >= 0 else None,
        bounded_below=bool(_bounded_below(c[None])[0]),
        constant=count < 0,
        exact=False,
    )


def _bounded_below(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each row is a constant, or of even degree with a positive leading coefficient."""
    degree = np.where(rows != 0, np.arange(rows.shape[1]), 0).max(axis=1)
    lead = rows[np.arange(len(rows)), degree]
    bounded: NDArray[np.bool_] = (degree == 0) | ((degree % 2 == 0) & (lead > 0))
    return bounded


def _finite(values: NDArray[Any]) -> NDArray[np.float64]:
    try:
        table = values.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"coefficients must be real numbers: {error}") from None
    if not np.isfinite(table).all():
        raise InputError("coefficients hold NaN or infinity; give finite numbers")
    return table
