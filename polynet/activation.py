"""Polynomial stand-ins for activations that are none: tanh, relu, gelu, or any function.

What enters is a function and an interval, what leaves a :class:`PolynomialFit`, which says how
far it is from the function there and makes the layer. Outside the interval a polynomial runs away
from any bounded or piecewise linear function, so choose one that the data stay in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.polynomial import Chebyshev, Legendre
from numpy.polynomial import Polynomial as PowerSeries
from numpy.typing import ArrayLike, NDArray

from polynet.errors import InputError
from polynet.layers.layer import as_size
from polynet.layers.pointwise import Polynomial

__all__ = ["FitMethod", "PolynomialFit", "fit_polynomial"]

Floats: TypeAlias = NDArray[np.float64]
FitMethod: TypeAlias = Literal["chebyshev", "least-squares"]

_N_ERROR_POINTS = 20_001
_ROUNDING = 256 * np.finfo(float).eps
_N_PANELS, _NODES_PER_PANEL = 64, 16


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0.0)


def _gelu(x: Floats) -> Floats:
    erf = np.array([math.erf(value) for value in (x / math.sqrt(2.0)).ravel()])
    return 0.5 * x * (1.0 + erf.reshape(x.shape))


_ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "gelu": _gelu,
    "relu": _relu,
    "tanh": np.tanh,
}


@dataclass(frozen=True, slots=True)
class PolynomialFit:
    """A polynomial close to a function on an interval, with its measured distance.

    ``coefficients`` are those of 1, x, x², ...; ``max_error`` and ``rms_error`` are measured for
    these coefficients as rounded, on 20,001 equally spaced points: the largest error over the
    whole interval can be larger than ``max_error`` by the change of the error within one step.
    """

    name: str
    coefficients: tuple[float, ...]
    interval: tuple[float, float]
    method: FitMethod
    max_error: float
    rms_error: float

    @property
    def degree(self) -> int:
        """Degree of the polynomial."""
        return len(self.coefficients) - 1

    def __call__(self, x: ArrayLike) -> Floats:
        """The polynomial at ``x``, entrywise."""
        return np.asarray(PowerSeries(self.coefficients)(np.asarray(x, np.float64)))

    def layer(self, *, trainable: bool = False) -> Polynomial:
        """The activation layer with these coefficients, fixed or as weights to start from."""
        return Polynomial(self.coefficients, trainable=trainable)

    def __str__(self) -> str:
        a, b = self.interval
        return (
            f"{self.name} on [{a:g}, {b:g}] by a polynomial of degree {self.degree} "
            f"({self.method}): error at most {self.max_error:.2e}, rms {self.rms_error:.2e}"
        )


def fit_polynomial(
    function: str | Callable[[Floats], ArrayLike],
    degree: int,
    interval: Sequence[float],
    *,
    method: FitMethod = "chebyshev",
) -> PolynomialFit:
    """A polynomial of ``degree`` close to ``function`` on ``interval`` = (a, b).

    ``function`` is ``"tanh"``, ``"relu"``, ``"gelu"`` (x Φ(x), with the error function, not the
    tanh formula) or takes an array to an array. ``"chebyshev"`` interpolates in Chebyshev points:
    its largest error is within a factor 2 + (2/π) log(degree + 1) of the best possible one.
    ``"least-squares"`` minimises the mean square error over the interval, by projection on Legendre
    polynomials. Coefficients that are zero but for rounding, such as the even ones of tanh on a
    symmetric interval, are set to zero.

    Raises ``InputError`` for unknown names and methods, a degree below 1, an interval that is
    empty or not finite, functions that are not finite there, and fits that are constant.
    Cost: ``degree`` times a few thousand operations.
    Source: Trefethen, 'Approximation Theory and Approximation Practice' (2013), theorem 15.2 for
    the factor, chapter 4 for interpolation in Chebyshev points.

    >>> fit = fit_polynomial(lambda x: 1 + x**3, 3, (-1, 2))
    >>> [round(c, 12) for c in fit.coefficients], fit.max_error < 1e-12
    ([1.0, 0.0, 0.0, 1.0], True)
    """
    degree = as_size(degree, "degree")
    a, b = _checked_interval(interval)
    name, values = _checked_function(function)
    if method not in get_args(FitMethod):
        raise InputError(f"method {method!r} is unknown; use one of {get_args(FitMethod)}")
    fit = _interpolant if method == "chebyshev" else _projection
    coefficients = tuple(float(c) + 0.0 for c in fit(values, degree, a, b))  # no -0.0
    if len(coefficients) < 2:
        raise InputError(
            f"the fit of {name} on [{a:g}, {b:g}] with degree {degree} is constant; use a higher "
            "degree"
        )
    grid = np.linspace(a, b, _N_ERROR_POINTS)
    error = np.abs(PowerSeries(coefficients)(grid) - values(grid))
    largest, rms = float(error.max()), float(np.sqrt(np.mean(error**2)))
    return PolynomialFit(name, coefficients, (a, b), method, largest, rms)


def _interpolant(f: Callable[[Floats], Floats], degree: int, a: float, b: float) -> Floats:
    """Power coefficients of the interpolant in the degree + 1 Chebyshev points of [a, b]."""
    return _powers(Chebyshev.interpolate(f, degree, domain=[a, b]))


def _projection(f: Callable[[Floats], Floats], degree: int, a: float, b: float) -> Floats:
    """Power coefficients of the orthogonal projection on polynomials, in L² of [a, b].

    Gauss quadrature on panels; one ends at 0 where 0 is inside, so that relu's kink costs nothing.
    """
    ends = np.unique(np.append(np.linspace(a, b, _N_PANELS + 1), 0.0 if a < 0 < b else a))
    nodes, weights = np.polynomial.legendre.leggauss(max(_NODES_PER_PANEL, degree + 1))
    half = np.diff(ends) / 2
    x = ((ends[:-1] + half)[:, None] + half[:, None] * nodes).ravel()
    measure = (half[:, None] * weights).ravel() * (2 / (b - a))
    basis = np.polynomial.legendre.legvander((2 * x - a - b) / (b - a), degree)
    projected = (basis.T @ (measure * f(x))) * (np.arange(degree + 1) + 0.5)
    return _powers(Legendre(projected, domain=[a, b]))


def _powers(series: Chebyshev | Legendre) -> Floats:
    """Coefficients of 1, x, x², ...; without terms of the given basis that are only rounding."""
    size = np.abs(series.coef)
    rounding = size <= _ROUNDING * size.max()
    cleaned = type(series)(np.where(rounding, 0.0, series.coef), domain=series.domain)
    powers = cleaned.convert(kind=PowerSeries, domain=[-1, 1], window=[-1, 1]).coef
    return np.trim_zeros(np.asarray(powers, np.float64), "b")


def _checked_interval(interval: Sequence[float]) -> tuple[float, float]:
    try:
        a, b = (float(end) for end in interval)
    except (TypeError, ValueError):
        raise InputError(f"interval is {interval!r}; give two numbers (a, b)") from None
    if not (math.isfinite(a) and math.isfinite(b) and a < b):
        raise InputError(f"interval is ({a:g}, {b:g}); it must be finite with a < b")
    return a, b


def _checked_function(
    function: str | Callable[[Floats], ArrayLike],
) -> tuple[str, Callable[[Floats], Floats]]:
    if isinstance(function, str):
        if function not in _ACTIVATIONS:
            raise InputError(
                f"no activation is named {function!r}; use one of {sorted(_ACTIVATIONS)} or a "
                "function of arrays"
            )
        return function, _ACTIVATIONS[function]
    if not callable(function):
        raise InputError(f"{function!r} is neither the name of an activation nor a function")
    name = getattr(function, "__name__", repr(function))

    def values(x: Floats) -> Floats:
        result = np.asarray(function(x), np.float64)
        if result.shape != x.shape:
            raise InputError(
                f"{name} turns an array of shape {x.shape} into {result.shape}; it must work "
                "entrywise: wrap it in numpy.vectorize"
            )
        if not np.isfinite(result).all():
            raise InputError(f"{name} is not finite on the whole interval; choose another one")
        return result

    return name, values
