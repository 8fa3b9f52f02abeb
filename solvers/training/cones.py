"""What of a program each weight reaches: the cone of terms that change when it does.

A program enters; what leaves says, for every weight, which terms and which outputs to go through,
so that a step in one weight costs what it changes and not the whole network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from polynet.program import Program

__all__ = ["Cones", "cones_of"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cones:
    """For weight j the terms ``terms[term_start[j]:term_start[j + 1]]``, in the tape's order.

    ``outputs`` likewise has the numbers of the outputs that depend on it, ``n_registers``
    ``(n_weights,)`` how many registers change with it (itself included) and ``degree`` the degree
    of the outputs in it. ``register_of_term`` ``(n_terms,)`` is the register that a term adds to.
    """

    term_start: IntArray
    terms: IntArray
    output_start: IntArray
    outputs: IntArray
    n_registers: IntArray
    degree: IntArray
    register_of_term: IntArray


def cones_of(program: Program, output_order: IntArray) -> Cones:
    """The cones of all weights; the outputs of each come in ``output_order`` ``(n_outputs,)``.

    Cost: the terms of all cones together, twice.

    >>> from polynet import Dense, Network, Square
    >>> from polynet.expression import sample_program
    >>> program = sample_program(Network([Dense(2, 2, bias=False), Square(), Dense(2, 1)]))
    >>> cones = cones_of(program, np.arange(1))
    >>> np.diff(cones.term_start).tolist(), cones.degree.tolist()
    ([3, 3, 3, 3, 1, 1, 1], [2, 2, 2, 2, 1, 1, 1])
    """
    from solvers.training.cone_kernels import walk

    nodes = np.arange(program.first_node, program.n_registers)
    tape = (program.left, program.right, np.repeat(nodes, np.diff(program.start)))
    use_start, uses = _uses(program)
    sizes = (program.n_weights, program.n_registers)
    ordered = program.outputs[output_order].astype(np.int64)
    nothing = np.zeros(0, np.int64)
    counted = walk(tape, use_start, uses, sizes, ordered, nothing, nothing)
    term_start, output_start = (np.concatenate([[0], np.cumsum(part)]) for part in counted[:2])
    terms, outputs = np.empty(term_start[-1], np.int64), np.empty(output_start[-1], np.int64)
    walk(tape, use_start, uses, sizes, ordered, terms, outputs)
    return Cones(
        term_start, terms, output_start, output_order[outputs], counted[2], counted[3], tape[2]
    )


def _uses(program: Program) -> tuple[IntArray, IntArray]:
    """For each register the terms in which it is a factor (twice where it is squared)."""
    factors = np.concatenate([program.left, program.right])
    counts = np.bincount(factors, minlength=program.n_registers)
    order = np.argsort(factors, kind="stable") % max(1, program.n_terms)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), order.astype(np.int64)
