"""The compiled path tracker: one segment of one path, from place to place.

Predictor: Pade (2, 1) in each coordinate from three derivatives, within a trust region. Corrector:
Newton, which has to contract by 1/8 at once. Step lengths come from the corrector's measured
curvature ``omega`` and the predictor's measured error ``e``, so that the next prediction falls
well inside the region where Newton converges to the same path. Norms are weighted infinity norms.
Residuals alone go to double-double where rounding would stop the corrector.

Source: Timme, 'Mixed precision path tracking for polynomial homotopy continuation'
(arXiv:1902.02968); Telen, Van Barel, Verschelde (arXiv:1909.04984).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.compilation import compiled, separate
from solvers.homotopy.double_double import (
    coefficients_as_given,
    coefficients_precisely,
    evaluate_precisely,
)
from solvers.homotopy.kernels import (
    LOGARITHMIC,
    ORDERS,
    TORIC,
    coefficient_series,
    evaluate,
    factor,
    jacobian,
    load_point,
    scaled_norm,
    solve,
    taylor,
)

__all__ = [
    "ACCEPTED",
    "BEFORE",
    "BEST",
    "CIRCLE_START",
    "HEIGHT",
    "HERE",
    "MAX_WINDING",
    "MEAN",
    "PRECISE",
    "PRECISE_STEPS",
    "PREVIOUS",
    "REJECTED",
    "SAVED",
    "Settings",
    "Workspace",
    "asked_prediction",
    "condition",
    "copy_into",
    "correct",
    "expand",
    "prepare",
    "rescale",
    "track",
    "workspace",
]

MAX_NEWTON = 4
PRECISE_STEPS = 8
NORMAL_PREDICTION_ERROR = 0.179  # sqrt(1 + 2 h(1/8)) - 1
# Shorter steps do not make a prediction better than rounding lets it be; they would only make it
# look as if the error grew with ever higher powers of 1/length.
ROUNDING = 1e-9
ROUNDING_SAFETY = 0.5
REACH = 0.195  # h(1/8), with h(a) = 2 a (sqrt(4 a^2 + 1) - 2 a)


class Settings(NamedTuple):
    """How careful to be: scalars that the kernels take as they are."""

    contraction: float = 0.125
    safety: float = 0.5
    trust: float = 0.4
    tolerance: float = 1e-9
    max_steps: int = 3000


class Workspace(NamedTuple):
    """Room for one path: the point ``x`` on it and everything that is computed there.

    ``kept`` ``(8, n)`` and ``moments`` are for the endgame, as are the last three vectors.
    """

    x: NDArray[np.complex128]
    trial: NDArray[np.complex128]
    step: NDArray[np.complex128]
    right: NDArray[np.complex128]
    scales: NDArray[np.float64]
    matrix: NDArray[np.complex128]
    pivots: NDArray[np.int64]
    row_scales: NDArray[np.float64]
    series: NDArray[np.complex128]
    registers: NDArray[np.complex128]
    coefficients: NDArray[np.complex128]
    precise: NDArray[np.float64]
    precise_coefficients: NDArray[np.float64]
    memory: NDArray[np.float64]
    kept: NDArray[np.complex128]
    moments: NDArray[np.complex128]
    start_scales: NDArray[np.float64]
    valuations: NDArray[np.float64]
    drifts: NDArray[np.float64]


# Places in ``Workspace.memory``: what a path remembers from step to step.
OMEGA, ERROR, PRECISE, ACCEPTED, REJECTED, LAST = range(6)
# Rows of ``Workspace.kept``: points of the endgame.
SAVED, BEFORE, HERE, PREVIOUS, MEAN, BEST, HEIGHT, CIRCLE_START = range(8)

MAX_WINDING = 24
MODES = 3


def workspace(n: int, n_registers: int, n_terms: int) -> Workspace:
    """Room for paths of a system of n unknowns."""
    return Workspace(
        np.zeros(n, np.complex128),
        np.zeros(n, np.complex128),
        np.zeros(n, np.complex128),
        np.zeros(n, np.complex128),
        np.ones(n),
        np.zeros((n, n), np.complex128),
        np.zeros(n, np.int64),
        np.ones(n),
        np.zeros((ORDERS, n), np.complex128),
        np.zeros((ORDERS, n_registers), np.complex128),
        np.zeros((ORDERS, n_terms), np.complex128),
        np.zeros((n_registers + 1, 4)),
        np.zeros((n_terms + 3, 4)),
        np.zeros(6),
        np.zeros((8, n), np.complex128),
        np.zeros((MAX_WINDING, MODES), np.complex128),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
    )


@compiled
def copy_into(target, source):
    """Overwrite a vector; by a loop, as numba's slices cost more than short vectors do."""
    for i in range(len(source)):
        target[i] = source[i]


