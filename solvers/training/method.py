"""What a training method is: something that makes a stepper for a loss."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from polynet.collected_loss import CollectedLoss
from solvers.training.record import StepCounts

__all__ = ["FloatArray", "Indices", "Stepper", "TrainingMethod"]

FloatArray: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.intp]


class Stepper(Protocol):
    """Takes weights through one pass; it may remember what it learnt of the loss on the way."""

    def run_pass(
        self, weights: FloatArray, rng: np.random.Generator, number: int = 1
    ) -> tuple[FloatArray, StepCounts]:
        """The weights after pass ``number`` (from 1), a new array, and what its steps met."""


class TrainingMethod(Protocol):
    """A way of training; a small frozen object."""

    def stepper(self, loss: CollectedLoss, free: Indices) -> Stepper:
        """What moves the weights with indices ``free`` on ``loss``; the others stay."""
