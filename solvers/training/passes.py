"""One pass after another: on all examples, or in mini-batches; nothing that rises is kept.

Weights and their loss enter, and leave lower or as they were. On all examples that holds of the
loss itself. In batches it holds of the loss of each batch while steps are taken on it, and the
loss of all examples may rise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from polynet.collected_loss import CollectedLoss
from polynet.rational import float_array
from solvers.training.balancing import balanced
from solvers.training.batches import Batches
from solvers.training.batchwise import BatchStepper
from solvers.training.method import FloatArray, Indices, Stepper, TrainingMethod
from solvers.training.record import StepCounts

__all__ = ["PassPlan", "PassResult", "Passes"]

_ROUNDING = 1e-9
"""A relative rise of the loss that rounding may have made in all steps of a pass, in double."""


@dataclass(frozen=True, slots=True, eq=False)
class PassResult:
    """Weights after a pass, the loss of all examples there, and what was met.

    ``batch`` is the number of examples of a batch, None where the pass was on all of them.
    """

    weights: FloatArray
    loss: float
    counts: StepCounts
    batch: int | None


@dataclass(frozen=True, slots=True)
class PassPlan:
    """How passes go: batches (None: all examples at once), and whether weights are balanced."""

    batches: Batches | None = None
    balance: bool = False


class Passes:
    """Passes of ``method`` over ``loss``; what a stepper remembers lasts while all examples do."""

    def __init__(
        self, loss: CollectedLoss, method: TrainingMethod, seed: int, plan: PassPlan
    ) -> None:
        self._loss, self._method, self._seed, self._plan = loss, method, seed, plan
        self._free = np.arange(loss.n_parameters)
        # Made at once where it is used at once, so that what it refuses is refused before any work.
        self._whole = None if plan.batches else method.stepper(loss, self._free)

    def take(self, number: int, weights: FloatArray, before: float) -> PassResult:
        """Pass ``number`` (from 1) from weights with the loss ``before``."""
        # A generator of its own for each pass, so that a record can go on from any.
        rng = np.random.default_rng([self._seed, number])
        batches, n = self._plan.batches, self._loss.n_examples
        size = n if batches is None else batches.size_in(number, n)
        if batches is not None and size < n:
            weights, counts = self._in_batches(batches.cut(size, n, rng), weights, rng)
            value = self._loss.value(weights)
        else:
            if self._whole is None:
                self._whole = self._method.stepper(self._loss, self._free)
            weights, value, counts = _guarded(self._whole, self._loss, weights, before, rng, number)
        if self._plan.balance:
            weights, value = self._balanced(weights, value)
        return PassResult(weights, value, counts, self._batch_in(number, size))

    def _batch_in(self, number: int, size: int) -> int | None:
        """Examples of a batch, by the plan or by a method that cuts its own; None for all."""
        if size < self._loss.n_examples:
            return size
        return self._whole.batch_in(number) if isinstance(self._whole, BatchStepper) else None

    def _in_batches(
        self, batches: list[Indices], weights: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, StepCounts]:
        """A pass of the method on each batch; its memory begins anew with each."""
        counts = StepCounts()
        for rows in batches:
            part = self._loss.subset(rows)
            stepper = self._method.stepper(part, self._free)
            weights, _, met = _guarded(stepper, part, weights, part.value(weights), rng)
            counts = counts + met
        return weights, counts

    def _balanced(self, weights: FloatArray, value: float) -> tuple[FloatArray, float]:
        """Balanced by the penalties, or by equal ones where there are none."""
        penalties = float_array(self._loss.l2)
        moved = balanced(self._loss.network, weights, penalties if penalties.any() else 1.0)
        there = self._loss.value(moved)
        return (moved, there) if _no_higher(there, value, self._loss.rounding) else (weights, value)


def _guarded(
    stepper: Stepper,
    loss: CollectedLoss,
    weights: FloatArray,
    before: float,
    rng: np.random.Generator,
    number: int = 1,
) -> tuple[FloatArray, float, StepCounts]:
    """The weights after a pass of ``stepper``, or as they were where the loss would rise."""
    moved, counts = stepper.run_pass(weights, rng, number)
    value = loss.value(moved)
    if _no_higher(value, before, loss.rounding):
        return moved, value, counts
    return weights, before, replace(counts, moved=0, refused=counts.refused + counts.moved)


def _no_higher(value: float, before: float, rounding: float) -> bool:
    return value <= before + max(_ROUNDING, rounding) * abs(before)
