"""Compiled: exact steps in one weight after another on a program, updating only what changed.

A register is a number shared by all examples (the constant and the weights: ``scalars``) or one
number for each example (inputs and nodes: ``lanes``). When weight j moves by t, a register r of
its cone changes by a polynomial in t without constant term, ``changes[slot, m]`` being the
coefficient of t^(m+1). Products follow

    d(a b) = da b + a db + da db,

so that only the terms of the cone are gone through. From the changes of the outputs comes the loss
as a polynomial in t, exactly; ``least_point`` gives the step, and the same changes then bring the
registers and the residuals up to date.

Lanes, changes and residuals are float64 or float32, all alike; scalars, the polynomial and its
least point are float64.

Samples are gone through in tiles of lanes, the narrower the larger the cone, so that the changes of
a tile stay in the cache however many examples there are: the cost is linear in them. A step is
known when all tiles have added their share of the polynomial; their changes are kept until then.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from solvers.univariate.kernels import INFLECTION, least_point

__all__ = ["run_forward", "sweep_moments", "sweep_samples"]

_FAST = {"contract", "nsz", "arcp", "reassoc"}  # sums may be taken in any order: vectors
_NOISE = 64.0 * 2.0**-52
_DENSE = 8  # a row of M in vectors costs about as much as this fraction of its entries alone


@njit(cache=True, nogil=True, fastmath=_FAST)
def _add_scaled(out, factor, x, tile):
    same = out.dtype.type(factor)  # a product in the precision of the lanes
    for lane in range(np.uintp(tile[0]), np.uintp(tile[1])):
        out[lane] += same * x[lane]


@njit(cache=True, nogil=True, fastmath=_FAST)
def _add_product(out, factor, x, y, tile):
    same = out.dtype.type(factor)
    for lane in range(np.uintp(tile[0]), np.uintp(tile[1])):
        out[lane] += same * x[lane] * y[lane]


@njit(cache=True, nogil=True, fastmath=_FAST)
def _dot(x, y, tile):
    total = x.dtype.type(0.0)
    for lane in range(np.uintp(tile[0]), np.uintp(tile[1])):
        total += x[lane] * y[lane]
    return total


@njit(cache=True, nogil=True)
def run_forward(start, left, right, coefficients, scalars, lanes, width):
    """Fill the nodes, the last ``len(start) - 1`` rows of ``lanes``, from inputs and scalars.

    ``width`` lanes are gone through at once.
    """
    n_scalars, n_nodes, n_lanes = len(scalars), len(start) - 1, lanes.shape[1]
    first = len(lanes) - n_nodes
    for low in range(0, n_lanes, width):
        tile = (low, min(n_lanes, low + width))
        for node in range(n_nodes):
            out = lanes[first + node]
            out[tile[0] : tile[1]] = 0.0
            for term in range(start[node], start[node + 1]):
                a, b, c = left[term], right[term], coefficients[term]
                if a < n_scalars:
                    out[tile[0] : tile[1]] += out.dtype.type(c * scalars[a] * scalars[b])
                elif b < n_scalars:
                    _add_scaled(out, c * scalars[b], lanes[a - n_scalars], tile)
                else:
                    _add_product(out, c, lanes[a - n_scalars], lanes[b - n_scalars], tile)


@njit(cache=True, nogil=True, fastmath=_FAST)
def _add_changed(changes, slot, c, value_of, scalars, lanes, source, degree, tile):
    """Add c times register ``value_of`` times the changes of ``source``, row by row."""
    n_scalars, low, high = len(scalars), np.uintp(tile[0]), np.uintp(tile[1])
    for m in range(degree):
        if value_of < n_scalars:
            factor = changes.dtype.type(c * scalars[value_of])
            for lane in range(low, high):
                changes[slot, m, lane] += factor * changes[source, m, lane]
        else:
            value, factor = value_of - n_scalars, changes.dtype.type(c)
            for lane in range(low, high):
                changes[slot, m, lane] += factor * lanes[value, lane] * changes[source, m, lane]


@njit(cache=True, nogil=True, fastmath=_FAST)
def _set_changed(changes, slot, c, value_of, scalars, lanes, source, degree, tile):
    """Write c times register ``value_of`` times the changes of ``source``, row by row."""
    n_scalars, low, high = len(scalars), np.uintp(tile[0]), np.uintp(tile[1])
    for m in range(degree):
        if value_of < n_scalars:
            factor = changes.dtype.type(c * scalars[value_of])
            for lane in range(low, high):
                changes[slot, m, lane] = factor * changes[source, m, lane]
        else:
            value, factor = value_of - n_scalars, changes.dtype.type(c)
            for lane in range(low, high):
                changes[slot, m, lane] = factor * lanes[value, lane] * changes[source, m, lane]


@njit(cache=True, nogil=True)
def _changes(tape, terms, weight, scalars, lanes, scratch, tile):
    """The changes of all registers in the cone ``terms`` of ``weight``; their number.

    ``scratch`` is (changes, degree, register, slot_of): slot 0 is the weight itself.
    """
    left, right, coefficients, register_of_term, _ = tape
    changes, degree, register, slot_of = scratch
    changes[0, 0, tile[0] : tile[1]] = 1.0
    degree[0], register[0], slot_of[weight] = 1, weight, 0
    n_slots = 1
    for term in terms:
        a, b, c = left[term], right[term], coefficients[term]
        out = register_of_term[term]
        slot = slot_of[out]
        if slot < 0:
            slot = n_slots
            n_slots += 1
            degree[slot], register[slot], slot_of[out] = 0, out, slot
        slot_a, slot_b = slot_of[a], slot_of[b]
        degree_a = degree[slot_a] if slot_a >= 0 else 0
        degree_b = degree[slot_b] if slot_b >= 0 else 0
        if degree[slot] == 0 and degree_a * degree_b == 0:  # written, not added to
            degree[slot] = degree_a + degree_b
            if slot_a >= 0:
                _set_changed(changes, slot, c, b, scalars, lanes, slot_a, degree_a, tile)
            else:
                _set_changed(changes, slot, c, a, scalars, lanes, slot_b, degree_b, tile)
            continue
        for m in range(degree[slot], degree_a + degree_b):
            changes[slot, m, tile[0] : tile[1]] = 0.0
        degree[slot] = max(degree[slot], degree_a + degree_b)
        if slot_a >= 0:
            _add_changed(changes, slot, c, b, scalars, lanes, slot_a, degree_a, tile)
        if slot_b >= 0:
            _add_changed(changes, slot, c, a, scalars, lanes, slot_b, degree_b, tile)
        for i in range(degree_a if slot_b >= 0 else 0):
            for k in range(degree_b):
                one, two = changes[slot_a, i], changes[slot_b, k]
                _add_product(changes[slot, i + k + 1], c, one, two, tile)
    return n_slots


@njit(cache=True, nogil=True)
def _free(n_slots, scratch):
    """Take all registers out of their slots."""
    _, _, register, slot_of = scratch
    for slot in range(n_slots):
        slot_of[register[slot]] = -1


@njit(cache=True, nogil=True)
def _move(step, n_slots, read, first, lanes, scratch, tile):
    """Bring the lanes that a term ``read``s up to date for a step in the weight of slot 0."""
    changes, degree, register, _ = scratch
    for slot in range(1, n_slots):
        factor = 1.0
        for m in range(degree[slot] if read[register[slot]] else 0):
            factor *= step
            _add_scaled(lanes[register[slot] - first], factor, changes[slot, m], tile)


@njit(cache=True, nogil=True)
def _room(top):
    """Where polynomials of degree ``top``, their critical points and the counts are written."""
    counts = np.zeros(top + 3, np.int64)
    return np.zeros(top + 1), np.empty(top), np.empty(top, np.int64), counts


@njit(cache=True, nogil=True)
def _tally(counts, n_points, n_maxima, kinds, step):
    """Count a weight: by its critical points, what they are, and whether it moved."""
    counts[min(n_points, len(counts) - 4)] += 1
    for k in range(n_points):
        counts[-3] += kinds[k] == INFLECTION
    counts[-2] += n_maxima
    counts[-1] += step != 0.0


@njit(cache=True, nogil=True)
def _penalised(c, penalty, weight):
    """Add penalty ((w + t)^2 - w^2) to the coefficients ``c``."""
    if penalty != 0.0:
        c[1] += 2.0 * penalty * weight
        c[2] += penalty


@njit(cache=True, nogil=True, fastmath=_FAST)
def _add_square(c, residual, change, degree, tile):
    """Add the coefficients of sum |residual + change(t)|^2 - |residual|^2."""
    if degree == 1:  # of products; and below what squares give: in one pass through the lanes
        c1 = c2 = residual.dtype.type(0.0)
        for lane in range(np.uintp(tile[0]), np.uintp(tile[1])):
            a = change[0, lane]
            c1 += residual[lane] * a
            c2 += a * a
        c[1] += 2.0 * c1
        c[2] += c2
        return
    if degree == 2:
        c1 = c2 = c3 = c4 = residual.dtype.type(0.0)
        two = residual.dtype.type(2.0)
        for lane in range(np.uintp(tile[0]), np.uintp(tile[1])):
            e, a, b = residual[lane], change[0, lane], change[1, lane]
            c1 += e * a
            c2 += a * a + two * e * b
            c3 += a * b
            c4 += b * b
        c[1] += 2.0 * c1
        c[2] += c2
        c[3] += 2.0 * c3
        c[4] += c4
        return
    for i in range(degree):
        c[i + 1] += 2.0 * _dot(residual, change[i], tile)
        for m in range(i):
            c[i + m + 2] += 2.0 * _dot(change[i], change[m], tile)
        c[2 * i + 2] += _dot(change[i], change[i], tile)


@njit(cache=True, nogil=True)
def _add_squares(c, residuals, reached, outputs, scratch, tile):
    """Add what one tile has of the loss, over the outputs that the weight reaches."""
    changes, degree, _, slot_of = scratch
    for k in reached:
        slot = slot_of[outputs[k]]
        _add_square(c, residuals[k], changes[slot], degree[slot], tile)


@njit(cache=True, nogil=True)
def _add_steps(step, residuals, reached, outputs, scratch, tile):
    """Bring the residuals of one tile up to date."""
    changes, degree, _, slot_of = scratch
    for k in reached:
        slot, factor = slot_of[outputs[k]], 1.0
        for m in range(degree[slot]):
            factor *= step
            _add_scaled(residuals[k], factor, changes[slot, m], tile)


@njit(cache=True, nogil=True)
def sweep_samples(tape, cones, outputs, penalties, state, scratch, order, gains, moving):
    """One exact step in each weight of ``order``; the loss is a sum over lanes.

    ``tape`` is (left, right, coefficients, register_of_term, read), ``cones`` (term_start, terms,
    output_start, outputs), ``outputs`` the registers of the outputs, ``state`` (scalars, lanes,
    residuals ``(n_outputs, lanes)``, the width of tiles for each weight). ``gains`` takes what each
    step gains (negative); without ``moving`` it is measured only. Returns counts: weights with
    0, 1, 2, ... critical points, then inflections, maxima and weights moved.
    """
    term_start, terms, output_start, cone_outputs = cones
    scalars, lanes, residuals, widths = state
    n_lanes = residuals.shape[1]
    c, t, kinds, counts = _room(2 * scratch[0].shape[1])
    n_slots = 0
    for position in range(len(order)):
        j = order[position]
        cone = terms[term_start[j] : term_start[j + 1]]
        reached = cone_outputs[output_start[j] : output_start[j + 1]]
        c[:] = 0.0
        for low in range(0, n_lanes, widths[j]):
            tile = (low, min(n_lanes, low + widths[j]))
            _free(n_slots, scratch)
            n_slots = _changes(tape, cone, 1 + j, scalars, lanes, scratch, tile)
            _add_squares(c, residuals, reached, outputs, scratch, tile)
        _penalised(c, penalties[j], scalars[1 + j])
        step, gains[position], n_points, n_maxima = least_point(c, t, kinds)
        if not moving:
            step = 0.0
        _tally(counts, n_points, n_maxima, kinds, step)
        if step == 0.0:
            continue
        scalars[1 + j] += step
        for low in range(0, n_lanes, widths[j]):
            tile = (low, min(n_lanes, low + widths[j]))
            _add_steps(step, residuals, reached, outputs, scratch, tile)
            _move(step, n_slots, tape[-1], len(scalars), lanes, scratch, tile)
    _free(n_slots, scratch)
    return counts


@njit(cache=True, nogil=True)
def _add_pair_products(products, gram, group, outputs, n_outputs, scratch):
    """Add v_i' M v_m over all pairs of the outputs ``group`` of one k."""
    changes, degree, _, slot_of = scratch
    for one in group:
        slot, a = slot_of[outputs[one]], one // n_outputs
        for two in group:
            other, b = slot_of[outputs[two]], two // n_outputs
            for i in range(degree[slot]):
                for m in range(degree[other]):
                    products[i, m] += changes[slot, i, 0] * gram[a, b] * changes[other, m, 0]


