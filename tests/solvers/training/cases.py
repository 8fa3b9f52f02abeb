"""Small networks of every kind of layer with data, for all training methods alike."""

from __future__ import annotations

import numpy as np

import polynet as pn

__all__ = ["CASES", "images"]


def images(network: pn.Network, n: int = 12, seed: int = 0) -> pn.Dataset:
    """Standard normal inputs and targets that fit ``network``."""
    rng = np.random.default_rng(seed)
    shape = tuple(network.input_shape or ())
    return pn.Dataset(rng.standard_normal((n, *shape)), rng.standard_normal((n, network.n_outputs)))


CASES = {
    "linear": pn.Network([pn.Dense(3, 2), pn.Dense(2, 2)]),
    "squares": pn.Network([pn.Dense(3, 2), pn.Square(), pn.Dense(2, 2)]),
    "cubes": pn.Network([pn.Dense(2, 2, bias=False), pn.Power(3), pn.Dense(2, 1)]),
    "deep": pn.Network([pn.Dense(2, 2), pn.Square(), pn.Dense(2, 2), pn.Square(), pn.Dense(2, 1)]),
    "products": pn.Network([pn.Dense(3, 2), pn.NodeProduct(squares=True), pn.Dense(5, 2)]),
    "trainable": pn.Network(
        [pn.Dense(2, 2), pn.Polynomial([0, 1, 1], trainable=True), pn.Dense(2, 1)]
    ),
    "convolution": pn.Network(
        [pn.Conv2d(1, 2, 2), pn.Square(), pn.AvgPool2d(2), pn.Flatten(), pn.Dense(2, 2)],
        input_shape=(1, 3, 3),
    ),
    "filter": pn.Network(
        [pn.Conv2d(1, 1, 2, bias=False), pn.Flatten(), pn.Dense(4, 3, bias=False)],
        input_shape=(1, 3, 3),
    ),
}
