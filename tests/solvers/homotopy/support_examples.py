"""Supports of systems whose mixed volumes are in print, and of small random ones."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

import polynet as pn
from polynet.critical_system import critical_system

Supports = list[NDArray[np.int64]]


def cyclic(n: int) -> Supports:
    """Cyclic n-roots: sums of products of k neighbours for k < n, and x_1 ... x_n - 1."""
    rows = [[[int((i - s) % n < k) for i in range(n)] for s in range(n)] for k in range(1, n)]
    return [np.array(support) for support in [*rows, [[1] * n, [0] * n]]]


def katsura(n: int) -> Supports:
    """Katsura's magnetism in u_0, ..., u_n: a linear equation and n quadrics."""
    unit = np.eye(n + 1, dtype=np.int64)
    linear = np.concatenate([unit, np.zeros((1, n + 1), np.int64)])
    quadrics = [
        np.array([unit[abs(i)] + unit[abs(k - i)] for i in range(k - n, n + 1)] + [unit[k]])
        for k in range(n)
    ]
    return [linear, *quadrics]


def noon(n: int) -> Supports:
    """Noonburg's neural network: x_i sum_{j != i} x_j^2 - c x_i + 1."""
    unit = np.eye(n, dtype=np.int64)
    return [
        np.array([unit[i] + 2 * unit[j] * (i != j) for j in range(n)] + [0 * unit[0]])
        for i in range(n)
    ]


def simplices(degrees: Sequence[int]) -> Supports:
    """conv(0, d e_1, ..., d e_n) for each degree d."""
    n = len(degrees)
    corners = np.concatenate([np.zeros((1, n), np.int64), np.eye(n, dtype=np.int64)])
    return [d * corners for d in degrees]


def linear_network(widths: Sequence[int]) -> Supports:
    """The gradient of a deep linear network's loss, one example, each weight penalised by its own.

    As in Mehta, Chen, Tang, Hauenstein, arXiv:1810.07716.
    """
    rng = np.random.default_rng(0)
    layers = [pn.Dense(a, b, bias=False) for a, b in pairwise(widths)]
    data = pn.Dataset(rng.integers(1, 50, (1, widths[0])), rng.integers(1, 50, (1, widths[-1])))
    n_weights = sum(a * b for a, b in pairwise(widths))
    penalty = [Fraction(int(value), 7) for value in rng.integers(1, 50, n_weights)]
    loss = pn.collect(pn.Network(layers), data, l2=penalty)
    return [np.array(p.exponents) for p in critical_system(loss.expand()).polynomials]


@st.composite
def small_supports(draw: st.DrawFn, least: int = 1, most: int = 3) -> Supports:
    """n supports in Z^n of a few points near the origin, flat and repeated ones among them."""
    n = draw(st.integers(least, most))
    point = st.lists(st.integers(-3, 3), min_size=n, max_size=n)
    size = {1: 7, 2: 6, 3: 5}[n]
    return [np.array(draw(st.lists(point, min_size=1, max_size=size))) for _ in range(n)]
