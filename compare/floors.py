"""Floors beside every score: what regression on the inputs reaches, and what no weights get below.

A task enters; a few :class:`Floor` values leave. A network whose score is not above that of linear
regression on the same inputs has shown nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.experiment import Experiment
from compare.method import FloatArray
from compare.task import Task
from polynet.dataset import Dataset
from polynet.layers import Dense
from polynet.network import Network
from polynet.rational import float_array
from solvers.training.accuracy import Accuracy

__all__ = ["Floor", "floors_of"]

_PENALTIES = np.logspace(-3, 5, 17)


@dataclass(frozen=True, slots=True)
class Floor:
    """What a model without hidden units reaches: sum of squares, and shares that are right."""

    name: str
    loss: float
    train_accuracy: float | None
    test_accuracy: float | None


def floors_of(task: Task | Experiment) -> tuple[Floor, ...]:
    """Linear regression, and ridge regression with the penalty that leave-one-out chooses.

    Both on the inputs with an intercept; of several least-squares solutions the smallest. The loss
    is the sum of squared errors, without any penalty.
    Cost: one singular value decomposition of the inputs.
    """
    inputs, targets = _table(task.data), float_array(task.data.targets)
    linear = Network([Dense(inputs.shape[1], targets.shape[1])])
    middle, level = inputs.mean(axis=0), targets.mean(axis=0)
    left, sizes, right = np.linalg.svd(inputs - middle, full_matrices=False)
    kept = sizes > sizes.max(initial=0.0) * max(inputs.shape) * np.finfo(float).eps
    left, sizes, right = left[:, kept], sizes[kept], right[kept]
    centred = left.T @ (targets - level)

    def floor(name: str, penalty: float) -> Floor:
        table = right.T @ ((sizes / (sizes**2 + penalty))[:, None] * centred)
        shares = []
        for data in (task.data, task.test):
            outputs = None if data is None else (_table(data) - middle) @ table + level
            shares.append(None if outputs is None else Accuracy(linear, data).share(outputs))
        errors = (inputs - middle) @ table + level - targets
        return Floor(name, float(np.sum(errors**2)), shares[0], shares[1])

    best = min(_PENALTIES, key=lambda penalty: _left_out(left, sizes, targets - level, penalty))
    return (
        floor("linear regression", 0.0),
        floor(f"ridge regression, penalty {best:.3g}", float(best)),
    )


def _left_out(left: FloatArray, sizes: FloatArray, targets: FloatArray, penalty: float) -> float:
    """The sum of squared errors on each example by a fit to all others (with the intercept)."""
    shrink = sizes**2 / (sizes**2 + penalty)
    fitted = left @ (shrink[:, None] * (left.T @ targets))
    leverage = np.einsum("ij,ij,j->i", left, left, shrink) + 1.0 / len(targets)
    return float(np.sum(((targets - fitted) / (1.0 - leverage)[:, None]) ** 2))


def _table(data: Dataset) -> FloatArray:
    table: FloatArray = float_array(data.inputs).reshape(len(data), -1)
    return table
