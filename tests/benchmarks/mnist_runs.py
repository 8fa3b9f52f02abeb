"""One run of one method on one network and all images: loss and test share after each pass.

Seconds are those of training alone; the test images are only looked at, off the clock, and decide
nothing. Exact steps and Adam begin from the same weights where they are given the same seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

import compare
import polynet as pn
import solvers
from compare.baselines.json_record import JsonRecord
from compare.stopwatch import Stopwatch
from solvers.record_format import RecordFormat
from solvers.training.accuracy import Accuracy
from solvers.training.method import FloatArray
from tests.benchmarks.mnist_contests import Contest

__all__ = ["METHODS", "Images", "Point", "Run", "kept"]

ADAM_BATCH, ADAM_RATE, ADAM_EPOCHS = 256, 3e-3, 15
ROWS = 2_000  # images at once where torch only evaluates
LBFGS_ROUNDS, LBFGS_LINES = 4, 5


class Point(NamedTuple):
    """After a pass: mean squared error an image, test share in percent, CPU and wall seconds."""

    loss: float
    test: float
    cpu: float
    wall: float


@dataclass(frozen=True)
class Run(JsonRecord):
    """The points of one run, pass by pass."""

    FORMAT: ClassVar[RecordFormat] = RecordFormat("polynet-mnist-run", 1, "run on MNIST")

    points: tuple[tuple[float, float, float, float], ...]

    @property
    def end(self) -> Point:
        """The last point."""
        return Point(*self.points[-1])

    def first_cpu(self, reached: Callable[[Point], bool]) -> float | None:
        """The CPU seconds of the first point that is there."""
        points = (Point(*point) for point in self.points)
        return next((point.cpu for point in points if reached(point)), None)


@dataclass(frozen=True)
class Images:
    """What is trained on, and what is looked at."""

    train: pn.Dataset
    test: pn.Dataset


def kept(folder: Path | None, name: str, run: Callable[[], Run]) -> Run:
    """The run ``name`` of ``folder``, or that of ``run()``, which is then written there."""
    if folder is None:
        return run()
    path = folder / f"{name}.json"
    if path.exists():
        return Run.from_json(path)
    folder.mkdir(parents=True, exist_ok=True)
    record = run()
    record.to_json(path)
    return record


def exact_run(contest: Contest, images: Images, seed: int) -> Run:
    """A point after each pass; collecting is on the clock."""
    watch = Stopwatch()
    loss = pn.collect(contest.network, images.train, l2=0.0, precision="single")
    watched = OffTheClock(watch, Accuracy(contest.network, images.test))
    record = solvers.train_loss(
        loss,
        contest.method,
        passes=contest.passes,
        seed=seed,
        start=contest.network.random_weights(seed),
        accuracies=(Accuracy(contest.network, None), watched),
    )
    rows = list(zip(record.history, watched.times, strict=True))[1:]
    return Run(
        tuple(
            Point(entry.loss / len(images.train), 100 * (entry.test_accuracy or 0.0), cpu, wall)
            for entry, (cpu, wall) in rows
        )
    )


class OffTheClock(Accuracy):
    """An accuracy that is taken off the clock, and keeps the times at which it was asked for."""

    def __init__(self, watch: Stopwatch, accuracy: Accuracy) -> None:
        self._watch, self._accuracy = watch, accuracy
        self.times: list[tuple[float, float]] = []

    def of(self, weights: FloatArray) -> float | None:
        self.times.append((self._watch.cpu, self._watch.wall))
        with self._watch.paused():
            return self._accuracy.of(weights)


def adam_run(module: nn.Module, images: Images, seed: int) -> Run:
    """A point after each epoch."""
    watch = Stopwatch()
    x, y = tensors(images.train)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(module.parameters(), lr=ADAM_RATE)
    steps = ADAM_EPOCHS * (len(x) // ADAM_BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    points = []
    for _ in range(ADAM_EPOCHS):
        order = torch.randperm(len(x), generator=generator)
        for rows in order[: len(x) // ADAM_BATCH * ADAM_BATCH].split(ADAM_BATCH):  # type: ignore[no-untyped-call]
            optimizer.zero_grad()
            squared_errors(module, x[rows], y[rows]).div(ADAM_BATCH).backward()
            optimizer.step()
            schedule.step()
        points.append(point(module, (x, y), images.test, watch))
    return Run(tuple(points))


def lbfgs_run(module: nn.Module, images: Images) -> Run:
    """A point after some line searches on all images."""
    watch = Stopwatch()
    x, y = tensors(images.train)
    optimizer = torch.optim.LBFGS(
        module.parameters(), max_iter=LBFGS_LINES, history_size=20, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        total = torch.zeros(())
        for inputs, targets in batches(x, y):
            part = squared_errors(module, inputs, targets) / len(x)
            part.backward()  # type: ignore[no-untyped-call]
            total += part.detach()
        return total

    points = []
    for _ in range(LBFGS_ROUNDS):
        optimizer.step(closure)  # type: ignore[no-untyped-call]
        points.append(point(module, (x, y), images.test, watch))
    return Run(tuple(points))


def point(
    module: nn.Module, examples: tuple[Tensor, Tensor], test: pn.Dataset, watch: Stopwatch
) -> Point:
    """Loss on all ``examples`` and test share, off the clock."""
    cpu, wall = watch.cpu, watch.wall
    with watch.paused(), torch.inference_mode():
        total = sum(squared_errors(module, x, y).item() for x, y in batches(*examples))
        outputs = module(torch.tensor(test.inputs, dtype=torch.float32))
        share = float(np.mean(outputs.argmax(1).numpy() == test.class_labels()))
    return Point(total / len(examples[0]), 100 * share, cpu, wall)


def squared_errors(module: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Summed over outputs and examples."""
    return nn.functional.mse_loss(module(x), y, reduction="sum")


def tensors(data: pn.Dataset) -> tuple[Tensor, Tensor]:
    """Inputs and targets in single precision."""
    return torch.tensor(data.inputs, dtype=torch.float32), torch.tensor(
        data.targets, dtype=torch.float32
    )


def batches(x: Tensor, y: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Some examples at a time."""
    return zip(x.split(ROWS), y.split(ROWS), strict=True)  # type: ignore[no-untyped-call]


def polynomial_module(contest: Contest, seed: int) -> nn.Module:
    """The same network from the same weights in torch."""
    weights = contest.network.random_weights(seed)
    return compare.to_torch(contest.network, weights, dtype=torch.float32)


def relu_module(contest: Contest, seed: int) -> nn.Module:
    """The ReLU network, from torch's own first weights."""
    torch.manual_seed(seed)
    return contest.relu()


METHODS: dict[str, Callable[[Contest, Images, int], Run]] = {
    "exact": exact_run,
    "Adam": lambda c, images, seed: adam_run(polynomial_module(c, seed), images, seed),
    "L-BFGS": lambda c, images, seed: lbfgs_run(polynomial_module(c, seed), images),
    "Adam on ReLU": lambda c, images, seed: adam_run(relu_module(c, seed), images, seed),
    "L-BFGS on ReLU": lambda c, images, seed: lbfgs_run(relu_module(c, seed), images),
}
"""Ways to train; each takes a network, images and a seed."""
