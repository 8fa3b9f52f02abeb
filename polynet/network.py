"""Networks: layers in sequence, with shapes checked, parameters named, and values computed.

What enters is a list of layers; what leaves is numbers (batches of outputs, exact outputs,
derivatives and Taylor coefficients along lines as series) or, from symbols, expressions for the
collection of a loss. The order and names of weights are those of :mod:`polynet.parameters`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.errors import InputError, ShapeError
from polynet.input_shapes import checked_shape, infer_input_shape
from polynet.layers.arithmetic import in_one_arithmetic
from polynet.layers.chain import Chain
from polynet.layers.layer import Layer, Shape, as_size
from polynet.layers.series import Array, Series
from polynet.parameters import ParameterLayout, Selector
from polynet.rational import is_exact, to_fmpq, to_fraction

__all__ = ["Network", "Numbers", "WeightDegrees"]

Numbers: TypeAlias = ArrayLike | Sequence[Any]
"""Arrays or nested sequences of numbers of any kind, or of symbols."""


@dataclass(frozen=True, slots=True)
class WeightDegrees:
    """Degree of a network's outputs in the weights of each tensor, and in all weights together."""

    tensors: tuple[tuple[str, int], ...]
    total: int

    def __getitem__(self, tensor: str) -> int:
        return dict(self.tensors)[tensor]


