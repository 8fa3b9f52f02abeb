"""Mini-batches: which examples a pass takes its steps on.

A pass goes through all examples in a random order, cut into batches; each batch is a loss of its
own, on which the method takes one pass. The order follows from the seed and the number of the pass,
so that a record goes on with the same batches.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log

import numpy as np

from polynet.dataset import checked_count
from polynet.errors import InputError
from solvers.training.method import Indices

__all__ = ["Batches"]


@dataclass(frozen=True, slots=True)
class Batches:
    """Batches of ``size`` examples at most in the first pass, in each next ``growth`` times that.

    Raises ``InputError`` for a size that is no count and a growth below 1.
    """

    size: int
    growth: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", checked_count(self.size, "batch"))
        if not 1.0 <= self.growth < float("inf"):
            raise InputError(f"growth is {self.growth!r}; a batch grows by a factor of 1 or more")

    def size_in(self, number: int, n_examples: int) -> int:
        """Examples of a batch in pass ``number`` (from 1); ``n_examples`` where that is all.

        >>> [Batches(100, 2.0).size_in(number, 1000) for number in (1, 2, 4, 5, 5000)]
        [100, 200, 800, 1000, 1000]
        """
        if (number - 1) * log(self.growth) >= log(n_examples / self.size):
            return n_examples
        return ceil(self.size * self.growth ** (number - 1))

    def cut(self, size: int, n_examples: int, rng: np.random.Generator) -> list[Indices]:
        """All examples in random order, in as few batches of ``size`` or fewer as there can be."""
        return np.array_split(rng.permutation(n_examples), ceil(n_examples / size))
