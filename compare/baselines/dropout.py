"""Dropout with the masks of torch 0.2, so that published runs can be drawn again.

Later versions of torch draw masks in another way from the same generator. Its 32-bit numbers are
the same (the Mersenne twister's), and so is ``randperm``, hence batches.
"""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor, nn

__all__ = ["Dropout", "skip_words", "words"]

_LARGEST = 1 << 24


class Dropout(nn.Module):
    """Each of ``shape`` entries of an example is zero or doubled in training, half and half.

    ``shape`` is that of one example's mask: ``(channels, 1, 1)`` takes whole channels. An entry is
    kept where the next 32-bit number of torch's generator is at most 2^31.
    """

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape

    @property
    def n_words(self) -> int:
        """How many 32-bit numbers the mask of one example takes."""
        return prod(self.shape)

    def forward(self, inputs: Tensor) -> Tensor:
        if not self.training:
            return inputs
        kept = words(len(inputs) * self.n_words) <= 1 << 31
        mask = 2 * kept.view(-1, *self.shape).to(inputs.dtype)
        return inputs * mask.to(inputs.device)


def words(n: int) -> Tensor:
    """The next ``n`` 32-bit numbers of torch's generator, as int64.

    Numbers of 64 bits are two of these, the first one above; for an odd n one is left unused.
    """
    pairs = torch.empty((n + 1) // 2, dtype=torch.int64).random_(-(1 << 63), None)
    return torch.stack([(pairs >> 32) & 0xFFFFFFFF, pairs & 0xFFFFFFFF], dim=1).view(-1)[:n]


def skip_words(n: int) -> None:
    """Use up ``n`` numbers of torch's generator; about 5 ns each."""
    for start in range(0, n - n % 2, _LARGEST):
        torch.empty(min(_LARGEST, n - start) // 2, dtype=torch.int64).random_(-(1 << 63), None)
    if n % 2:
        torch.randint(2, ())
