"""Windows of images: which pixels a convolution or a pooling layer sees at each position.

Images come with their examples on the last axis, so that every copy and sum runs over contiguous
memory however small the windows are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from polynet.errors import InputError, ShapeError
from polynet.layers.layer import Shape, as_size
from polynet.layers.series import Array

__all__ = ["Pair", "Windows", "as_pair", "shown_pair"]

Pair = tuple[int, int]


def as_pair(value: object, name: str, least: int) -> Pair:
    """An int, or a pair of ints (rows, columns), as a pair; ``InputError`` otherwise."""
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise InputError(f"{name} is {value!r}; give one whole number or a pair of them")
        return as_size(value[0], name, least), as_size(value[1], name, least)
    size = as_size(value, name, least)
    return size, size


def shown_pair(pair: Pair) -> str:
    """A pair as one would write it: ``3`` for ``(3, 3)``."""
    return repr(pair[0] if pair[0] == pair[1] else pair)


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of size ``kernel`` every ``stride`` pixels, after ``padding`` zeros on each side."""

    kernel: Pair
    stride: Pair
    padding: Pair

    @property
    def n_taps(self) -> int:
        """Pixels in one window."""
        return self.kernel[0] * self.kernel[1]

    def grid(self, size: Shape) -> Pair:
        """Number of windows down and across an image of ``size`` (height, width).

        Raises ``ShapeError`` where the window is larger than the padded image.
        """
        padded = tuple(n + 2 * p for n, p in zip(size, self.padding, strict=True))
        if any(k > n for k, n in zip(self.kernel, padded, strict=True)):
            raise ShapeError(
                f"has windows of size {self.kernel}, larger than the image of size {tuple(size)} "
                f"with padding {self.padding}; use a smaller kernel_size or more padding"
            )
        steps = zip(padded, self.kernel, self.stride, strict=True)
        down, across = ((n - k) // s + 1 for n, k, s in steps)
        return down, across

    def patches(self, images: Array) -> Array:
        """``(..., height, width, n)`` to ``(..., n_taps, n_windows, n)``: windows as columns."""
        down, across = self.grid(images.shape[-3:-1])
        columns = np.empty(
            (*images.shape[:-3], self.n_taps, down, across, images.shape[-1]), images.dtype
        )
        for tap, seen in enumerate(self.taps(self._pad(images))):
            columns[..., tap, :, :, :] = seen
        return columns.reshape(*columns.shape[:-3], down * across, images.shape[-1])

    def sums(self, images: Array) -> Array:
        """The sum of each window, ``(..., down, across, n)``; images as for ``patches``."""
        first, *others = self.taps(self._pad(images))
        total = first.copy()
        for seen in others:
            total += seen
        return total

    def fold(self, patches: Array, size: Shape) -> Array:
        """The adjoint of ``patches``: window entries added up at their pixels."""
        taps = patches.reshape(*patches.shape[:-2], *self.grid(size), patches.shape[-1])
        return self._added((taps[..., k, :, :, :] for k in range(self.n_taps)), taps, size, 4)

    def spread(self, sums: Array, size: Shape) -> Array:
        """The adjoint of ``sums``: each entry at all pixels of its window."""
        return self._added((sums for _ in range(self.n_taps)), sums, size, 3)

    def taps(self, padded: Array) -> Iterator[Array]:
        """What each tap sees of padded images ``(..., rows, columns, n)``: strided views."""
        down, across = (
            (n - k) // s + 1
            for n, k, s in zip(padded.shape[-3:-1], self.kernel, self.stride, strict=True)
        )
        (down_step, across_step), (n_rows, n_columns) = self.stride, self.kernel
        for i in range(n_rows):
            rows = slice(i, i + down_step * (down - 1) + 1, down_step)
            for j in range(n_columns):
                yield padded[..., rows, j : j + across_step * (across - 1) + 1 : across_step, :]

    def _added(self, parts: Iterator[Array], like: Array, size: Shape, n_axes: int) -> Array:
        (top, left), (height, width) = self.padding, size
        lead, n = like.shape[: like.ndim - n_axes], like.shape[-1]
        padded = np.zeros((*lead, height + 2 * top, width + 2 * left, n), like.dtype)
        for seen, part in zip(self.taps(padded), parts, strict=True):
            seen += part
        return padded[..., top : top + height, left : left + width, :]

    def _pad(self, images: Array) -> Array:
        if self.padding == (0, 0):
            return images
        (top, left), (height, width) = self.padding, images.shape[-3:-1]
        shape = (*images.shape[:-3], height + 2 * top, width + 2 * left, images.shape[-1])
        padded = np.zeros(shape, images.dtype)
        padded[..., top : top + height, left : left + width, :] = images
        return padded
