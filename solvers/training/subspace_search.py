"""One step to the least point of an affine subspace through the weights.

Weights and a few directions enter; the weights at the least point of their span leave, with what
was met. Planes and larger subspaces differ in their directions alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from polynet.collected_loss import CollectedLoss
from polynet.dataset import checked_count
from polynet.errors import BudgetError
from polynet.float_restriction import float_restriction
from solvers.protocol import Solver
from solvers.training.global_minimum import global_minimum, predicted_paths
from solvers.training.method import FloatArray, Indices
from solvers.training.record import StepCounts

__all__ = ["SubspaceSearch"]

_DEPENDENT = 1e-8
"""A direction whose part outside the span of those before it is smaller, relatively, adds none."""


@dataclass(frozen=True, slots=True, eq=False)
class SubspaceSearch:
    """Least points of ``loss`` on subspaces, by all critical points that ``solver`` finds."""

    loss: CollectedLoss
    solver: Solver

    def check_budget(self, free: Indices, dimension: int, max_paths: int) -> None:
        """Raise ``BudgetError`` where a step would follow more than ``max_paths`` paths."""
        moved = np.zeros(self.loss.n_parameters, np.bool_)
        moved[free] = True
        degree = self.loss.degree_among(moved)
        paths = predicted_paths(degree, checked_count(dimension, "dimension"))
        if paths > max_paths:
            raise BudgetError(
                f"in {dimension} unknowns the loss has degree {degree}, and a step would follow "
                f"{paths:,} paths of at most max_paths = {max_paths:,}; use a smaller dimension, "
                "or Linewise()"
            )

    def step(self, weights: FloatArray, directions: FloatArray) -> tuple[FloatArray, StepCounts]:
        """The weights at the least point of the span of ``directions`` ``(n, d)``.

        Of the places that the polynomial promises the best that keeps its promise is taken: one
        that raises the loss itself by more than rounding is passed over. Where none is left the
        weights stay, and the step counts as refused.
        """
        basis = _orthonormal(directions)
        if not basis.shape[1]:
            return weights, StepCounts((1,))
        polynomial = float_restriction(self.loss, weights, basis)
        found = global_minimum(polynomial, self.solver)
        moved, refused = False, False
        limit = float(polynomial.coefficients[0]) * (1.0 + self.loss.rounding)
        for place in found.candidates:
            there = weights + basis @ place
            if self.loss.value(there) <= limit:
                weights, moved, refused = there, True, False
                break
            refused = True
        return weights, StepCounts(
            (0,) * found.n_real + (1,),
            found.n_maxima,
            int(moved),
            int(refused),
            n_complex=found.n_complex,
            saddles=found.n_real - found.n_minima - found.n_maxima,
            lost=int(found.lost),
        )


def _orthonormal(directions: FloatArray) -> FloatArray:
    """An orthonormal basis of the span; the first direction keeps its line.

    Rows that are zero stay zero to the last bit: the degree of the loss depends on which do.
    """
    sizes = np.linalg.norm(directions, axis=0)
    columns: FloatArray = directions[:, sizes > 0.0] / sizes[sizes > 0.0]
    if not columns.shape[1]:
        return columns
    moved = np.any(columns != 0.0, axis=1)
    q, r = np.linalg.qr(columns[moved])
    kept = np.abs(np.diag(r)) > _DEPENDENT
    basis = np.zeros((len(columns), int(np.count_nonzero(kept))))
    basis[moved] = q[:, kept]
    return basis
