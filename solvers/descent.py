"""The least loss that descent finds from random starts: a number to have where solving is too slow.

A loss enters, a :class:`Descent` leaves. Nothing about it is proved except that the weights have
the loss they are said to have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from polynet.errors import InputError
from polynet.loss import PolynomialLoss

__all__ = ["Descent", "descend"]


@dataclass(frozen=True, slots=True)
class Descent:
    """The best of ``n_starts`` descents: the loss reached, and where."""

    loss: float
    weights: tuple[float, ...]
    n_starts: int
    seed: int


def descend(loss: PolynomialLoss, *, n_starts: int = 20, seed: int = 0) -> Descent:
    """Minimise ``loss`` from ``n_starts`` standard normal weights by a trust-region Newton method.

    Cost: some tens of Hessians for each start. Source: Nocedal and Wright, 'Numerical
    Optimization', algorithm 4.3.

    >>> from polynet import Dense, Network, collect, datasets
    >>> loss = collect(Network([Dense(2, 1, bias=False)]), datasets.xor())
    >>> descend(loss, n_starts=2).loss
    1.333333333333
    """
    from scipy.optimize import minimize

    if n_starts < 1:
        raise InputError(f"descent from {n_starts} starts finds nothing; give at least 1")
    rng = np.random.default_rng(seed)
    best_loss, best_weights = np.inf, np.zeros(loss.n_parameters)
    for _ in range(n_starts):
        start = rng.standard_normal(loss.n_parameters)
        found = minimize(
            loss.value, start, jac=loss.gradient, hess=loss.hessian, method="trust-exact"
        )
        if found.fun < best_loss:
            best_loss, best_weights = float(found.fun), found.x
    return Descent(best_loss, tuple(best_weights.tolist()), n_starts, seed)
