"""Compiled: all real critical points of a float polynomial, by interlacing.

Between two neighbouring roots of f' the polynomial f is monotone, so its signs there tell how many
roots of f lie between, and bisection with Newton steps finds each. Going up from the linear
derivative, every root of every derivative is found, none twice and none of them complex; the signs
on both sides of a critical point say what it is, whatever its multiplicity. A sign counts only
where it is beyond the rounding error of its evaluation.

Before that t is scaled by a power of two that brings all roots into [-2, 2] (Fujiwara's bound; by
Gauss and Lucas the roots of the derivatives stay there), so that coefficients of any size do. Where
one scale does not hold all roots, because the coefficients are hundreds of binary orders apart,
each evaluation has a scale of its own (``evaluation``) and bisection goes through the floats in
their order, 64 halvings for each root.

Cost: n^2 / 2 roots of some ten evaluations each for degree n.
Source: Fujiwara, 'Über die obere Schranke der Wurzeln' (1916); Press et al., 'Numerical Recipes',
section 9.4, for the bracketed Newton iteration.
"""

from __future__ import annotations

import math
import sys

import numpy as np
from numba import njit

from solvers.univariate.evaluation import (
    EPS,
    TINY_EXPONENT,
    evaluate,
    evaluate_wide,
    exponent,
    midpoint,
    shifted,
    split,
)

__all__ = ["INFLECTION", "MAXIMUM", "MINIMUM", "critical_points", "least_point"]

MINIMUM, MAXIMUM, INFLECTION = 0, 1, 2

_MAX_STEPS = 200
_SPREAD = 150  # binary orders that bisection from the middle of [-2, 2] goes through in time
_LARGEST = sys.float_info.max
_MAX_SCALE = 850  # of t, so that scaling back neither overflows nor rounds


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _sign(f, e, n, x):
    """The sign of f(x); 0 where rounding may have made it."""
    if len(e):
        value, error, _ = evaluate_wide(f, e, n, x)
    else:
        value, _, error = evaluate(f, n, x)
    if abs(value) <= error:
        return 0
    return 1 if value > 0.0 else -1


@njit(cache=True, nogil=True, error_model="numpy")
def _root_between(f, n, low, high, sign_low):
    """The root of f in (low, high), where f is monotone and changes its sign."""
    x = 0.5 * (low + high)
    for _ in range(_MAX_STEPS):
        value, slope, error = evaluate(f, n, x)
        if value == 0.0:
            return x
        if (value > 0.0) == (sign_low > 0):
            low = x
        else:
            high = x
        following = x - value / slope if slope != 0.0 else low
        if not low < following < high:
            following = 0.5 * (low + high)
        elif abs(value) <= error:
            return following
        if abs(following - x) <= EPS * abs(x) or following in (low, high):
            return following
        x = following
    return x


@njit(cache=True, nogil=True, error_model="numpy")
def _root_between_wide(f, e, n, low, high, sign_low):
    """The same where bisection has to go through floats of all sizes."""
    x = midpoint(low, high)
    while x not in (low, high):
        value = evaluate_wide(f, e, n, x)[0]
        if value == 0.0:
            return x
        if (value > 0.0) == (sign_low > 0):
            low = x
        else:
            high = x
        x = midpoint(low, high)
    return x


@njit(cache=True, nogil=True, error_model="numpy")
def _end_sign(f, e, n, x):
    """The sign of f at an end ``x`` of the range; beyond all roots that of the leading term."""
    sign = _sign(f, e, n, x) if len(e) else 0
    if sign == 0:
        sign = 1 if (f[n] > 0.0) == (x > 0.0 or n % 2 == 0) else -1
    return sign


