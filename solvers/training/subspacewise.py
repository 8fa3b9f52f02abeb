"""The least point of a small subspace, again and again.

In an affine subspace of dimension d through the weights the loss is a polynomial in d unknowns,
collected exactly but for rounding; all its critical points are found, and the least is taken.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from polynet.collected_loss import CollectedLoss
from polynet.dataset import checked_count
from polynet.errors import InputError
from solvers.homotopy.solver import Homotopy
from solvers.protocol import Solver
from solvers.training.method import FloatArray, Indices
from solvers.training.record import StepCounts
from solvers.training.subspace_search import SubspaceSearch

__all__ = ["BasisName", "Subspacewise"]

BasisName = Literal["random", "krylov", "steps"]


@dataclass(frozen=True, slots=True)
class Subspacewise:
    """Global minima on affine subspaces of ``dimension`` d; a pass is ``steps`` of them.

    ``basis`` is ``"random"`` (d standard normal directions), ``"krylov"`` (g, H g, ..., H^(d-1) g
    of gradient and Hessian) or ``"steps"`` (the gradient and the last d - 1 steps). ``solver``
    finds the critical points: ``Homotopy()`` in floats, or an exact one such as ``Groebner()``, for
    which the coefficients are the rationals that the floats are. For a loss of degree D these are
    (D - 1)^d paths, and where that is more than ``max_paths`` it raises ``BudgetError``.

    Cost of a step: that of collecting the polynomial (``float_restriction``), and of the paths.
    Source of ``"steps"``: Narkiss and Zibulevsky, 'Sequential subspace optimization method for
    large-scale unconstrained problems' (2005).
    """

    dimension: int = 2
    basis: BasisName = "steps"
    steps: int = 10
    solver: Solver = field(default_factory=Homotopy)
    max_paths: int = 1000

    def __post_init__(self) -> None:
        if self.basis not in get_args(BasisName):
            raise InputError(
                f"basis is {self.basis!r}; it must be one of {', '.join(get_args(BasisName))}"
            )
        for name in ("dimension", "steps", "max_paths"):
            value = checked_count(getattr(self, name), f"Subspacewise {name}")
            object.__setattr__(self, name, value)

    def stepper(self, loss: CollectedLoss, free: Indices) -> SubspaceStepper:
        """Subspaces of the weights ``free``; ``BudgetError`` where there are too many paths."""
        search = SubspaceSearch(loss, self.solver)
        search.check_budget(free, self.dimension, self.max_paths)
        return SubspaceStepper(self, search, free)


class SubspaceStepper:
    """Passes of subspace steps; ``"steps"`` remembers those of earlier passes."""

    def __init__(self, method: Subspacewise, search: SubspaceSearch, free: Indices) -> None:
        self._method, self._search, self._free = method, search, free
        self._steps: deque[FloatArray] = deque(maxlen=max(1, method.dimension - 1))

    def run_pass(
        self, weights: FloatArray, rng: np.random.Generator, number: int = 1
    ) -> tuple[FloatArray, StepCounts]:
        """``steps`` global minima, each on a subspace of its own."""
        counts = StepCounts()
        for _ in range(self._method.steps):
            moved, met = self._search.step(weights, self._directions(weights, rng))
            if met.moved:
                self._steps.appendleft(moved - weights)
            weights, counts = moved, counts + met
        return weights, counts

    def _directions(self, weights: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Directions ``(n, d)`` or fewer, zero outside the free weights."""
        d, loss = self._method.dimension, self._search.loss
        if self._method.basis == "random":
            columns = [rng.standard_normal(len(weights)) for _ in range(d)]
        elif self._method.basis == "steps":
            columns = [loss.gradient(weights), *self._steps][:d]
        else:
            columns = [loss.gradient(weights)]
            for _ in range(d - 1):
                columns.append(loss.hvp(weights, self._masked(columns[-1])))
        return np.stack([self._masked(column) for column in columns], axis=1)

    def _masked(self, direction: FloatArray) -> FloatArray:
        result = np.zeros_like(direction)
        result[self._free] = direction[self._free]
        return result
