"""The least point on a whole plane: a line search with a second direction.

The plane through the weights holds the line that ``Linewise`` would search, so that its least point
is at least as low. The loss is a polynomial in two unknowns there, collected exactly but for
rounding, and all its critical points are found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from polynet.collected_loss import CollectedLoss
from polynet.errors import InputError
from solvers.homotopy.solver import Homotopy
from solvers.protocol import Solver
from solvers.training.linewise import LineStepper, Linewise
from solvers.training.method import FloatArray, Indices
from solvers.training.record import StepCounts
from solvers.training.subspace_search import SubspaceSearch

__all__ = ["Planewise", "SecondDirection"]

SecondDirection = Literal["step", "gradient", "random"]


@dataclass(frozen=True, slots=True)
class Planewise:
    """Exact plane searches, as many a pass as ``lines`` has line searches.

    The first direction is that of ``lines``; the ``second`` is the last ``"step"`` (a line search
    until there is one), the ``"gradient"`` or ``"random"``. ``solver`` finds the critical points,
    as for ``Subspacewise``; where they would be more than ``max_paths`` it raises ``BudgetError``.

    Cost of a step: for a loss of degree D about D / 2 line searches, and (D - 1)^2 paths.
    """

    lines: Linewise = field(default_factory=Linewise)
    second: SecondDirection = "step"
    solver: Solver = field(default_factory=Homotopy)
    max_paths: int = 1000

    def __post_init__(self) -> None:
        if self.second not in get_args(SecondDirection):
            raise InputError(
                f"second is {self.second!r}; it must be one of "
                f"{', '.join(get_args(SecondDirection))}"
            )

    def stepper(self, loss: CollectedLoss, free: Indices) -> PlaneStepper:
        """Planes in the weights ``free``; ``BudgetError`` where there are too many paths."""
        search = SubspaceSearch(loss, self.solver)
        search.check_budget(free, 2, self.max_paths)
        return PlaneStepper(self, search, self.lines.stepper(loss, free), free)


class PlaneStepper:
    """Passes of plane searches; the directions and the last step are remembered between them."""

    def __init__(
        self, method: Planewise, search: SubspaceSearch, lines: LineStepper, free: Indices
    ) -> None:
        self._method, self._search, self._lines, self._free = method, search, lines, free
        self._step: FloatArray | None = None

    def run_pass(
        self, weights: FloatArray, rng: np.random.Generator, number: int = 1
    ) -> tuple[FloatArray, StepCounts]:
        """The exact plane searches of one pass."""
        counts = StepCounts()
        for _ in range(self._method.lines.lines):
            moved, met = self._search.step(weights, self._directions(weights, rng))
            if met.moved:
                self._step = moved - weights
            weights, counts = moved, counts + met
        return weights, counts

    def _directions(self, weights: FloatArray, rng: np.random.Generator) -> FloatArray:
        """The direction of the line, and the second ``(n, 2)``; only the first in the beginning."""
        gradient = self._search.loss.gradient(weights)
        first = self._lines.direction(weights, gradient, rng)
        if self._method.second == "step":
            second = self._step
        else:
            random = self._method.second == "random"
            full = rng.standard_normal(len(weights)) if random else gradient
            second = np.zeros_like(full)
            second[self._free] = full[self._free]
        return np.stack([first] if second is None else [first, second], axis=1)
