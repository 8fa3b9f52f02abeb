"""Polynomial networks for MNIST, the ReLU networks beside them, and what is asked of them.

Four have no more weights than the four of the subspace zoo (Greydanus); a fifth sees means of 2x2
pixels, which take no weights, and so does its ReLU counterpart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import nn

import polynet as pn
import solvers

__all__ = ["CONTESTS", "Contest", "products"]

ACT = pn.Polynomial([0, 1, 0.5])


@dataclass(frozen=True)
class Contest:
    """A network, what its zoo entry reached, what is asked and aimed at, and how it is trained."""

    name: str
    network: pn.Network
    relu: Callable[[], nn.Module]
    asked: float
    aim: float | None
    method: solvers.Batchwise
    passes: int


def products(latent: int, hidden: int, *, pooled: bool = False) -> pn.Network:
    """Pixels -> latent, all products -> hidden, all products -> 10.

    With ``pooled`` the pixels are means of 2x2, which takes no weights.
    """
    seen, last = (n + n * (n + 1) // 2 for n in (latent, hidden))
    layers = [
        *([pn.AvgPool2d(2)] if pooled else []),
        pn.Flatten(),
        pn.Dense(196 if pooled else 784, latent),
        pn.NodeProduct(squares=True),
        pn.Dense(seen, hidden),
        pn.NodeProduct(squares=True),
        pn.Dense(last, 10),
    ]
    return pn.Network(layers, (1, 28, 28))


def convolutions(first: int, second: int, hidden: int) -> pn.Network:
    """The zoo's network with z + z^2/2 for ReLU and means for maxima."""
    layers = [
        pn.Conv2d(1, first, 4),
        ACT,
        pn.AvgPool2d(2),
        pn.Conv2d(first, second, 4),
        ACT,
        pn.AvgPool2d(2),
        pn.Flatten(),
        pn.Dense(16 * second, hidden),
        ACT,
        pn.Dense(hidden, 10),
    ]
    return pn.Network(layers, (1, 28, 28))


def relu_dense(hidden: int) -> nn.Module:
    """784 -> hidden -> 10 with ReLU."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))


def relu_pooled(hidden: int) -> nn.Module:
    """The same on means of 2x2 pixels."""
    layers = (nn.AvgPool2d(2), nn.Flatten(), nn.Linear(196, hidden), nn.ReLU())
    return nn.Sequential(*layers, nn.Linear(hidden, 10))


def relu_convolutions(first: int, second: int, hidden: int) -> nn.Module:
    """The zoo's convolutional network."""
    return nn.Sequential(
        *(nn.Conv2d(1, first, 4), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(first, second, 4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(16 * second, hidden), nn.ReLU(), nn.Linear(hidden, 10)),
    )


CONTESTS = (
    Contest(
        "full, 12,730",
        products(12, 16),
        partial(relu_dense, 16),
        94.5,
        96.0,
        solvers.Batchwise(1000, growth=2.0, lines=10),
        8,
    ),
    Contest(
        "full, 25,450",
        products(20, 24),
        partial(relu_dense, 32),
        96.5,
        None,
        solvers.Batchwise(1000, growth=2.0, lines=10),
        8,
    ),
    Contest(
        "means of 2x2 first, 12,730",
        products(28, 12, pooled=True),
        partial(relu_pooled, 61),
        94.5,
        96.0,
        solvers.Batchwise(1000),
        5,
    ),
    Contest(
        "conv, 3,369",
        convolutions(6, 6, 25),
        partial(relu_convolutions, 6, 6, 25),
        95.6,
        97.5,
        solvers.Batchwise(500),
        5,
    ),
    Contest(
        "conv, 10,754",
        convolutions(8, 16, 32),
        partial(relu_convolutions, 8, 16, 32),
        97.6,
        98.5,
        solvers.Batchwise(500),
        5,
    ),
)
