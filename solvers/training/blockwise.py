"""One layer at a time: the last by least squares, those below by exact steps of another method.

The last layer enters linearly, so that its least point is one linear solve; then the layers below
take a pass of line or coordinate steps with it fixed. Variable projection in turns.
Source: Golub and Pereyra, 'The differentiation of pseudo-inverses and nonlinear least squares
problems whose variables separate' (1973).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from polynet.collected_loss import CollectedLoss
from solvers.training.coordinatewise import Coordinatewise
from solvers.training.linear_layer import LinearLayer
from solvers.training.method import FloatArray, Indices, Stepper, TrainingMethod
from solvers.training.record import StepCounts

__all__ = ["Blockwise"]


@dataclass(frozen=True, slots=True)
class Blockwise:
    """Each pass: ``below`` on every layer under the last, then least squares for the last.

    ``below`` is ``Coordinatewise`` (neuron by neuron) or ``Linewise`` with any direction. The
    least squares solution is the nearest where there are several; penalties of the loss are its
    ridge. A network without weights below the last layer is solved in one pass.
    """

    below: TrainingMethod = field(default_factory=Coordinatewise)

    def stepper(self, loss: CollectedLoss, free: Indices) -> BlockStepper:
        """Passes over the blocks; ``free`` must hold the whole last layer."""
        linear = LinearLayer(loss)
        layers = [np.arange(r.start, r.stop) for _, r in loss.network.parameters.layers]
        blocks = [np.intersect1d(block, free) for block in layers[:-1]]
        return BlockStepper(
            loss, linear, tuple(self.below.stepper(loss, b) for b in blocks if len(b))
        )


class BlockStepper:
    """A pass over the blocks, first the layers below in order, then the last."""

    def __init__(
        self, loss: CollectedLoss, linear: LinearLayer, below: tuple[Stepper, ...]
    ) -> None:
        self._loss, self._linear, self._below = loss, linear, below

    def run_pass(
        self, weights: FloatArray, rng: np.random.Generator, number: int = 1
    ) -> tuple[FloatArray, StepCounts]:
        """One pass of each block."""
        counts = StepCounts()
        for stepper in self._below:
            weights, met = stepper.run_pass(weights, rng, number)
            counts = counts + met
        solved, before = self._linear.solve(weights), self._loss.value(weights)
        if self._loss.value(solved) > before * (1.0 + self._loss.rounding):
            return weights, replace(counts, refused=counts.refused + 1)
        return solved, counts
