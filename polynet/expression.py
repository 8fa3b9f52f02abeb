"""Networks as symbolic expressions, and the programs that these compile to.

A layered network is lowered by running its own forward rule on arrays of symengine symbols, so
that there is one definition of every layer. A network built by hand (``builder``) is an
:class:`ExpressionNetwork` from the start. Both compile to the programs that ``collect`` makes a
loss of: collected by input monomials, or with the inputs as registers.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import symengine
from numpy.typing import ArrayLike, NDArray

from polynet.errors import ShapeError
from polynet.lowering import CollectedProgram, lower_collected, lower_samples
from polynet.parameters import ParameterLayout
from polynet.program import Program
from polynet.program_map import ProgramMap, Series
from polynet.rational import object_array, to_fmpq, to_fraction
from polynet.ring_evaluation import ring_outputs

__all__ = [
    "ExpressionNetwork",
    "NetworkLike",
    "collected_program",
    "network_expressions",
    "sample_program",
]


class NetworkLike(Hashable, Protocol):
    """What a loss asks of a network, layered or built by hand."""

    @property
    def parameters(self) -> ParameterLayout: ...
    @property
    def n_parameters(self) -> int: ...
    @property
    def parameter_names(self) -> tuple[str, ...]: ...
    @property
    def input_shape(self) -> tuple[int, ...] | None: ...
    @property
    def output_shape(self) -> tuple[int, ...] | None: ...
    @property
    def exact(self) -> bool: ...
    def evaluate(self, weights: Any, inputs: NDArray[Any], order: int | None) -> Series: ...
    def linearize(
        self, weights: Any, inputs: NDArray[Any], order: int
    ) -> tuple[Series, Callable[[Any], Series]]: ...


@dataclass(frozen=True, slots=True, eq=False)
class ExpressionNetwork:
    """Outputs as symengine expressions in input symbols and weight symbols.

    ``parameters`` names the weights; ``weights`` are their symbols in the same order.
    """

    outputs: tuple[Any, ...]
    inputs: tuple[Any, ...]
    weights: tuple[Any, ...]
    parameters: ParameterLayout

    @property
    def n_parameters(self) -> int:
        """Number of weights."""
        return len(self.weights)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the weights, in order."""
        return self.parameters.names

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Inputs are a flat vector."""
        return (len(self.inputs),)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Outputs are a flat vector."""
        return (len(self.outputs),)

    @property
    def exact(self) -> bool:
        """Whether no coefficient is a float."""
        return sample_program(self).exact

    def evaluate(self, weights: Series, inputs: NDArray[Any], order: int | None) -> Series:
        """Outputs on series of weights, ``(*lanes, N, n_outputs)``."""
        return ProgramMap(sample_program(self)).evaluate(weights, inputs, order)

    def linearize(
        self, weights: Series, inputs: NDArray[Any], order: int
    ) -> tuple[Series, Callable[[Series], Series]]:
        """Outputs and their pull-back."""
        return ProgramMap(sample_program(self)).linearize(weights, inputs, order)

    def forward(self, weights: ArrayLike, inputs: ArrayLike) -> NDArray[np.float64]:
        """Outputs ``(N, n_outputs)`` at weights ``(n_parameters,)``, inputs ``(N, n_inputs)``."""
        table = np.asarray(inputs, np.float64)
        table = table.reshape(len(table), -1)
        vector = np.asarray(weights, np.float64)
        if table.shape[1] != len(self.inputs) or vector.shape != (self.n_parameters,):
            raise ShapeError(
                f"inputs {table.shape} and weights {vector.shape} do not fit a network of "
                f"{len(self.inputs)} inputs and {self.n_parameters} weights"
            )
        return self.evaluate((vector,), table, 1)[0]

    def forward_exact(self, weights: Sequence[Any], inputs: Sequence[Any]) -> NDArray[Any]:
        """The same in exact arithmetic: an object array of Fractions ``(N, n_outputs)``."""
        program = sample_program(self)
        exact = [to_fmpq(value) for value in weights]
        rows = [
            ring_outputs(program, exact, [to_fmpq(value) for value in np.ravel(row)])
            for row in np.asarray(inputs, object)
        ]
        return object_array(
            [to_fraction(value) for row in rows for value in row], (len(rows), len(self.outputs))
        )

    def random_weights(self, seed: int = 0, scale: float = 0.5) -> NDArray[np.float64]:
        """Independent N(0, scale^2) weights, ``(n_parameters,)``."""
        return np.random.default_rng(seed).normal(0.0, scale, self.n_parameters)


def network_expressions(network: NetworkLike) -> ExpressionNetwork:
    """The network with every output written as a symengine expression.

    Inputs are called x0, x1, ... in C order, weights as in ``network.parameter_names``.
    """
    if isinstance(network, ExpressionNetwork):
        return network
    if network.input_shape is None:
        raise ShapeError(
            "the network's input shape is not known; network.with_input_shape(shape) sets it"
        )
    size = int(np.prod(network.input_shape))
    inputs = tuple(symengine.Symbol(f"x{i}") for i in range(size))
    weights = tuple(symengine.Symbol(name) for name in network.parameter_names)
    table = np.array(inputs, object).reshape(1, *network.input_shape)
    outputs = network.evaluate((np.array(weights, object),), table, 1)[0]
    return ExpressionNetwork(tuple(outputs.ravel()), inputs, weights, network.parameters)


@lru_cache(maxsize=64)
def sample_program(network: NetworkLike) -> Program:
    """The program of a network with weights and inputs as registers."""
    lowered = network_expressions(network)
    return lower_samples(lowered.outputs, lowered.inputs, lowered.weights)


@lru_cache(maxsize=64)
def collected_program(network: NetworkLike, max_monomials: int) -> CollectedProgram:
    """The weight polynomials of a network, one for each input monomial and output."""
    lowered = network_expressions(network)
    return lower_collected(
        lowered.outputs, lowered.inputs, lowered.weights, max_monomials=max_monomials
    )
