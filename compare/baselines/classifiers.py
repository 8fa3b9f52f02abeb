"""The classifiers of the subspace experiments and of their zoo of small models, as torch modules.

All take images ``(n, 1, 28, 28)`` and give the logarithm of class probabilities but for a
constant: the losses apply log-softmax. Source: S. Greydanus, subspace-nn, 2017.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor, nn

from compare.baselines.dropout import Dropout

__all__ = ["CONVOLUTIONAL", "FULLY_CONNECTED", "Architecture", "convolutional", "fully_connected"]


@dataclass(frozen=True, slots=True)
class Architecture:
    """A model and how its weights start.

    ``deviations`` are the standard deviations of the normal start of each tensor, in the order of
    ``named_parameters``; zero for biases. ``drawing_order`` is the order in which the published
    program draws the tensors, where it is another one.
    """

    name: str
    build: Callable[[], nn.Module]
    deviations: tuple[float, ...]
    drawing_order: tuple[int, ...] | None = None

    def module(self) -> nn.Module:
        """A new module, which leaves torch's global generator as it was."""
        with torch.random.fork_rng():
            return self.build()

    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shape of each tensor of weights, in the order of ``named_parameters``."""
        return tuple(tuple(parameter.shape) for parameter in self.module().parameters())

    @property
    def n_parameters(self) -> int:
        """How many weights there are."""
        return sum(prod(shape) for shape in self.shapes())

    def start(self, generator: torch.Generator) -> Tensor:
        """A random start, flat, ``(n_parameters,)`` in float64."""
        parts = [
            deviation * torch.randn(prod(shape), generator=generator, dtype=torch.float64)
            for shape, deviation in zip(self.shapes(), self.deviations, strict=True)
        ]
        return torch.cat(parts)


def fully_connected(*hidden: int) -> nn.Sequential:
    """784 pixels, ``hidden`` layers with ReLU, 10 classes."""
    layers: list[nn.Module] = [nn.Flatten()]
    width = 784
    for size in hidden:
        layers += [nn.Linear(width, size), nn.ReLU()]
        width = size
    return nn.Sequential(*layers, nn.Linear(width, 10))


def convolutional(kernel: int, channels: tuple[int, int], hidden: int) -> nn.Sequential:
    """Two valid convolutions, each pooled by maxima of 2 x 2, then ``hidden`` and 10.

    Kernels of 4 or 5 pixels leave 4 x 4 images. Dropout, with probability 1/2, takes whole channels
    after the second convolution and nodes of the hidden layer.
    """
    first, second = channels
    return nn.Sequential(
        nn.Conv2d(1, first, kernel),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(first, second, kernel),
        Dropout(second, 1, 1),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(16 * second, hidden),
        nn.ReLU(),
        Dropout(hidden),
        nn.Linear(hidden, 10),
    )


FULLY_CONNECTED = Architecture(
    "fc",
    lambda: fully_connected(200, 200),
    (0.001, 0.0, 0.001, 0.0, 0.01, 0.0),
    drawing_order=(0, 2, 4, 1, 3, 5),
)
"""784-200-200-10, 199,210 parameters."""

CONVOLUTIONAL = Architecture("conv", lambda: convolutional(5, (10, 20), 50), (0.01, 0.0) * 4)
"""10 and 20 filters of 5 x 5, 50, 10: 21,840 parameters.

The published notebook, of runs of 100 epochs, has the deviation 0.005. The figure of 10 epochs was
drawn with 0.01: so the run of 3 unknowns gives its curve, and with 0.005 it leaves the plateau 200
steps later.
"""
