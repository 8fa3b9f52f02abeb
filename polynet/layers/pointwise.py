"""Polynomial activations, applied to every entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from polynet.errors import InputError
from polynet.layers.arithmetic import Coefficient, as_coefficient, constant
from polynet.layers.layer import Layer, ParameterSpec, Shape, as_flag, as_size
from polynet.layers.series import (
    Array,
    Series,
    add,
    multiply,
    power,
    scale,
    square,
    stack,
    transform,
    truncate,
)
from polynet.rational import all_exact

__all__ = ["Polynomial", "Power", "Square"]


@dataclass(frozen=True, slots=True, repr=False)
class Power(Layer):
    """The activation y = x^k.

    Raises ``InputError`` unless ``k`` is a whole number >= 1.

    >>> Power(3).degree(2, ())
    6
    """

    k: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", as_size(self.k, "Power k"))

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        return self.k * inputs

    def multiply_adds(self, input_shape: Shape) -> int:
        products = self.k.bit_length() + self.k.bit_count() - 2
        return products * int(np.prod(input_shape))

    def forward(
        self, parameters: Sequence[Series], inputs: Series, *, shape: Shape, order: int | None
    ) -> Series:
        return power(inputs, self.k, order)

    def input_cotangent(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> Series:
        if self.k == 1:
            return truncate(cotangent, order)
        slope = scale(self.k, power(inputs, self.k - 1, order))
        return multiply(cotangent, slope, order)


@dataclass(frozen=True, slots=True, repr=False)
class Square(Layer):
    """The activation y = x²."""

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        return 2 * inputs

    def multiply_adds(self, input_shape: Shape) -> int:
        return int(np.prod(input_shape))

    def forward(
        self, parameters: Sequence[Series], inputs: Series, *, shape: Shape, order: int | None
    ) -> Series:
        return square(inputs, order)

    def input_cotangent(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> Series:
        return scale(2, multiply(cotangent, inputs, order))


@dataclass(frozen=True, slots=True, repr=False)
class Polynomial(Layer):
    """The activation y = c_0 + c_1 x + ... + c_d x^d, coefficients with the constant term first.

    With ``trainable`` the coefficients are weights of the network (one set for the layer, shape
    ``(d + 1,)``, which start at the given values); otherwise they are fixed, and exact where they
    are given as ints, ``Fraction``s or rationals of sympy. Raises ``InputError`` for coefficients
    that are no finite real numbers, and for a constant: that would cut the network off.
    Cost: d multiply-adds an entry.

    >>> Polynomial([0, 1, 0, 2]).degree(1, ())
    3
    """

    coefficients: Sequence[Coefficient]
    trainable: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "trainable", as_flag(self.trainable, "Polynomial trainable"))
        object.__setattr__(self, "coefficients", _checked(self.coefficients, self.trainable))

    @property
    def exact(self) -> bool:
        return self.trainable or all_exact(self.coefficients)

    def parameters(self) -> tuple[ParameterSpec, ...]:
        if not self.trainable:
            return ()
        shape = (len(self.coefficients),)
        return (ParameterSpec("coefficients", shape, initial=tuple(self.coefficients)),)

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        top = len(self.coefficients) - 1
        return top * inputs + (parameters[0] if self.trainable else 0)

    def multiply_adds(self, input_shape: Shape) -> int:
        return (len(self.coefficients) - 1) * int(np.prod(input_shape))

    def forward(
        self, parameters: Sequence[Series], inputs: Series, *, shape: Shape, order: int | None
    ) -> Series:
        return _horner(self._terms(parameters, inputs, shape), inputs, order)

    def parameter_cotangents(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> tuple[Series, ...]:
        if not self.trainable:
            return ()
        rank = 1 + len(shape)

        def total(g: Array) -> Array:
            return np.asarray(g.sum(axis=tuple(range(-rank, 0))))

        product, columns = truncate(cotangent, order), []
        for k in range(len(self.coefficients)):
            product = multiply(product, inputs, order) if k else product
            columns.append(transform(total, product))
        return (stack(columns),)

    def input_cotangent(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> Series:
        terms = self._terms(parameters, inputs, shape)
        slopes = [scale(k, term) for k, term in enumerate(terms)][1:]
        return multiply(cotangent, _horner(slopes, inputs, order), order)

    def _terms(self, parameters: Sequence[Series], inputs: Series, shape: Shape) -> list[Series]:
        """Each coefficient as a series that broadcasts against the inputs."""
        if not self.trainable:
            return [(constant(c, inputs[0]),) if c else () for c in self.coefficients]
        entry_axes = (None,) * (1 + len(shape))

        def entry(k: int, coefficients: Array) -> Array:
            return coefficients[(..., k, *entry_axes)]

        return [
            tuple(entry(k, coefficients) for coefficients in parameters[0])
            for k in range(len(self.coefficients))
        ]


def _horner(terms: Sequence[Series], x: Series, order: int | None) -> Series:
    result = truncate(terms[-1], order)
    for term in reversed(terms[:-1]):
        result = add(multiply(result, x, order), truncate(term, order))
    return result


def _checked(values: Sequence[Coefficient], trainable: bool) -> tuple[Coefficient, ...]:
    try:
        coefficients = [as_coefficient(value) for value in values]
    except TypeError:
        raise InputError(
            f"Polynomial takes a sequence of coefficients, constant term first, not {values!r}"
        ) from None
    while not trainable and coefficients and coefficients[-1] == 0:
        coefficients.pop()
    if len(coefficients) < 2:
        raise InputError(
            f"Polynomial({list(values)}) is constant, which cuts the network off from its inputs; "
            "give coefficients of degree 1 or more, constant term first"
        )
    return tuple(coefficients)
