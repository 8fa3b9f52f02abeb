"""The zoo of small MNIST models that the subspace experiments were compared with, and ours.

Source: S. Greydanus, subspace-nn, 2017: ReLU, torch's default start, Adam as in the subspace runs;
stride 1, pooling 2 x 2, dropout 1/2 in the convolutional ones, 10 epochs. Beside each row stands
the polynomial network of the same size: squares for ReLU, means for maxima, no dropout.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from compare.baselines.classifier_record import ClassifierRecord
from compare.baselines.classifiers import convolutional, fully_connected
from compare.baselines.cost import with_cost
from compare.baselines.labelled_images import LabelledImages
from compare.baselines.minibatch import AdamSettings, train_by_adam
from compare.torch_network import to_torch
from polynet.layers import AvgPool2d, Conv2d, Dense, Flatten, Layer, Square
from polynet.network import Network
from solvers.record_format import RecordFormat

__all__ = [
    "POLYNOMIAL_ZOO",
    "ZOO",
    "ZooModel",
    "ZooRecord",
    "polynomial_network",
    "train_zoo_model",
]


@dataclass(frozen=True, slots=True)
class ZooModel:
    """A row: its module, parameters and the published test accuracy in percent, if any."""

    name: str
    build: Callable[[], nn.Module]
    n_parameters: int
    published: float | None = None


ZOO = (
    ZooModel("784-16-10", lambda: fully_connected(16), 12_730, 94.5),
    ZooModel("784-32-10", lambda: fully_connected(32), 25_450, 96.5),
    ZooModel("6@4x4-6@4x4-25-10", lambda: convolutional(4, (6, 6), 25), 3_369, 95.6),
    ZooModel("8@4x4-16@4x4-32-10", lambda: convolutional(4, (8, 16), 32), 10_754, 97.6),
)
"""The four published rows."""


def polynomial_network(channels: tuple[int, ...], *hidden: int, kernel: int = 4) -> Network:
    """Convolutions with ``channels``, each pooled by means of 2 x 2, ``hidden`` layers, and 10."""
    layers: list[Layer] = []
    below, side = 1, 28
    for count in channels:
        layers += [Conv2d(below, count, kernel), AvgPool2d(2), Square()]
        below, side = count, (side - kernel + 1) // 2
    layers.append(Flatten())
    width = below * side * side
    for size in hidden:
        layers += [Dense(width, size), Square()]
        width = size
    return Network([*layers, Dense(width, 10)], (1, 28, 28))


def _polynomial(name: str, channels: tuple[int, ...], hidden: int) -> ZooModel:
    network = polynomial_network(channels, hidden)
    return ZooModel(name, lambda: to_torch(network, dtype=torch.float32), network.n_parameters)


POLYNOMIAL_ZOO = (
    _polynomial("784-16-10-squares", (), 16),
    _polynomial("784-32-10-squares", (), 32),
    _polynomial("6@4x4-6@4x4-25-10-squares", (6, 6), 25),
    _polynomial("8@4x4-16@4x4-32-10-squares", (8, 16), 32),
)
"""Polynomial networks with the same numbers of weights."""


@dataclass(frozen=True, slots=True)
class ZooRecord(ClassifierRecord):
    """One run of one model of the zoo."""

    FORMAT: ClassVar[RecordFormat] = RecordFormat("polynet-zoo-run", 1, "zoo run")


def train_zoo_model(
    row: ZooModel,
    train: LabelledImages,
    test: LabelledImages,
    *,
    settings: AdamSettings | None = None,
    seed: int = 123,
) -> ZooRecord:
    """Train one row of the table; the defaults are the published settings."""
    chosen = AdamSettings() if settings is None else settings
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = row.build().to(train.inputs.device)
    history, cost = with_cost(lambda: train_by_adam(model, train, test, chosen, seed=seed))
    return ZooRecord.of(
        (train, test),
        history,
        cost,
        model=row.name,
        n_parameters=sum(parameter.numel() for parameter in model.parameters()),
        epochs=chosen.epochs,
        seed=seed,
    )
