"""What a program tells about itself without being run: degrees and dependence.

Array operations and plain loops over the terms, kept once asked for: none of the compiled kernels
has to be loaded for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from polynet.program import Program

__all__ = ["output_degree", "output_degrees", "used_weights"]


def output_degrees(program: Program, moved: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Degree of every output in the weights where ``moved`` ``(n_weights,)`` is true, together.

    Cancellation is not seen: the degrees are upper bounds. An output that is zero has -1.
    """
    return _output_degrees(program, moved.tobytes())


def output_degree(program: Program) -> int:
    """Largest degree of an output in all weights."""
    moved = np.ones(program.n_weights, np.bool_)
    return max(0, int(_output_degrees(program, moved.tobytes()).max(initial=0)))


def used_weights(program: Program, outputs: Sequence[int]) -> NDArray[np.bool_]:
    """Which weights the given output registers depend on, ``(n_weights,)``."""
    used = [False] * program.n_registers
    for output in outputs:
        used[output] = True
    start, left, right = program.start.tolist(), program.left.tolist(), program.right.tolist()
    for node in range(program.n_nodes - 1, -1, -1):
        if used[program.first_node + node]:
            for term in range(start[node], start[node + 1]):
                used[left[term]] = used[right[term]] = True
    return np.array(used[1 : 1 + program.n_weights], np.bool_)


@lru_cache(maxsize=64)
def _output_degrees(program: Program, moved: bytes) -> NDArray[np.int64]:
    """Repeats the rule for all nodes at once until nothing changes, as often as nodes nest."""
    degrees = np.full(program.n_registers, -1, np.int64)
    degrees[: program.first_node] = 0
    degrees[1 : 1 + program.n_weights] = np.frombuffer(moved, np.bool_)
    filled = np.flatnonzero(np.diff(program.start))
    if len(filled):
        nodes, starts = program.first_node + filled, program.start[filled]
        while True:
            left, right = degrees[program.left], degrees[program.right]
            # A factor that is zero (degree -1) makes the product zero.
            products = np.where((left < 0) | (right < 0), -1, left + right)
            new = np.maximum.reduceat(products, starts)
            if np.array_equal(new, degrees[nodes]):
                break
            degrees[nodes] = new
    result: NDArray[np.int64] = degrees[program.outputs]
    result.flags.writeable = False
    return result
