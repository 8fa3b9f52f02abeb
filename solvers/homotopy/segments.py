"""Solutions tracked along one straight path of states, and which ends can be trusted.

Enters: a tape, a table of coefficients and solutions at t = 1. Leaves: ends at t = 0, each either
confirmed by Newton's method or marked as lost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.close_points import met_points
from solvers.homotopy.parameter_start import ParameterStart
from solvers.homotopy.path_runner import CAREFUL, track_batch
from solvers.homotopy.path_table import PathEnd
from solvers.homotopy.tape import SystemTape
from solvers.homotopy.tracker import Settings

__all__ = ["track_segment"]

ComplexArray = NDArray[np.complex128]

_SAME = 1e-10
_MAX_RESIDUAL = 1e-9
_MAX_CONDITION = 1e10
_ZERO = 1e-9


def track_segment(
    tape: SystemTape,
    table: ComplexArray,
    starts: ComplexArray,
    *,
    nonzero: bool = False,
    patient: bool = True,
) -> tuple[ComplexArray, NDArray[np.bool_]]:
    """Ends ``(k, n)`` of the paths along ``table`` from ``starts``, and which are solutions.

    Paths that met, and if ``patient`` those that failed, are tracked once more with care. An end
    counts where the endgame found it regular, with a small residual and condition, and, if asked,
    with no coordinate zero.
    """
    if not len(starts):
        return starts, np.empty(0, bool)
    start = ParameterStart(tape, table, starts)
    everything = np.arange(len(starts))
    _, info, middle, ends = track_batch(start, everything, Settings())
    again = _met(info, middle, ends)
    if patient:
        again |= info[:, 0] != PathEnd.REGULAR
    chosen = np.flatnonzero(again)
    if len(chosen):
        _, info[chosen], middle[chosen], ends[chosen] = track_batch(start, chosen, CAREFUL)
    good = (info[:, 0] == PathEnd.REGULAR) & ~_met(info, middle, ends)
    good &= (info[:, 1] < _MAX_RESIDUAL) & (info[:, 2] < _MAX_CONDITION)
    if nonzero:
        size = np.abs(ends).max(axis=1, initial=1.0)
        good &= (np.abs(ends) > _ZERO * size[:, None]).all(axis=1)
    return ends, good


def _met(info: NDArray[np.float64], middle: ComplexArray, ends: ComplexArray) -> NDArray[np.bool_]:
    """Paths that are at one place with another at t = 0.1 or at a regular end."""
    met = np.zeros(len(info), bool)
    regular = np.flatnonzero(info[:, 0] == PathEnd.REGULAR)
    for points in (middle, ends):
        met[regular[met_points(points[regular], _SAME)]] = True
    return met
