"""Targets from a random network of the same shape, so that loss 0 is known to be reachable."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from polynet.dataset import Dataset, checked_count
from polynet.errors import ShapeError

__all__ = ["TeacherNetwork", "teacher"]

_LARGEST_INTEGER = 3


class TeacherNetwork(Protocol):
    """What ``teacher`` asks of a network; ``polynet.Network`` has it."""

    @property
    def input_shape(self) -> tuple[int, ...] | None:
        """The shape of one input; None where the layers leave it open."""

    @property
    def n_parameters(self) -> int:
        """The length of the flat weight vector."""

    def random_weights(self, seed: int) -> NDArray[Any]:
        """Float weights, shape ``(n_parameters,)``, drawn with ``seed``."""

    def forward(self, weights: Any, inputs: Any) -> NDArray[Any]:
        """Outputs, shape ``(n, ...)``, in float arithmetic."""

    def forward_exact(self, weights: Any, inputs: Any) -> NDArray[Any]:
        """Outputs, shape ``(n, ...)``, of exact weights and inputs in exact arithmetic."""


def teacher(
    network: TeacherNetwork, n_examples: int = 100, *, seed: int = 0, exact: bool = False
) -> Dataset:
    """Random inputs with the outputs of ``network`` at random weights as targets.

    The weights are kept as ``true_weights`` of the dataset; the loss there is 0, exactly so for
    an exact dataset. Float data have standard normal inputs and the weights of
    ``network.random_weights(seed)``. Exact data have integer inputs from -3 to 3 and integer
    weights from -3 to 3 without 0. Inputs and weights come from independent streams of ``seed``.

    Outputs with several axes become one row of targets in C order. Raises ``InputError`` for
    fewer than one example, ``ShapeError`` where the network leaves its input shape open, and
    what ``network.forward_exact`` raises where the network itself holds floats.
    """
    n_examples = checked_count(n_examples, "teacher: n_examples")
    if network.input_shape is None:
        raise ShapeError(
            "teacher cannot draw inputs, since several input shapes fit this network: say which "
            "with network.with_input_shape((channels, height, width))"
        )
    shape = (n_examples, *network.input_shape)
    # A list of two gives another stream than the plain seed, which the weights use.
    input_stream = np.random.default_rng([seed, 1])
    inputs: NDArray[Any]
    if exact:
        inputs = input_stream.integers(-_LARGEST_INTEGER, _LARGEST_INTEGER + 1, size=shape)
        weights = _nonzero_integers(network.n_parameters, seed)
        outputs = network.forward_exact(weights, inputs)
    else:
        inputs = input_stream.standard_normal(shape)
        weights = network.random_weights(seed)
        outputs = network.forward(weights, inputs)
    targets = np.reshape(outputs, (shape[0], -1))
    kind = "integer" if exact else "normal"
    source = f"network with {network.n_parameters} random weights on {kind} inputs, seed {seed}"
    return Dataset(inputs, targets, "teacher", source, true_weights=weights)


def _nonzero_integers(n: int, seed: int) -> NDArray[np.int64]:
    stream = np.random.default_rng([seed, 2])
    values = np.array([k for k in range(-_LARGEST_INTEGER, _LARGEST_INTEGER + 1) if k != 0])
    return stream.choice(values, size=n)
