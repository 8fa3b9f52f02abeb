"""Layers one after another: shapes, parameters, and the passes forward and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from polynet.errors import InputError, ShapeError
from polynet.layers.layer import Layer, ParameterSpec, Shape
from polynet.layers.series import Array, Series, truncate

__all__ = ["Chain"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Chain:
    """A sequence of layers; the shapes lie before, between and after them."""

    layers: tuple[Layer, ...]

    @classmethod
    def of(cls, layers: Iterable[object], owner: str) -> Chain:
        """Checks that ``layers`` is a list of at least one layer; ``InputError`` otherwise."""
        try:
            entries = tuple(layers)
        except TypeError:
            raise InputError(f"{owner} takes a list of layers, not {layers!r}") from None
        if not entries:
            raise InputError(f"{owner} has no layers; give at least one, such as Dense(2, 1)")
        checked = []
        for position, entry in enumerate(entries):
            if isinstance(entry, Layer):
                checked.append(entry)
            else:
                called = f"; write {entry.__name__}(...)" if isinstance(entry, type) else ""
                raise InputError(
                    f"entry {position} of {owner} is {entry!r}, which is not a layer{called}"
                )
        return cls(tuple(checked))

    def shapes(self, input_shape: Shape) -> tuple[Shape, ...]:
        """All shapes from ``input_shape`` on; the ``ShapeError`` names the layer that refuses."""
        shapes = [input_shape]
        for position, layer in enumerate(self.layers):
            try:
                shapes.append(layer.output_shape(shapes[-1]))
            except ShapeError as error:
                raise ShapeError(f"layer {position}, {layer!r}: {error}") from None
        return tuple(shapes)

    def parameters(self) -> tuple[ParameterSpec, ...]:
        """The tensors of all layers in order, named ``"position.name"`` as in torch."""
        return tuple(
            replace(spec, name=f"{position}.{spec.name}")
            for position, layer in enumerate(self.layers)
            for spec in layer.parameters()
        )

    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        """Bound on the degree of the outputs, given those of inputs and each tensor."""
        degree = inputs
        for layer, own in zip(self.layers, self._split(parameters), strict=True):
            degree = layer.degree(degree, own)
        return degree

    def forward(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        *,
        shapes: Sequence[Shape],
        order: int | None,
    ) -> Series:
        """The outputs; nothing in between is kept."""
        signal = truncate(inputs, order)
        for layer, own, shape in zip(
            self.layers, self._split(parameters), shapes[:-1], strict=True
        ):
            signal = layer.forward(own, signal, shape=shape, order=order)
        return signal

    def record(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        *,
        shapes: Sequence[Shape],
        order: int | None,
    ) -> tuple[Series, ...]:
        """The inputs of each layer, and at the end the outputs."""
        signals = [truncate(inputs, order)]
        for layer, own, shape in zip(
            self.layers, self._split(parameters), shapes[:-1], strict=True
        ):
            signals.append(layer.forward(own, signals[-1], shape=shape, order=order))
        return tuple(signals)

    def backward(
        self,
        parameters: Sequence[Series],
        signals: Sequence[Series],
        cotangent: Series,
        *,
        shapes: Sequence[Shape],
        order: int | None,
    ) -> tuple[tuple[Series, ...], Series]:
        """The adjoints of all parameters and of the inputs, from what ``record`` returned."""
        return self._pull(parameters, signals, cotangent, shapes, order, last=-1)

    def parameter_cotangents(
        self,
        parameters: Sequence[Series],
        signals: Sequence[Series],
        cotangent: Series,
        *,
        shapes: Sequence[Shape],
        order: int | None,
    ) -> tuple[Series, ...]:
        """The adjoints of the parameters alone, which stops at the first layer that has some."""
        first = next((i for i, layer in enumerate(self.layers) if layer.parameters()), None)
        if first is None:
            return ()
        return self._pull(parameters, signals, cotangent, shapes, order, last=first)[0]

    def second_moments(
        self, parameters: Sequence[Series], inputs: Array, cotangent: Array, shapes: Sequence[Shape]
    ) -> dict[int, tuple[Array, Array]]:
        """For each layer y = W x the sums of x x' and of g g', with ``cotangent`` pulled back."""
        signals = self.record(parameters, (inputs,), shapes=shapes, order=1)
        by_layer, g = self._split(parameters), cotangent
        result = {}
        first = next((i for i, layer in enumerate(self.layers) if layer.parameters()), 0)
        for i in reversed(range(first, len(self.layers))):
            layer, (signal,) = self.layers[i], signals[i]
            moments = layer.second_moments(signal, g)
            if moments is not None:
                result[i] = moments
            if i > first:
                (g,) = layer.input_cotangent(by_layer[i], (signal,), (g,), shape=shapes[i], order=1)
        return result

    def _pull(
        self,
        parameters: Sequence[Series],
        signals: Sequence[Series],
        cotangent: Series,
        shapes: Sequence[Shape],
        order: int | None,
        last: int,
    ) -> tuple[tuple[Series, ...], Series]:
        """Pulls ``cotangent`` back to layer ``last``, and not through it."""
        collected: list[Series] = []
        by_layer = self._split(parameters)
        g = truncate(cotangent, order)
        for i in reversed(range(max(last, 0), len(self.layers))):
            layer, own, signal, shape = self.layers[i], by_layer[i], signals[i], shapes[i]
            if i == last:
                pulled = layer.parameter_cotangents(own, signal, g, shape=shape, order=order)
            else:
                pulled, g = layer.backward(own, signal, g, shape=shape, order=order)
            collected[:0] = pulled
        return tuple(collected), g

    def _split(self, parameters: Sequence[_T]) -> list[Sequence[_T]]:
        parts, start = [], 0
        for layer in self.layers:
            stop = start + len(layer.parameters())
            parts.append(parameters[start:stop])
            start = stop
        return parts
