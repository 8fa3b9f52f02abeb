"""The network and the data of the benchmarks on MNIST."""

from __future__ import annotations

from pathlib import Path

import polynet as pn

__all__ = ["FILTER", "N_CLASSES", "SIDE", "layered", "training_data"]

SIDE, FILTER, N_CLASSES = 28, 3, 10


def layered() -> pn.Network:
    """28x28 images, one 3x3 filter, ten linear outputs: 6,769 weights, no biases."""
    hidden = (SIDE - FILTER + 1) ** 2
    return pn.Network(
        [
            pn.Conv2d(1, 1, FILTER, bias=False),
            pn.Flatten(),
            pn.Dense(hidden, N_CLASSES, bias=False),
        ]
    )


def training_data(root: Path, limit: int | None = None) -> pn.Dataset:
    """The training set, or its first ``limit`` images; ``DataError`` where it is not there."""
    return pn.datasets.mnist(root, limit=limit)
