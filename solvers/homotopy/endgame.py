"""The compiled endgame, and whole paths: from the start system to a classified end.

For t below 0.1 a path is followed in log t, where x_i ~ c t^v is an exponential and nothing has
poles. Its valuation v_i = t x_i'/x_i tells apart what happens: a regular end is reached by a
direct step to t = 0; else circles about t = 0 are followed until they close, after m turns (the
winding number). The mean over them is the end point (Cauchy), accepted when two radii agree, or a
pole is recognised. A negative valuation that has stopped drifting is a path to infinity, too.

Source: Morgan, Sommese, Wampler, 'Computing singular solutions to nonlinear analytic systems'
(1991); Timme (arXiv:1902.02968), sections 4 and 5.
"""

from __future__ import annotations

import numpy as np

from solvers.homotopy.circles import circle
from solvers.homotopy.compilation import compiled, entry, separate
from solvers.homotopy.double_double import coefficients_precisely, evaluate_precisely
from solvers.homotopy.kernels import (
    LINEAR,
    LOGARITHMIC,
    TORIC,
    coefficient_series,
    factor,
    jacobian,
    load_point,
    scaled_norm,
    solve,
)
from solvers.homotopy.tracker import (
    ACCEPTED,
    BEFORE,
    BEST,
    HEIGHT,
    HERE,
    MEAN,
    PRECISE,
    PRECISE_STEPS,
    PREVIOUS,
    REJECTED,
    SAVED,
    condition,
    copy_into,
    correct,
    expand,
    prepare,
    rescale,
    track,
)

__all__ = ["AT_INFINITY", "FAILED", "INFO", "REGULAR", "SINGULAR", "track_paths"]

REGULAR, SINGULAR, AT_INFINITY, FAILED = 0, 1, 2, 3

ENDGAME_START = 0.1
CIRCLE_START = 2e-3
MAX_RESIDUAL = 1e-9
SMALL_RESIDUAL = 1e-14
ASIDE = 1e-7
MAX_ROUNDS = 40
CALM = 0.06
DIVERGING = -0.05
VOID = 1e-4
PERTURBATION = 1e-13  # of the target's coefficients: a pole may be an end that this would create
LEAST_INFINITY = 20.7  # log 1e9: solutions as large are taken for infinite, in scaled unknowns
LATE_Z = -20.0  # t = 2e-9
LATE_CONDITION = 1e10
PRECISE_Z = -25.0
LAST_Z = -46.0  # t = 1e-20: residuals have twice the digits, but the Jacobian has not

INFO = ("code", "residual", "condition", "accuracy", "winding", "t", "accepted", "rejected")
"""What is kept of every path, in this order."""

_CODE, _RESIDUAL, _CONDITION, _ACCURACY, _WINDING, _T, _ACCEPTED, _REJECTED = range(8)


@separate
def _newton_at_end(tape, room):
    """One Newton step of ``room.trial``, coefficients loaded; its norm, infinite if none."""
    load_point(tape, room.trial, room.registers, len(tape.left))
    jacobian(tape, room.registers, room.coefficients, room.matrix)
    if not factor(room.matrix, room.scales, room.pivots, room.row_scales):
        return np.inf
    evaluate_precisely(tape, room.trial, room.precise_coefficients, room.precise, room.right)
    solve(room.matrix, room.pivots, room.row_scales, room.right, room.step)
    norm = scaled_norm(room.step)
    if norm < 1e-2:
        for i in range(len(room.x)):
            room.trial[i] -= room.step[i] * room.scales[i]
        return norm
    return np.inf


@compiled
def _polish(tape, table, weights, room, aside):
    """Newton at t = 0 with double-double residuals; returns (is regular, last update).

    Moves ``room.x`` where it is. A step ``aside`` of a regular solution is undone by one Newton
    step in every coordinate; beside a singular one Newton halves it or drowns in rounding, however
    good the start is.
    """
    coefficient_series(np.int64(LINEAR), table, weights, 0.0j, 0.0j, room.coefficients)
    coefficients_precisely(table, 0.0j, room.precise_coefficients)
    copy_into(room.trial, room.x)
    last = np.inf
    for _ in range(4):
        last = _newton_at_end(tape, room)
        if last <= 1e-3 * aside or last == np.inf:
            break
    if not last <= 1e-3 * aside:
        return False, last
    for i in range(len(room.x)):
        room.trial[i] += aside * np.exp(2j * i + 1j) * room.scales[i]
    _newton_at_end(tape, room)
    for i in range(len(room.x)):
        if not abs(room.step[i] - aside * np.exp(2j * i + 1j)) < 0.2 * aside:
            return False, last
    for _ in range(3):
        last = _newton_at_end(tape, room)
        if last <= 4e-16:
            break
    if not last < 1e-11:
        return False, last
    copy_into(room.x, room.trial)
    return True, last


