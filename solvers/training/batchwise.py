"""Random batches: the direction from one, the exact line minimum on the next.

A line search on the examples that made its direction fits their noise. On examples that the
direction has not seen, the least point of the line is an honest one: where noise outweighs the
slope the exact step shrinks by itself, which is all that a schedule of learning rates is for.
Directions are running sums of gradients in a Kronecker-factored metric. Batches grow, and when one
would be all examples, directions are those of L-BFGS in that metric on all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from polynet.collected_loss import CollectedLoss
from polynet.dataset import checked_count
from polynet.errors import InputError
from polynet.layers import Dense
from polynet.network import Network
from polynet.sample_form import SampleForm
from solvers.training.batches import Batches
from solvers.training.directions import BFGSMemory
from solvers.training.kronecker import KroneckerMetric
from solvers.training.line_step import line_minimum
from solvers.training.linear_layer import LinearLayer
from solvers.training.method import FloatArray, Indices
from solvers.training.record import StepCounts

__all__ = ["Batchwise"]

_METRIC_STEPS = 20
"""Steps until the metric is made anew."""

_METRIC_EXAMPLES = 2000
"""Examples that a metric is made of, at most."""

_LEAST_DAMPING = 0.03
"""Of the damping at first, however large batches have grown."""

_START_EXAMPLES = 5000
"""Examples of the least squares at the start; a fifth of them judges it."""


@dataclass(frozen=True, slots=True)
class Batchwise:
    """Exact line minima on random batches of ``batch`` examples, each for the last one's direction.

    With g_k the gradient on batch k, m_k = ``momentum`` m_(k-1) + g_k and K the Kronecker-factored
    Gauss-Newton matrix (damping added), step k goes to the global minimum of the loss of batch
    k + 1 on the line along -K^-1 m_k. A pass takes each example once; batches grow by ``growth``
    with each. A pass in which a batch is more than half of all examples is ``lines`` exact line
    searches on all of them, along L-BFGS directions (``memory`` pairs) in the metric. What is added
    is ``damping`` at first and falls as the square of what batches have grown by: where gradients
    are less noisy, directions of little curvature are worth following.

    A last ``Dense`` layer starts at the least squares of some examples where others find that
    better. Needs a network of layers and a loss held as samples. Raises ``InputError``
    for settings out of range. Cost of a step: a gradient and a line on a batch.
    """

    batch: int = 1000
    growth: float = 2.0
    momentum: float = 0.9
    damping: float = 1e-2
    lines: int = 5
    memory: int = 20

    def __post_init__(self) -> None:
        Batches(self.batch, self.growth)
        for name in ("lines", "memory"):
            object.__setattr__(self, name, checked_count(getattr(self, name), f"Batchwise {name}"))
        if not 0.0 <= self.momentum < 1.0:
            raise InputError(f"momentum is {self.momentum!r}; it must be from 0 to below 1")
        if not 0.0 < self.damping < float("inf"):
            raise InputError(f"damping is {self.damping!r}; it must be a positive number")

    def stepper(self, loss: CollectedLoss, free: Indices) -> BatchStepper:
        """Steps in the weights ``free``."""
        if not isinstance(loss.network, Network) or not isinstance(loss.form, SampleForm):
            raise InputError(
                "Batchwise() needs a network of layers and a loss held as samples; give "
                'form="samples", or use Linewise()'
            )
        return BatchStepper(self, loss, free)


class BatchStepper:
    """Passes over batches, larger with each; the running sum of gradients is remembered."""

    def __init__(self, method: Batchwise, loss: CollectedLoss, free: Indices) -> None:
        self._method, self._loss = method, loss
        self._free = np.zeros(loss.n_parameters)
        self._free[free] = 1.0
        self._batches = Batches(method.batch, method.growth)
        self._end: FloatArray | None = None
        self._forget()

    def run_pass(
        self, weights: FloatArray, rng: np.random.Generator, number: int = 1
    ) -> tuple[FloatArray, StepCounts]:
        """Each example once in a batch; or line searches on all examples."""
        if self._end is not None and not np.array_equal(weights, self._end):
            self._forget()  # the last pass was taken back: what it learnt is of other weights
        if number == 1:
            weights = self._started(weights, rng)
        size = self.batch_in(number)
        grown = (size or self._loss.n_examples) / min(self._method.batch, self._loss.n_examples)
        self._damping = self._method.damping * max(_LEAST_DAMPING, 1.0 / grown**2)
        self._steps = 0  # a metric with this damping
        if size is None:
            weights, counts = self._on_all(weights, rng)
        else:
            weights, counts = self._in_batches(size, weights, rng)
        self._end = weights
        return weights, counts

    def batch_in(self, number: int) -> int | None:
        """Examples of a batch in pass ``number``; None where lines are on all examples."""
        n = self._loss.n_examples
        size = self._batches.size_in(number, n)
        return size if 2 * size <= n else None

    def _forget(self) -> None:
        self._steps, self._sum = 0, np.zeros(self._loss.n_parameters)
        self._metric: Callable[[FloatArray], FloatArray] | None = None
        self._memory: BFGSMemory | None = None

    def _in_batches(
        self, size: int, weights: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, StepCounts]:
        """A step on each batch."""
        counts = StepCounts()
        for rows in self._batches.cut(size, self._loss.n_examples, rng):
            weights, met = self._step(self._loss.subset(rows), weights, rng)
            counts = counts + met
        return weights, counts

    def _step(
        self, part: CollectedLoss, weights: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, StepCounts]:
        """Along the direction so far to the least point of ``part``; then its gradient."""
        direction = np.zeros_like(weights)
        if self._metric is not None:
            direction = -self._free * self._metric(self._sum)
        weights, gradient, counts = self._searched(part, weights, direction)
        if self._steps % _METRIC_STEPS == 0:
            self._metric = self._made_metric(part, weights, rng)
        self._steps += 1
        self._sum = self._method.momentum * self._sum + self._free * gradient / part.n_examples
        return weights, counts

    def _searched(
        self, loss: CollectedLoss, weights: FloatArray, direction: FloatArray
    ) -> tuple[FloatArray, FloatArray, StepCounts]:
        """The least point of the line, the gradient there, and what was met."""
        if not direction.any():
            return weights, loss.value_and_gradient(weights)[1], StepCounts()
        least = line_minimum(loss, weights, direction)
        value, gradient = loss.value_and_gradient(least.weights)
        if value <= least.before * (1.0 + loss.rounding):
            return least.weights, gradient, least.counts
        refused = replace(least.counts, moved=0, refused=1)
        return weights, loss.value_and_gradient(weights)[1], refused

    def _on_all(
        self, weights: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, StepCounts]:
        """L-BFGS directions in the metric, on all examples."""
        if self._memory is None:
            self._metric = self._made_metric(self._loss, weights, rng)
            self._memory = BFGSMemory(self._method.memory, self._metric)
            self._gradient = self._loss.value_and_gradient(weights)[1]
        counts = StepCounts()
        for _ in range(self._method.lines):
            direction = self._memory.next(weights, self._free * self._gradient)
            weights, self._gradient, met = self._searched(
                self._loss, weights, self._free * direction
            )
            counts = counts + met
        return weights, counts

    def _started(self, weights: FloatArray, rng: np.random.Generator) -> FloatArray:
        """The last layer by least squares, if other examples than those find it better."""
        n = min(self._loss.n_examples, _START_EXAMPLES)
        rows, network = rng.permutation(self._loss.n_examples)[:n], self._loss.network
        if n < 2 or not isinstance(network, Network) or not isinstance(network.layers[-1], Dense):
            return weights
        fitted, unseen = (self._loss.subset(some) for some in np.split(rows, [n - max(1, n // 5)]))
        linear = LinearLayer(fitted)
        if not self._free[linear.weights].all():
            return weights
        solved = linear.solve(weights)
        return solved if unseen.value(solved) < unseen.value(weights) else weights

    def _made_metric(
        self, loss: CollectedLoss, weights: FloatArray, rng: np.random.Generator
    ) -> KroneckerMetric:
        n = loss.n_examples
        if n > _METRIC_EXAMPLES:
            loss = loss.subset(rng.choice(n, _METRIC_EXAMPLES, replace=False))
        return KroneckerMetric(loss, weights, self._damping, rng)
