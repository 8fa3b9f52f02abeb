"""The collected form of a loss: weight polynomials once, data as moments.

Value and gradient cost one run of the weight program and one product with the matrix of moments,
whatever the number of examples. What enters are a program of weight polynomials (``lowering``)
and moments (``moments``); what leaves is the data term behind the ``LossForm`` protocol.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from polynet.loss_form import Precision, inner, product_coefficients
from polynet.moments import Moments
from polynet.program import Program
from polynet.program_map import ProgramMap, Series
from polynet.rational import to_fmpq, to_fraction
from polynet.ring_evaluation import ring_adjoints, ring_outputs, ring_registers, ring_sum

__all__ = ["MomentForm"]

_NO_INPUTS = np.zeros((1, 0))


@dataclass(frozen=True, eq=False)
class MomentForm:
    """sum_k [q_k' M q_k - 2 b_k' q_k] + c, with q the outputs of ``weight_program``.

    Outputs of the program are in the order (monomial, network output).
    """

    weight_program: Program
    moments: Moments

    @property
    def name(self) -> str:
        """The name of this form."""
        return "moments"

    @property
    def n_examples(self) -> int:
        """Number of examples collected."""
        return self.moments.n_examples

    @property
    def exact(self) -> bool:
        """Whether moments and program are exact."""
        return self.moments.exact and self.weight_program.exact

    @property
    def precision(self) -> Precision:
        """Moments are held in double precision, or exactly."""
        return "double"

    @property
    def n_bytes(self) -> int:
        """Memory of the moments."""
        return self.moments.n_bytes

    @cached_property
    def program(self) -> Program:
        """The weight program with only the outputs whose monomial is not always zero."""
        outputs = self.weight_program.outputs.reshape(self.moments.cross.shape)
        return self.weight_program.select(outputs[self.moments.live].ravel())

    @cached_property
    def _gram(self) -> NDArray[np.float64]:
        return self.moments.to_float().gram()

    @cached_property
    def _cross(self) -> NDArray[np.float64]:
        return self.moments.to_float().cross

    def value_series(self, weights: Series, order: int | None) -> Series:
        """Taylor coefficients of the data term along weights given as a series."""
        outputs = self._matrices(
            ProgramMap(self.weight_program).evaluate(weights, _NO_INPUTS, order)
        )
        weighted = [self._gram @ part for part in outputs]
        result = product_coefficients(outputs, weighted, inner, order)
        for k, part in enumerate(outputs):
            result[k] = result[k] - 2.0 * inner(part, self._cross)
        result[0] = result[0] + float(self.moments.square_sum)
        return result

    def gradient_series(self, weights: Series, order: int) -> Series:
        """Taylor coefficients of the gradient along weights given as a series."""
        outputs, pull_back = ProgramMap(self.weight_program).linearize(weights, _NO_INPUTS, order)
        cotangents = [2.0 * (self._gram @ part) for part in self._matrices(outputs)]
        cotangents[0] = cotangents[0] - 2.0 * self._cross
        return pull_back([part.reshape(*part.shape[:-2], 1, -1) for part in cotangents])

    def gauss_newton_product(
        self, weights: NDArray[np.float64], direction: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """2 J' M J times ``direction``, J the derivative of the weight polynomials q."""
        program = ProgramMap(self.weight_program)
        total = np.zeros_like(weights)
        tangent = program.evaluate((weights, direction), _NO_INPUTS, 2)[1:]
        _, pull_back = program.linearize((weights,), _NO_INPUTS, 1)
        for part in self._matrices(tangent):
            total = total + pull_back([2.0 * (self._gram @ part).reshape(1, -1)])[0]
        return total

    def ring_value(self, weights: Sequence[Any]) -> Any:
        """The data term over a ring, exactly."""
        registers = ring_registers(self.weight_program, weights)
        outputs = [registers[index] for index in self.weight_program.outputs.tolist()]
        # M is symmetric: half of the products of the q, the mixed ones doubled, are enough.
        halves = [
            [(j, moment if j == i else 2 * moment) for j, moment in row if j >= i]
            for i, row in enumerate(self._exact_gram)
        ]
        weighted = self._exact_weighted(halves, outputs)
        terms = [
            output * (product - 2 * cross)
            for output, product, cross in zip(outputs, weighted, self._exact_cross, strict=True)
        ]
        return ring_sum([to_fmpq(self.moments.square_sum), *terms])

    def ring_gradient(self, weights: Sequence[Any]) -> list[Any]:
        """The gradient over a ring, exactly."""
        registers = ring_registers(self.weight_program, weights)
        outputs = [registers[index] for index in self.weight_program.outputs.tolist()]
        weighted = self._exact_weighted(self._exact_gram, outputs)
        cotangents = [
            2 * (product - cross)
            for product, cross in zip(weighted, self._exact_cross, strict=True)
        ]
        return ring_adjoints(self.weight_program, registers, cotangents)

    def lower_bound(self) -> Any:
        """min over free q of the data term: c - sum_k b_k' M^+ b_k.

        The least squares error of the best *linear combination of the input monomials*: no
        network with these monomials does better. Exact for exact data.
        """
        if self.exact:
            return to_fraction(_exact_least_squares(self.moments))
        gram, cross = self._gram, self._cross
        solution = np.linalg.lstsq(gram, cross, rcond=None)[0]
        residual = float(self.moments.square_sum) - float(np.vdot(cross, solution))
        return max(0.0, residual)

    def ring_floor(self, weights: Sequence[Any]) -> list[Any]:
        """The normal equations M q_k - b_k = 0 over a ring, as many as the rank of M for each k."""
        size, n_outputs = self.moments.cross.shape
        outputs = ring_outputs(self.weight_program, weights)
        reduced, pivots = _normal_equations(self.moments)
        return [
            ring_sum(
                [-reduced[row, size + k]]
                + [
                    reduced[row, j] * outputs[j * n_outputs + k]
                    for j in range(pivot, size)
                    if reduced[row, j] != 0
                ]
            )
            for row, pivot in enumerate(pivots)
            for k in range(n_outputs)
        ]

    def add(self, inputs: NDArray[Any], targets: NDArray[Any]) -> MomentForm:
        """With more examples; the weight program is shared, the cost does not depend on the old."""
        flat = inputs.reshape(len(inputs), -1)
        moments = self.moments
        if moments.exact and not _both_exact(flat, targets):
            moments = moments.to_float()
        return replace(self, moments=moments.add(flat, targets))

    def merge(self, other: MomentForm) -> MomentForm:
        """With the examples of another form of the same network."""
        first, second = self.moments, other.moments
        if first.exact != second.exact:
            first, second = first.to_float(), second.to_float()
        return replace(self, moments=first.merge(second))

    def to_exact(self) -> MomentForm:
        """The same with moments as exact rationals."""
        return replace(self, moments=self.moments.to_exact())

    def _matrices(self, outputs: Series) -> list[NDArray[np.float64]]:
        shape = self.moments.cross.shape
        return [part.reshape(*part.shape[:-2], *shape) for part in outputs]

    @cached_property
    def _exact_cross(self) -> list[fmpq]:
        return [to_fmpq(value) for value in self.moments.cross.ravel()]

    @cached_property
    def _exact_gram(self) -> list[list[tuple[int, fmpq]]]:
        gram = self.moments.gram()
        return [[(j, to_fmpq(value)) for j, value in enumerate(row) if value] for row in gram]

    def _exact_weighted(
        self, matrix: Sequence[Sequence[tuple[int, fmpq]]], outputs: Sequence[Any]
    ) -> list[Any]:
        """``matrix`` (rows of entries that are not zero) times q, in the order of ``outputs``."""
        n_outputs = self.moments.cross.shape[1]
        result: list[Any] = []
        for row in matrix:
            for k in range(n_outputs):
                total: Any = fmpq(0)
                for j, entry in row:
                    total = total + entry * outputs[j * n_outputs + k]
                result.append(total)
        return result


def _both_exact(inputs: NDArray[Any], targets: NDArray[Any]) -> bool:
    return inputs.dtype.kind in "iuO" and targets.dtype.kind in "iuO"


def _exact_least_squares(moments: Moments) -> fmpq:
    """c - sum_k b_k' M^+ b_k by exact elimination of M z = b (solvable: b is in the image)."""
    size, n_outputs = moments.cross.shape
    residual = to_fmpq(moments.square_sum)
    reduced, pivots = _normal_equations(moments)
    for row, pivot in enumerate(pivots):
        for k in range(n_outputs):
            residual -= to_fmpq(moments.cross[pivot, k]) * reduced[row, size + k]
    return residual


def _normal_equations(moments: Moments) -> tuple[fmpq_mat, list[int]]:
    """(M b) in reduced echelon form, and the place of the leading 1 of each row that is not 0."""
    size = len(moments.cross)
    gram = moments.gram()
    rows = [[to_fmpq(value) for value in (*gram[i], *moments.cross[i])] for i in range(size)]
    if not rows:
        return fmpq_mat(0, 0), []
    reduced, rank = fmpq_mat(rows).rref()
    return reduced, [next(j for j in range(size) if reduced[i, j] != 0) for i in range(rank)]
