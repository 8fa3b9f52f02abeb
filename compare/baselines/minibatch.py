"""Training a classifier by Adam on random batches, as the published experiments do.

A module and images enter; the loss on the way and the share of test images that are classified
rightly leave. Every batch is drawn from all images anew, without replacement within a batch, so
that an 'epoch' is a number of steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from compare.baselines.dropout import Dropout, skip_words
from compare.baselines.labelled_images import LabelledImages
from compare.stopwatch import Stopwatch
from polynet.errors import InputError

__all__ = ["AdamSettings", "Checkpoint", "accuracy", "train_by_adam"]

_TEST_BATCH = 2_000
_MEMORY = 0.99
"""How much of the running loss each step keeps."""


@dataclass(frozen=True, slots=True)
class AdamSettings:
    """The settings of the published runs.

    The test set is looked at after the first step, every ``test_every`` steps from there (0: never)
    and at the end. The last look is at all of it; the others are at ``test_batches`` batches drawn
    from it, or with 0 at all of it. The random numbers of ``earlier_runs`` runs like this one,
    made before from the same generator, are skipped.
    """

    epochs: float = 10
    batch_size: int = 256
    rate: float = 3e-3
    betas: tuple[float, float] = (0.9, 0.99)
    test_every: int = 0
    test_batches: int = 0
    earlier_runs: int = 0

    def n_steps(self, n_examples: int) -> int:
        """Steps that ``epochs`` are, and one more: published loops count their end in."""
        return int(n_examples * self.epochs / self.batch_size) + 1


class Checkpoint(NamedTuple):
    """Where a run stands after ``step`` steps: running mean of the loss, share of the test set.

    Seconds are those of the steps, without the looks at the test set.
    """

    step: int
    loss: float
    test_accuracy: float
    seconds: float
    cpu_seconds: float


def train_by_adam(
    model: nn.Module,
    train: LabelledImages,
    test: LabelledImages,
    settings: AdamSettings,
    *,
    seed: int,
) -> tuple[Checkpoint, ...]:
    """Minimise the mean negative log likelihood; checkpoints, the last one at the end.

    The parameters of ``model`` that require a gradient are moved in place. Batches and dropout
    follow ``seed``; torch's global generator is left as it was. Raises ``InputError`` for a batch
    larger than the training set.
    """
    if not 1 <= settings.batch_size <= len(train):
        raise InputError(
            f"batch_size is {settings.batch_size}, and there are {len(train):,} training images; "
            "give a whole number from 1 to that"
        )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        skip_words(settings.earlier_runs * _n_words(model, len(train), len(test), settings))
        return tuple(_steps(model, train, test, settings))


def _n_words(model: nn.Module, n_train: int, n_test: int, settings: AdamSettings) -> int:
    """Random numbers of 32 bits that a run takes: a shuffle of n takes n - 1."""
    n_steps = settings.n_steps(n_train)
    masks = sum(part.n_words for part in model.modules() if isinstance(part, Dropout))
    n_looks = -(-n_steps // settings.test_every) if settings.test_every else 0
    step = n_train - 1 + settings.batch_size * masks
    return n_steps * step + n_looks * settings.test_batches * (n_test - 1)


def _steps(
    model: nn.Module, train: LabelledImages, test: LabelledImages, settings: AdamSettings
) -> list[Checkpoint]:
    free = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(free, lr=settings.rate, betas=settings.betas)
    checkpoints, running = [], None
    n_steps = settings.n_steps(len(train))
    model.train()
    watch = Stopwatch()
    for step in range(1, n_steps + 1):
        batch = _batch(train, settings.batch_size)
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(batch.inputs), batch.labels)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        value = loss.detach()
        running = value if running is None else _MEMORY * running + (1 - _MEMORY) * value
        is_last = step == n_steps
        if is_last or (settings.test_every and (step - 1) % settings.test_every == 0):
            reached, wall, cpu = float(running), watch.wall, watch.cpu
            with watch.paused():
                share = accuracy(model, test) if is_last else _look(model, test, settings)
            checkpoints.append(Checkpoint(step, reached, share, wall, cpu))
    return checkpoints


def _batch(data: LabelledImages, size: int) -> LabelledImages:
    rows = torch.randperm(len(data))[:size].to(data.labels.device)
    return LabelledImages(data.inputs[rows], data.labels[rows])


def _look(model: nn.Module, test: LabelledImages, settings: AdamSettings) -> float:
    if not settings.test_batches:
        return accuracy(model, test)
    batches = [_batch(test, settings.batch_size) for _ in range(settings.test_batches)]
    return sum(accuracy(model, batch) for batch in batches) / len(batches)


def accuracy(model: nn.Module, data: LabelledImages) -> float:
    """The share of ``data`` classified rightly, every example counted once, without dropout."""
    was_training = model.training
    model.eval()
    with torch.no_grad():
        hits: Tensor = sum(
            (
                (model(inputs).argmax(dim=1) == labels).sum()
                for inputs, labels in zip(
                    torch.split(data.inputs, _TEST_BATCH),
                    torch.split(data.labels, _TEST_BATCH),
                    strict=True,
                )
            ),
            start=torch.zeros((), dtype=torch.int64, device=data.labels.device),
        )
    model.train(was_training)
    return int(hits) / len(data)