@compiled
def _direct_steps_pay(room):
    """Whether a linear step in t from here would reach most of the way to t = 0.

    ``room.series`` is in s = -log t; with t (1 - f), s = f + f^2/2 + f^3/3.
    """
    distance = np.inf
    series = room.series
    for i in range(len(room.x)):
        second = series[1, i] / 2 + series[2, i]
        third = series[1, i] / 3 + series[2, i] + series[3, i]
        if abs(third) > 1e-10:
            distance = min(distance, abs(second) / abs(third))
    return distance > 1.3


@compiled
def _diverges(room, valuations, drifts, start_scales):
    """Whether some coordinate goes to infinity; updates ``valuations`` and ``drifts``.

    Had x_i ~ t^v a finite limit after all, v would still drift, by the ratio in which t has to
    shrink until then, and ever faster: so size and drift bound the least size of a limit.
    """
    diverges = False
    for i in range(len(room.x)):
        size = abs(room.x[i])
        if not size > 1e-12 * room.scales[i]:  # rounding; scales have a floor
            valuations[i], drifts[i] = 0.0, 0.0
            continue
        rate = room.series[1, i] * room.scales[i] / room.x[i]
        drift = abs(2 * room.series[2, i] * room.scales[i] / room.x[i] - rate * rate)
        v = -rate.real
        steady = abs(v - valuations[i]) < 0.02 * abs(v) and abs(rate.imag) < 0.02 * abs(v)
        if v < -0.02 and steady and (drift < 0.7 * drifts[i] or drift < 1e-6):
            least = np.log(size / start_scales[i]) - abs(v) * np.log(min(max(drift, 1e-8), 1.0))
            diverges = diverges or least > LEAST_INFINITY
        valuations[i], drifts[i] = v, drift
    return diverges


@compiled
def _relative_residual(tape, table, weights, point, room):
    """The largest |f_i(point)| at t = 0 over the sum of the moduli of f_i's terms on the path.

    Where the circle ran around branch points the mean over it solves nothing, and this says so.
    """
    coefficient_series(np.int64(LINEAR), table, weights, 0.0j, 0.0j, room.coefficients)
    load_point(tape, room.x, room.registers, tape.n_value_products[0])
    coefficients_precisely(table, 0.0j, room.precise_coefficients)
    evaluate_precisely(tape, point, room.precise_coefficients, room.precise, room.right)
    worst = 0.0
    for i in range(len(point)):
        size = 0.0
        for k in range(tape.equation_start[i], tape.equation_start[i + 1]):
            size += abs(room.coefficients[0, k] * room.registers[0, tape.term_register[k]])
        if size > 0.0:
            worst = max(worst, abs(room.right[i]) / size)
    return worst


@compiled
def _residual_at_end(tape, point, room):
    """The largest |f_i(point)| over the terms' moduli and the largest coefficient of f_i.

    With the coefficient, so that it is small at the origin too; coefficients are loaded.
    """
    load_point(tape, point, room.registers, tape.n_value_products[0])
    evaluate_precisely(tape, point, room.precise_coefficients, room.precise, room.right)
    worst = 0.0
    for i in range(len(point)):
        size, largest = 0.0, 0.0
        for k in range(tape.equation_start[i], tape.equation_start[i + 1]):
            coefficient = abs(room.coefficients[0, k])
            size += coefficient * abs(room.registers[0, tape.term_register[k]])
            largest = max(largest, coefficient)
        worst = max(worst, abs(room.right[i]) / (size + largest))
    return worst


