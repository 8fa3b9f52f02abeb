"""The least point on a whole line, in any direction.

t -> L(w + t d) is a univariate polynomial whose coefficients Taylor arithmetic gives exactly, so
that the line search is a root count and no guess: all real critical points are found and the
least is taken, however far it lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from polynet.collected_loss import CollectedLoss
from polynet.dataset import checked_count
from polynet.errors import InputError
from solvers.training import directions
from solvers.training.line_step import line_step
from solvers.training.method import FloatArray, Indices
from solvers.training.record import StepCounts

__all__ = ["DirectionName", "Linewise"]

DirectionName = Literal["gradient", "cg", "lbfgs", "newton", "gauss-newton", "random"]


@dataclass(frozen=True, slots=True)
class Linewise:
    """Exact line searches; a pass is ``lines`` of them.

    ``direction`` is ``"gradient"``, ``"cg"`` (Polak-Ribière), ``"lbfgs"`` (``memory`` pairs),
    ``"newton"`` or ``"gauss-newton"`` (by ``products`` conjugate gradient steps at most) or
    ``"random"``. The polynomial of a line of degree D costs (D + 2)^2 / 8 evaluations of the
    loss, the gradient about two.
    """

    direction: DirectionName = "lbfgs"
    lines: int = 10
    memory: int = 20
    products: int = 20

    def __post_init__(self) -> None:
        if self.direction not in get_args(DirectionName):
            raise InputError(
                f"direction is {self.direction!r}; it must be one of "
                f"{', '.join(get_args(DirectionName))}"
            )
        for name in ("lines", "memory", "products"):
            object.__setattr__(self, name, checked_count(getattr(self, name), f"Linewise {name}"))

    def stepper(self, loss: CollectedLoss, free: Indices) -> LineStepper:
        """Line searches in the weights ``free``."""
        return LineStepper(self, loss, free)


class LineStepper:
    """Passes of line searches; directions remember what they saw from pass to pass."""

    def __init__(self, method: Linewise, loss: CollectedLoss, free: Indices) -> None:
        self._method, self._loss, self._free = method, loss, free
        self._direction: directions.Direction | None = None
        self._point = np.zeros(loss.n_parameters)

    def run_pass(
        self, weights: FloatArray, rng: np.random.Generator, number: int = 1
    ) -> tuple[FloatArray, StepCounts]:
        """``lines`` exact line searches."""
        counts = StepCounts()
        for _ in range(self._method.lines):
            direction = self.direction(weights, self._loss.gradient(weights), rng)
            weights, met = self._search(weights, direction)
            counts = counts + met
        return weights, counts

    def direction(
        self, weights: FloatArray, gradient: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        """The direction of the next line ``(n_parameters,)``; zero at weights that are not free."""
        if self._direction is None or self._method.direction == "random":
            self._direction = self._made_direction(rng)
        self._point = weights
        d = np.zeros_like(weights)
        d[self._free] = self._direction.next(weights[self._free], gradient[self._free])
        return d

    def _search(self, weights: FloatArray, d: FloatArray) -> tuple[FloatArray, StepCounts]:
        return line_step(self._loss, weights, d)

    def _made_direction(self, rng: np.random.Generator) -> directions.Direction:
        method = self._method
        if method.direction == "gradient":
            return directions.Gradient()
        if method.direction == "cg":
            return directions.ConjugateGradient()
        if method.direction == "lbfgs":
            return directions.BFGSMemory(method.memory)
        if method.direction == "random":
            return directions.RandomDirection(rng)
        if method.direction == "newton":
            return directions.SaddleFreeNewton(self._product, method.products)
        return directions.TruncatedNewton(self._product, method.products)

    def _product(self, v: FloatArray) -> FloatArray:
        """Hessian or Gauss-Newton matrix at the point, rows and columns ``free``, times ``v``."""
        full = np.zeros_like(self._point)
        full[self._free] = v
        multiply = self._loss.hvp if self._method.direction == "newton" else self._loss.gnvp
        return multiply(self._point, full)[self._free]
