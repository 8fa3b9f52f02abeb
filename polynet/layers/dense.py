"""The fully connected layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from polynet.errors import ShapeError
from polynet.layers.bilinear import matmul
from polynet.layers.layer import Layer, ParameterSpec, Shape, as_flag, as_size
from polynet.layers.series import Array, Series, add, cauchy, transform, truncate

__all__ = ["Dense"]


@dataclass(frozen=True, slots=True, repr=False)
class Dense(Layer):
    """The affine map y = x Wᵀ + b, as ``torch.nn.Linear``.

    ``weight`` has shape ``(n_out, n_in)``, ``bias`` ``(n_out,)``; inputs are vectors ``(n_in,)``.
    Raises ``InputError`` for sizes below 1. Cost: ``n_in * n_out`` multiply-adds an example.

    >>> Dense(2, 3).parameters()[0].shape
    (3, 2)
    """

    n_in: int
    n_out: int
    bias: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_in", as_size(self.n_in, "Dense n_in"))
        object.__setattr__(self, "n_out", as_size(self.n_out, "Dense n_out"))
        object.__setattr__(self, "bias", as_flag(self.bias, "Dense bias"))

    def parameters(self) -> tuple[ParameterSpec, ...]:
        weight = ParameterSpec("weight", (self.n_out, self.n_in), fan_in=self.n_in)
        bias = ParameterSpec("bias", (self.n_out,), fan_in=self.n_in)
        return (weight, bias) if self.bias else (weight,)

    def output_shape(self, input_shape: Shape) -> Shape:
        if input_shape == (self.n_in,):
            return (self.n_out,)
        remedy = f"make it Dense({int(np.prod(input_shape))}, {self.n_out})"
        if len(input_shape) != 1:
            flat = int(np.prod(input_shape)) == self.n_in
            remedy = "put Flatten() before it" + ("" if flat else f" and {remedy}")
        raise ShapeError(f"takes inputs of shape {(self.n_in,)}, not {input_shape}; {remedy}")

    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        return max(inputs + parameters[0], *parameters[1:], 0)

    def multiply_adds(self, input_shape: Shape) -> int:
        return self.n_in * self.n_out

    def forward(
        self, parameters: Sequence[Series], inputs: Series, *, shape: Shape, order: int | None
    ) -> Series:
        products = cauchy(_apply, inputs, parameters[0], order)
        if not self.bias:
            return products
        return add(products, transform(_for_each_example, truncate(parameters[1], order)))

    def parameter_cotangents(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> tuple[Series, ...]:
        weight = cauchy(_outer, cotangent, inputs, order)
        bias = transform(lambda g: g.sum(axis=-2), truncate(cotangent, order))
        return (weight, bias) if self.bias else (weight,)

    def input_cotangent(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> Series:
        return cauchy(_pull, cotangent, parameters[0], order)

    def second_moments(self, inputs: Array, cotangent: Array) -> tuple[Array, Array]:
        rows = np.swapaxes(inputs, -1, -2)
        if self.bias:
            rows = np.concatenate([rows, np.ones_like(rows[..., :1, :])], axis=-2)
        return matmul(rows, np.swapaxes(rows, -1, -2)), _outer(cotangent, cotangent)


def _apply(x: Array, weight: Array) -> Array:
    return np.swapaxes(matmul(weight, np.swapaxes(x, -1, -2)), -1, -2)


def _pull(cotangent: Array, weight: Array) -> Array:
    return np.swapaxes(matmul(np.swapaxes(weight, -1, -2), np.swapaxes(cotangent, -1, -2)), -1, -2)


def _outer(cotangent: Array, x: Array) -> Array:
    return matmul(np.swapaxes(cotangent, -1, -2), x)


def _for_each_example(bias: Array) -> Array:
    return bias[..., None, :]