@separate
def _finish(tape, table, weights, room, info, result, winding, accuracy):
    """Record ``room.x`` as the end point: regular where Newton converges there at t = 0."""
    before = room.kept[BEFORE]
    copy_into(before, room.x)
    rescale(room, 0.0)
    contracted, last = _polish(tape, table, weights, room, ASIDE)
    if not contracted:
        # Far or crowded solutions have a smaller region of convergence.
        contracted, last = _polish(tape, table, weights, room, 1e-3 * ASIDE)
    inverse_norm = condition(room) if contracted else np.inf
    moved = 0.0
    for i in range(len(before)):
        moved = max(moved, abs(room.x[i] - before[i]) / room.scales[i])
    info[_CONDITION] = inverse_norm
    regular = contracted and inverse_norm < 1e12 and moved < 1e-3
    if winding < 1.0 and not regular:
        copy_into(room.x, before)
        return False
    if regular:
        info[_CODE], info[_WINDING], info[_ACCURACY] = REGULAR, 1, last
        copy_into(result, room.x)
    else:
        info[_CODE], info[_WINDING], info[_ACCURACY] = SINGULAR, winding, accuracy
        copy_into(result, before)
    info[_RESIDUAL] = _residual_at_end(tape, result, room)
    info[_T] = 0.0
    return True


@compiled
def _trend(room, valuations, drifts, start_scales):
    """Whether all coordinates stay finite, whether valuations have settled, and whether one grew.

    Valuations of finite coordinates may still drift for the second; the third asks for a
    coordinate that grew at a nearly constant negative valuation.
    """
    finite, calm, growing = True, True, False
    for i in range(len(room.x)):
        diverging = valuations[i] < DIVERGING
        finite = finite and not diverging
        calm = calm and (drifts[i] < CALM or not diverging)
        grown = abs(room.x[i]) > 10.0 * start_scales[i]
        growing = growing or (grown and valuations[i] < -0.02 and drifts[i] < -0.1 * valuations[i])
    return finite, calm, growing


@compiled
def _weigh(room, valuations, finite, height):
    """Coefficients of a random linear form, of the coordinates that diverge if there are any.

    Beside them a finite coordinate, large though it may be for long, would only hide the pole.
    """
    for i in range(len(height)):
        counts = finite or valuations[i] < DIVERGING
        height[i] = np.exp(2.4j * (i + 1)) / room.scales[i] if counts else 0.0j


@compiled
def _ends_directly(tape, table, weights, z, room, settings, info, result):
    """Try a few steps straight to t = 0; on failure the path is back at its place."""
    saved = room.kept[SAVED]
    copy_into(saved, room.x)
    linear, few = np.int64(LINEAR), np.int64(10)
    if track(
        tape, table, weights, linear, complex(np.exp(z)), 0.0j, room, settings, few
    ) and _finish(tape, table, weights, room, info, result, 0.0, 0.0):
        return True
    copy_into(room.x, saved)
    rescale(room, 0.0)
    return False


@compiled
def _difference(first, second, scales):
    largest = 0.0
    for i in range(len(first)):
        largest = max(largest, abs(first[i] - second[i]) / scales[i])
    return largest


