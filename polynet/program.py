"""Straight-line programs of quadratic nodes: one instruction, from which all derivatives follow.

Every polynomial map is a sequence of registers, each a quadratic polynomial in earlier ones:

    r[0] = 1,  r[1..n] = weights,  r[n+1..n+m] = inputs,
    r[node] = sum over terms of  coefficient * r[left] * r[right].

A linear term has ``right = 0``. What enters is a list of such terms (from ``lowering``); what
leaves is a frozen :class:`Program`, evaluated by compiled kernels in floats (``program_map``) or
in any exact ring (``ring_evaluation``). No program is ever compiled on its own: one kernel runs
them all, so a new network costs no compilation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from polynet.rational import is_exact, to_fmpq

__all__ = ["Coefficient", "Form", "Program", "ProgramWriter"]

Coefficient: TypeAlias = int | Fraction | float
Form: TypeAlias = dict[tuple[int, int], Coefficient]
"""A quadratic polynomial in registers: ``{(left, right): coefficient}`` with left >= right."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A polynomial map from weights (and inputs) to outputs, as a tape of quadratic nodes.

    ``start`` ``(n_nodes + 1,)`` delimits the terms of each node in ``left``, ``right`` and
    ``coefficients`` ``(n_terms,)``; ``outputs`` ``(n_outputs,)`` are register numbers.
    ``exact_coefficients`` is None where a coefficient is a float.
    """

    n_weights: int
    n_inputs: int
    start: NDArray[np.int64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    coefficients: NDArray[np.float64]
    exact_coefficients: tuple[fmpq, ...] | None
    outputs: NDArray[np.int32]

    @property
    def n_nodes(self) -> int:
        """Number of computed registers."""
        return len(self.start) - 1

    @property
    def n_terms(self) -> int:
        """Number of multiply-adds of one evaluation."""
        return len(self.left)

    @property
    def first_node(self) -> int:
        """Register number of the first node."""
        return 1 + self.n_weights + self.n_inputs

    @property
    def n_registers(self) -> int:
        """Constant, weights, inputs and nodes together."""
        return self.first_node + self.n_nodes

    @property
    def exact(self) -> bool:
        """Whether every coefficient is an exact rational number."""
        return self.exact_coefficients is not None

    def select(self, outputs: NDArray[np.int32]) -> Program:
        """The same tape with other output registers."""
        return Program(
            self.n_weights,
            self.n_inputs,
            self.start,
            self.left,
            self.right,
            self.coefficients,
            self.exact_coefficients,
            outputs,
        )


class ProgramWriter:
    """Writes a program node by node; equal nodes are written once.

    >>> writer = ProgramWriter(n_weights=2, n_inputs=0)
    >>> product = writer.multiply(writer.weight(0), writer.weight(1))
    >>> program = writer.finish([writer.register(product)])
    >>> program.n_nodes, program.n_terms
    (1, 1)
    """

    def __init__(self, n_weights: int, n_inputs: int) -> None:
        self._n_weights = n_weights
        self._n_inputs = n_inputs
        self._start = [0]
        self._left: list[int] = []
        self._right: list[int] = []
        self._coefficients: list[Coefficient] = []
        self._known: dict[tuple[tuple[tuple[int, int], Coefficient], ...], int] = {}

    @property
    def n_terms(self) -> int:
        """Terms written so far."""
        return len(self._left)

    def constant(self, value: Coefficient) -> Form:
        """The form of a number."""
        return {(0, 0): value} if value else {}

    def weight(self, index: int) -> Form:
        """The form of one weight."""
        return {(1 + index, 0): 1}

    def input(self, index: int) -> Form:
        """The form of one input."""
        return {(1 + self._n_weights + index, 0): 1}

    def register(self, form: Form) -> int:
        """The register that holds ``form``, written now if it is not there yet."""
        if len(form) == 1:
            (((left, right), coefficient),) = form.items()
            if right == 0 and coefficient == 1:
                return left
        key = tuple(sorted(form.items(), key=lambda term: term[0]))
        if key not in self._known:
            for (left, right), coefficient in key:
                self._left.append(left)
                self._right.append(right)
                self._coefficients.append(coefficient)
            self._start.append(len(self._left))
            first_node = 1 + self._n_weights + self._n_inputs
            self._known[key] = first_node + len(self._start) - 2
        return self._known[key]

    def multiply(self, first: Form, second: Form) -> Form:
        """The product of two forms; each becomes one register unless it is a scaled one."""
        if not first or not second:
            return {}
        left, left_scale = self._scaled_register(first)
        if left == 0:
            return scale(second, left_scale)
        right, right_scale = self._scaled_register(second)
        if right == 0:
            return scale(first, right_scale)
        return {(max(left, right), min(left, right)): left_scale * right_scale}

    def finish(self, outputs: Sequence[int]) -> Program:
        """The program with these output registers."""
        exact: tuple[fmpq, ...] | None = None
        if all(is_exact(coefficient) for coefficient in set(self._coefficients)):
            numbers: dict[Coefficient, fmpq] = {c: to_fmpq(c) for c in set(self._coefficients)}
            exact = tuple(numbers[coefficient] for coefficient in self._coefficients)
        return Program(
            self._n_weights,
            self._n_inputs,
            np.array(self._start, np.int64),
            np.array(self._left, np.int32),
            np.array(self._right, np.int32),
            np.array([float(coefficient) for coefficient in self._coefficients], np.float64),
            exact,
            np.array(outputs, np.int32),
        )

    def _scaled_register(self, form: Form) -> tuple[int, Coefficient]:
        if len(form) == 1:
            (((left, right), coefficient),) = form.items()
            if right == 0:
                return left, coefficient
        return self.register(form), 1


def scale(form: Mapping[tuple[int, int], Coefficient], factor: Coefficient) -> Form:
    """``factor`` times ``form``."""
    return {key: factor * coefficient for key, coefficient in form.items()}


def add_into(total: Form, terms: Iterable[tuple[tuple[int, int], Coefficient]]) -> None:
    """Add terms to ``total`` in place; what cancels exactly is removed."""
    for key, coefficient in terms:
        value = total.get(key, 0) + coefficient
        if value:
            total[key] = value
        else:
            del total[key]
