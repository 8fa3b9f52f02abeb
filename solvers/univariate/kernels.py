"""Compiled: all real critical points of a float polynomial, by interlacing.

Between two neighbouring roots of f' the polynomial f is monotone, so its signs there tell how many
roots of f lie between, and bisection with Newton steps finds each. Going up from the linear
derivative, every root of every derivative is found, none twice and none of them complex; the signs
on both sides of a critical point say what it is, whatever its multiplicity. A sign counts only
where it is beyond the rounding error of its evaluation.

Before that t is scaled by a power of two that brings all roots into [-2, 2] (Fujiwara's bound; by
Gauss and Lucas the roots of the derivatives stay there), so that coefficients of any size do.

Cost: n^2 / 2 roots of some ten evaluations each for degree n.
Source: Fujiwara, 'Über die obere Schranke der Wurzeln' (1916); Press et al., 'Numerical Recipes',
section 9.4, for the bracketed Newton iteration.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = ["INFLECTION", "MAXIMUM", "MINIMUM", "critical_points", "least_point"]

MINIMUM, MAXIMUM, INFLECTION = 0, 1, 2

_EPS = 2.0**-52
_MAX_STEPS = 200
_TINY_EXPONENT = -100_000  # the exponent of zero, far below every other


@njit(cache=True, nogil=True, error_model="numpy")
def _exponent(x):
    """The e with 2^(e-1) <= |x| < 2^e."""
    return math.frexp(x)[1] if x != 0.0 else _TINY_EXPONENT


@njit(cache=True, nogil=True, error_model="numpy")
def _evaluate(f, n, x):
    """f(x), f'(x) and a bound of the rounding error of f(x)."""
    value, slope, size = f[n], 0.0, abs(f[n])
    for k in range(n - 1, -1, -1):
        slope = slope * x + value
        value = value * x + f[k]
        size = size * abs(x) + abs(f[k])
    return value, slope, 2.0 * (n + 1) * _EPS * size


@njit(cache=True, nogil=True, error_model="numpy")
def _sign(f, n, x):
    """The sign of f(x); 0 where rounding may have made it."""
    value, _, error = _evaluate(f, n, x)
    if abs(value) <= error:
        return 0
    return 1 if value > 0.0 else -1


@njit(cache=True, nogil=True, error_model="numpy")
def _root_between(f, n, low, high, sign_low):
    """The root of f in (low, high), where f is monotone and changes its sign."""
    x = 0.5 * (low + high)
    for _ in range(_MAX_STEPS):
        value, slope, _ = _evaluate(f, n, x)
        if value == 0.0:
            return x
        if (value > 0.0) == (sign_low > 0):
            low = x
        else:
            high = x
        following = x - value / slope if slope != 0.0 else low
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - x) <= _EPS * abs(x) or following in (low, high):
            return following
        x = following
    return x


