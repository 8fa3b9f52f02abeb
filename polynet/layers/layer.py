"""What a layer is: shapes, parameters, and one numeric rule on series with its adjoint.

Arrays have the natural shape ``(*lanes, n_examples, *shape)``; a layer is told ``shape``, that of
one example at its input, since lanes make it ambiguous. Parameters are ``(*lanes, *tensor
shape)``. In memory, layers leave the examples on the last axis (arrays are views with strides), so
that matrix products, sums over windows and products of nodes run over long contiguous rows; any
other memory order is taken as well.

A new kind of layer subclasses :class:`Layer`, and all of evaluation, derivatives, Taylor
coefficients along lines, exact and symbolic forward passes and degree counts follow.
"""

from __future__ import annotations

import dataclasses
import operator
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from polynet.errors import InputError
from polynet.layers.arithmetic import Coefficient
from polynet.layers.series import Array, Series

__all__ = ["Layer", "ParameterSpec", "Shape", "as_flag", "as_size"]

Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """One tensor of weights that a layer wants: its name, shape and how it starts.

    Random weights have standard deviation 1/sqrt(``fan_in``); a tensor with ``initial`` values
    starts at those instead.
    """

    name: str
    shape: Shape
    fan_in: int = 1
    initial: tuple[Coefficient, ...] | None = None


class Layer(ABC):
    """One step of a network, polynomial in its inputs and in its parameters.

    ``forward`` and its adjoints take and return series cut to ``order`` coefficients. With a
    cotangent g the adjoints are the products g * d(output)/d(parameter) and
    g * d(output)/d(input) as truncated series, parameters summed over examples: at order 1 these
    are gradients, at order 2 Hessian-vector products come with them.
    """

    __slots__ = ()

    @property
    def exact(self) -> bool:
        """Whether every fixed coefficient is an exact number."""
        return True

    def parameters(self) -> tuple[ParameterSpec, ...]:
        """The tensors of weights, in order; none unless a layer says otherwise."""
        return ()

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of one example after this layer; ``ShapeError`` where it does not fit."""

    @abstractmethod
    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        """Bound on the degree of the outputs, given the degrees of inputs and parameters.

        It is attained for generic weights and inputs.
        """

    @abstractmethod
    def multiply_adds(self, input_shape: Shape) -> int:
        """Multiply-adds of one forward pass for one example."""

    @abstractmethod
    def forward(
        self, parameters: Sequence[Series], inputs: Series, *, shape: Shape, order: int | None
    ) -> Series:
        """The outputs, ``(*lanes, n_examples, *output_shape)``."""

    @abstractmethod
    def input_cotangent(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> Series:
        """The adjoint with respect to the inputs, ``(*lanes, n_examples, *shape)``."""

    def parameter_cotangents(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> tuple[Series, ...]:
        """The adjoints with respect to each parameter, ``(*lanes, *tensor shape)``."""
        return ()

    def backward(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> tuple[tuple[Series, ...], Series]:
        """Both adjoints; for layers that can share work between them."""
        return (
            self.parameter_cotangents(parameters, inputs, cotangent, shape=shape, order=order),
            self.input_cotangent(parameters, inputs, cotangent, shape=shape, order=order),
        )

    def second_moments(self, inputs: Array, cotangent: Array) -> tuple[Array, Array] | None:
        """(sum of x x', sum of g g') where the layer is y = W x at each example and position.

        x has a 1 for a bias at its end; g are adjoints of the outputs. Their Kronecker product is
        near to the Gauss-Newton matrix of W and bias. None for layers that are not of this kind.
        """
        return None

    def __repr__(self) -> str:
        """The call that makes this layer, without arguments that have their default value."""
        shown = []
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = self._shown(field.name)
            if field.default is dataclasses.MISSING:
                shown.append(value)
            elif value != repr(field.default):
                shown.append(f"{field.name}={value}")
        return f"{type(self).__name__}({', '.join(shown)})"

    def _shown(self, name: str) -> str:
        return repr(getattr(self, name))


def as_size(value: object, name: str, least: int = 1) -> int:
    """``value`` as an int that is at least ``least``; ``InputError`` otherwise."""
    try:
        size = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(f"{name} is {value!r}; it must be a whole number >= {least}") from None
    if isinstance(value, bool) or size < least:
        raise InputError(f"{name} is {value!r}; it must be a whole number >= {least}")
    return size


def as_flag(value: object, name: str) -> bool:
    """``value`` as a bool; ``InputError`` for anything that is not one."""
    if not isinstance(value, (bool, np.bool_)):
        raise InputError(f"{name} is {value!r}; it must be True or False")
    return bool(value)
