"""What a second-order run leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from compare.baselines.cost import with_cost
from compare.baselines.flat_loss import FlatLoss
from compare.baselines.json_record import JsonRecord
from solvers.record_format import RecordFormat

__all__ = ["NewtonRecord", "recorded"]


@dataclass(frozen=True, slots=True)
class NewtonRecord(JsonRecord):
    """Losses before the first and after every step, the weights reached, and what it cost."""

    FORMAT: ClassVar[RecordFormat] = RecordFormat("polynet-newton-run", 1, "Newton run")

    method: str
    n_parameters: int
    losses: tuple[float, ...]
    gradient_norm: float
    weights: tuple[float, ...]
    seconds: float
    cpu_seconds: float
    threads: int

    @property
    def loss(self) -> float:
        """The loss at the end."""
        return self.losses[-1]


def recorded(
    method: str,
    loss: FlatLoss,
    start: Tensor,
    run: Callable[[Callable[[Tensor], None]], Tensor],
) -> NewtonRecord:
    """The record of ``run(visit)``, which shows ``visit`` every iterate and returns the last."""
    losses = [float(loss.value(start))]
    end, cost = with_cost(lambda: run(lambda theta: losses.append(float(loss.value(theta)))))
    return NewtonRecord(
        method,
        loss.n_parameters,
        tuple(losses),
        float(loss.gradient(end).norm()),
        tuple(end.detach().tolist()),
        cost.seconds,
        cost.cpu_seconds,
        cost.threads,
    )
