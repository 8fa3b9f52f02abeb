"""Programs in exact arithmetic: any ring whose elements add and multiply with rationals.

The same tape that the compiled kernels run in floats is run here over python-flint types
(``fmpq``, ``fmpq_poly``, ``fmpq_mpoly``, ``arb``, ``acb``): evaluation over ``fmpq_mpoly``
generators is the expanded polynomial, over ``fmpq_poly`` the exact restriction to a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from polynet.program import Program

__all__ = ["ring_adjoints", "ring_outputs", "ring_registers", "ring_sum"]


def ring_registers(
    program: Program, weights: Sequence[Any], inputs: Sequence[Any] = ()
) -> list[Any]:
    """All registers over the ring of ``weights`` (python-flint elements of one type).

    Cost: one ring multiplication and addition a term.
    """
    coefficients = _exact_coefficients(program)
    registers: list[Any] = [fmpq(1), *weights, *inputs]
    start, left, right = program.start.tolist(), program.left.tolist(), program.right.tolist()
    for node in range(program.n_nodes):
        total: Any = fmpq(0)
        for term in range(start[node], start[node + 1]):
            product = registers[left[term]]
            if right[term]:
                product = product * registers[right[term]]
            total = total + coefficients[term] * product
        registers.append(total)
    return registers


def ring_outputs(program: Program, weights: Sequence[Any], inputs: Sequence[Any] = ()) -> list[Any]:
    """Outputs over the ring of ``weights``."""
    registers = ring_registers(program, weights, inputs)
    return [registers[index] for index in program.outputs.tolist()]


def ring_adjoints(
    program: Program, registers: Sequence[Any], cotangents: Sequence[Any]
) -> list[Any]:
    """Adjoint of every weight for one cotangent an output (reverse sweep over ``registers``)."""
    coefficients = _exact_coefficients(program)
    adjoints: list[Any] = [fmpq(0)] * program.n_registers
    for output, cotangent in zip(program.outputs.tolist(), cotangents, strict=True):
        adjoints[output] = adjoints[output] + cotangent
    start, left, right = program.start.tolist(), program.left.tolist(), program.right.tolist()
    for node in reversed(range(program.n_nodes)):
        adjoint = adjoints[program.first_node + node]
        for term in range(start[node], start[node + 1]):
            a, b = left[term], right[term]
            scaled = coefficients[term] * adjoint
            if b == 0:
                adjoints[a] = adjoints[a] + scaled
            else:
                adjoints[a] = adjoints[a] + scaled * registers[b]
                adjoints[b] = adjoints[b] + scaled * registers[a]
    return adjoints[1 : 1 + program.n_weights]


def _exact_coefficients(program: Program) -> tuple[fmpq, ...]:
    if program.exact_coefficients is None:
        raise TypeError("a program with float coefficients cannot be run in exact arithmetic")
    return program.exact_coefficients


def ring_sum(terms: Sequence[Any]) -> Any:
    """The sum of ring elements, pair by pair.

    A growing total would walk through all its monomials for every term; in pairs each monomial is
    met as often as the logarithm of the number of terms.

    >>> ring_sum([fmpq(1, 2), fmpq(1, 3), fmpq(1, 6)])
    1
    """
    remaining = list(terms)
    while len(remaining) > 1:
        odd = remaining[-1:] if len(remaining) % 2 else []
        pairs = zip(remaining[::2], remaining[1::2], strict=False)
        remaining = [first + second for first, second in pairs] + odd
    return remaining[0] if remaining else fmpq(0)
