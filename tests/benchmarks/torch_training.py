"""The same network trained by torch: how long Adam and L-BFGS take to a given training loss."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import mse_loss

import compare
import polynet as pn

__all__ = ["TorchRun", "adam", "lbfgs"]

RATES = (1e-3, 3e-3, 1e-2, 3e-2)
HISTORY, ITERATIONS = 20, 20


@dataclass(frozen=True, slots=True)
class TorchRun:
    """``seconds`` of training until the loss (a sum of squares) was ``loss`` or time was up.

    ``cpu`` are processor seconds of it.
    """

    name: str
    seconds: float
    cpu: float
    loss: float
    reached: bool
    weights: NDArray


def adam(
    network: pn.Network,
    start: NDArray,
    data: pn.Dataset,
    loss: float,
    *,
    rows: int,
    seconds: float,
) -> TorchRun:
    """Batches of ``rows``, float32; of several learning rates the one that is there first."""
    runs = []
    for rate in RATES:
        problem = _Problem(network, start, data)
        optimiser = torch.optim.Adam(problem.module.parameters(), lr=rate)
        generator = torch.Generator().manual_seed(0)

        def epoch(
            problem: _Problem = problem,
            optimiser: torch.optim.Optimizer = optimiser,
            generator: torch.Generator = generator,
        ) -> None:
            for part in torch.randperm(len(data), generator=generator).split(rows):
                optimiser.zero_grad()
                problem.mean_loss(part).backward()
                optimiser.step()

        best = min((run.seconds for run in runs if run.reached), default=seconds)
        runs.append(problem.until(loss, epoch, best, f"Adam, rate {rate:g}, batches of {rows}"))
    return min(runs, key=lambda run: (not run.reached, run.seconds if run.reached else run.loss))


def lbfgs(
    network: pn.Network, start: NDArray, data: pn.Dataset, loss: float, *, seconds: float
) -> TorchRun:
    """All examples at once, float32, strong Wolfe line searches."""
    problem = _Problem(network, start, data)
    optimiser = torch.optim.LBFGS(
        problem.module.parameters(),
        max_iter=ITERATIONS,
        history_size=HISTORY,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = problem.mean_loss(slice(None))
        value.backward()
        return value

    return problem.until(loss, lambda: optimiser.step(closure), seconds, "L-BFGS")


class _Problem:
    """A module with its weights at ``start`` and the data as tensors."""

    def __init__(self, network: pn.Network, start: NDArray, data: pn.Dataset) -> None:
        self.module = compare.to_torch(network, start, dtype=torch.float32)
        self._inputs = torch.tensor(data.inputs, dtype=torch.float32)
        self._targets = torch.tensor(data.targets, dtype=torch.float32)

    def mean_loss(self, part: Tensor | slice) -> Tensor:
        """The mean of the squared errors of some examples."""
        return mse_loss(self.module(self._inputs[part]), self._targets[part])

    def until(
        self, loss: float, epoch: Callable[[], object], seconds: float, name: str
    ) -> TorchRun:
        """Epochs until the sum of squares over all examples is ``loss``; measuring it is free."""
        spent, cpu, value = 0.0, 0.0, float("inf")
        while spent < seconds and not value <= loss:
            begun, processor = time.perf_counter(), time.process_time()
            epoch()
            spent += time.perf_counter() - begun
            cpu += time.process_time() - processor
            with torch.inference_mode():
                value = self.mean_loss(slice(None)).item() * self._targets.numel()
        return TorchRun(name, spent, cpu, value, value <= loss, compare.flat_weights(self.module))
