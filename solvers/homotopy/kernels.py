"""Compiled evaluation of a system along a homotopy: values, Jacobian, path derivatives, solves.

A *place* on a path is a complex number ``z``, moved as ``z + u s`` for real s. What it means is
the ``mode``: ``LINEAR``, z is the homotopy's t; ``LOGARITHMIC``, z is log t; ``TORIC``, z is log t
and coefficient k is ``table[k, 0] exp(weights[k] z)``. In the first two, coefficient k is
``sum_j table[k, j] t^j``. So circles about t = 0 are straight lines.

Registers and coefficients hold Taylor coefficients in s: ``registers[order, register]``,
``coefficients[order, term]``. Linear algebra is done in scaled unknowns x_j / scale_j with rows
divided by their largest entries, so that norms are weighted infinity norms.
"""

from __future__ import annotations

import numpy as np

from solvers.homotopy.compilation import compiled, separate

__all__ = [
    "LINEAR",
    "LOGARITHMIC",
    "ORDERS",
    "TORIC",
    "coefficient_series",
    "evaluate",
    "factor",
    "jacobian",
    "load_point",
    "scaled_norm",
    "solve",
    "taylor",
]

LINEAR, LOGARITHMIC, TORIC = 0, 1, 2
ORDERS = 4
"""Taylor coefficients kept: the point and three derivatives."""


@separate
def coefficient_series(mode, table, weights, z, u, out):
    """Taylor coefficients ``out`` of the coefficients at z + u s; returns how many are nonzero.

    For u = 0, only the values.
    """
    n_terms, n_powers = table.shape
    n_orders = 1 if u == 0.0 else ORDERS
    for order in range(n_orders):
        for k in range(n_terms):
            out[order, k] = 0.0
    if mode == TORIC:
        for k in range(n_terms):
            value = table[k, 0] * np.exp(weights[k] * z)
            out[0, k] = value
            for order in range(1, n_orders):
                value *= weights[k] * u / order
                out[order, k] = value
        return n_orders
    if mode == LINEAR:
        power = 1.0 + 0.0j
        for j in range(n_powers):
            # power is z^j; walk binomial(j, i) z^(j - i) u^i down from it.
            for i in range(min(j, n_orders - 1) + 1):
                scale = 1.0 + 0.0j
                for factor_number in range(i):
                    scale *= u * (j - factor_number) / (factor_number + 1)
                for _ in range(j - i):
                    scale *= z
                for k in range(n_terms):
                    out[i, k] += table[k, j] * scale
            power *= z
        return min(n_powers, n_orders)
    t = np.exp(z)
    power = 1.0 + 0.0j
    for j in range(n_powers):
        scale = power
        for order in range(n_orders):
            if order > 0:
                scale *= j * u / order
            if order == 0 or j > 0:
                for k in range(n_terms):
                    out[order, k] += table[k, j] * scale
        power *= t
    return n_orders if n_powers > 1 else 1


@compiled
def load_point(tape, x, registers, n_products):
    """Registers of order 0 at the point ``x``: the first ``n_products`` products."""
    n = len(x)
    registers[0, 0] = 1.0
    for i in range(n):
        registers[0, 1 + i] = x[i]
    for k in range(n_products):
        registers[0, 1 + n + k] = registers[0, tape.left[k]] * registers[0, tape.right[k]]


@compiled
def evaluate(tape, registers, coefficients, out):
    """Values of all equations from loaded registers."""
    for i in range(len(out)):
        total = 0.0 + 0.0j
        for k in range(tape.equation_start[i], tape.equation_start[i + 1]):
            total += coefficients[0, k] * registers[0, tape.term_register[k]]
        out[i] = total


@separate
def jacobian(tape, registers, coefficients, out):
    """Jacobian from loaded registers (all products)."""
    n = len(out)
    for i in range(n):
        for j in range(n):
            out[i, j] = 0.0
    for entry in range(len(tape.entry_row)):
        total = 0.0 + 0.0j
        for p in range(tape.entry_start[entry], tape.entry_start[entry + 1]):
            total += (
                coefficients[0, tape.part_term[p]]
                * registers[0, tape.part_register[p]]
                * tape.part_factor[p]
            )
        out[tape.entry_row[entry], tape.entry_column[entry]] = total


