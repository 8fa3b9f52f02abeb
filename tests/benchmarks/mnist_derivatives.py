"""Value, gradient, Hessian product and one weight on all of MNIST, beside torch.

torch pays for all 60,000 images each time, the collected loss for none. torch has the same
number of threads, its tensors ready, the batch size that suits it best, and both precisions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import polynet as pn
from tests.benchmarks.figure import Figure, Goal, Settings
from tests.benchmarks.mnist_network import layered, training_data
from tests.benchmarks.timing import interleaved_medians, timed
from tests.benchmarks.torch_loss import TorchLoss

__all__ = ["measure"]

_QUERIES = ("value", "gradient", "hvp", "one weight")
_BATCHES = (500, 2_000, 10_000, 60_000)
_GOALS = {"gradient": 20.0}
_ONE_WEIGHT = "w0_0_0_1_1"


def measure(settings: Settings) -> list[Figure]:
    """Times of polynet and torch for every query, their ratios, and how far they differ."""
    torch.set_num_threads(settings.threads)
    try:
        data = training_data(settings.image_root, 10_000 if settings.quick else None)
    except pn.DataError as error:
        return [Figure("mnist", "gradient, torch / polynet", None, "x", "at least", 20, str(error))]
    race = _Race.of(data)
    times = interleaved_medians(race.contenders(), settings.rounds)
    figures = [
        Figure("mnist", f"{query}: polynet", times[f"{query}, polynet"], "s") for query in _QUERIES
    ]
    figures.append(Figure("mnist", "along any line: polynet", times["line"], "s"))
    for precision, theirs in race.torch_losses.items():
        for query in _QUERIES:
            figures += _beside(query, precision, times, f"batches of {theirs.rows:,}")
    return [*figures, *race.differences()]


def _beside(query: str, precision: str, times: dict[str, float], note: str) -> list[Figure]:
    theirs = min(value for name, value in times.items() if name.startswith(f"{query}, {precision}"))
    ratio, asked = theirs / times[f"{query}, polynet"], _GOALS.get(query)
    goal: Goal | None = None if asked is None else "at least"
    return [
        Figure("mnist", f"{query}: torch {precision}", theirs, "s", note=note),
        Figure("mnist", f"{query}: torch {precision} / polynet", ratio, "x", goal, asked),
    ]


@dataclass(frozen=True)
class _Race:
    loss: Any
    weights: NDArray[np.float64]
    direction: NDArray[np.float64]
    torch_losses: dict[str, TorchLoss]

    @classmethod
    def of(cls, data: pn.Dataset) -> _Race:
        """The collected loss, and torch's in both precisions with their best batches."""
        network = layered()
        weights = network.random_weights(0)
        direction = np.random.default_rng(1).normal(size=network.n_parameters)
        losses = {
            name: fastest(TorchLoss.of(network, weights, data, dtype))
            for name, dtype in (("float64", torch.float64), ("float32", torch.float32))
        }
        return cls(pn.collect(network, data), weights, direction, losses)

    @property
    def index(self) -> int:
        """The position of the one weight."""
        return int(self.loss.parameter_names.index(_ONE_WEIGHT))

    def restricted(self, name: str) -> NDArray[np.float64]:
        """Coefficients of the loss restricted to one weight, about its present value."""
        one = self.loss.restrict(name, self.weights)
        coefficients: NDArray[np.float64] = one.along(self.weights[self.loss.select([name])], [1.0])
        return coefficients

    def contenders(self) -> dict[str, Callable[[], Any]]:
        """Every query by everyone; torch's Hessian product in both of its ways."""
        loss, w = self.loss, self.weights
        # A new weight each time, all over the layers, as a pass over the weights would.
        names = cycle(loss.parameter_names[::97])
        result: dict[str, Callable[[], Any]] = {
            "value, polynet": lambda: loss.value(w),
            "gradient, polynet": lambda: loss.gradient(w),
            "hvp, polynet": lambda: loss.hvp(w, self.direction),
            "one weight, polynet": lambda: self.restricted(next(names)),
            "line": lambda: loss.along(w, self.direction),
        }
        for name, theirs in self.torch_losses.items():
            v = torch.tensor(self.direction).to(theirs.inputs.dtype)
            result |= {
                f"value, {name}": theirs.value,
                f"gradient, {name}": theirs.gradient,
                f"hvp, {name} reverse twice": partial(theirs.hvp_reverse_twice, v),
                f"hvp, {name} forward over reverse": partial(theirs.hvp_forward_over_reverse, v),
                f"one weight, {name}": partial(theirs.parabola, self.index),
            }
        return result

    def differences(self) -> list[Figure]:
        """Largest difference from torch in float64, relative to the largest entry."""
        theirs, loss, w = self.torch_losses["float64"], self.loss, self.weights
        v = torch.tensor(self.direction)
        pairs = {
            "value": (loss.value(w), theirs.value()),
            "gradient": (loss.gradient(w), theirs.gradient()),
            "hvp": (loss.hvp(w, self.direction), theirs.hvp_reverse_twice(v)),
            "one weight": (self.restricted(_ONE_WEIGHT), theirs.parabola(self.index)),
        }
        name = "relative difference from torch float64"
        return [
            Figure("mnist", f"{query}: {name}", _difference(*pair), "", "at most", 1e-10)
            for query, pair in pairs.items()
        ]


def fastest(loss: TorchLoss) -> TorchLoss:
    """With the batch size whose gradient was fastest at its best, in three turns for each."""
    candidates = [replace(loss, rows=min(rows, len(loss.inputs))) for rows in _BATCHES]
    turns = [[timed(candidate.gradient)[1] for candidate in candidates] for _ in range(3)]
    best = np.min(turns, axis=0)
    return candidates[int(np.argmin(best))]


def _difference(ours: Any, theirs: Any) -> float:
    expected = np.asarray(theirs)
    return float(np.abs(np.asarray(ours) - expected).max() / np.abs(expected).max())
