"""Networks built by hand, node by node, in symengine.

A node is its inputs, new weight symbols and an expression. Expressions may be combined freely
(sums, products, powers of nodes), so that architectures which no layer describes are no harder
than the usual ones. What leaves is an ``ExpressionNetwork`` for ``collect``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import symengine
from numpy.typing import NDArray

from polynet.errors import InputError
from polynet.expression import ExpressionNetwork
from polynet.layers import Layer
from polynet.parameters import ParameterLayout

__all__ = ["Builder"]

Activation: TypeAlias = Layer | Callable[[Any], Any] | None


class Builder:
    """Collects input symbols, weight symbols and nodes, and makes a network of them.

    >>> from polynet import Square, collect, datasets
    >>> builder = Builder()
    >>> x = builder.inputs(2)
    >>> hidden = [builder.node(x, activation=Square(), bias=False) for _ in range(2)]
    >>> output = builder.node(hidden, bias=False)
    >>> network = builder.network([output])
    >>> network.parameter_names
    ('w0_0', 'w0_1', 'w1_0', 'w1_1', 'w2_0', 'w2_1')
    >>> collect(network, datasets.xor()).degree
    6
    """

    def __init__(self) -> None:
        self._inputs: list[Any] = []
        self._tensors: list[tuple[str, tuple[int, ...]]] = []
        self._weights: list[Any] = []
        self._n_nodes = 0

    def inputs(self, count: int) -> list[Any]:
        """``count`` new input symbols, called x0, x1, ... in the order they are made."""
        if count < 1:
            raise InputError(f"{count} inputs were asked for; a network needs at least 1")
        first = len(self._inputs)
        new = [symengine.Symbol(f"x{first + i}") for i in range(count)]
        self._inputs.extend(new)
        return new

    def weights(self, shape: int | tuple[int, ...], name: str) -> NDArray[Any]:
        """An object array of new weight symbols, for weights that nodes share.

        ``name`` is a tensor name such as ``"filter.weight"``: then the symbols are called
        ``wfilter_0_0``, ``wfilter_0_1``, ... as everywhere in this package.
        """
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        if any(name == known for known, _ in self._tensors):
            raise InputError(f"weights called {name!r} exist already; choose another name")
        self._tensors.append((name, shape))
        (tensor,) = ParameterLayout.of([(name, shape)]).tensors
        symbols = [symengine.Symbol(identifier) for identifier in tensor.names]
        self._weights.extend(symbols)
        return np.array(symbols, object).reshape(shape)

    def weight(self, name: str) -> Any:
        """One new weight symbol, the only entry of the tensor ``name``."""
        return self.weights(1, name)[0]

    def node(
        self,
        inputs: Sequence[Any],
        *,
        activation: Activation = None,
        bias: bool = True,
        name: str | None = None,
    ) -> Any:
        """activation(sum_i w_i inputs_i + b) with new weights, as an expression.

        ``inputs`` are expressions: input symbols, other nodes, products of them. ``activation``
        is a pointwise layer (``Square()``, ``Polynomial(...)``, trainable ones get weights of
        their own), any function of an expression, or None. The weights are called after
        ``name``, or after the number of the node.
        """
        if not len(inputs):
            raise InputError("a node needs at least one input expression")
        name = str(self._n_nodes) if name is None else name
        weights = self.weights(len(inputs), f"{name}.weight")
        terms = [w * symengine.sympify(x) for w, x in zip(weights, inputs, strict=True)]
        if bias:
            terms.append(self.weight(f"{name}.bias"))
        self._n_nodes += 1
        return self._activated(symengine.Add(*terms), activation, name)

    def layer(
        self, inputs: Sequence[Any], width: int, *, activation: Activation = None, bias: bool = True
    ) -> list[Any]:
        """``width`` nodes on the same inputs."""
        return [self.node(inputs, activation=activation, bias=bias) for _ in range(width)]

    def network(self, outputs: Sequence[Any]) -> ExpressionNetwork:
        """The network with these output expressions, and all inputs and weights made so far."""
        if not len(outputs):
            raise InputError("a network needs at least one output expression")
        if not self._inputs:
            raise InputError("the network has no inputs; make some with builder.inputs(count)")
        return ExpressionNetwork(
            tuple(symengine.sympify(output) for output in outputs),
            tuple(self._inputs),
            tuple(self._weights),
            ParameterLayout.of(self._tensors),
        )

    def _activated(self, expression: Any, activation: Activation, name: str) -> Any:
        if activation is None:
            return expression
        if not isinstance(activation, Layer):
            return activation(expression)
        tensors = [
            (self.weights(spec.shape, f"{name}.{spec.name}"),) for spec in activation.parameters()
        ]
        value = np.array([[expression]], object)
        return activation.forward(tensors, (value,), shape=(1,), order=1)[0][0, 0]