@separate
def _endgame(tape, table, weights, room, settings, info, result):
    """From t = 0.1 to a classified end; see the module's description."""
    # Through np.int64, as numba compiles anew for every literal argument.
    logarithmic, many = np.int64(LOGARITHMIC), settings.max_steps // 10
    z, leap = np.log(ENDGAME_START), np.log(10.0)
    next_direct, next_circle = z, np.log(CIRCLE_START)
    valuations, drifts, start_scales = room.valuations, room.drifts, room.start_scales
    valuations.fill(0.0)
    drifts.fill(np.inf)
    copy_into(start_scales, room.scales)
    here, last, mean = room.kept[HERE], room.kept[PREVIOUS], room.kept[MEAN]
    best, height = room.kept[BEST], room.kept[HEIGHT]
    best_accuracy, best_winding, spread = np.inf, 0, np.inf
    settled = False
    info[_CODE] = FAILED
    for round_number in range(MAX_ROUNDS):
        if not prepare(tape, table, weights, logarithmic, complex(z), room):
            break
        expand(tape, table, weights, logarithmic, complex(z), -1.0 + 0.0j, room)
        inverse_norm = condition(room)
        info[_CONDITION], info[_T] = inverse_norm, np.exp(z)
        if inverse_norm > 1e6 or z < PRECISE_Z:
            room.memory[PRECISE] = PRECISE_STEPS if z > PRECISE_Z else many
        if _diverges(room, valuations, drifts, start_scales) and round_number > 0:
            info[_CODE] = AT_INFINITY
            return
        finite, calm, growing = _trend(room, valuations, drifts, start_scales)
        settled = (z < LATE_Z or inverse_norm > LATE_CONDITION) and (settled or growing)
        if z <= next_direct and _direct_steps_pay(room):
            if _ends_directly(tape, table, weights, z, room, settings, info, result):
                return
            next_direct = z - np.log(30.0)
        if z <= next_circle and (finite or calm):
            copy_into(last, mean)
            _weigh(room, valuations, finite, height)
            winding, order, void = circle(tape, table, weights, z, room, settings, height, mean)
            pole = winding > 0 and order > 0 and not finite
            if pole and void < VOID and void * np.exp(z) < PERTURBATION:
                info[_CODE] = AT_INFINITY
                return
            if winding == 0 and not finite:
                next_circle = z - 4.0
            spread, previous = _difference(mean, room.x, start_scales), spread
            # x - x_0 ~ t^(k/m) at the least shrinks as t^(1/m) does.
            shrinks = spread < 1e-12 or spread < 2.0 * previous * 0.1 ** (1.0 / max(winding, 1))
            residual = _relative_residual(tape, table, weights, mean, room)
            ends = winding > 0 and (finite or order <= 0)
            if ends and shrinks and residual < MAX_RESIDUAL:
                accuracy = 1.0
                if winding == best_winding:
                    accuracy = _difference(mean, last, start_scales)
                if accuracy < best_accuracy or winding != best_winding:
                    best_accuracy, best_winding = accuracy, winding
                    copy_into(best, mean)
                # A larger residual may be that of the mean of two close solutions: go on.
                if accuracy < 1e-9 and residual < SMALL_RESIDUAL:
                    break
        z_next = complex(z - leap)
        copy_into(here, room.x)
        if not track(tape, table, weights, logarithmic, complex(z), z_next, room, settings, many):
            copy_into(room.x, here)  # the point that belongs to the t that is kept
            break
        z -= leap
        # Two radii have to agree: stay near one that looks good.
        leap = np.log(10.0) if best_winding > 0 else leap * 1.3 if round_number >= 6 else leap
        if z < LAST_Z:
            break
    if best_winding > 0 and best_accuracy < 1e-5:
        copy_into(room.x, best)
        _finish(tape, table, weights, room, info, result, float(best_winding), best_accuracy)
        return
    # Rounding ends what double precision can follow: a settled valuation has to do.
    if settled:
        info[_CODE] = AT_INFINITY


@entry
def track_paths(
    tape, table, weights, cells, places, starts, settings, room, info, checkpoints, results
):
    """Track every start point ``starts`` ``(n_paths, n)``.

    ``cells`` ``(n_paths,)`` says which row of ``weights`` ``(n_cells, n_terms)`` is the path's, and
    -1 for paths that are not toric. Toric paths run from log t = ``places`` to 0. Others run from
    t = 1 through the endgame; ``checkpoints`` gets their points at t = 0.1, all different unless
    two paths met. ``room`` is a workspace for so many unknowns. Fills ``info``
    ``(n_paths, len(INFO))`` and ``results`` ``(n_paths, n)``.
    """
    for path in range(len(starts)):
        room.memory.fill(0.0)
        room.scales.fill(1.0)
        copy_into(room.x, starts[path])
        rescale(room, 0.0)
        copy_into(room.trial, room.x)
        toric = cells[path] >= 0
        own = weights[max(cells[path], 0)]
        mode = np.int64(TORIC if toric else LINEAR)
        start = complex(places[path]) if toric else 1.0 + 0.0j
        end = 0.0j if toric else complex(ENDGAME_START)
        info[path].fill(0.0)
        info[path, _CODE] = FAILED
        info[path, _T] = 1.0
        if correct(tape, table, own, mode, start, room, settings):
            copy_into(room.x, room.trial)
            if track(tape, table, own, mode, start, end, room, settings, settings.max_steps):
                copy_into(checkpoints[path], room.x)
                if toric:
                    info[path, _CODE] = REGULAR
                else:
                    _endgame(tape, table, own, room, settings, info[path], results[path])
        if toric or info[path, _CODE] == AT_INFINITY or info[path, _CODE] == FAILED:
            copy_into(results[path], room.x)
        info[path, _ACCEPTED] = room.memory[ACCEPTED]
        info[path, _REJECTED] = room.memory[REJECTED]