@dataclass(frozen=True, slots=True, repr=False)
class Network:
    """A polynomial network f(x; w): ``layers`` one after another.

    ``input_shape`` is the shape of one example. Without it the shape is taken from the layers: a
    first ``Dense`` says it; otherwise vectors and square images (channels as the first ``Conv2d``
    has them) up to side 512 are tried, and if just one fits it is taken. If several fit (stride
    and pooling round down), it stays None until :meth:`with_input_shape`, and :meth:`forward` goes
    by its data; weights do not depend on it. Raises ``ShapeError`` naming the layer that does not
    fit with both shapes, ``InputError`` for an empty list or entries that are no layers.

    >>> from polynet.layers import Dense, Square
    >>> network = Network([Dense(2, 1, bias=False), Square()])
    >>> network.parameter_names, network.output_shape
    (('w0_0_0', 'w0_0_1'), (1,))
    >>> network.forward([1.0, 2.0], [[1.0, 1.0], [3.0, -1.0]])
    array([[9.],
           [1.]])
    """

    layers: Sequence[Layer]
    input_shape: Shape | None = None
    parameters: ParameterLayout = field(init=False, compare=False)
    _chain: Chain = field(init=False, compare=False)
    _shapes: tuple[Shape, ...] | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        chain = Chain.of(self.layers, "Network")
        if self.input_shape is None:
            input_shape = infer_input_shape(chain)
        else:
            input_shape = checked_shape(self.input_shape)
        layout = ParameterLayout.of((spec.name, spec.shape) for spec in chain.parameters())
        for name, value in (
            ("layers", chain.layers),
            ("input_shape", input_shape),
            ("parameters", layout),
            ("_chain", chain),
            ("_shapes", None if input_shape is None else chain.shapes(input_shape)),
        ):
            object.__setattr__(self, name, value)

    def with_input_shape(self, shape: Sequence[int]) -> Network:
        """The same network for examples of ``shape``; ``ShapeError`` where it does not fit."""
        bound = checked_shape(shape)
        return self if bound == self.input_shape else Network(self.layers, bound)

    @property
    def n_parameters(self) -> int:
        """Number of weights."""
        return self.parameters.n_parameters

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The identifiers of all weights in flat order."""
        return self.parameters.names

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of one example before each layer and at the end."""
        if self._shapes is None:
            raise ShapeError(
                "the input shape of this network is open, since several fit its layers; say which "
                "with network.with_input_shape((channels, height, width))"
            )
        return self._shapes

    @property
    def output_shape(self) -> Shape:
        """The shape of the output for one example."""
        return self.shapes[-1]

    @property
    def n_outputs(self) -> int:
        """Number of outputs for one example."""
        return int(np.prod(self.output_shape))

    @property
    def exact(self) -> bool:
        """Whether every fixed coefficient is exact, so that exact data have exact outputs."""
        return all(layer.exact for layer in self.layers)

    @property
    def input_degree(self) -> int:
        """Degree of the outputs in the inputs (a bound, attained for generic weights)."""
        return self._chain.degree(1, [0] * len(self.parameters.tensors))

    def weight_degrees(self) -> WeightDegrees:
        """Degree of the outputs in each tensor of weights and in all of them.

        Bounds, attained for generic inputs and weights; found layer by layer, where a product adds
        degrees and a sum takes their maximum.
        """
        tensors = self.parameters.tensors
        each = tuple((tensor.name, self.weight_degree(tensor.name)) for tensor in tensors)
        return WeightDegrees(each, self._chain.degree(0, [1] * len(tensors)))

    def weight_degree(self, selector: Selector) -> int:
        """Degree of the outputs in the selected weights together (see ``weight_degrees``)."""
        chosen = set(self.parameters.indices(selector).tolist())
        degrees = [
            int(not chosen.isdisjoint(range(t.slice.start, t.slice.stop)))
            for t in self.parameters.tensors
        ]
        return self._chain.degree(0, degrees)

    def multiply_adds(self, input_shape: Sequence[int] | None = None) -> int:
        """Predicted multiply-adds of one forward pass for one example."""
        bound = self if input_shape is None else self.with_input_shape(input_shape)
        pairs = zip(bound.layers, bound.shapes[:-1], strict=True)
        return sum(layer.multiply_adds(shape) for layer, shape in pairs)

    def random_weights(
        self, seed: int | np.random.Generator, scale: float | None = None
    ) -> NDArray[np.float64]:
        """Random weights ``(n_parameters,)``, normal with mean 0.

        The standard deviation is ``scale`` for all, or 1/sqrt(fan_in) for each layer (LeCun et
        al., 'Efficient BackProp', 1998), where fan_in is the number of inputs to one node; that
        keeps linear outputs at the size of the inputs. Trainable coefficients start at the
        values their layer was given.
        """
        if scale is not None and not (np.isfinite(scale) and scale > 0):
            raise InputError(f"scale is {scale!r}; a standard deviation must be positive")
        generator = np.random.default_rng(seed)
        parts = []
        for spec in self._chain.parameters():
            deviation = spec.fan_in**-0.5 if scale is None else scale
            if spec.initial is None:
                parts.append(deviation * generator.standard_normal(int(np.prod(spec.shape))))
            else:
                parts.append(np.array([float(value) for value in spec.initial]))
        return np.concatenate(parts) if parts else np.zeros(0)

    def forward(self, weights: Numbers, inputs: Numbers) -> Array:
        """The outputs ``(*lanes, n_examples, *output_shape)`` for a batch.

        ``weights`` is ``(*lanes, n_parameters)``, ``inputs`` ``(n_examples, *input_shape)``. Floats
        keep their precision, ints count as float64. Object arrays keep their arithmetic: exact
        numbers stay exact, and symbols of symengine or sympy give expressions, sums of products
        that are not multiplied out. Raises ``ShapeError`` where sizes do not fit.
        Cost: ``multiply_adds()`` an example.
        """
        (w,), x = self._arrays((weights,), inputs, 1)
        return self._for_inputs(x)._run((w,), x, 1)[0]

    def forward_exact(self, weights: Numbers, inputs: Numbers) -> Array:
        """The outputs for a batch of exact numbers: an object array of ``Fraction``.

        Raises ``InputError`` where a coefficient of the network, a weight or an input is a float.
        """
        if not self.exact:
            inexact = next(layer for layer in self.layers if not layer.exact)
            raise InputError(
                f"{inexact!r} has float coefficients, so outputs are not exact; give ints or "
                "Fractions, or use forward"
            )
        w, x = _as_rationals(weights, "weights"), _as_rationals(inputs, "inputs")
        outputs = self._for_inputs(x)._run((w,), x, 1)[0]
        return np.asarray(np.frompyfunc(to_fraction, 1, 1)(outputs), object)

    def evaluate(self, weights: Sequence[Numbers], inputs: Numbers, order: int | None) -> Series:
        """Outputs along a curve of weights w(t) = w_0 + w_1 t + ..., as a series.

        ``weights[k]`` is ``(*lanes, n_parameters)``; the outputs' coefficients are
        ``(*lanes, n_examples, n_outputs)``, the first ``order`` of them, or all (None): then they
        are the exact polynomial along the curve.
        """
        w, x = self._arrays(weights, inputs, order)
        bound = self._for_inputs(x)
        return bound._flat_outputs(bound._run(w, x, order))

    def linearize(
        self, weights: Sequence[Numbers], inputs: Numbers, order: int | None
    ) -> tuple[Series, Callable[[Series], Series]]:
        """What ``evaluate`` returns, and the adjoint of the derivative in the weights.

        ``pullback(g)`` takes a series of cotangents ``(*lanes, n_examples, n_outputs)`` to the
        series of g · ∂f/∂w, ``(*lanes, n_parameters)``, summed over examples. At order 1 it gives
        gradients; at order 2, with ``weights = (w, v)`` and g the series of the loss's derivative
        by the outputs, its second coefficient is a Hessian-vector product.
        Cost of the pullback: about twice that of the forward pass.
        """
        w, x = self._arrays(weights, inputs, order)
        bound = self._for_inputs(x)
        tensors, shapes = bound._tensors(w), bound.shapes
        signals = bound._chain.record(tensors, (x,), shapes=shapes, order=order)

        def pullback(cotangent: Series) -> Series:
            natural = tuple(g.reshape(*g.shape[:-1], *shapes[-1]) for g in cotangent)
            pulled = bound._chain.parameter_cotangents(
                tensors, signals, natural, shapes=shapes, order=order
            )
            return bound._joined(pulled)

        return bound._flat_outputs(signals[-1]), pullback

    def second_moments(
        self, weights: Array, inputs: Array, cotangent: Array
    ) -> dict[int, tuple[Array, Array]]:
        """For each layer y = W x, by its position, the sums of x x' and g g' over the examples.

        ``cotangent`` ``(n_examples, n_outputs)`` is pulled back to the outputs g of each layer, and
        x has a 1 at its end for a bias. Cost: about that of a gradient.
        """
        tensors, shapes = self._tensors((weights,)), self.shapes
        natural = cotangent.reshape(len(cotangent), *shapes[-1])
        return self._chain.second_moments(tensors, inputs, natural, shapes)

    def describe(self) -> str:
        """A table of the layers with their output shapes and parameters."""
        return str(self)

    def __str__(self) -> str:
        shapes = ("?",) * (len(self.layers) + 1) if self._shapes is None else self._shapes
        rows = [("", "layer", "output shape", "parameters"), ("", "inputs", str(shapes[0]), "")]
        for position, layer in enumerate(self.layers):
            tensors = [f"{spec.name} {spec.shape}" for spec in layer.parameters()]
            rows.append((str(position), repr(layer), str(shapes[position + 1]), ", ".join(tensors)))
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        lines = ["  ".join([*map(str.ljust, row[:3], widths), row[3]]).rstrip() for row in rows]
        return "\n".join([*lines, f"{self.n_parameters:,} parameters"])

    def __repr__(self) -> str:
        layers = ", ".join(map(repr, self.layers))
        is_open = infer_input_shape(self._chain, strict=False) == self.input_shape
        shape = "" if is_open else f", input_shape={self.input_shape}"
        return f"Network([{layers}]{shape})"

    def _for_inputs(self, inputs: Array) -> Network:
        """This network, bound to the shape of ``inputs`` if its own is open."""
        if inputs.ndim and self.input_shape is None:
            return self.with_input_shape(inputs.shape[1:])
        if inputs.ndim == 0 or inputs.shape[1:] != self.input_shape:
            raise ShapeError(
                f"the inputs have shape {inputs.shape}, and (n_examples, "
                f"{', '.join(map(str, self.input_shape or ()))}) is wanted; "
                + _input_remedy(inputs.shape, self.input_shape or ())
            )
        return self

    def _arrays(
        self, weights: Sequence[Numbers], inputs: Numbers, order: int | None
    ) -> tuple[Series, Array]:
        """Weights, the first ``order`` coefficients, and inputs as arrays of one arithmetic."""
        if order is not None:
            as_size(order, "order")
        if not isinstance(weights, (tuple, list)) or not weights:
            raise InputError(
                "weights must be a series: a tuple of arrays (*lanes, n_parameters), the "
                "coefficients of t^0, t^1, ...; for values alone give (weights,)"
            )
        kept = weights if order is None else weights[:order]
        series = [_as_array(coefficient, "weights") for coefficient in kept]
        *series, x = in_one_arithmetic(*series, _as_array(inputs, "inputs"))
        return tuple(series), x

    def _tensors(self, weights: Series) -> list[Series]:
        split = [self.parameters.split(coefficient) for coefficient in weights]
        return [tuple(parts) for parts in zip(*split, strict=True)]

    def _run(self, weights: Series, inputs: Array, order: int | None) -> Series:
        tensors = self._tensors(weights)
        return self._chain.forward(tensors, (inputs,), shapes=self.shapes, order=order)

    def _flat_outputs(self, outputs: Series) -> Series:
        rank = len(self.output_shape)
        return tuple(y.reshape(*y.shape[: y.ndim - rank], self.n_outputs) for y in outputs)

    def _joined(self, tensors: Sequence[Series]) -> Series:
        """Series of tensors as a series of flat vectors; what is beyond an end is zero."""
        length = max((len(series) for series in tensors), default=0)
        shapes = [tensor.shape for tensor in self.parameters.tensors]
        return tuple(
            self.parameters.join(
                [
                    series[k] if k < len(series) else np.zeros(shape)
                    for series, shape in zip(tensors, shapes, strict=True)
                ]
            )
            for k in range(max(length, 1))
        )


def _input_remedy(given: Shape, wanted: Shape) -> str:
    if given == wanted:
        return "for one example put an axis before it: inputs[None]"
    if given and int(np.prod(given[1:])) == int(np.prod(wanted)):
        return f"inputs.reshape(-1, {', '.join(map(str, wanted))}) has it"
    return "network.with_input_shape(shape) binds the network to another shape"


def _as_array(values: Numbers, name: str) -> Array:
    try:
        array = np.asarray(values)
    except ValueError:
        raise ShapeError(f"the {name} are ragged; give rows of equal length") from None
    if array.dtype.kind not in "biufcO":
        raise InputError(f"the {name} have type {array.dtype}; give numbers")
    return array


def _as_rationals(values: Numbers, name: str) -> Array:
    objects = _as_array(values, name).astype(object)
    result = np.empty(objects.shape, object)
    for at, value in np.ndenumerate(objects):
        if not is_exact(value):
            raise InputError(
                f"the {name} hold {value!r} at {list(at)}, which is not exact; give ints or "
                "Fractions, or use forward"
            )
        result[at] = to_fmpq(value)
    return result
