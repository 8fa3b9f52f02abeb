"""The share of examples that a network classifies rightly."""

from __future__ import annotations

import numpy as np

from polynet.dataset import Dataset
from polynet.errors import InputError
from polynet.expression import NetworkLike
from polynet.rational import float_array
from solvers.training.method import FloatArray

__all__ = ["Accuracy", "predicted_outputs"]

_ROWS = 1024


class Accuracy:
    """Accuracy on ``data``; ``of`` gives None where its targets are no classes."""

    def __init__(self, network: NetworkLike, data: Dataset | None) -> None:
        self._network = network
        self._inputs = None if data is None else float_array(data.inputs)
        try:
            self._labels = None if data is None else data.class_labels()
        except InputError:
            self._labels = None
        # A single target is 1 or a smaller number; halfway between them lies the border.
        others = None if data is None else data.targets.min()
        self._border = 0.5 * (1.0 + float(others)) if others is not None else 0.5

    def of(self, weights: FloatArray) -> float | None:
        """The share of examples whose greatest output is at their class."""
        if self._labels is None or self._inputs is None:
            return None
        return self.share(predicted_outputs(self._network, weights, self._inputs))

    def share(self, outputs: FloatArray) -> float | None:
        """The same of outputs ``(n_examples, n_outputs)`` that are computed already."""
        if self._labels is None:
            return None
        if outputs.shape[1] == 1:
            predicted = (outputs[:, 0] > self._border).astype(np.int64)
        else:
            predicted = outputs.argmax(axis=1)
        return float(np.mean(predicted == self._labels))


def predicted_outputs(network: NetworkLike, weights: FloatArray, inputs: FloatArray) -> FloatArray:
    """The outputs ``(n_examples, n_outputs)``, some examples at a time."""
    parts = [
        network.evaluate((weights,), inputs[low : low + _ROWS], 1)[0]
        for low in range(0, len(inputs), _ROWS)
    ]
    return np.concatenate(parts)
