"""All of MNIST by exact steps alone, beside Adam and L-BFGS in torch on the same networks.

Four polynomial networks with no more weights than the four of the subspace zoo (Greydanus), and a
fifth that sees means of 2x2 pixels, are trained on the 60,000 images by ``Batchwise``: exact line
minima on growing random batches, no learning rate. Beside each, from the same first weights and on
the same threads, stand Adam in torch (batches of 256, rate 3e-3 that falls along a cosine; 15
epochs) and full-batch L-BFGS on the same polynomial network and loss, and Adam on the ReLU network
of the zoo.

Seconds are those of training alone; the test images are only looked at, off the clock, after each
pass, and decide nothing. 'To the same loss' compares the CPU seconds of both up to the first pass
that is at or below the higher of their final training losses.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np
import torch
from torch import Tensor, nn

import compare
import polynet as pn
import solvers
from solvers.training.accuracy import Accuracy
from solvers.training.method import FloatArray
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.mnist_network import training_data

__all__ = ["measure"]

ADAM_BATCH, ADAM_RATE, ADAM_EPOCHS = 256, 3e-3, 15
ROWS = 2_000  # images at once where torch only evaluates
LBFGS_ROUNDS, LBFGS_LINES = 3, 5
ACT = pn.Polynomial([0, 1, 0.5])


@dataclass(frozen=True)
class Contest:
    """A network, what its zoo entry reached, what is asked and aimed at, and how it is trained."""

    name: str
    network: pn.Network
    relu: Callable[[], nn.Module]
    asked: float
    aim: float | None
    method: solvers.Batchwise
    passes: int


@dataclass(frozen=True)
class Point:
    """After a pass: mean squared error an image, test share in percent, CPU and wall seconds."""

    loss: float
    test: float
    cpu: float
    wall: float


def products(latent: int, hidden: int, *, pooled: bool = False) -> pn.Network:
    """Pixels -> latent, all products -> hidden, all products -> 10.

    With ``pooled`` the pixels are means of 2x2, which takes no weights.
    """
    seen, last = (n + n * (n + 1) // 2 for n in (latent, hidden))
    layers = [
        *([pn.AvgPool2d(2)] if pooled else []),
        pn.Flatten(),
        pn.Dense(196 if pooled else 784, latent),
        pn.NodeProduct(squares=True),
        pn.Dense(seen, hidden),
        pn.NodeProduct(squares=True),
        pn.Dense(last, 10),
    ]
    return pn.Network(layers, (1, 28, 28))


def convolutions(first: int, second: int, hidden: int) -> pn.Network:
    """The zoo's network with z + z^2/2 for ReLU and means for maxima."""
    layers = [
        pn.Conv2d(1, first, 4),
        ACT,
        pn.AvgPool2d(2),
        pn.Conv2d(first, second, 4),
        ACT,
        pn.AvgPool2d(2),
        pn.Flatten(),
        pn.Dense(16 * second, hidden),
        ACT,
        pn.Dense(hidden, 10),
    ]
    return pn.Network(layers, (1, 28, 28))


