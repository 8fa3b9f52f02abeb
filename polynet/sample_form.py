"""The sample form of a loss: one row of residuals for each example, kept as they came.

Smaller than moments where the network has more input monomials than there are numbers in the
data. Layered networks run through their own batched layers (matrix products), networks built by
hand through the compiled program. What leaves is the data term behind the ``LossForm`` protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from polynet.expression import NetworkLike, sample_program
from polynet.layers import Flatten
from polynet.loss_form import Precision, square_coefficients
from polynet.network import Network
from polynet.program import Program
from polynet.program_map import Series
from polynet.rational import exact_array, float_array, to_fmpq, to_fraction
from polynet.ring_evaluation import ring_adjoints, ring_outputs, ring_registers

__all__ = ["SampleForm"]

_ROWS = 1024
"""Examples evaluated at once: enough for matrix products, few enough to stay in memory."""

_ENTRIES = 2**18
"""The largest signal of the examples evaluated at once has about this many numbers: 1 or 2 MiB."""


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    inputs: NDArray[Any]
    targets: NDArray[Any]

    @property
    def exact(self) -> bool:
        return self.inputs.dtype.kind in "iuO" and self.targets.dtype.kind in "iuO"

    def joined(self, other: _Block) -> _Block:
        return _Block(
            np.concatenate([self.inputs, other.inputs]),
            np.concatenate([self.targets, other.targets]),
        )


@dataclass(frozen=True, eq=False)
class SampleForm:
    """sum_n |f(x_n; w) - y_n|^2 over blocks of examples.

    With ``precision="single"`` signals inside the network are float32, relative error about 1e-6,
    and twice as fast; residuals are squared and added up in float64.
    """

    network: NetworkLike
    blocks: tuple[_Block, ...] = ()
    precision: Precision = "double"

    @classmethod
    def of(
        cls,
        network: NetworkLike,
        inputs: NDArray[Any],
        targets: NDArray[Any],
        precision: Precision = "double",
    ) -> SampleForm:
        """The form of these examples ``(n, *input_shape)``, ``(n, n_outputs)``."""
        if precision == "single":
            inputs = float_array(inputs).astype(np.float32)
        return cls(network, (_Block(inputs, targets),), precision)

    @property
    def name(self) -> str:
        """The name of this form."""
        return "samples"

    @property
    def n_examples(self) -> int:
        """Number of examples kept."""
        return sum(len(block.inputs) for block in self.blocks)

    @property
    def exact(self) -> bool:
        """Whether examples and network are exact."""
        return self.network.exact and all(block.exact for block in self.blocks)

    @property
    def n_bytes(self) -> int:
        """Memory of the examples."""
        return sum(block.inputs.nbytes + block.targets.nbytes for block in self.blocks)

    @cached_property
    def program(self) -> Program:
        """The program of the network with weights and inputs as registers."""
        return sample_program(self.network)

    def value_series(self, weights: Series, order: int | None) -> Series:
        """Taylor coefficients of the data term along weights given as a series."""
        total: list[Any] = []
        for inputs, targets in self._batches(weights):
            residuals = _doubled(self.network.evaluate(self._rounded(weights), inputs, order))
            residuals[0] = residuals[0] - targets
            parts = square_coefficients(residuals, order)
            total = [a + b for a, b in zip(total, parts, strict=True)] if total else parts
        return total

    def gradient_series(self, weights: Series, order: int) -> Series:
        """Taylor coefficients of the gradient along weights given as a series."""
        total: list[Any] = []
        for inputs, targets in self._batches(weights):
            outputs, pull_back = self.network.linearize(self._rounded(weights), inputs, order)
            cotangents = [2.0 * part for part in _doubled(outputs)]
            cotangents[0] = cotangents[0] - 2.0 * targets
            parts = _doubled(pull_back(self._rounded(cotangents)))
            total = [a + b for a, b in zip(total, parts, strict=True)] if total else list(parts)
        return total

    def value_and_gradient(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The data term and its gradient, for the cost of the gradient."""
        value, gradient, (rounded,) = 0.0, np.zeros_like(weights), self._rounded((weights,))
        for inputs, targets in self.batches():
            (outputs,), pull_back = self.network.linearize((rounded,), inputs, 1)
            residuals = np.asarray(outputs, np.float64) - targets
            value += float(np.vdot(residuals, residuals))
            gradient += pull_back(self._rounded([2.0 * residuals]))[0]
        return value, gradient

    def gauss_newton_product(
        self, weights: NDArray[np.float64], direction: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """2 J'J times ``direction``, J the derivative of the outputs of all examples."""
        total = np.zeros_like(weights)
        weights, direction = self._rounded((weights, direction))
        for inputs, _ in self._batches((weights,)):
            tangent = self.network.evaluate((weights, direction), inputs, 2)[1:]
            _, pull_back = self.network.linearize((weights,), inputs, 1)
            for part in tangent:
                total = total + pull_back([2.0 * part])[0]
        return total

    def ring_value(self, weights: Sequence[Any]) -> Any:
        """The data term over a ring, exactly."""
        total: Any = fmpq(0)
        for registers, targets in self._ring_examples(weights):
            for index, target in zip(self.program.outputs.tolist(), targets, strict=True):
                residual = registers[index] - target
                total = total + residual * residual
        return total

    def ring_gradient(self, weights: Sequence[Any]) -> list[Any]:
        """The gradient over a ring, exactly."""
        total: list[Any] = [fmpq(0)] * self.program.n_weights
        outputs = self.program.outputs.tolist()
        for registers, targets in self._ring_examples(weights):
            cotangents = [
                2 * (registers[index] - target)
                for index, target in zip(outputs, targets, strict=True)
            ]
            parts = ring_adjoints(self.program, registers, cotangents)
            total = [a + b for a, b in zip(total, parts, strict=True)]
        return total

    def lower_bound(self) -> Any:
        """min over all functions of the input: the scatter of targets at equal inputs.

        For each distinct input, sum |y - mean y|^2 over the examples that have it. Exact for
        exact data.
        """
        groups = self._targets_by_input().values()
        scatter = [_scatter(rows, exact=self.exact) for rows in groups if len(rows) > 1]
        return sum(scatter, to_fraction(0) if self.exact else 0.0)

    def ring_floor(self, weights: Sequence[Any]) -> list[Any]:
        """f_k(x; w) less the mean target, over a ring, for each distinct input and each output."""
        found = []
        for x, rows in self._targets_by_input().items():
            outputs = ring_outputs(self.program, weights, [to_fmpq(value) for value in x])
            for output, column in zip(outputs, zip(*rows, strict=True), strict=True):
                found.append(output - sum(map(to_fmpq, column), fmpq(0)) / len(column))
        return found

    def _targets_by_input(self) -> dict[tuple[Any, ...], list[Any]]:
        """The targets of all examples that have an input, for each distinct one."""
        groups: dict[tuple[Any, ...], list[Any]] = {}
        for block in self.blocks:
            for x, y in zip(block.inputs, block.targets, strict=True):
                groups.setdefault(tuple(x.ravel().tolist()), []).append(y)
        return groups

    def add(self, inputs: NDArray[Any], targets: NDArray[Any]) -> SampleForm:
        """With more examples. Cost: those examples, and rarely a join of small blocks."""
        return self._with_blocks((_Block(inputs, targets),))

    def merge(self, other: SampleForm) -> SampleForm:
        """With the examples of another form of the same network."""
        return self._with_blocks(other.blocks)

    def subset(self, rows: NDArray[np.intp]) -> SampleForm:
        """With the examples at positions ``rows`` alone, counted in the order of adding."""
        whole = reduce(_Block.joined, self.blocks)
        return replace(self, blocks=(_Block(whole.inputs[rows], whole.targets[rows]),))

    def to_exact(self) -> SampleForm:
        """The same with every float datum taken as the rational number it is."""
        exact = tuple(
            _Block(exact_array(block.inputs), exact_array(block.targets)) for block in self.blocks
        )
        return replace(self, blocks=exact, precision="double")

    def _with_blocks(self, added: tuple[_Block, ...]) -> SampleForm:
        blocks = list(self.blocks)
        for block in added:
            blocks.append(block)
            # Joining equal sizes, as a binary counter carries, keeps blocks few and adds cheap.
            while len(blocks) > 1 and len(blocks[-2].inputs) <= len(blocks[-1].inputs) < _ROWS:
                blocks[-2:] = [blocks[-2].joined(blocks[-1])]
        return replace(self, blocks=tuple(blocks))

    def batches(self, lanes: int = 1) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """The examples as floats, some at a time; in memory the examples of inputs come last."""
        rows = max(16, _rows(self.network) // lanes)
        kind = np.float32 if self.precision == "single" else np.float64
        for block in self.blocks:
            for low in range(0, len(block.inputs), rows):
                chunk = slice(low, low + rows)
                inputs = block.inputs[chunk]
                floats = float_array(inputs) if inputs.dtype == object else inputs
                last = np.moveaxis(floats, 0, -1).astype(kind, order="C")
                yield np.moveaxis(last, -1, 0), float_array(block.targets[chunk])

    def _batches(self, weights: Series) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        return self.batches(max(int(np.prod(np.shape(part)[:-1])) for part in weights))

    def _rounded(self, series: Sequence[NDArray[Any]]) -> Series:
        kind = np.float32 if self.precision == "single" else np.float64
        return tuple(np.asarray(part, kind) for part in series)

    def _ring_examples(self, weights: Sequence[Any]) -> Iterator[tuple[list[Any], list[fmpq]]]:
        for block in self.blocks:
            for x, y in zip(block.inputs, block.targets, strict=True):
                inputs = [to_fmpq(value) for value in x.ravel().tolist()]
                registers = ring_registers(self.program, weights, inputs)
                yield registers, [to_fmpq(value) for value in y.tolist()]


def _rows(network: NetworkLike) -> int:
    """How many examples at once keep the largest signal of a layered network in cache."""
    if not isinstance(network, Network) or network.input_shape is None:
        return _ROWS
    made = zip(network.layers, network.shapes[1:], strict=True)
    largest = max(int(np.prod(shape)) for layer, shape in made if not isinstance(layer, Flatten))
    return min(_ROWS, max(32, _ENTRIES // largest))


def _doubled(series: Series) -> list[NDArray[Any]]:
    return [np.asarray(part, np.float64) for part in series]


def _scatter(rows: list[NDArray[Any]], *, exact: bool) -> Any:
    if exact:
        total = to_fraction(0)
        for column in zip(*(row.tolist() for row in rows), strict=True):
            values = [to_fraction(value) for value in column]
            mean = sum(values, to_fraction(0)) / len(values)
            total += sum(((value - mean) ** 2 for value in values), to_fraction(0))
        return total
    table = np.array(rows, np.float64)
    return float(np.sum((table - table.mean(axis=0)) ** 2))
