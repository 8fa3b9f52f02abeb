"""Layers on images ``(channels, height, width)``: convolution and average pooling.

Outputs lie in memory with the examples last (``layer`` says why).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
# not grow with the number of examples: this many entries, 8 MiB of float64.
_PATCH_ENTRIES = 2**20


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
        size, kernels = self.windows.grid(shape[1:]), transform(self._matrix, parameters[0])

        def as_images(columns: Array) -> Array:
            n = columns.shape[-1] // (size[0] * size[1])
            return _examples_first(columns.reshape(*columns.shape[:-1], *size, n))

        blocks = [
            transform(as_images, cauchy(matmul, kernels, patches, order))
            for _, patches in self._patches(inputs)
        ]
        products = tuple(_joined(list(parts)) for parts in zip(*blocks, strict=True))
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

        def correlate(g: Array, patches: Array) -> Array:
            total = matmul(_as_columns(g), np.swapaxes(patches, -1, -2))
            return total.reshape(*total.shape[:-2], *kernel)

        weight: Series = ()
        for block, patches in self._patches(inputs):
            weight = add(weight, cauchy(correlate, _part(cotangent, block), patches, order))
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

            def fold(block: slice) -> Array:
                some = g[..., block, :, :, :]
                entries = matmul(kernels, _as_columns(some))
                n = some.shape[-4]
                taps = (self.in_channels, windows.n_taps, entries.shape[-1] // max(n, 1), n)
                folded = windows.fold(entries.reshape(*entries.shape[:-2], *taps), shape[1:])
                return _examples_first(folded)

            n_windows = g.shape[-2] * g.shape[-1]
            return _joined([fold(b) for b in _blocks(g.shape[-4], self._n_entries * n_windows)])

        return cauchy(spread, cotangent, parameters[0], order)

    def second_moments(self, inputs: Array, cotangent: Array) -> tuple[Array, Array]:
        """As for every layer; the one of g is divided by the number of windows.

        Source: Grosse and Martens, 'A Kronecker-factored approximate Fisher matrix for convolution
        layers' (2016), where positions count as uncorrelated.
        """
        moments: Array = np.zeros(())
        for _, (rows,) in self._patches((inputs,)):
            if self.bias:
                rows = np.concatenate([rows, np.ones_like(rows[..., :1, :])], axis=-2)
            moments = moments + matmul(rows, np.swapaxes(rows, -1, -2))
        columns = _as_columns(cotangent)
        products = matmul(columns, np.swapaxes(columns, -1, -2))
        return moments, products / (cotangent.shape[-1] * cotangent.shape[-2])

    def _matrix(self, weight: Array) -> Array:
        """Kernels as the rows of a matrix ``(*lanes, out, entries)``."""
        return weight.reshape(*weight.shape[:-4], self.out_channels, self._n_entries)

    def _patches(self, images: Series) -> Iterator[tuple[slice, Series]]:
        """Blocks of examples, and their patches ``(*lanes, entries, windows * examples)``."""
        n_windows = int(np.prod(self.windows.grid(images[0].shape[-2:]))) if images else 1

        def patches(x: Array) -> Array:
            columns = self.windows.patches(_examples_last(x))
            return columns.reshape(*columns.shape[:-4], self._n_entries, -1)

        for block in _blocks(images[0].shape[-4] if images else 0, self._n_entries * n_windows):
            yield block, transform(patches, _part(images, block))

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
        return transform(self._means, truncate(inputs, order))

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
            shares = _examples_last(g) * self._share(g)
            return _examples_first(self.windows.spread(shares, shape[1:]))

        return transform(spread, truncate(cotangent, order))

    def _means(self, x: Array) -> Array:
        images = _examples_last(x)
        if x.dtype != object:
            return _examples_first(self.windows.sums(images) * self._share(x))
        # Expressions are summed all at once: term by term takes time quadratic in their number.
        row = np.full((1, self.windows.n_taps), self._share(x), object)
        patches = self.windows.patches(images)
        means = matmul(row, patches.reshape(*patches.shape[:-2], -1))
        size = self.windows.grid(x.shape[-2:])
        return _examples_first(means.reshape(*means.shape[:-2], *size, x.shape[-4]))

    def _share(self, like: Array) -> Array:
        return constant(Fraction(1, self.windows.n_taps), like)

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


def _part(images: Series, block: slice) -> Series:
    return tuple(x[..., block, :, :, :] for x in images)


def _joined(parts: list[Array]) -> Array:
    """Blocks of examples ``(*lanes, n, channels, height, width)`` as one, in the same memory."""
    if len(parts) == 1:
        return parts[0]
    return _examples_first(np.concatenate([_examples_last(part) for part in parts], axis=-1))


def _examples_last(images: Array) -> Array:
    axes = range(images.ndim)
    return images.transpose(*axes[:-4], *axes[-3:], axes[-4])


def _examples_first(images: Array) -> Array:
    axes = range(images.ndim)
    return images.transpose(*axes[:-4], axes[-1], *axes[-4:-1])


def _as_columns(images: Array) -> Array:
    """``(*lanes, channels, height * width * n)``."""
    last = _examples_last(images)
    return last.reshape(*last.shape[:-3], -1)


def _at_each_pixel(bias: Array) -> Array:
    return bias[..., None, :, None, None]
