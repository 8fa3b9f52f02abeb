"""Families of critical systems with known numbers of solutions at generic parameters."""

from __future__ import annotations

from itertools import pairwise

from polynet import Dense, Network, Square
from polynet.critical_family import CriticalFamily, critical_family
from polynet.dataset import Dataset

__all__ = ["DEEP_LINEAR", "linear_family", "xor_family"]

DEEP_LINEAR: tuple[tuple[tuple[int, ...], int, int, int], ...] = (
    ((1, 1, 1), 1, 5, 4),
    ((2, 1, 2), 1, 9, 8),
    ((3, 1, 3), 1, 13, 12),
    ((1, 2, 1), 1, 9, 0),
    ((2, 2, 2), 1, 33, 16),
    ((2, 2, 3), 1, 73, 48),
    ((3, 2, 3), 1, 73, 48),
    ((2, 3, 2), 1, 73, 0),
    ((1, 1, 1, 1), 1, 17, 16),
    ((2, 1, 1, 2), 1, 33, 32),
    ((1, 2, 2, 1), 1, 129, 64),
    ((2, 1, 2), 2, 17, 16),
    ((1, 1, 1, 1, 1), 1, 49, 48),
)
"""Widths, examples, solutions, solutions without zero coordinate.

Mehta, Chen, Tang, Hauenstein (arXiv:1810.07716); Bharadwaj, Hosten (arXiv:2301.12651).
"""


def linear_family(widths: tuple[int, ...], n_examples: int = 1) -> CriticalFamily:
    """Data and one penalty for each weight are parameters."""
    layers = [Dense(a, b, bias=False) for a, b in pairwise(widths)]
    return critical_family(Network(layers), n_examples)


def xor_family(n_hidden: int) -> CriticalFamily:
    """Square activation on XOR; the penalties are the parameters."""
    layers = [Dense(2, n_hidden, bias=False), Square(), Dense(n_hidden, 1, bias=False)]
    data = Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])
    return critical_family(Network(layers), 4, parameters=("l2",), data=data)
