"""Weights rescaled so that incoming and outgoing norms of every hidden unit balance.

Where a unit passes through a power x^k, its incoming weights times t and its outgoing ones times
t^-k give the same outputs. On that orbit the penalty A t^2 + B t^(-2k) has one least point. A long
valley of equal losses becomes one place in it, at which the loss is as round as scalings make it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import logsumexp

from polynet.expression import NetworkLike
from polynet.loss import check_weights
from polynet.symmetry import network_symmetry
from solvers.training.method import FloatArray

__all__ = ["balanced"]

_SWEEPS = 1000
_SETTLED = 1e-13


def balanced(network: NetworkLike, weights: ArrayLike, l2: ArrayLike = 1.0) -> FloatArray:
    """The weights of least penalty sum_j l2_j w_j^2 that scalings of hidden units lead to.

    The outputs stay as they are, to rounding. With weights a into a unit, weights b that read its
    k-th power and equal penalties, t^(2k + 2) = k |b|^2 / |a|^2: afterwards |a|^2 = k |b|^2. Where
    a unit is read in several powers (products of units) the one root of
    |a|^2 t^2 = sum_k k |b_k|^2 t^(-2k) is found by bracketing; with several hidden layers units
    are taken in turn until all balance, which is the least point, as the penalty is convex in the
    logarithms of the scales. A unit stays where nothing (penalised) goes in or nothing comes out.
    ``l2`` is one number or one for each weight.

    Cost: a few products with the weights of each unit, and for h > 1 hidden layers some tens of
    sweeps. Source: Neyshabur, Salakhutdinov and Srebro, 'Path-SGD' (2015), on such scalings.

    >>> from polynet import Dense, Network, Square
    >>> network = Network([Dense(1, 1, bias=False), Square(), Dense(1, 1, bias=False)])
    >>> balanced(network, [8.0, 2.0**-4]).round(6).tolist()  # f = 4 x^2, a^2 = 2 b^2
    [1.781797, 1.259921]
    """
    w = check_weights(weights, network.n_parameters).copy()
    penalties = np.broadcast_to(np.asarray(l2, np.float64), w.shape)
    units = [_Unit(exponents) for exponents in network_symmetry(network).scalings()]
    for _ in range(_SWEEPS):
        largest = 0.0
        for unit in units:
            step = unit.log_scale(w, penalties)
            w[unit.places] *= np.exp(step * unit.exponents)
            largest = max(largest, abs(step))
        if largest <= _SETTLED:
            break
    return w


class _Unit:
    """One scaling group: the weights that it moves, and by which powers."""

    def __init__(self, exponents: NDArray[np.int64]) -> None:
        self.places = np.flatnonzero(exponents)
        self.exponents = exponents[self.places]
        self._powers = -np.unique(self.exponents[self.exponents < 0])

    def log_scale(self, weights: FloatArray, penalties: FloatArray) -> float:
        """log t of the least point on the orbit; 0 where there is none."""
        squares = penalties[self.places] * weights[self.places] ** 2
        inward = float(squares[self.exponents > 0].sum())
        outward = np.array([squares[self.exponents == -k].sum() for k in self._powers])
        present = outward > 0.0
        if not inward > 0.0 or not present.any():
            return 0.0
        powers = self._powers[present]
        logs = np.log(powers * outward[present]) - np.log(inward)
        # Alone, the term of power k is balanced here; m equal terms would move that up.
        low = float((logs / (2 * powers + 2)).max())
        if len(powers) == 1:
            return low
        high = float(((logs + np.log(len(powers))) / (2 * powers + 2)).max())

        def slope(t: float) -> float:
            return float(2.0 * t - logsumexp(logs - 2.0 * powers * t))

        return float(brentq(slope, low - _SETTLED, high + _SETTLED))
