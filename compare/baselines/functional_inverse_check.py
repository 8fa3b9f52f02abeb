"""The published check of the functional-inverse step: 3 x 3 matrices, no training.

A number of seeds enters; how far the step by finite differences, its closed form and the full
Newton step are from the dense Hessians of the layers leaves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import ClassVar

import torch
from torch import Tensor

from compare.baselines.functional_inverse import (
    Step,
    closed_form_step,
    full_newton_step,
    layer_hessian,
    published_step,
)
from compare.baselines.json_record import JsonRecord
from compare.baselines.kinked_network import Signals, gradients
from solvers.record_format import RecordFormat

__all__ = ["FunctionalInverseCheck", "check_functional_inverse", "published_problem"]

_CHANGES = (1e-9, 1e-3)


@dataclass(frozen=True, slots=True)
class FunctionalInverseCheck(JsonRecord):
    """Relative distances |V - V_H| / |V_H|, V_H from the dense Hessian of each layer.

    ``by_change`` are medians over seeds of the finite difference with each r in ``changes``;
    ``closed_form`` that of the closed form and ``closed_form_worst`` its greatest; ``full_step``
    the median distance of the closed form from the step by the Hessian in all weights, relative
    to the latter.
    """

    FORMAT: ClassVar[RecordFormat] = RecordFormat(
        "polynet-functional-inverse-check", 1, "check of the functional inverse"
    )

    n_seeds: int
    changes: tuple[float, ...]
    by_change: tuple[float, ...]
    closed_form: float
    closed_form_worst: float
    full_step: float


def published_problem(seed: int) -> tuple[tuple[Tensor, Tensor], Tensor, Tensor]:
    """(W_1, W_2), X and Y, all 3 x 3: normal + 0.1 I, and random one-hot rows + 0.1 I."""
    generator = torch.Generator().manual_seed(seed)
    shift = 0.1 * torch.eye(3, dtype=torch.float64)
    first, second, inputs = (
        torch.randn(3, 3, generator=generator, dtype=torch.float64) + shift for _ in range(3)
    )
    classes = torch.randint(3, (3,), generator=generator)
    return (first, second), inputs, torch.eye(3, dtype=torch.float64)[classes] + shift


def check_functional_inverse(n_seeds: int = 100) -> FunctionalInverseCheck:
    """Both published checks on ``n_seeds`` problems. Cost: milliseconds a problem."""
    rows = [_distances(seed) for seed in range(n_seeds)]
    columns = list(zip(*rows, strict=True))
    *by_change, closed, full = (median(column) for column in columns)
    return FunctionalInverseCheck(
        n_seeds, _CHANGES, tuple(by_change), closed, max(columns[-2]), full
    )


def _distances(seed: int) -> tuple[float, ...]:
    weights, inputs, targets = published_problem(seed)
    wanted = _dense_step(weights, inputs, targets)
    closed = closed_form_step(weights, inputs, targets)
    full = full_newton_step(weights, inputs, targets)
    differences = [published_step(weights, inputs, targets, change=change) for change in _CHANGES]
    return (
        *(_distance(step, wanted) for step in differences),
        _distance(closed, wanted),
        _distance(closed, full),
    )


def _dense_step(weights: tuple[Tensor, Tensor], inputs: Tensor, targets: Tensor) -> Step:
    parts = gradients(weights, Signals.of(weights, inputs), targets)
    return tuple(
        torch.linalg.solve(
            layer_hessian(weights, inputs, targets, level), part.reshape(-1)
        ).reshape(part.shape)
        for level, part in enumerate(parts)
    )


def _distance(step: Step, wanted: Step) -> float:
    off = sum(float(((a - b) ** 2).sum()) for a, b in zip(step, wanted, strict=True))
    return math.sqrt(off / sum(float((b**2).sum()) for b in wanted))