@compiled
def rescale(room, kept):
    """Move the weights of the norm towards |x|, to |x| + ``kept`` (weights - |x|)."""
    n = len(room.x)
    largest = 0.0
    for i in range(n):
        largest = max(largest, abs(room.x[i]))
    floor = max(1e-9 * largest, 1e-6)
    for i in range(n):
        size = abs(room.x[i])
        room.scales[i] = max(size + kept * (room.scales[i] - size), floor)


@compiled
def _load_precisely(table, mode, z, room):
    if mode == TORIC:
        coefficients_as_given(room.coefficients[0], room.precise_coefficients)
    else:
        t = np.exp(z) if mode == LOGARITHMIC else z
        coefficients_precisely(table, t, room.precise_coefficients)


@separate
def correct(tape, table, weights, mode, z, room, settings):
    """Newton at the place z from ``room.trial``, in place; returns whether it contracted.

    Leaves the factored Jacobian of the last iterate, the curvature omega and the last update's
    norm. Where contraction stops by rounding, residuals go to double-double.
    """
    memory = room.memory
    coefficient_series(mode, table, weights, z, 0.0j, room.coefficients)
    omega, previous, loaded = memory[OMEGA], 0.0, False
    for iteration in range(MAX_NEWTON + 2):
        load_point(tape, room.trial, room.registers, len(tape.left))
        jacobian(tape, room.registers, room.coefficients, room.matrix)
        if not factor(room.matrix, room.scales, room.pivots, room.row_scales):
            return False
        if memory[PRECISE] > 0.0:
            if not loaded:
                loaded = True
                _load_precisely(table, mode, z, room)
            evaluate_precisely(
                tape, room.trial, room.precise_coefficients, room.precise, room.right
            )
        else:
            evaluate(tape, room.registers, room.coefficients, room.right)
        solve(room.matrix, room.pivots, room.row_scales, room.right, room.step)
        norm = scaled_norm(room.step)
        if not norm < 1.0:
            return False
        if iteration == 0:
            memory[LAST] = norm
            if omega * norm > 8.0 * REACH:
                return False
        elif norm > 1e-13:
            ratio = norm / previous
            if ratio > settings.contraction:
                if omega * previous > 0.01 or norm > 1e-4:
                    return False
                # Newton would contract here, so rounding stopped it.
                if memory[PRECISE] > 0.0:
                    return norm < 1e-9
                memory[PRECISE] = PRECISE_STEPS
            elif iteration == 1:
                measured = max(2.0 * ratio / previous, 0.5 * omega)
                if measured > 10.0 * omega and previous < 1e-5 and memory[PRECISE] <= 0.0:
                    # Curvature out of nowhere at a good prediction: rounding, or a close call.
                    memory[PRECISE] = PRECISE_STEPS
                else:
                    omega = measured
        elif iteration == 1:
            omega = min(omega, 2e-13 / (previous * previous))
        for i in range(len(room.trial)):
            room.trial[i] -= room.step[i] * room.scales[i]
        done = 0.5 * omega * norm * norm
        if norm <= 1e-13 or (iteration > 0 and done < settings.tolerance and omega * norm < 1e-2):
            memory[OMEGA] = omega
            return True
        previous = norm
        if iteration >= MAX_NEWTON and memory[PRECISE] <= 0.0:
            return False
    return False


@compiled
def prepare(tape, table, weights, mode, z, room):
    """Factor the Jacobian at ``room.x`` and place z; whether it is regular."""
    coefficient_series(mode, table, weights, z, 0.0j, room.coefficients)
    load_point(tape, room.x, room.registers, len(tape.left))
    jacobian(tape, room.registers, room.coefficients, room.matrix)
    return factor(room.matrix, room.scales, room.pivots, room.row_scales)


@separate
def expand(tape, table, weights, mode, z, u, room):
    """Path derivatives at ``room.x`` along z + u s, scaled, by the factored Jacobian."""
    orders = coefficient_series(mode, table, weights, z, u, room.coefficients)
    load_point(tape, room.x, room.registers, tape.n_value_products[0])
    lu = (room.matrix, room.scales, room.pivots, room.row_scales)
    taylor(tape, room.coefficients, orders, lu, room.registers, room.series, room.right)


