"""Compiled: the walk over everything that depends on a weight."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["walk"]


@njit(cache=True)
def walk(tape, use_start, uses, sizes, output_registers, terms, outputs):
    """Count terms, outputs, registers and degrees of all cones; write those that have room.

    Terms of the tape are sorted by node, and a node only uses earlier registers: so the changed
    nodes, taken in ascending order from a heap, are complete when their turn comes.
    """
    left, right, register_of_term = tape
    n_weights, n_registers = sizes
    degree = np.zeros(n_registers, np.int64)
    queued = np.zeros(n_registers, np.bool_)
    seen = np.zeros(len(left), np.bool_)
    counts = np.zeros((4, n_weights), np.int64)
    at_term, at_output = 0, 0
    for j in range(n_weights):
        changed = [1 + j]
        touched = [np.int64(0) for _ in range(0)]
        queued[1 + j] = True
        i = 0
        while i < len(changed):
            for use in range(use_start[changed[i]], use_start[changed[i] + 1]):
                term = uses[use]
                if not seen[term]:
                    seen[term] = True
                    touched.append(term)
                    register = register_of_term[term]
                    if not queued[register]:
                        queued[register] = True
                        changed.append(register)
            i += 1
        touched.sort()
        degree[1 + j] = 1
        for term in touched:
            register = register_of_term[term]
            reached = degree[left[term]] + degree[right[term]]
            degree[register] = max(degree[register], reached)
            if at_term < len(terms):
                terms[at_term] = term
            at_term += 1
        for k in range(len(output_registers)):
            if queued[output_registers[k]]:
                counts[1, j] += 1
                counts[3, j] = max(counts[3, j], degree[output_registers[k]])
                if at_output < len(outputs):
                    outputs[at_output] = k
                at_output += 1
        counts[0, j], counts[2, j] = len(touched), len(changed)
        for register in changed:
            queued[register] = False
            degree[register] = 0
        for term in touched:
            seen[term] = False
    return counts
