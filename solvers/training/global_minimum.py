"""The least point of a polynomial in a few unknowns: all its critical points, and the least taken.

A float polynomial that is bounded below enters, and a solver; what leaves says where the least
value is, what all critical points are, and whether the solver accounts for every path. On each
axis the least point is found by a root count beside that, so that lost paths cannot make the
answer worse than line searches along the axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from polynet.float_polynomial import FloatPolynomial
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from solvers.homotopy.complex_system import ComplexSystem
from solvers.protocol import Solver
from solvers.solution_set import SolutionSet
from solvers.training.method import FloatArray

__all__ = ["GlobalMinimum", "global_minimum", "predicted_paths"]

_NEWTON_STEPS = 3
_TIED = 2.0**-40
"""Values this close, relative to their terms, are not told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class GlobalMinimum:
    """The least point of p and what was met on the way to it.

    ``candidates`` ``(k, d)`` are the places to go, the least first, ``gains`` ``(k,)`` the values
    p(s) - p(0) there, all negative; none where nothing is gained. ``n_complex`` isolated critical
    points were found, ``n_real`` of them real, ``n_minima`` and ``n_maxima`` of those by the
    Hessian; ``lost``: paths failed, or an axis has a lower point than all that were found.
    """

    candidates: FloatArray
    gains: FloatArray
    n_complex: int
    n_real: int
    n_minima: int
    n_maxima: int
    lost: bool


def predicted_paths(degree: int, n_unknowns: int) -> int:
    """The Bézout number of the gradient equations: (degree - 1)^n_unknowns."""
    paths: int = max(0, degree - 1) ** n_unknowns
    return paths


def global_minimum(polynomial: FloatPolynomial, solver: Solver) -> GlobalMinimum:
    """The least point of ``polynomial``, by all its critical points.

    The unknowns are scaled so that coefficients are of like size; a ``solver`` with a true
    attribute ``exact`` gets them as the rationals that they are. Points are refined by Newton
    steps on the polynomial itself. Cost: that of one solve of the gradient equations.

    >>> from solvers import Homotopy
    >>> p = FloatPolynomial(np.array([[4, 0], [2, 0], [1, 0], [0, 2]]), np.array([1, -2, 0.1, 1.0]))
    >>> found = global_minimum(p, Homotopy())
    >>> found.candidates[0].round(4).tolist(), found.n_complex, found.n_real, found.n_minima
    ([-1.0123, 0.0], 3, 3, 2)
    """
    live = polynomial.exponents[polynomial.coefficients != 0.0].any(axis=0)
    p = polynomial.without_constant().among(live)
    if p.degree < 2:  # constant: nothing bounded below is linear
        return GlobalMinimum(np.empty((0, len(live))), np.empty(0), 0, 0, 0, 0, lost=False)
    factors = _scales(p)
    scaled = p.scaled(factors)
    found = _critical_points(scaled, solver)
    points = _refined(scaled, found.solutions[found.is_real].real)
    inertia = np.linalg.eigvalsh(_hessians(scaled, points))
    axes = _axis_minima(scaled)
    values, on_axes = scaled.value(points), scaled.value(axes)
    slack = _TIED * float(np.abs(scaled.coefficients).sum())
    missed = bool(on_axes.min() < values.min(initial=np.inf) - slack)
    candidates, gains = np.concatenate([points, axes]), np.concatenate([values, on_axes])
    order = [i for i in np.argsort(gains, kind="stable") if gains[i] < 0.0]
    places = np.zeros((len(order), len(live)))
    places[:, live] = candidates[order] * factors
    return GlobalMinimum(
        places,
        gains[order],
        n_complex=found.n_finite,
        n_real=len(points),
        n_minima=int((inertia > 0.0).all(axis=-1).sum()),
        n_maxima=int((inertia < 0.0).all(axis=-1).sum()),
        lost=bool(found.n_failed) or missed,
    )


def _scales(p: FloatPolynomial) -> FloatArray:
    """Factors of the unknowns that bring the coefficients nearest to one size.

    The least squares solution of log|c_k| + e_k . log(factors) = constant, to powers of two.
    Source: Morgan, 'Solving Polynomial Systems' (1987), chapter 5.
    """
    present = p.coefficients != 0.0
    exponents, logs = p.exponents[present], np.log2(np.abs(p.coefficients[present]))
    table = np.hstack([exponents, -np.ones((len(exponents), 1))])
    solution = np.linalg.lstsq(table, -logs, rcond=None)[0][:-1]
    factors: FloatArray = 2.0 ** np.clip(np.round(solution), -500, 500)
    return factors


def _critical_points(p: FloatPolynomial, solver: Solver) -> SolutionSet:
    size = float(np.abs(p.coefficients).max())
    names = tuple(f"s{j}" for j in range(p.n_unknowns))
    parts = [FloatPolynomial(part.exponents, part.coefficients / size) for part in p.gradient()]
    if getattr(solver, "exact", False):
        return solver.solve(PolynomialSystem(tuple(_exactly(names, part) for part in parts)))
    system = ComplexSystem.of(
        names, [part.exponents for part in parts], [part.coefficients for part in parts]
    )
    found: SolutionSet = solver.solve(system)  # type: ignore[arg-type]  # floats, for homotopies
    return found


def _exactly(names: tuple[str, ...], p: FloatPolynomial) -> SparsePolynomial:
    exponents = map(tuple, p.exponents.tolist())
    terms = dict(zip(exponents, map(Fraction, p.coefficients.tolist()), strict=True))
    return SparsePolynomial.from_terms(names, terms)


def _refined(p: FloatPolynomial, points: FloatArray) -> FloatArray:
    """Newton steps on the gradient, kept where they make it smaller."""
    gradient = p.gradient()
    for _ in range(_NEWTON_STEPS):
        slopes = _stacked(gradient, points)
        inverses = np.linalg.pinv(_hessians(p, points), hermitian=True)
        moved = points - (inverses @ slopes[..., None])[..., 0]
        better = np.linalg.norm(_stacked(gradient, moved), axis=1) < np.linalg.norm(slopes, axis=1)
        points = np.where(better[:, None], moved, points)
    return points


def _stacked(parts: tuple[FloatPolynomial, ...], points: FloatArray) -> FloatArray:
    """Values of several polynomials, ``(n_points, n_parts)``."""
    return np.stack([part.value(points) for part in parts], axis=-1)


def _hessians(p: FloatPolynomial, points: FloatArray) -> FloatArray:
    """Second derivatives ``(n_points, d, d)``."""
    rows = [_stacked(part.gradient(), points) for part in p.gradient()]
    return np.stack(rows, axis=-2)


def _axis_minima(p: FloatPolynomial) -> FloatArray:
    """The least point on each axis, ``(d, d)``; 0 where there is none."""
    from solvers.univariate.kernels import least_point

    result = np.zeros((p.n_unknowns, p.n_unknowns))
    for j in range(p.n_unknowns):
        c = p.on_axis(j)
        result[j, j] = least_point(c, np.empty(len(c)), np.empty(len(c), np.int64))[0]
    return result
