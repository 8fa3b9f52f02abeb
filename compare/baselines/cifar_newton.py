"""The two programs of 'Two strange things' on CIFAR-100: ``fast_net`` and ``slow_net``.

Images and classes enter; the error of each batch and the hits on the test set, which the originals
print, leave as a record, and line by line through ``report`` while it runs. Source: H. Lee.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from compare.baselines.cost import with_cost
from compare.baselines.device import to_device
from compare.baselines.functional_inverse import published_step
from compare.baselines.json_record import JsonRecord
from compare.baselines.kinked_network import Signals, Weights, gradients, loss_value
from compare.baselines.saddle_free import DampingOrder, saddle_free_step
from compare.stopwatch import Stopwatch
from polynet.dataset import Dataset
from polynet.errors import InputError
from solvers.record_format import RecordFormat

__all__ = [
    "CifarNewtonRecord",
    "FastNet",
    "Report",
    "SlowNet",
    "TestScore",
    "layer_blocks",
    "run_fast_net",
    "run_slow_net",
]

Report = Callable[[str], None]


class BatchError(NamedTuple):
    """The loss 1/2 |h - Y|^2 of a batch before its step, and the seconds up to then."""

    epoch: int
    batch: int
    error: float
    seconds: float
    cpu_seconds: float


class TestScore(NamedTuple):
    """How many of all test images were classified rightly after so many steps.

    Seconds are those of the steps, without the looks at the test set.
    """

    steps: int
    correct: int
    total: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class CifarNewtonRecord(JsonRecord):
    """One run of one of the programs, and what it cost."""

    FORMAT: ClassVar[RecordFormat] = RecordFormat("polynet-cifar-newton", 1, "CIFAR-100 Newton run")

    program: str
    n_train: int
    n_test: int
    batch_size: int
    seed: int
    errors: tuple[BatchError, ...]
    scores: tuple[TestScore, ...]
    seconds: float
    cpu_seconds: float
    threads: int


@dataclass(frozen=True, slots=True)
class FastNet:
    """Settings of ``fast_net``; the defaults are the published ones, N / 3172 (sic) the start."""

    batch_size: int = 2_500
    epochs: int = 10
    rate: float = 0.1
    change: float = 1e-9
    start_divisor: float = 3_172.0


@dataclass(frozen=True, slots=True)
class SlowNet:
    """Settings of ``slow_net``; the defaults are the published ones but for its two faults.

    ``order`` is that of damping and absolute value; with ``test_overwrites`` the step after each
    look at the test set is taken on the last test batch, whose activations the published loop
    leaves behind. ``hidden`` is the width of the projection and of the layer after it. The start,
    which is not published, is normal / hidden^(1/2).
    """

    batch_size: int = 50
    epochs: int = 1
    rate: float = 0.1
    damping: float = 0.1
    hidden: int = 50
    test_every: int = 50
    order: DampingOrder = "absolute value first"
    test_overwrites: bool = False
    most_steps: int | None = None


def run_fast_net(
    train: Dataset,
    test: Dataset,
    settings: FastNet | None = None,
    *,
    seed: int = 0,
    report: Report = lambda line: None,
    device: str = "cpu",
) -> CifarNewtonRecord:
    """One layer from pixels to classes by functional-inverse steps, W <- W - rate V.

    Pixels are bytes / 256 - 1/2. Batches are the same in every epoch, the last one smaller; their
    pseudo-inverses are computed once. Raises ``InputError`` for a batch size below 1 and for a
    ``device`` that torch does not see.
    Cost: a singular value decomposition of each batch, and then n d k a step.
    """
    chosen = FastNet() if settings is None else settings
    images, tests = (_Task.of(data, device) for data in (train, test))
    generator = torch.Generator().manual_seed(seed)
    start = torch.randn(images.width, images.n_classes, generator=generator, dtype=torch.float64)
    weights = start.to(device) / chosen.start_divisor
    log = _Log(report)

    def run() -> None:
        nonlocal weights
        batches = [(x, y, torch.linalg.pinv(x)) for x, y in images.batches(chosen.batch_size)]
        for epoch in range(1, chosen.epochs + 1):
            for number, (x, y, inverse) in enumerate(batches, 1):
                log.batch(epoch, number, float(loss_value((weights,), x, y)))
                (step,) = published_step(
                    (weights,), x, y, change=chosen.change, input_inverse=inverse
                )
                weights = weights - chosen.rate * step
            log.test(epoch * len(batches), (weights,), tests)

    return _recorded(
        "fast_net", run, log, sizes=(len(train), len(test), chosen.batch_size), seed=seed
    )


def run_slow_net(
    train: Dataset,
    test: Dataset,
    settings: SlowNet | None = None,
    *,
    seed: int = 0,
    report: Report = lambda line: None,
    device: str = "cpu",
) -> CifarNewtonRecord:
    """Two layers behind a fixed random projection, by saddle-free steps with each layer's Hessian.

    The test set is looked at before the first step, after every ``test_every`` and at the end.
    Cost of a step: an eigenvalue decomposition of hidden^2 unknowns; the last layer's Hessian has
    one block of ``hidden`` unknowns for each class. Raises ``InputError`` as :func:`run_fast_net`.
    """
    chosen = SlowNet() if settings is None else settings
    generator = torch.Generator().manual_seed(seed)
    images, tests, weights = _projected((train, test), chosen.hidden, generator, device)
    log = _Log(report)

    def run() -> None:
        nonlocal weights
        steps = 0
        for epoch in range(1, chosen.epochs + 1):
            for number, (x, y) in enumerate(images.batches(chosen.batch_size), 1):
                if chosen.most_steps is not None and steps >= chosen.most_steps:
                    break
                log.batch(epoch, number, float(loss_value(weights, x, y)))
                at = x, y
                if steps % chosen.test_every == 0:
                    log.test(steps, weights, tests)
                    if chosen.test_overwrites:
                        at = tests.batches(chosen.batch_size)[-1]
                step = _saddle_free_layers(weights, *at, chosen)
                weights = tuple(w - chosen.rate * v for w, v in zip(weights, step, strict=True))
                steps += 1
        log.test(steps, weights, tests)

    return _recorded(
        "slow_net", run, log, sizes=(len(train), len(test), chosen.batch_size), seed=seed
    )


def layer_blocks(weights: Weights, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """The Hessians in W_1 and in W_2 of a network of two layers, without what is zero in them.

    The first is ``(d_0 d_1, d_0 d_1)``, a sum over examples of (x x') (x) C with C = D_1 W_2 D_2^2
    W_2' D_1, D the slopes. In the last layer classes do not meet: ``(d_2, d_1, d_1)``, one block
    h' diag(a'^2) h for each class. Both are positive semidefinite, as the activation has no
    curvature: eigenvalues near -damping cannot arise but from rounding.
    """
    signals = Signals.of(weights, inputs)
    first, second = signals.slopes
    hidden = signals.layers[1]
    inner = torch.einsum("ib,bk,ik,ck,ic->ibc", first, weights[1], second**2, weights[1], first)
    outer = torch.einsum("ia,id->iad", inputs, inputs)
    n, a, b = len(inputs), weights[0].shape[0], weights[0].shape[1]
    product = (outer.reshape(n, a * a).T @ inner.reshape(n, b * b)).reshape(a, a, b, b)
    top = torch.einsum("ia,ik,ib->kab", hidden, second**2, hidden)
    return product.permute(0, 2, 1, 3).reshape(a * b, a * b), top


def _saddle_free_layers(
    weights: Weights, inputs: Tensor, targets: Tensor, settings: SlowNet
) -> tuple[Tensor, Tensor]:
    bottom, top = gradients(weights, Signals.of(weights, inputs), targets)
    first, second = layer_blocks(weights, inputs)
    low = saddle_free_step(
        first, bottom.reshape(-1), damping=settings.damping, order=settings.order
    )
    high = saddle_free_step(second, top.T, damping=settings.damping, order=settings.order)
    return low.reshape(bottom.shape), high.T


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """Inputs ``(n, d)`` and one-hot targets ``(n, k)`` in float64."""

    inputs: Tensor
    targets: Tensor

    @classmethod
    def of(cls, data: Dataset, device: str) -> _Task:
        """Pixels as bytes / 256 - 1/2."""
        place = to_device(device)
        inputs, targets = (
            torch.tensor(array, dtype=torch.float64, device=place)
            for array in (data.inputs, data.targets)
        )
        return cls(inputs.reshape(len(data), -1) * (255 / 256) - 0.5, targets)

    @property
    def width(self) -> int:
        """Numbers of one input."""
        return self.inputs.shape[1]

    @property
    def n_classes(self) -> int:
        """Numbers of one target."""
        return self.targets.shape[1]

    def batches(self, size: int) -> list[tuple[Tensor, Tensor]]:
        """The examples in order, ``size`` at a time; the last part may be smaller."""
        if size < 1:
            raise InputError(f"batch_size is {size}; it must be at least 1")
        parts = torch.split(self.inputs, size), torch.split(self.targets, size)
        return list(zip(*parts, strict=True))


class _Log:
    """What the programs print, kept."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._watch = Stopwatch()
        self.errors: list[BatchError] = []
        self.scores: list[TestScore] = []

    def batch(self, epoch: int, number: int, error: float) -> None:
        self.errors.append(BatchError(epoch, number, error, self._watch.wall, self._watch.cpu))
        self._report(f"epoch {epoch} batch {number}: error {error:.4f}")

    def test(self, steps: int, weights: Weights, tests: _Task) -> None:
        wall, cpu = self._watch.wall, self._watch.cpu
        with self._watch.paused():
            outputs = Signals.of(weights, tests.inputs).outputs
            hits = int((outputs.argmax(dim=1) == tests.targets.argmax(dim=1)).sum())
        self.scores.append(TestScore(steps, hits, len(outputs), wall, cpu))
        self._report(f"after {steps} steps: {hits}/{len(outputs)} on the test set")


def _recorded(
    program: str, run: Callable[[], None], log: _Log, *, sizes: tuple[int, int, int], seed: int
) -> CifarNewtonRecord:
    """What ``run`` leaves in the log, and its cost; ``sizes`` of both sets and of a batch."""
    _, cost = with_cost(run)
    return CifarNewtonRecord(
        program,
        *sizes,
        seed,
        tuple(log.errors),
        tuple(log.scores),
        cost.seconds,
        cost.cpu_seconds,
        cost.threads,
    )


def _projected(
    sets: tuple[Dataset, Dataset], hidden: int, generator: torch.Generator, device: str
) -> tuple[_Task, _Task, tuple[Tensor, ...]]:
    """Both sets behind the projection N / d^(1/2), and the start of both layers."""
    images, tests = (_Task.of(data, device) for data in sets)
    shapes = ((images.width, hidden), (hidden, hidden), (hidden, images.n_classes))
    drawn = [
        torch.randn(*shape, generator=generator, dtype=torch.float64).to(device) / shape[0] ** 0.5
        for shape in shapes
    ]
    before, after = (_Task(part.inputs @ drawn[0], part.targets) for part in (images, tests))
    return before, after, (drawn[1], drawn[2])
