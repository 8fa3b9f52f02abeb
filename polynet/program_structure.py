"""What a program tells about itself without being run: degrees and dependence.

Plain loops over the terms, kept once asked for: a question costs about 0.3 microseconds a term,
and none of the compiled kernels has to be loaded for it.
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
    return np.array(_output_degrees(program, moved.tobytes()), np.int64)


def output_degree(program: Program) -> int:
    """Largest degree of an output in all weights."""
    moved = np.ones(program.n_weights, np.bool_)
    return max(0, *_output_degrees(program, moved.tobytes()))


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


@lru_cache(maxsize=256)
def _output_degrees(program: Program, moved: bytes) -> tuple[int, ...]:
    degrees = [0, *moved, *[0] * program.n_inputs]
    start, left, right = program.start.tolist(), program.left.tolist(), program.right.tolist()
    for node in range(program.n_nodes):
        # A factor that is zero (degree -1) makes the product zero.
        terms = range(start[node], start[node + 1])
        pairs = ((degrees[left[term]], degrees[right[term]]) for term in terms)
        degrees.append(max((a + b for a, b in pairs if min(a, b) >= 0), default=-1))
    return tuple(degrees[output] for output in program.outputs.tolist())
