"""The network of MNIST written by hand, node by node, in symengine.

Filter weights are shared among the 676 nodes of the first layer; the ten outputs are ordinary
nodes. Expressions and the compiled, collected program must take less than 30 seconds, and the
loss must be that of the layers.
"""

from __future__ import annotations

import numpy as np
import symengine

import polynet as pn
from polynet.expression import ExpressionNetwork, collected_program
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.mnist_network import FILTER, N_CLASSES, SIDE, layered, training_data
from tests.benchmarks.timing import timed

__all__ = ["measure"]

_LIMIT_SECONDS = 30
_N_IMAGES = 10_000


def measure(settings: Settings) -> list[Figure]:
    """Seconds of both steps, and how far the losses differ."""
    network, building = timed(by_hand)
    _, compiling = timed(lambda: collected_program(network, 1_000_000))
    figures = [
        Figure("by-hand", "expressions in 784 inputs and 6,769 weights", building, "s"),
        Figure("by-hand", "compiled to the collected program", compiling, "s"),
        Figure(
            "by-hand",
            "expressions and program",
            building + compiling,
            "s",
            "below",
            _LIMIT_SECONDS,
        ),
    ]
    try:
        difference = largest_difference(network, settings)
    except pn.DataError as error:
        return [*figures, _same(None, str(error))]
    return [*figures, _same(difference, f"on {_N_IMAGES:,} images")]


def _same(difference: float | None, note: str) -> Figure:
    name = "relative difference from the layers, value and gradient"
    return Figure("by-hand", name, difference, "", "at most", 1e-12, note)


def by_hand() -> ExpressionNetwork:
    """One node of the first layer for each window, on the same filter weights."""
    builder = pn.Builder()
    pixels = np.array(builder.inputs(SIDE * SIDE), object).reshape(SIDE, SIDE)
    weights = builder.weights((FILTER, FILTER), "filter.weight")
    hidden = [
        symengine.Add(*(weights * pixels[i : i + FILTER, j : j + FILTER]).ravel())
        for i in range(SIDE - FILTER + 1)
        for j in range(SIDE - FILTER + 1)
    ]
    return builder.network([builder.node(hidden, bias=False) for _ in range(N_CLASSES)])


def largest_difference(network: ExpressionNetwork, settings: Settings) -> float:
    """Between the loss of ``network`` and that of the layers, relative to the latter."""
    data = training_data(settings.image_root, _N_IMAGES)
    hand, layers = pn.collect(network, data.flatten()), pn.collect(layered(), data)
    weights = layered().random_weights(0)
    value = abs(hand.value(weights) / layers.value(weights) - 1)
    gradient = layers.gradient(weights)
    difference = np.abs(hand.gradient(weights) - gradient).max() / np.abs(gradient).max()
    return max(float(value), float(difference))
