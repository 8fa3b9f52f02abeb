"""A training method that is wrong, to see that its steps are refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import polynet as pn
from solvers.training.method import FloatArray, Indices
from solvers.training.record import StepCounts

__all__ = ["Uphill"]


@dataclass(frozen=True)
class Uphill:
    """A method that is wrong: it walks away."""

    def stepper(self, loss: pn.CollectedLoss, free: Indices) -> Uphill:
        return self

    def run_pass(
        self, weights: FloatArray, rng: np.random.Generator, number: int = 1
    ) -> tuple[FloatArray, StepCounts]:
        return weights + 100.0, StepCounts((0, 1), moved=1)