@compiled
def condition(room):
    """Estimate of the norm of the inverse of the factored, scaled Jacobian.

    From right-hand sides of no structure: signs alone may be orthogonal to a singular vector, whose
    entries often have equal moduli where the equations have symmetries.
    """
    largest = 0.0
    n = len(room.x)
    state = 1
    for _ in range(3):
        for i in range(n):
            state = (state * 48271) % 2147483647
            angle = 2.0 * np.pi * state / 2147483647
            room.right[i] = np.exp(1j * angle) / room.row_scales[i]
        solve(room.matrix, room.pivots, room.row_scales, room.right, room.step)
        largest = max(largest, scaled_norm(room.step))
    return largest


@compiled
def asked_prediction(omega, safety):
    """How near a prediction has to come: well inside the region where Newton converges."""
    region = NORMAL_PREDICTION_ERROR / max(omega, 1e-30)
    return max(region * safety**4, min(ROUNDING, region * ROUNDING_SAFETY**4))


@compiled
def _pole_distance(series):
    """Distance to the nearest pole as the coordinates' derivatives show it."""
    distance = np.inf
    n = series.shape[1]
    noise = max(1e-10, 1e-13 * scaled_norm(series[3]))
    for i in range(n):
        second, third = abs(series[2, i]), abs(series[3, i])
        if third > noise and third < np.inf:
            distance = min(distance, max(second / third, 0.5 * np.sqrt(abs(series[1, i]) / third)))
    return distance


@compiled
def _predict(room, length):
    """``room.trial``: Pade (2, 1) prediction in each coordinate, Taylor where that has its pole."""
    for i in range(len(room.x)):
        first, second, third = room.series[1, i], room.series[2, i], room.series[3, i]
        moved = third * length
        size = second.real**2 + second.imag**2
        if moved.real**2 + moved.imag**2 < 0.36 * size:
            quadratic = second * second / (second - moved)
        else:
            quadratic = second + moved
        room.trial[i] = room.x[i] + room.scales[i] * length * (first + length * quadratic)


@compiled
def _distance(room):
    largest = 0.0
    for i in range(len(room.x)):
        largest = max(largest, abs(room.trial[i] - room.x[i]) / room.scales[i])
    return largest


@separate
def track(tape, table, weights, mode, start, end, room, settings, max_steps):
    """Track ``room.x`` from place ``start`` to ``end``; returns whether it arrived.

    On failure ``room.x`` is the last point that was reached; the place is not kept.
    """
    memory, x, trial = room.memory, room.x, room.trial
    total = abs(end - start)
    u = (end - start) / total
    done, length, may_grow, failed = 0.0, total, True, False
    if not prepare(tape, table, weights, mode, start, room):
        return False
    fresh = True
    steps = 0
    pole = np.inf
    while done < total:
        steps += 1
        if steps > max_steps:
            return False
        if fresh:
            z = start + u * done
            expand(tape, table, weights, mode, z, u, room)
            pole = _pole_distance(room.series)
            third = scaled_norm(room.series[3])
            if not third < np.inf:
                return False
            error = memory[ERROR]
            if done == 0.0:
                error = third / min(pole, 1e3 * total)
            asked = asked_prediction(memory[OMEGA], settings.safety)
            wanted = min((asked / max(error, 1e-30)) ** 0.25, settings.trust * pole)
            if done > 0.0:
                wanted = min(wanted, 10.0 * length if may_grow else length)
            length = wanted
        length = min(length, total - done)
        if length < 1e-14 * total:
            return False
        _predict(room, length)
        arrived = done + length >= total * (1.0 - 1e-12)
        place = end if arrived else start + u * (done + length)
        if fresh:
            # The scales of the series are those of the factored Jacobian; change them only now.
            for i in range(len(x)):
                room.step[i] = room.scales[i]
            rescale(room, 0.5)
            for i in range(len(x)):
                factor_of_scales = room.step[i].real / room.scales[i]
                for order in range(1, ORDERS):
                    room.series[order, i] *= factor_of_scales
            fresh = False
        if correct(tape, table, weights, mode, place, room, settings):
            memory[ERROR] = memory[LAST] / length**4
            for i in range(len(x)):
                x[i] = trial[i]
            done = total if arrived else done + length
            memory[ACCEPTED] += 1
            memory[PRECISE] = max(0.0, memory[PRECISE] - 1.0)
            fresh, may_grow, failed = True, not failed, False
            if arrived:
                return True
        else:
            memory[REJECTED] += 1
            # Rounding may be the reason, and residuals cost little beside lost steps.
            memory[PRECISE] = PRECISE_STEPS
            length *= 0.5
            failed = True
    return True
