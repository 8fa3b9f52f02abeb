"""Compiled kernels that run every program: truncated Taylor arithmetic, forwards and backwards.

A register holds the first ``K`` Taylor coefficients of a polynomial in one formal variable, for
``L`` lanes (examples) at once: ``registers[node, k, lane]``. With K = 1 this is plain evaluation
and reverse-mode gradient; with K = 2 the backward sweep is a Hessian-vector product; with
K = degree + 1 the forward sweep gives t -> f(w + t d) exactly.

Cost of a sweep: K (K + 1) / 2 multiply-adds a term and lane forwards, twice that backwards.
Source: Griewank and Walther, Evaluating Derivatives (2008), chapters 3 and 13.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

__all__ = [
    "LANES",
    "evaluate",
    "evaluate_in_parallel",
    "pull_back",
    "pull_back_in_parallel",
]

LANES = 32
"""Examples in one block: long enough for vector instructions, small enough for the cache."""


@njit(cache=True)
def _load(registers, weights, inputs):
    """Write constant, weights ``(n, K)`` and inputs ``(L, m)`` into ``registers``."""
    n_weights, order = weights.shape
    n_lanes = registers.shape[2]
    registers[0, :, :] = 0.0
    registers[0, 0, :] = 1.0
    for i in range(n_weights):
        for k in range(order):
            for lane in range(n_lanes):
                registers[1 + i, k, lane] = weights[i, k]
    for i in range(inputs.shape[1]):
        for lane in range(n_lanes):
            registers[1 + n_weights + i, 0, lane] = inputs[lane, i]
            for k in range(1, order):
                registers[1 + n_weights + i, k, lane] = 0.0


@njit(cache=True)
def _sweep_forward(start, left, right, coefficients, first, registers):
    order, n_lanes = registers.shape[1], registers.shape[2]
    for node in range(len(start) - 1):
        out = first + node
        registers[out, :, :] = 0.0
        for term in range(start[node], start[node + 1]):
            a, b, c = left[term], right[term], coefficients[term]
            if b == 0:
                for k in range(order):
                    for lane in range(n_lanes):
                        registers[out, k, lane] += c * registers[a, k, lane]
            else:
                for i in range(order):
                    for j in range(order - i):
                        for lane in range(n_lanes):
                            registers[out, i + j, lane] += (
                                c * registers[a, i, lane] * registers[b, j, lane]
                            )


@njit(cache=True)
def _sweep_backward(start, left, right, coefficients, first, registers, adjoints):
    order, n_lanes = registers.shape[1], registers.shape[2]
    for node in range(len(start) - 2, -1, -1):
        out = first + node
        for term in range(start[node], start[node + 1]):
            a, b, c = left[term], right[term], coefficients[term]
            if b == 0:
                for k in range(order):
                    for lane in range(n_lanes):
                        adjoints[a, k, lane] += c * adjoints[out, k, lane]
            else:
                for i in range(order):
                    for j in range(order - i):
                        for lane in range(n_lanes):
                            g = c * adjoints[out, i, lane]
                            adjoints[a, i + j, lane] += g * registers[b, j, lane]
                            adjoints[b, i + j, lane] += g * registers[a, j, lane]


@njit(cache=True)
def _evaluate_block(tape, weights, inputs, low, high, result):
    """Write the outputs of the examples low..high into ``result`` ``(K, N, n_outputs)``."""
    start, left, right, coefficients, outputs = tape
    n_weights, order = weights.shape
    first = 1 + n_weights + inputs.shape[1]
    registers = np.empty((first + len(start) - 1, order, high - low))
    _load(registers, weights, inputs[low:high])
    _sweep_forward(start, left, right, coefficients, first, registers)
    for k in range(order):
        for lane in range(high - low):
            for i in range(len(outputs)):
                result[k, low + lane, i] = registers[outputs[i], k, lane]


@njit(cache=True)
def evaluate(tape, weights, inputs):
    """Outputs ``(D, K, N, n_outputs)`` for weights ``(D, n, K)`` and inputs ``(N, m)``.

    ``tape`` is the program's arrays. See :func:`evaluate_in_parallel`.
    """
    n_directions, order, n_examples = weights.shape[0], weights.shape[2], inputs.shape[0]
    n_blocks = (n_examples + LANES - 1) // LANES
    result = np.empty((n_directions, order, n_examples, len(tape[4])))
    for task in range(n_directions * n_blocks):
        direction, low = task // n_blocks, task % n_blocks * LANES
        high = min(low + LANES, n_examples)
        _evaluate_block(tape, weights[direction], inputs, low, high, result[direction])
    return result


@njit(cache=True, parallel=True)
def evaluate_in_parallel(tape, weights, inputs):
    """What :func:`evaluate` returns, to the last bit, on all threads.

    For a single block the threads cost more than they save, and they would then wait busily
    while the next matrix product wants the same cores.
    """
    n_directions, order, n_examples = weights.shape[0], weights.shape[2], inputs.shape[0]
    n_blocks = (n_examples + LANES - 1) // LANES
    result = np.empty((n_directions, order, n_examples, len(tape[4])))
    for task in prange(n_directions * n_blocks):
        direction, low = task // n_blocks, task % n_blocks * LANES
        high = min(low + LANES, n_examples)
        _evaluate_block(tape, weights[direction], inputs, low, high, result[direction])
    return result


@njit(cache=True)
def _pull_back_range(tape, weights, inputs, cotangents, low, high):
    """Gradient ``(n, K)`` summed over the examples low..high; ``tape`` is the program's arrays."""
    start, left, right, coefficients, outputs = tape
    n_weights, order = weights.shape
    first = 1 + n_weights + inputs.shape[1]
    n_registers = first + len(start) - 1
    total = np.zeros((n_weights, order))
    for block_low in range(low, high, LANES):
        block_high = min(block_low + LANES, high)
        n_lanes = block_high - block_low
        registers = np.empty((n_registers, order, n_lanes))
        _load(registers, weights, inputs[block_low:block_high])
        _sweep_forward(start, left, right, coefficients, first, registers)
        adjoints = np.zeros((n_registers, order, n_lanes))
        for k in range(order):
            for lane in range(n_lanes):
                for i in range(len(outputs)):
                    adjoints[outputs[i], k, lane] += cotangents[k, block_low + lane, i]
        _sweep_backward(start, left, right, coefficients, first, registers, adjoints)
        for i in range(n_weights):
            for k in range(order):
                for lane in range(n_lanes):
                    total[i, k] += adjoints[1 + i, k, lane]
    return total


