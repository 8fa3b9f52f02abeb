"""Compiled circles about t = 0: winding numbers, Cauchy integrals and poles.

On a small circle a path is a power series in t^(1/m), finite or with a pole, and closes after m
turns. The mean over the closed circle is then the value at t = 0. Whether the path has a pole
there, a random linear form of the point shows, its *height*: by how often it turns about 0, and
by the Taylor coefficients of the sums of its inverse's powers over all branches, which have no
branch points. Those that a pole at t = 0 makes vanish would show any end less far, so a pole is
recognised at a t that is not small at all.

Source: Morgan, Sommese, Wampler, 'Computing singular solutions to nonlinear analytic systems'
(1991), for the means.
"""

from __future__ import annotations

import numpy as np

from solvers.homotopy.compilation import compiled, separate
from solvers.homotopy.double_double import coefficients_precisely, evaluate_precisely
from solvers.homotopy.kernels import LOGARITHMIC, scaled_norm, solve
from solvers.homotopy.tracker import CIRCLE_START, MAX_WINDING, copy_into, track

__all__ = ["circle"]

SAMPLES = 8
MANY_TURNS_Z = -14.0  # t = 8e-7: above, so many turns run about branch points that lie further in


@compiled
def _value(form, point):
    """The linear form at the point."""
    total = 0.0j
    for i in range(len(point)):
        total += form[i] * point[i]
    return total


@compiled
def _add_sample(room, form, angle, mean, moments):
    """Add the point to the mean, and 1/height to its moments; returns the height."""
    for i in range(len(mean)):
        mean[i] += room.x[i]
    height = _value(form, room.x)
    back = np.exp(-1j * angle)
    power = 1.0 + 0.0j
    for j in range(len(moments)):
        power /= height
        mode = power
        for order in range(moments.shape[1]):
            moments[j, order] += mode
            mode *= back
    return height


@compiled
def _void(moments, turns, pole_order, least):
    """The largest Taylor coefficient that has to vanish for a pole of that order, relative.

    ``moments[j - 1, l]`` is the coefficient of t^l in the sum of height^-j over all branches,
    which is single-valued; with heights of order t^(-k/m) those with l < j k / m are zero. Were
    the target's coefficients such that the height stays finite, they would show it.
    """
    largest = 0.0
    scale = 1.0 / (turns * SAMPLES)
    for j in range(turns):
        scale *= least
        for order in range(moments.shape[1]):
            if order * turns < (j + 1) * pole_order:
                largest = max(largest, abs(moments[j, order]) * scale)
    return largest


@compiled
def _sharpen(tape, table, z, room):
    """Bring ``room.x`` from the accuracy of a step to that of double precision.

    One Newton step with the factored Jacobian that the corrector left.
    """
    coefficients_precisely(table, np.exp(z), room.precise_coefficients)
    evaluate_precisely(tape, room.x, room.precise_coefficients, room.precise, room.right)
    solve(room.matrix, room.pivots, room.row_scales, room.right, room.step)
    if scaled_norm(room.step) < 1e-6:
        for i in range(len(room.x)):
            room.x[i] -= room.step[i] * room.scales[i]


@separate
def circle(tape, table, weights, z, room, settings, form, mean):
    """Follow circles of radius exp(z) until they close; returns (winding number, pole order, void).

    The winding number is 0 where they do not close. ``mean`` is the Cauchy integral, the value at
    t = 0. The height is the linear ``form``, the pole order its own in t^(1/winding), by its turns
    about 0; ``void`` is how nearly all branches have that pole at t = 0 itself. The path is back at
    its start.
    """
    n = len(room.x)
    max_turns = MAX_WINDING if z < MANY_TURNS_Z else MAX_WINDING // 2
    logarithmic, few = np.int64(LOGARITHMIC), settings.max_steps // 50
    start, moments = room.kept[CIRCLE_START], room.moments[:max_turns]
    copy_into(start, room.x)
    mean.fill(0.0)
    moments.fill(0.0)
    spread, turned, least = 0.0, 0.0, np.inf
    before = _value(form, start)
    angle = 2 * np.pi / SAMPLES
    for turn in range(1, max_turns + 1):
        for sample in range(SAMPLES):
            here, there = z + 1j * angle * sample, z + 1j * angle * (sample + 1)
            if not track(tape, table, weights, logarithmic, here, there, room, settings, few):
                copy_into(room.x, start)
                return 0, 0, 1.0
            _sharpen(tape, table, there, room)
            height = _add_sample(room, form, angle * (sample + 1), mean, moments)
            if abs(before) > 0.0 and abs(height) > 0.0:  # a path may stay at the origin
                ratio = height / before
                turned += np.arctan2(ratio.imag, ratio.real)
            before = height
            least = min(least, abs(height))
            for i in range(n):
                spread = max(spread, abs(room.x[i] - start[i]) / room.scales[i])
        gap = 0.0
        for i in range(n):
            gap = max(gap, abs(room.x[i] - start[i]) / room.scales[i])
        if gap < max(1e-8, 1e-4 * spread):
            for i in range(n):
                mean[i] /= turn * SAMPLES
                room.x[i] = start[i]
            order = -int(np.rint(turned / (2 * np.pi)))
            return turn, order, _void(moments, turn, order, least)
    copy_into(room.x, start)
    return 0, 0, 1.0
