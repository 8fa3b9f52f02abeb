"""Layers on images ``(channels, height, width)``: convolution and average pooling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from polynet.errors import InputError, ShapeError
from polynet.layers.arithmetic import constant
from polynet.layers.bilinear import matmul
from polynet.layers.layer import Layer, ParameterSpec, Shape, as_flag, as_size
from polynet.layers.series import Array, Series, add, cauchy, transform, truncate
from polynet.layers.windows import Pair, Windows, as_pair, shown_pair

__all__ = ["AvgPool2d", "Conv2d"]

# Patches are made for a block of examples at a time, so that they stay in cache and memory does
# not grow with the number of examples: this many entries, 2 MiB of float64.
_PATCH_ENTRIES = 2**18


@dataclass(frozen=True, slots=True, repr=False)
class Conv2d(Layer):
    """The cross-correlation of images with kernels, as ``torch.nn.Conv2d``.

    ``weight`` has shape ``(out_channels, in_channels, *kernel_size)``, ``bias``
    ``(out_channels,)``. ``kernel_size``, ``stride`` and ``padding`` (by zeros) are an int or a
    pair (rows, columns). Raises ``InputError`` for sizes that are not whole numbers in range.
    Cost: ``out_channels * in_channels * kernel * windows`` multiply-adds an example.

    >>> Conv2d(1, 4, 3, stride=2).output_shape((1, 28, 28))
    (4, 13, 13)
    """

    in_channels: int
    out_channels: int
    kernel_size: int | Pair
    stride: int | Pair = 1
    padding: int | Pair = 0
    bias: bool = True

    def __post_init__(self) -> None:
        for name in ("in_channels", "out_channels"):
            object.__setattr__(self, name, as_size(getattr(self, name), f"Conv2d {name}"))
        for name, least in (("kernel_size", 1), ("stride", 1), ("padding", 0)):
            pair = as_pair(getattr(self, name), f"Conv2d {name}", least)
            object.__setattr__(self, name, pair)
        object.__setattr__(self, "bias", as_flag(self.bias, "Conv2d bias"))

    @property
    def windows(self) -> Windows:
        """The windows that the kernels see."""
        return _windows(self)

    @property
    def _n_entries(self) -> int:
        return self.in_channels * self.windows.n_taps

    def parameters(self) -> tuple[ParameterSpec, ...]:
        shape = (self.out_channels, self.in_channels, *self.windows.kernel)
        weight = ParameterSpec("weight", shape, fan_in=self._n_entries)
        bias = ParameterSpec("bias", (self.out_channels,), fan_in=self._n_entries)
        return (weight, bias) if self.bias else (weight,)

    def output_shape(self, input_shape: Shape) -> Shape:
        _require_images(input_shape, f"({self.in_channels}, height, width)")
        if input_shape[0] != self.in_channels:
            raise ShapeError(
                f"takes images with {self.in_channels} channels, not {input_shape}, which has "
                f"{input_shape[0]}; set in_channels={input_shape[0]}"
            )
        return (self.out_channels, *self.windows.grid(input_shape[1:]))

    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        return max(inputs + parameters[0], *parameters[1:], 0)

    def multiply_adds(self, input_shape: Shape) -> int:
        return int(np.prod(self.output_shape(input_shape))) * self._n_entries

    def forward(
        self, parameters: Sequence[Series], inputs: Series, *, shape: Shape, order: int | None
    ) -> Series:
        size = self.windows.grid(shape[1:])

        def correlate(x: Array, weight: Array) -> Array:
            kernels = self._matrix(weight)
            return self._blockwise(x, lambda patches, _: matmul(kernels, patches))

        def as_images(columns: Array) -> Array:
            return columns.reshape(*columns.shape[:-1], *size)

        products = transform(as_images, cauchy(correlate, inputs, parameters[0], order))
        if not self.bias:
            return products
        return add(products, transform(_at_each_pixel, truncate(parameters[1], order)))

    def parameter_cotangents(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> tuple[Series, ...]:
        kernel = (self.out_channels, self.in_channels, *self.windows.kernel)

        def correlate(g: Array, x: Array) -> Array:
            columns = _as_columns(g)

            def summed(patches: Array, block: slice) -> Array:
                products = matmul(columns[..., block, :, :], np.swapaxes(patches, -1, -2))
                return np.asarray(products.sum(axis=-3, keepdims=True))

            total = np.asarray(self._blockwise(x, summed).sum(axis=-3))
            return total.reshape(*total.shape[:-2], *kernel)

        weight = cauchy(correlate, cotangent, inputs, order)
        bias = transform(lambda g: g.sum(axis=(-4, -2, -1)), truncate(cotangent, order))
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
        windows = self.windows

        def spread(g: Array, weight: Array) -> Array:
            kernels = np.swapaxes(self._matrix(weight), -1, -2)
            columns = _as_columns(g)

            def fold(block: slice) -> Array:
                entries = matmul(kernels, columns[..., block, :, :])
                by_channel = (*entries.shape[:-2], self.in_channels, windows.n_taps, -1)
                return windows.fold(entries.reshape(by_channel), shape[1:])

            blocks = _blocks(columns.shape[-3], self._n_entries * columns.shape[-1])
            return _joined([fold(block) for block in blocks], axis=-4)

        return cauchy(spread, cotangent, parameters[0], order)

    def _matrix(self, weight: Array) -> Array:
        """Kernels as the rows of a matrix, with an axis for examples: ``(.., 1, out, entries)``."""
        lanes = weight.shape[:-4]
        return weight.reshape(*lanes, 1, self.out_channels, self._n_entries)

    def _blockwise(self, x: Array, operation: Callable[[Array, slice], Array]) -> Array:
        """``operation`` on the patches ``(.., n, entries, windows)`` of blocks of examples."""
        n_windows = int(np.prod(self.windows.grid(x.shape[-2:])))
        results = []
        for block in _blocks(x.shape[-4], self._n_entries * n_windows):
            patches = self.windows.patches(x[..., block, :, :, :])
            merged = patches.reshape(*patches.shape[:-3], self._n_entries, n_windows)
            results.append(operation(merged, block))
        return _joined(results, axis=-3)

    def _shown(self, name: str) -> str:
        return _shown_argument(self, name)


@dataclass(frozen=True, slots=True, repr=False)
class AvgPool2d(Layer):
    """The mean over windows of each channel, as ``torch.nn.AvgPool2d`` (padding counts).

    ``stride`` is ``kernel_size`` unless given. Exact: the weight is one over the window's size.
    Raises ``InputError`` for sizes out of range, among them padding over half the kernel.

    >>> AvgPool2d(2).output_shape((3, 8, 9))
    (3, 4, 4)
    """

    kernel_size: int | Pair
    stride: int | Pair | None = None
    padding: int | Pair = 0

    def __post_init__(self) -> None:
        kernel = as_pair(self.kernel_size, "AvgPool2d kernel_size", 1)
        stride = kernel if self.stride is None else as_pair(self.stride, "AvgPool2d stride", 1)
        padding = as_pair(self.padding, "AvgPool2d padding", 0)
        if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
            raise InputError(
                f"AvgPool2d padding is {padding}; it must be at most half of kernel_size {kernel}"
            )
        for name, pair in (("kernel_size", kernel), ("stride", stride), ("padding", padding)):
            object.__setattr__(self, name, pair)

    @property
    def windows(self) -> Windows:
        """The windows that are averaged."""
        return _windows(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        _require_images(input_shape, "(channels, height, width)")
        return (input_shape[0], *self.windows.grid(input_shape[1:]))

    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        return inputs

    def multiply_adds(self, input_shape: Shape) -> int:
        return int(np.prod(self.output_shape(input_shape))) * self.windows.n_taps

    def forward(
        self, parameters: Sequence[Series], inputs: Series, *, shape: Shape, order: int | None
    ) -> Series:
        size = self.windows.grid(shape[1:])

        def average(x: Array) -> Array:
            means = matmul(self._row(x), self.windows.patches(x))
            return means.reshape(*x.shape[:-2], *size)

        return transform(average, truncate(inputs, order))

    def input_cotangent(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> Series:
        def spread(g: Array) -> Array:
            columns = g.reshape(*g.shape[:-2], 1, -1)
            return self.windows.fold(matmul(self._row(g).T, columns), shape[1:])

        return transform(spread, truncate(cotangent, order))

    def _row(self, like: Array) -> Array:
        weight = constant(Fraction(1, self.windows.n_taps), like)
        return np.full((1, self.windows.n_taps), weight, weight.dtype)

    def _shown(self, name: str) -> str:
        if name == "stride" and self.stride == self.kernel_size:
            return "None"
        return _shown_argument(self, name)


def _windows(layer: Any) -> Windows:
    return Windows(layer.kernel_size, layer.stride, layer.padding)


def _shown_argument(layer: Any, name: str) -> str:
    value = getattr(layer, name)
    return shown_pair(value) if isinstance(value, tuple) else repr(value)


def _require_images(shape: Shape, wanted: str) -> None:
    if len(shape) != 3:
        raise ShapeError(
            f"takes images {wanted}, not inputs of shape {shape}; give images, and put it before "
            "Flatten() and Dense"
        )


def _blocks(n_examples: int, entries: int) -> Iterator[slice]:
    step = max(1, _PATCH_ENTRIES // max(entries, 1))
    for start in range(0, max(n_examples, 1), step):
        yield slice(start, min(start + step, n_examples))


def _joined(parts: list[Array], *, axis: int) -> Array:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=axis)


def _as_columns(images: Array) -> Array:
    return images.reshape(*images.shape[:-2], -1)


def _at_each_pixel(bias: Array) -> Array:
    return bias[..., None, :, None, None]
