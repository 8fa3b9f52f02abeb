"""One exact step along one line: from the coefficients of t -> L(w + t d) to the least point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from polynet.loss import PolynomialLoss
from solvers.training.method import FloatArray
from solvers.training.record import StepCounts

__all__ = ["LineMinimum", "line_minimum", "line_step"]


class LineMinimum:
    """The least point ``weights`` of a line, the value ``before``, and what was met."""

    __slots__ = ("before", "counts", "weights")

    def __init__(self, weights: FloatArray, before: float, counts: StepCounts) -> None:
        self.weights, self.before, self.counts = weights, before, counts


def line_minimum(loss: PolynomialLoss, weights: FloatArray, direction: FloatArray) -> LineMinimum:
    """The global minimum of t -> L(weights + t direction), by all its real critical points.

    ``direction`` ``(n_parameters,)`` is not zero. Cost: (D + 2)^2 / 8 evaluations of the loss for
    degree D at most; first layers, whose inputs do not move, cost two.
    """
    from solvers.univariate.kernels import INFLECTION, least_point

    d = direction / float(np.abs(direction).max())
    series = loss.value_series((weights, d), None)
    c = _without_noise(np.array([float(part) for part in series]))
    kinds = np.empty(len(c), np.int64)
    step, _, n_points, n_maxima = least_point(c, np.empty(len(c)), kinds)
    saddles = int(np.count_nonzero(kinds[:n_points] == INFLECTION))
    by_points = (0,) * n_points + (1,)
    counts = StepCounts(by_points, n_maxima, moved=int(step != 0.0), saddles=saddles)
    return LineMinimum(weights + step * d, float(c[0]), counts)


def line_step(
    loss: PolynomialLoss, weights: FloatArray, direction: FloatArray
) -> tuple[FloatArray, StepCounts]:
    """The weights at the least point of the line, or as they were where rounding spoils it."""
    if not direction.any():
        return weights, StepCounts((1,))
    least = line_minimum(loss, weights, direction)
    met = least.counts
    if not met.moved:
        return weights, met
    if loss.value(least.weights) > least.before * (1.0 + loss.rounding):
        return weights, replace(met, moved=0, refused=1)
    return least.weights, met


def _without_noise(c: FloatArray) -> FloatArray:
    """The coefficients without leading ones that a sum of squares cannot have.

    Its leading coefficient is positive and of even order; another one is what rounding left of
    nothing.
    """
    top = len(c) - 1
    while top > 0 and (top % 2 == 1 or c[top] <= 0.0):
        top -= 1
    return np.ascontiguousarray(c[: top + 1])