@njit(cache=True)
def _n_parts(n_examples):
    """Parts in which gradients are summed: fixed by the data alone, whatever the threads."""
    return min(64, (n_examples + LANES - 1) // LANES)


@njit(cache=True)
def _sum_of_parts(partial):
    """``(D, parts, n, K)`` to ``(D, K, n)``, always added in the same order."""
    n_directions, n_parts, n_weights, order = partial.shape
    result = np.zeros((n_directions, order, n_weights))
    for direction in range(n_directions):
        for part in range(n_parts):
            for i in range(n_weights):
                for k in range(order):
                    result[direction, k, i] += partial[direction, part, i, k]
    return result


@njit(cache=True)
def pull_back(tape, weights, inputs, cotangents):
    """Adjoint ``(D, K, n)`` of :func:`evaluate` for cotangents ``(D, K, N, n_outputs)``."""
    n_directions, n_weights, order = weights.shape
    n_examples = inputs.shape[0]
    n_parts = _n_parts(n_examples)
    partial = np.empty((n_directions, n_parts, n_weights, order))
    for task in range(n_directions * n_parts):
        direction, part = task // n_parts, task % n_parts
        low, high = part * n_examples // n_parts, (part + 1) * n_examples // n_parts
        partial[direction, part] = _pull_back_range(
            tape, weights[direction], inputs, cotangents[direction], low, high
        )
    return _sum_of_parts(partial)


@njit(cache=True, parallel=True)
def pull_back_in_parallel(tape, weights, inputs, cotangents):
    """What :func:`pull_back` returns, to the last bit, on all threads."""
    n_directions, n_weights, order = weights.shape
    n_examples = inputs.shape[0]
    n_parts = _n_parts(n_examples)
    partial = np.empty((n_directions, n_parts, n_weights, order))
    for task in prange(n_directions * n_parts):
        direction, part = task // n_parts, task % n_parts
        low, high = part * n_examples // n_parts, (part + 1) * n_examples // n_parts
        partial[direction, part] = _pull_back_range(
            tape, weights[direction], inputs, cotangents[direction], low, high
        )
    return _sum_of_parts(partial)
