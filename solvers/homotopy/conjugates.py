"""Solutions of real equations whose complex conjugates are missing: a sign of a lost one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.close_points import clusters

__all__ = ["n_without_conjugate"]


def n_without_conjugate(
    points: NDArray[np.complex128], is_real: NDArray[np.bool_], tolerance: float = 1e-7
) -> int:
    """How many of the non-real ``points`` ``(n_points, n)`` lack their conjugate among them.

    The solutions of real equations are closed under conjugation. Cost: sorting.

    >>> points = np.array([[1j], [-1j], [2 + 1j], [5.0]])
    >>> n_without_conjugate(points, np.array([False, False, False, True]))
    1
    """
    chosen = points[~is_real]
    if not len(chosen):
        return 0
    labels = clusters(np.concatenate([chosen, chosen.conj()]), tolerance)
    return int((~np.isin(labels[: len(chosen)], labels[len(chosen) :])).sum())
