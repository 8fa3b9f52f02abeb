"""Windows of images: which pixels a convolution or a pooling layer sees at each position."""

from __future__ import annotations

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
        """``(..., height, width)`` to ``(..., n_taps, n_windows)``: each window as a column."""
        padded = self._pad(images)
        views = np.lib.stride_tricks.sliding_window_view(padded, self.kernel, axis=(-2, -1))
        views = views[..., :: self.stride[0], :: self.stride[1], :, :]
        taps_first = np.moveaxis(views, (-2, -1), (-4, -3))
        down, across = views.shape[-4:-2]
        return taps_first.reshape(*images.shape[:-2], self.n_taps, down * across)

    def fold(self, patches: Array, size: Shape) -> Array:
        """The adjoint of ``patches``: window entries added up at their pixels."""
        down, across = self.grid(size)
        lanes = patches.shape[:-2]
        taps = patches.reshape(*lanes, *self.kernel, down, across)
        (top, left), (down_step, across_step) = self.padding, self.stride
        padded = np.zeros((*lanes, size[0] + 2 * top, size[1] + 2 * left), patches.dtype)
        for i in range(self.kernel[0]):
            rows = slice(i, i + down_step * (down - 1) + 1, down_step)
            for j in range(self.kernel[1]):
                columns = slice(j, j + across_step * (across - 1) + 1, across_step)
                padded[..., rows, columns] += taps[..., i, j, :, :]
        return padded[..., top : top + size[0], left : left + size[1]]

    def _pad(self, images: Array) -> Array:
        if self.padding == (0, 0):
            return images
        (top, left), (height, width) = self.padding, images.shape[-2:]
        shape = (*images.shape[:-2], height + 2 * top, width + 2 * left)
        padded = np.zeros(shape, images.dtype)
        padded[..., top : top + height, left : left + width] = images
        return padded
