"""Steps of third and higher order, from exact Taylor coefficients of a polynomial loss.

On a line: Householder's methods for a zero of the slope (Newton, Halley and on). In all weights:
the Taylor series of the inverse of the gradient map (Newton, Chebyshev and on), and Halley's step.
A loss polynomial enters, its ``along`` and ``gradient_series`` give all derivatives without finite
differences; points leave. All converge near a critical point only, of whatever kind.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.dataset import checked_count
from polynet.loss import PolynomialLoss

__all__ = ["halley_step", "householder_step", "householder_zero", "iterate", "tensor_newton_step"]

FloatArray = NDArray[np.float64]


def householder_step(coefficients: ArrayLike, t: float, order: int) -> float:
    """One Householder step of ``order`` n >= 1 for a zero of f = sum_k c_k t^k.

    t + n (1/f)^(n-1)(t) / (1/f)^(n)(t) = t + b_{n-1} / b_n with 1/f = sum_k b_k (s - t)^k: order 1
    is Newton's method, 2 Halley's. Near a simple zero the error of a step is O(error^(n + 1)).
    Where the n-th derivative of 1/f is zero the step has no end, and infinity is returned.
    Raises ``InputError`` for an order below 1. Cost: degree^2 + n^2.
    Source: A. Householder, The Numerical Treatment of a Single Nonlinear Equation, 1970.

    >>> householder_step([-2.0, 0.0, 1.0], 1.0, 1), householder_step([-2.0, 0.0, 1.0], 1.0, 2)
    (1.5, 1.4)
    """
    n = checked_count(order, "order")
    taylor = np.zeros(n + 1)
    shifted = np.polynomial.Polynomial(np.asarray(coefficients, np.float64))(
        np.polynomial.Polynomial([t, 1.0])
    )
    known = shifted.coef[: n + 1]
    taylor[: len(known)] = known
    if taylor[0] == 0.0:
        return t
    inverse = np.zeros(n + 1)
    inverse[0] = 1.0 / taylor[0]
    for k in range(1, n + 1):
        inverse[k] = -(taylor[1 : k + 1] @ inverse[k - 1 :: -1][:k]) / taylor[0]
    return float(t + inverse[n - 1] / inverse[n]) if inverse[n] else np.inf


def householder_zero(
    loss: PolynomialLoss, weights: ArrayLike, direction: ArrayLike, order: int, *, steps: int = 20
) -> list[float]:
    """The iterates t_0 = 0, t_1, ... towards a critical point of t -> L(w + t d).

    They end where the slope is zero in floats or no step moves. ``solvers.line_critical_points``
    gives all critical points of the line at once; this is the classical method beside it.
    """
    along = np.asarray(loss.along(weights, direction), np.float64)
    slope = np.polynomial.polynomial.polyder(along)
    path = [0.0]
    for _ in range(steps):
        t = householder_step(slope, path[-1], order)
        if t == path[-1] or not np.isfinite(t):
            break
        path.append(t)
    return path


def tensor_newton_step(loss: PolynomialLoss, weights: ArrayLike, order: int) -> FloatArray:
    """The step by the inverse of the gradient map, its Taylor series cut after ``order`` terms.

    The curve with gradient (1 - s) g(w) is w(s) = w + w_1 s + w_2 s^2 + ..., H w_1 = -g and H w_k =
    -(coefficient of s^k in the gradient along the terms before); the step is w_1 + ... + w_order.
    Order 1 is Newton's step, 2 Chebyshev's, 3 needs fourth derivatives of the loss. The error of a
    step is O(error^(order + 1)) where H is regular.

    Raises ``InputError`` for an order below 1, ``numpy.linalg.LinAlgError`` where H is singular.
    Cost: one Hessian and its factors, and ``order`` gradients as series.
    """
    from scipy.linalg import lu_factor, lu_solve

    n = checked_count(order, "order")
    start = np.asarray(weights, np.float64)
    hessian = np.asarray(loss.hessian(start), np.float64)
    _refuse_singular(hessian)
    factors = lu_factor(hessian)
    series = [start, lu_solve(factors, -np.asarray(loss.gradient(start), np.float64))]
    for k in range(2, n + 1):
        known = loss.gradient_series(tuple(series), k + 1)
        part = np.broadcast_to(known[k], start.shape) if k < len(known) else np.zeros_like(start)
        series.append(lu_solve(factors, -part))
    return np.asarray(np.sum(series[1:], axis=0))


def halley_step(loss: PolynomialLoss, weights: ArrayLike) -> FloatArray:
    """s with (H + T(p) / 2) s = -g, p Newton's step and T(p) the third derivative along it.

    The third derivative comes exactly, as the change of the Hessian along p: each column is a
    coefficient of a gradient along two directions. The error of a step is O(error^3).
    Raises ``numpy.linalg.LinAlgError`` where a matrix is singular. Cost: 3 n gradients as series.
    """
    start = np.asarray(weights, np.float64)
    gradient = np.asarray(loss.gradient(start), np.float64)
    hessian = np.asarray(loss.hessian(start), np.float64)
    newton = np.asarray(np.linalg.solve(hessian, -gradient), np.float64)
    half = 0.5 * third_derivative_along(loss, start, newton)
    return np.asarray(np.linalg.solve(hessian + half, -gradient), np.float64)


def third_derivative_along(
    loss: PolynomialLoss, weights: FloatArray, direction: FloatArray
) -> FloatArray:
    """The matrix T_ij = sum_k L_ijk d_k at ``weights``, ``(n, n)``.

    By polarisation of q(v) = (coefficient of t^2 in the gradient along v), which is T(v) v / 2:
    q(d + e) - q(d - e) = 2 T(d) e.
    """
    size = float(np.linalg.norm(direction))
    if size == 0.0:
        return np.zeros((len(weights), len(weights)))
    unit = np.eye(len(weights))
    ahead, behind = (
        _second_coefficient(loss, weights, direction / size + sign * unit) for sign in (1, -1)
    )
    matrix = 0.5 * size * (ahead - behind)
    return np.asarray(0.5 * (matrix + matrix.T))


def iterate(
    loss: PolynomialLoss,
    weights: ArrayLike,
    step: Callable[[PolynomialLoss, FloatArray], FloatArray],
    *,
    steps: int = 20,
    tolerance: float = 1e-13,
) -> list[FloatArray]:
    """The points from ``weights`` on, until a step is below ``tolerance`` of its point."""
    path = [np.asarray(weights, np.float64)]
    for _ in range(steps):
        moved = path[-1] + step(loss, path[-1])
        path.append(moved)
        if np.linalg.norm(moved - path[-2]) <= tolerance * (1.0 + np.linalg.norm(moved)):
            break
    return path


def _second_coefficient(
    loss: PolynomialLoss, weights: FloatArray, directions: FloatArray
) -> FloatArray:
    series = loss.gradient_series((weights, directions), 3)
    part = series[2] if len(series) > 2 else 0.0
    return np.broadcast_to(part, directions.shape)


def _refuse_singular(hessian: FloatArray) -> None:
    if np.linalg.cond(hessian) > 1e15:
        raise np.linalg.LinAlgError(
            "the Hessian is singular here; use a saddle-free or a damped step instead"
        )