@njit(cache=True, nogil=True)
def _add_dense_products(products, gram, group, outputs, n_outputs, scratch):
    """The same by whole rows of M, in vectors: where the weight reaches many monomials."""
    changes, degree, _, slot_of = scratch
    image = np.empty(len(gram))
    for i in range(len(products)):
        image[:] = 0.0
        for one in group:
            slot = slot_of[outputs[one]]
            if i < degree[slot]:
                _add_scaled(image, changes[slot, i, 0], gram[one // n_outputs], (0, len(gram)))
        for two in group:
            other = slot_of[outputs[two]]
            for m in range(degree[other]):
                products[i, m] += image[two // n_outputs] * changes[other, m, 0]


@njit(cache=True, nogil=True)
def _moment_coefficients(c, weighted, gram, roots, cone, outputs, scratch):
    """Write the loss as a polynomial in t, with M v from ``gram`` and M q - b from ``weighted``.

    ``cone`` are outputs (monomial * n_outputs + k) sorted by k. An order m whose
    v_m' M v_m is within rounding of nothing has M v_m = 0, and then it enters nowhere: its noise
    would be divided by noise otherwise. By Cauchy and Schwarz |v' M v| <= (sum |v_a| M_aa^1/2)^2.
    """
    changes, degree, _, slot_of = scratch
    n_outputs = len(weighted)
    n_orders = changes.shape[1]
    sizes, products = np.zeros(n_orders), np.zeros((n_orders, n_orders))
    slopes, row = np.zeros(n_orders), np.zeros(n_orders)
    low = 0
    while low < len(cone):
        k = cone[low] % n_outputs
        high = low
        row[:] = 0.0
        while high < len(cone) and cone[high] % n_outputs == k:
            slot, a = slot_of[outputs[cone[high]]], cone[high] // n_outputs
            for i in range(degree[slot]):
                row[i] += abs(changes[slot, i, 0]) * roots[a]
                slopes[i] += 2.0 * changes[slot, i, 0] * weighted[k, a]
            high += 1
        sizes += row * row
        group = cone[low:high]
        if len(group) * _DENSE > len(gram):
            _add_dense_products(products, gram, group, outputs, n_outputs, scratch)
        else:
            _add_pair_products(products, gram, group, outputs, n_outputs, scratch)
        low = high
    c[:] = 0.0
    for i in range(n_orders):
        if products[i, i] <= _NOISE * sizes[i]:
            continue
        c[i + 1] += slopes[i]
        for m in range(n_orders):
            if products[m, m] > _NOISE * sizes[m]:
                c[i + m + 2] += products[i, m]


@njit(cache=True, nogil=True)
def sweep_moments(tape, cones, outputs, penalties, state, scratch, order, gains, moving):
    """As ``sweep_samples``, with the loss sum_k q_k' M q_k - 2 b_k' q_k + c from moments.

    Lanes have one entry; ``state`` is (scalars, lanes, (M q - b)' ``(n_outputs, A)``, M). The cost
    does not depend on the number of examples.
    """
    term_start, terms, output_start, cone_outputs = cones
    scalars, lanes, weighted, gram = state
    changes, degree, _, slot_of = scratch
    roots = np.sqrt(np.diag(gram))
    n_outputs = len(weighted)
    c, t, kinds, counts = _room(2 * changes.shape[1])
    for position in range(len(order)):
        j = order[position]
        cone = terms[term_start[j] : term_start[j + 1]]
        changed = cone_outputs[output_start[j] : output_start[j + 1]]
        n_slots = _changes(tape, cone, 1 + j, scalars, lanes, scratch, (0, 1))
        _moment_coefficients(c, weighted, gram, roots, changed, outputs, scratch)
        _penalised(c, penalties[j], scalars[1 + j])
        step, gains[position], n_points, n_maxima = least_point(c, t, kinds)
        if not moving:
            step = 0.0
        _tally(counts, n_points, n_maxima, kinds, step)
        if step != 0.0:
            for output in changed:
                slot, moved, factor = slot_of[outputs[output]], 0.0, 1.0
                for i in range(degree[slot]):
                    factor *= step
                    moved += factor * changes[slot, i, 0]
                row = gram[output // n_outputs]
                _add_scaled(weighted[output % n_outputs], moved, row, (0, len(gram)))
            scalars[1 + j] += step
            _move(step, n_slots, tape[-1], len(scalars), lanes, scratch, (0, 1))
        _free(n_slots, scratch)
    return counts