@njit(cache=True, nogil=True, error_model="numpy")
def _roots_from_extrema(f, n, extrema, n_extrema, roots, before):
    """The roots of f, ascending, from those of f'; ``before[i]`` is the sign of f left of root i.

    Neighbouring extrema at which f vanishes are one root. Returns the number of roots; the sign
    right of the last one is ``before[n_roots]``.
    """
    count = 0
    place, last = -2.0, 1 if (f[n] > 0.0) == (n % 2 == 0) else -1
    touching = False
    for i in range(n_extrema + 1):
        if i < n_extrema:
            x, sign = extrema[i], _sign(f, n, extrema[i])
        else:
            x, sign = 2.0, 1 if f[n] > 0.0 else -1
        if sign == 0:
            if not touching:
                roots[count], before[count] = x, last
                count += 1
            touching = True
            continue
        if not touching and sign != last:
            roots[count] = _root_between(f, n, place, x, last)
            before[count] = last
            count += 1
        place, last, touching = x, sign, False
    before[count] = last
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _scaled(c, n, p):
    """Write p(s) = 2^-b (c(2^a s) - c[0]) with the roots of p' in [-2, 2]; returns a.

    Every factor is a power of two: nothing is rounded but what underflows beside the rest.
    """
    lead = _exponent(c[n]) + _exponent(n) - 2
    a = _TINY_EXPONENT
    for k in range(1, n):
        if c[k] != 0.0:
            a = max(a, -((lead - _exponent(c[k]) - _exponent(k)) // (n - k)))
    if a == _TINY_EXPONENT:
        a = 0
    b = _TINY_EXPONENT
    for k in range(1, n + 1):
        b = max(b, _exponent(c[k]) + a * k)
    p[0] = 0.0
    for k in range(1, n + 1):
        p[k] = math.ldexp(c[k], max(a * k - b, -4000)) if c[k] != 0.0 else 0.0
    return a


@njit(cache=True, nogil=True, error_model="numpy")
def _derivative_roots(p, n, roots, before):
    """The roots of p' in [-2, 2] and the signs of p' before each; returns their number."""
    f = np.empty(n)
    extrema = np.empty(n)
    count = 0
    for level in range(1, n):  # f is the (n - level)-th derivative, up to a factor
        for k in range(level + 1):
            factor = 1.0
            for i in range(k + 1, k + n - level + 1):
                factor *= i / (i + level - k)  # binomial, so that factors stay small
            f[k] = factor * p[k + n - level]
        extrema[:count] = roots[:count]
        count = _roots_from_extrema(f, level, extrema, count, roots, before)
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _polished(c, n, t):
    """One Newton step of c' at t in the coefficients as they are, if it makes c' smaller."""
    slope, curvature = 0.0, 0.0
    for k in range(n, 0, -1):
        curvature = curvature * t + slope
        slope = slope * t + k * c[k]
    following = t - slope / curvature if curvature != 0.0 else t
    if not math.isfinite(following):
        return t
    after = 0.0
    for k in range(n, 0, -1):
        after = after * following + k * c[k]
    return following if abs(after) < abs(slope) else t


@njit(cache=True, nogil=True, error_model="numpy")
def critical_points(c, t, kinds):
    """Real critical points of sum_k c[k] t^k: writes ``t`` (ascending) and ``kinds``.

    ``c`` ``(n + 1,)`` are finite coefficients, constant term first; ``t`` and ``kinds`` take n
    entries. Returns (number of points, index of the least one): the index is -1 where there are
    none or the polynomial is not bounded below, and the number -1 for a constant. Of equal values
    the t nearest to 0 is the least point.
    """
    n = len(c) - 1
    while n > 0 and c[n] == 0.0:
        n -= 1
    if n < 2:
        return (-1 if n < 1 else 0), -1
    if n == 2:
        t[0] = -0.5 * (c[1] / c[2])
        kinds[0] = MINIMUM if c[2] > 0.0 else MAXIMUM
        return 1, (0 if c[2] > 0.0 else -1)
    p, before, roots = np.empty(n + 1), np.empty(n + 1, np.int64), np.empty(n)
    a = _scaled(c, n, p)
    count = _derivative_roots(p, n, roots, before)
    for i in range(count):
        t[i] = _polished(c, n, math.ldexp(roots[i], a))
        if before[i] == before[i + 1]:
            kinds[i] = INFLECTION
        else:
            kinds[i] = MINIMUM if before[i] < 0 else MAXIMUM
    if n % 2 == 1 or c[n] < 0.0:
        return count, -1
    return count, _least(p, n, roots, kinds, count)


@njit(cache=True, nogil=True, error_model="numpy")
def _least(p, n, roots, kinds, count):
    """Which minimum has the least p(s); of those equal to rounding the nearest to 0."""
    best, least, slack = -1, 0.0, 0.0
    for i in range(count):
        if kinds[i] != MINIMUM:
            continue
        value, _, error = _evaluate(p[1:], n - 1, roots[i])
        value, error = value * roots[i], 2.0 * error * abs(roots[i])
        nearer = best >= 0 and abs(roots[i]) < abs(roots[best])
        tie = abs(value - least) <= max(error, slack)
        if best < 0 or (value < least and not tie) or (tie and nearer):
            best, least, slack = i, value, error
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def least_point(c, t, kinds):
    """The step to the least point and what it gains: (t, L(t) - L(0), points, maxima).

    t is 0 where there is no least point or where the way there gains nothing. Arguments as of
    ``critical_points``; the gain is summed without the constant term, so that small ones keep
    their digits.
    """
    count, best = critical_points(c, t, kinds)
    maxima = 0
    for i in range(count):
        maxima += kinds[i] == MAXIMUM
    if best < 0:
        return 0.0, 0.0, max(count, 0), maxima
    step, gain = t[best], 0.0
    for k in range(len(c) - 1, 0, -1):
        gain = (gain + c[k]) * step
    if not gain < 0.0:
        return 0.0, 0.0, count, maxima
    return step, gain, count, maxima