@njit(cache=True, nogil=True, error_model="numpy")
def _roots_from_extrema(f, e, n, extrema, n_extrema, roots, before):
    """The roots of f, ascending, from those of f'; ``before[i]`` is the sign of f left of root i.

    Neighbouring extrema at which f vanishes are one root. Returns the number of roots; the sign
    right of the last one is ``before[n_roots]``.
    """
    end = _LARGEST if len(e) else 2.0
    count = 0
    place, last = -end, _end_sign(f, e, n, -end)
    touching = False
    for i in range(n_extrema + 1):
        if i < n_extrema:
            x, sign = extrema[i], _sign(f, e, n, extrema[i])
        else:
            x, sign = end, _end_sign(f, e, n, end)
        if sign == 0:
            if not touching:
                roots[count], before[count] = x, last
                count += 1
            touching = True
            continue
        if not touching and sign != last:
            if len(e):
                roots[count] = _root_between_wide(f, e, n, place, x, last)
            else:
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
    lead = exponent(c[n]) + exponent(n) - 2
    a = TINY_EXPONENT
    for k in range(1, n):
        if c[k] != 0.0:
            a = max(a, -((lead - exponent(c[k]) - exponent(k)) // (n - k)))
    if a == TINY_EXPONENT:
        a = 0
    b = TINY_EXPONENT
    for k in range(1, n + 1):
        b = max(b, exponent(c[k]) + a * k)
    p[0] = 0.0
    for k in range(1, n + 1):
        p[k] = shifted(c[k], a * k - b) if c[k] != 0.0 else 0.0
    return a


@njit(cache=True, nogil=True, error_model="numpy")
def _one_scale(c, p, n, a):
    """Whether ``p``, scaled from ``c``, keeps all roots: no coefficient is too far below."""
    for k in range(1, n + 1):
        if c[k] != 0.0 and exponent(p[k]) < -_SPREAD:
            return False
    return abs(a) <= _MAX_SCALE


@njit(cache=True, nogil=True, error_model="numpy")
def _derivative_roots(p, e, n, roots, before):
    """The roots of p' and the signs of p' before each; returns their number."""
    f = np.empty(n)
    extrema = np.empty(n)
    count = 0
    f[0] = p[n]
    for level in range(1, n):  # f is the (n - level)-th derivative over (n - level)!
        for k in range(level, 0, -1):
            f[k] = f[k - 1] * (n - level + 1) / k
        f[0] = p[n - level]
        for i in range(count):
            extrema[i] = roots[i]
        count = _roots_from_extrema(f, e[n - level :], level, extrema, count, roots, before)
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _polished(c, n, t, room):
    """One Newton step of c' at t in the coefficients as they are, if it makes c' smaller.

    It goes no further than ``room``: at a multiple root it may jump past the next one.
    """
    slope, curvature = 0.0, 0.0
    for k in range(n, 0, -1):
        curvature = curvature * t + slope
        slope = slope * t + k * c[k]
    following = t - slope / curvature if curvature != 0.0 else t
    if not abs(following - t) < room:
        return t
    after = 0.0
    for k in range(n, 0, -1):
        after = after * following + k * c[k]
    return following if abs(after) < abs(slope) else t


@njit(cache=True, nogil=True, error_model="numpy")
def _parabola_point(c):
    """Where c[1] + 2 c[2] t = 0; infinite beyond floats."""
    ratio = c[1] / c[2]
    return -0.5 * ratio if math.isfinite(ratio) else -0.5 * c[1] / c[2]


@njit(cache=True, nogil=True, error_model="numpy")
def critical_points(c, t, kinds):
    """Real critical points of sum_k c[k] t^k: writes ``t`` (ascending) and ``kinds``.

    ``c`` ``(n + 1,)`` are finite coefficients, constant term first; ``t`` and ``kinds`` take n
    entries. Returns (number of points, index of the least one): the index is -1 where there are
    none or the polynomial is not bounded below, and the number -1 for a constant. Of equal values
    the t nearest to 0 is the least point. A point beyond all floats is left out.
    """
    n = len(c) - 1
    while n > 0 and c[n] == 0.0:
        n -= 1
    if n < 2:
        return (-1 if n < 1 else 0), -1
    if n == 2:
        t[0] = _parabola_point(c)
        kinds[0] = MINIMUM if c[2] > 0.0 else MAXIMUM
        count = 1 if math.isfinite(t[0]) else 0
        return count, (0 if c[2] > 0.0 and count else -1)
    p, before, roots = np.empty(n + 1), np.empty(n + 1, np.int64), np.empty(n)
    e = np.empty(0, np.int64)
    a = _scaled(c, n, p)
    if not _one_scale(c, p, n, a):
        p, e = split(c[: n + 1])
    count = _derivative_roots(p, e, n, roots, before)
    for i in range(count):
        t[i] = roots[i]
        if not len(e):
            below = roots[i] - roots[i - 1] if i else 4.0
            above = roots[i + 1] - roots[i] if i + 1 < count else 4.0
            t[i] = math.ldexp(roots[i], a)
            t[i] = _polished(c, n, t[i], math.ldexp(0.5 * min(below, above), a))
        if before[i] == before[i + 1]:
            kinds[i] = INFLECTION
        else:
            kinds[i] = MINIMUM if before[i] < 0 else MAXIMUM
    if n % 2 == 1 or c[n] < 0.0:
        return count, -1
    return count, _least(p, e, n, roots, kinds, count)


@njit(cache=True, nogil=True, error_model="numpy")
def _least(p, e, n, roots, kinds, count):
    """Which minimum has the least p(s); of those equal to rounding the nearest to 0."""
    best, least, slack, scale = -1, 0.0, 0.0, 0
    for i in range(count):
        if kinds[i] != MINIMUM:
            continue
        value, error, b = _without_constant(p, e, n, roots[i])
        top = b if best < 0 else max(b, scale)
        value, error = shifted(value, b - top), shifted(error, b - top)
        least, slack, scale = shifted(least, scale - top), shifted(slack, scale - top), top
        nearer = best >= 0 and abs(roots[i]) < abs(roots[best])
        tie = abs(value - least) <= max(error, slack)
        if best < 0 or (value < least and not tie) or (tie and nearer):
            best, least, slack = i, value, error
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def _without_constant(p, e, n, x):
    """2^-b (p(x) - p(0)), a bound of its rounding error, and b."""
    if len(e):
        value, error, b = evaluate_wide(p[1:], e[1:], n - 1, x)
        x, a = math.frexp(x)
        b += a
    else:
        value, _, error = evaluate(p[1:], n - 1, x)
        b = 0
    return value * x, 2.0 * error * abs(x), b


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
