"""Bias-free dense networks with one kink: what the functional-inverse experiments train.

Weights W_1, ..., W_L, each ``(d_in, d_out)``, and inputs ``(n, d_0)`` enter; h_l = a(h_{l-1} W_l)
with a(n) = n for n > 0 and n/2 else, and the loss 1/2 |h_L - Y|^2. Source: H. Lee, 'Fast Newton's
method for neural nets, with finite difference'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

__all__ = ["NEGATIVE_SLOPE", "Signals", "Weights", "gradients", "inverse_activation", "loss_value"]

NEGATIVE_SLOPE = 0.5

Weights: TypeAlias = Sequence[Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What a forward pass leaves: h_0 (the inputs) to h_L, and a'(n_1) to a'(n_L)."""

    layers: tuple[Tensor, ...]
    slopes: tuple[Tensor, ...]

    @classmethod
    def of(cls, weights: Weights, inputs: Tensor) -> Signals:
        """The forward pass of ``inputs`` ``(n, d_0)``."""
        layers, slopes = [inputs], []
        for matrix in weights:
            nodes = layers[-1] @ matrix
            slopes.append(torch.where(nodes > 0, 1.0, NEGATIVE_SLOPE).to(nodes))
            layers.append(slopes[-1] * nodes)
        return cls(tuple(layers), tuple(slopes))

    @property
    def outputs(self) -> Tensor:
        """h_L, ``(n, d_L)``."""
        return self.layers[-1]


def inverse_activation(values: Tensor) -> Tensor:
    """The n with a(n) = ``values``."""
    return torch.where(values > 0, values, values / NEGATIVE_SLOPE)


def loss_value(weights: Weights, inputs: Tensor, targets: Tensor) -> Tensor:
    """1/2 |h_L - Y|^2, differentiable."""
    return 0.5 * ((Signals.of(weights, inputs).outputs - targets) ** 2).sum()


def gradients(weights: Weights, signals: Signals, targets: Tensor) -> tuple[Tensor, ...]:
    """The gradient by each W_l: G_l = h_{l-1}' d_l with d_L = (h_L - Y) a'(n_L)."""
    delta = (signals.outputs - targets) * signals.slopes[-1]
    found = [signals.layers[-2].T @ delta]
    for level in range(len(weights) - 2, -1, -1):
        delta = (delta @ weights[level + 1].T) * signals.slopes[level]
        found.append(signals.layers[level].T @ delta)
    return tuple(reversed(found))
