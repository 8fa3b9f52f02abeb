"""The Morse index of critical points, for all real points of many data sets at once.

Enters: a ``CriticalFamily``, and real critical points. Leaves: how many negative eigenvalues the
Hessian has at each. The Jacobian of a gradient is the Hessian.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.critical_family import CriticalFamily
from solvers.homotopy.followed_targets import FollowedTargets

__all__ = ["DEGENERATE", "hessian_indices", "index_counts"]

DEGENERATE = -1
"""The index where the Hessian is singular."""
_SINGULAR = 1e-9
_SCALINGS = 5


def hessian_indices(
    family: CriticalFamily, parameters: ArrayLike, points: ArrayLike
) -> NDArray[np.int64]:
    """Numbers ``(k,)`` of negative eigenvalues of the Hessian at real points ``(k, n)``.

    ``DEGENERATE`` where an eigenvalue is below 1e-9 times the largest, after rows and columns are
    scaled alike so that units of weights do not matter; inertia is that of any congruent matrix.

    >>> from polynet import Dense, Network
    >>> from polynet.critical_family import critical_family
    >>> family = critical_family(Network([Dense(1, 1, bias=False)] * 2), 1)

    The loss (2 a b - 3)^2 + a^2 + b^2 at the origin is 9 - 12 a b + ..., a saddle:

    >>> hessian_indices(family, [2, 3, 1, 1], [[0, 0]])
    array([1])
    """
    hessians = family.jacobians(parameters, points).real
    if not len(hessians):
        return np.empty(0, np.int64)
    eigenvalues = np.linalg.eigvalsh(_equilibrated((hessians + hessians.transpose(0, 2, 1)) / 2))
    size = np.abs(eigenvalues).max(axis=1)
    indices = (eigenvalues < 0).sum(axis=1)
    indices[np.abs(eigenvalues).min(axis=1) <= _SINGULAR * size] = DEGENERATE
    return np.asarray(indices, np.int64)


def _equilibrated(matrices: NDArray[np.float64]) -> NDArray[np.float64]:
    """D M D ``(k, n, n)`` with diagonal D, by which the largest entries of rows come near 1."""
    for _ in range(_SCALINGS):
        largest = np.abs(matrices).max(axis=2)
        factors = 1 / np.sqrt(np.where(largest > 0, largest, 1.0))
        matrices = matrices * factors[:, :, None] * factors[:, None, :]
    return matrices


def index_counts(family: CriticalFamily, followed: FollowedTargets) -> NDArray[np.int64]:
    """How many real critical points have each index: ``(m, n_weights + 1)`` for m targets.

    Degenerate points are left out. Where the loss is coercive and none is degenerate, the sum of
    (-1)^index over each row is 1 (Morse).
    """
    counts = np.zeros((len(followed), family.n_variables + 1), np.int64)
    rows = zip(counts, followed.targets, followed.real_solutions, strict=True)
    for row, target, points in rows:
        indices = hessian_indices(family, target, points)
        np.add.at(row, indices[indices != DEGENERATE], 1)
    return counts