@separate
def factor(matrix, scales, pivots, row_scales):
    """LU with partial pivoting of ``matrix diag(scales)`` with rows scaled, in place.

    Diagonal entries are stored as reciprocals. Returns whether no pivot vanished.
    """
    n = len(scales)
    for i in range(n):
        largest = 0.0
        for j in range(n):
            value = matrix[i, j] * scales[j]
            matrix[i, j] = value
            largest = max(largest, abs(value.real) + abs(value.imag))
        if not largest > 0.0 or not largest < np.inf:
            return False
        row_scales[i] = 1.0 / largest
        for j in range(n):
            matrix[i, j] *= row_scales[i]
    for k in range(n):
        pivot, largest = k, -1.0
        for i in range(k, n):
            size = matrix[i, k].real ** 2 + matrix[i, k].imag ** 2
            if size > largest:
                pivot, largest = i, size
        pivots[k] = pivot
        if not largest > 0.0:
            return False
        if pivot != k:
            for j in range(n):
                matrix[k, j], matrix[pivot, j] = matrix[pivot, j], matrix[k, j]
        a = matrix[k, k]
        inverse = complex(a.real / largest, -a.imag / largest)
        matrix[k, k] = inverse
        for i in range(k + 1, n):
            if matrix[i, k].real != 0.0 or matrix[i, k].imag != 0.0:
                multiplier = matrix[i, k] * inverse
                matrix[i, k] = multiplier
                for j in range(k + 1, n):
                    matrix[i, j] -= multiplier * matrix[k, j]
    return True


@separate
def solve(matrix, pivots, row_scales, right, out):
    """Solution ``out``, in scaled unknowns, for the right-hand side of the unscaled rows."""
    n = len(right)
    for i in range(n):
        out[i] = right[i] * row_scales[i]
    for k in range(n):
        if pivots[k] != k:
            out[k], out[pivots[k]] = out[pivots[k]], out[k]
    for i in range(1, n):
        total = out[i]
        for j in range(i):
            total -= matrix[i, j] * out[j]
        out[i] = total
    for i in range(n - 1, -1, -1):
        total = out[i]
        for j in range(i + 1, n):
            total -= matrix[i, j] * out[j]
        out[i] = total * matrix[i, i]


@compiled
def scaled_norm(vector):
    """The largest modulus."""
    largest = 0.0
    for i in range(len(vector)):
        size = vector[i].real ** 2 + vector[i].imag ** 2
        if not size <= largest:  # also keeps NaN
            largest = size
    return np.sqrt(largest)


@compiled
def _residual_of_order(tape, registers, coefficients, n_coefficient_orders, order, out):
    """Minus the Taylor coefficient of that order of every equation."""
    for i in range(len(out)):
        total = 0.0 + 0.0j
        for k in range(tape.equation_start[i], tape.equation_start[i + 1]):
            register = tape.term_register[k]
            # To first order the registers do not move yet: x_1 is what is sought.
            for j in range(1 if order == 1 else 0, min(order + 1, n_coefficient_orders)):
                total += coefficients[j, k] * registers[order - j, register]
        out[i] = -total


@compiled
def _products_of_order(tape, n, order, registers):
    for k in range(tape.n_value_products[0]):
        left, right = tape.left[k], tape.right[k]
        total = registers[0, left] * registers[order, right]
        for i in range(1, order + 1):
            total += registers[i, left] * registers[order - i, right]
        registers[order, 1 + n + k] = total


@compiled
def taylor(tape, coefficients, n_coefficient_orders, lu, registers, series, right):
    """Taylor coefficients ``series[1:]`` ``(ORDERS - 1, n)`` of the path, in scaled unknowns.

    ``lu`` is (matrix, scales, pivots, row_scales) as :func:`factor` left them, at the point that
    is loaded in ``registers``.
    """
    matrix, scales, pivots, row_scales = lu
    n = len(scales)
    for order in range(1, ORDERS):
        for i in range(n + 1):
            registers[order, i] = 0.0
        if order > 1:
            _products_of_order(tape, n, order, registers)
        _residual_of_order(tape, registers, coefficients, n_coefficient_orders, order, right)
        solve(matrix, pivots, row_scales, right, series[order])
        if order < ORDERS - 1:
            for i in range(n):
                registers[order, 1 + i] = series[order, i] * scales[i]
            _products_of_order(tape, n, order, registers)