def relu_dense(hidden: int) -> nn.Module:
    """784 -> hidden -> 10 with ReLU."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))


def relu_convolutions(first: int, second: int, hidden: int) -> nn.Module:
    """The zoo's convolutional network."""
    return nn.Sequential(
        *(nn.Conv2d(1, first, 4), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(first, second, 4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(16 * second, hidden), nn.ReLU(), nn.Linear(hidden, 10)),
    )


CONTESTS = (
    Contest(
        "full, 12,730",
        products(12, 16),
        partial(relu_dense, 16),
        94.5,
        96.0,
        solvers.Batchwise(1000, growth=2.0, lines=10),
        8,
    ),
    Contest(
        "full, 25,450",
        products(20, 24),
        partial(relu_dense, 32),
        96.5,
        None,
        solvers.Batchwise(1000, growth=2.0, lines=10),
        8,
    ),
    Contest(
        "means of 2x2 first, 12,730",
        products(28, 12, pooled=True),
        partial(relu_dense, 16),
        94.5,
        96.0,
        solvers.Batchwise(1000),
        5,
    ),
    Contest(
        "conv, 3,369",
        convolutions(6, 6, 25),
        partial(relu_convolutions, 6, 6, 25),
        95.6,
        97.5,
        solvers.Batchwise(500),
        5,
    ),
    Contest(
        "conv, 10,754",
        convolutions(8, 16, 32),
        partial(relu_convolutions, 8, 16, 32),
        97.6,
        98.5,
        solvers.Batchwise(500),
        5,
    ),
)


def measure(settings: Settings) -> list[Figure]:
    """All four networks on three seeds; quick: the first on one, and no ReLU network."""
    try:
        images = training_data(settings.image_root)
        test = pn.datasets.mnist(settings.image_root, train=False)
    except pn.DataError as error:
        return [
            Figure("train-mnist", c.name, None, "%", "at least", c.asked, str(error))
            for c in CONTESTS
        ]
    torch.set_num_threads(settings.threads)
    seeds = range(settings.seeds or (1 if settings.quick else 3))
    chosen = [c for c in CONTESTS if not settings.rows or c.name in settings.rows]
    compiled(images)
    return [
        figure
        for contest in (chosen[:1] if settings.quick else chosen)
        for figure in figures_of(contest, images, test, seeds, quick=settings.quick)
    ]


def compiled(images: pn.Dataset) -> None:
    """Loads what is compiled, so that no run pays for it."""
    few = images.take(100)
    solvers.train(products(2, 2), few, solvers.Batchwise(20), passes=1, precision="single")


def figures_of(
    contest: Contest, images: pn.Dataset, test: pn.Dataset, seeds: range, *, quick: bool
) -> list[Figure]:
    """Accuracies and times of one network."""
    weights = [contest.network.random_weights(seed) for seed in seeds]
    exact = [
        exact_run(contest, images, test, w, seed) for w, seed in zip(weights, seeds, strict=True)
    ]
    modules = [compare.to_torch(contest.network, w, dtype=torch.float32) for w in weights]
    adam = [
        adam_run(module, images, test, seed) for module, seed in zip(modules, seeds, strict=True)
    ]
    module = compare.to_torch(contest.network, weights[0], dtype=torch.float32)
    others = {"L-BFGS (torch)": [lbfgs_run(module, images, test)]}
    if not quick:
        torch.manual_seed(seeds[0])
        others["Adam on ReLU"] = [adam_run(contest.relu(), images, test, seeds[0])]
    return [
        *accuracy_figures(contest, exact),
        *time_figures(contest, exact, adam),
        outcome(contest, "Adam", adam),
        *(outcome(contest, name, runs) for name, runs in others.items()),
    ]


def accuracy_figures(contest: Contest, runs: list[list[Point]]) -> list[Figure]:
    """The test share at the end, beside what is asked and aimed at."""
    ends = [run[-1] for run in runs]
    shares = [end.test for end in ends]
    n = contest.network.n_parameters
    note = (
        f"{n:,} weights; {min(shares):.2f} to {max(shares):.2f} over {len(shares)} seeds; "
        f"loss {median(end.loss for end in ends):.4f}, CPU {median(e.cpu for e in ends):.1f} s"
    )
    name, share = f"{contest.name}: test", median(shares)
    figures = [Figure("train-mnist", name, share, "%", "at least", contest.asked, note)]
    if contest.aim is not None:
        figures.append(
            Figure("train-mnist", f"{contest.name}: aim", share, "%", "at least", contest.aim)
        )
    return figures


def time_figures(
    contest: Contest, exact: list[list[Point]], adam: list[list[Point]]
) -> list[Figure]:
    """CPU seconds to the share asked, and to one loss beside Adam's."""
    asked = [first_cpu(run, lambda p: p.test >= contest.asked) for run in exact]
    adams = [first_cpu(run, lambda p: p.test >= contest.asked) for run in adam]
    pairs = [same_loss(one, other) for one, other in zip(exact, adam, strict=True)]
    note = f"Adam: {shown(adams)} CPU s"
    target = median(loss for loss, _, _ in pairs)
    return [
        Figure(
            "train-mnist",
            f"{contest.name}: CPU time to {contest.asked} %",
            None if None in asked else median(t for t in asked if t is not None),
            "s",
            note=note,
        ),
        Figure(
            "train-mnist",
            f"{contest.name}: Adam / exact steps, CPU time to the same loss",
            median(other / own for _, own, other in pairs),
            "x",
            "at least",
            1.0,
            f"loss {target:.4f}: {median(own for _, own, _ in pairs):.1f} s beside "
            f"{median(other for _, _, other in pairs):.1f} s",
        ),
    ]


def outcome(contest: Contest, name: str, runs: list[list[Point]]) -> Figure:
    """Where another method ends."""
    ends = [run[-1] for run in runs]
    note = (
        f"loss {median(e.loss for e in ends):.4f}, CPU {median(e.cpu for e in ends):.1f} s, "
        f"wall {median(e.wall for e in ends):.1f} s, {len(runs)} seeds"
    )
    return Figure(
        "train-mnist", f"{contest.name}: {name}, test", median(e.test for e in ends), "%", note=note
    )


def same_loss(one: list[Point], other: list[Point]) -> tuple[float, float, float]:
    """The higher of both final losses, and the CPU seconds of each to it."""
    loss = max(one[-1].loss, other[-1].loss)
    times = [first_cpu(run, lambda p: p.loss <= loss) for run in (one, other)]
    own, others = (
        run[-1].cpu if t is None else t for t, run in zip(times, (one, other), strict=True)
    )
    return loss, own, others


def first_cpu(run: list[Point], reached: Callable[[Point], bool]) -> float | None:
    """The CPU seconds of the first point that is there."""
    return next((point.cpu for point in run if reached(point)), None)


def shown(times: list[float | None]) -> str:
    """The median, or that not all got there."""
    there = [t for t in times if t is not None]
    if len(there) < len(times):
        return f"{len(there)} of {len(times)} got there"
    return f"{median(there):.1f}"


class Clock:
    """CPU and wall seconds that can be stopped."""

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0
        self.start()

    def start(self) -> None:
        """Go on."""
        self._begun = time.process_time(), time.perf_counter()

    def stop(self) -> None:
        """Add what went by."""
        self.cpu += time.process_time() - self._begun[0]
        self.wall += time.perf_counter() - self._begun[1]


def exact_run(
    contest: Contest, images: pn.Dataset, test: pn.Dataset, start: FloatArray, seed: int
) -> list[Point]:
    """A point after each pass; collecting is on the clock."""
    clock = Clock()
    loss = pn.collect(contest.network, images, l2=0.0, precision="single")
    watched = StoppedClock(clock, Accuracy(contest.network, test))
    record = solvers.train_loss(
        loss,
        contest.method,
        passes=contest.passes,
        seed=seed,
        start=start,
        accuracies=(Accuracy(contest.network, None), watched),
    )
    rows = zip(record.history, watched.times, strict=True)
    return [
        Point(entry.loss / len(images), 100 * (entry.test_accuracy or 0.0), cpu, wall)
        for entry, (cpu, wall) in rows
    ][1:]


class StoppedClock(Accuracy):
    """An accuracy that is taken off the clock, and keeps the times at which it was asked for."""

    def __init__(self, clock: Clock, accuracy: Accuracy) -> None:
        self._clock, self._accuracy = clock, accuracy
        self.times: list[tuple[float, float]] = []

    def of(self, weights: FloatArray) -> float | None:
        self._clock.stop()
        self.times.append((self._clock.cpu, self._clock.wall))
        share = self._accuracy.of(weights)
        self._clock.start()
        return share


def adam_run(module: nn.Module, images: pn.Dataset, test: pn.Dataset, seed: int) -> list[Point]:
    """A point after each epoch."""
    clock = Clock()
    x, y = tensors(images)
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
        clock.stop()
        points.append(point(module, (x, y), test, clock))
        clock.start()
    return points


def lbfgs_run(module: nn.Module, images: pn.Dataset, test: pn.Dataset) -> list[Point]:
    """A point after some line searches on all images."""
    clock = Clock()
    x, y = tensors(images)
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
        clock.stop()
        points.append(point(module, (x, y), test, clock))
        clock.start()
    return points


def point(module: nn.Module, examples: tuple[Tensor, Tensor], test: pn.Dataset, at: Clock) -> Point:
    """Loss on all ``examples`` and test share, off the clock."""
    with torch.inference_mode():
        total = sum(squared_errors(module, x, y).item() for x, y in batches(*examples))
        outputs = module(torch.tensor(test.inputs, dtype=torch.float32))
    share = float(np.mean(outputs.argmax(1).numpy() == test.class_labels()))
    return Point(total / len(examples[0]), 100 * share, at.cpu, at.wall)


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
