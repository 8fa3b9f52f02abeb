"""The gradient of a loss on balls, by its straight-line program: nothing is multiplied out.

Enters: an exact loss. Leaves: the map w -> grad L(w) as a ``BallMap`` whose Jacobian is the
Hessian, and the loss itself on a box.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flint import acb, acb_mat, acb_series, ctx

from polynet.errors import InputError
from polynet.loss import PolynomialLoss

__all__ = ["GradientMap"]


class GradientMap:
    """grad L of an exact loss as a ``BallMap``.

    A column of the Hessian is the linear coefficient of grad L(w + t e_j). Cost: one gradient for
    values, n gradients of pairs for the Hessian.
    """

    def __init__(self, loss: PolynomialLoss) -> None:
        if not loss.exact:
            raise InputError(
                "this loss has float data or coefficients, so nothing can be proved about it; "
                "loss.to_exact() takes every float as the rational number it is"
            )
        self._loss = loss

    @property
    def n_variables(self) -> int:
        """Number of weights n."""
        return self._loss.n_parameters

    @property
    def n_equations(self) -> int:
        """Number of partial derivatives, n."""
        return self._loss.n_parameters

    def loss(self, point: Sequence[acb]) -> acb:
        """A ball that holds L everywhere on the box ``point`` ``(n,)``."""
        return acb(self._loss.ring_value(list(point)))

    def values(self, point: Sequence[acb]) -> list[acb]:
        """The gradient on the box ``point``: ``(n,)``."""
        return [acb(part) for part in self._loss.ring_gradient(list(point))]

    def jacobian(self, point: Sequence[acb]) -> acb_mat:
        """The Hessian on the box ``point``: ``(n, n)``."""
        n = self.n_variables
        with _pairs():
            columns = [
                [
                    _slope(part)
                    for part in self._loss.ring_gradient(
                        [acb_series([x, int(i == j)]) for i, x in enumerate(point)]
                    )
                ]
                for j in range(n)
            ]
        return acb_mat(columns).transpose()

    def __reduce__(self) -> tuple[Any, ...]:
        return GradientMap, (self._loss,)


@contextmanager
def _pairs() -> Iterator[None]:
    """Power series are kept to their constant and linear coefficient."""
    before = ctx.cap
    ctx.cap = 2
    try:
        yield
    finally:
        ctx.cap = before


def _slope(part: Any) -> acb:
    return part[1] if isinstance(part, acb_series) else acb(0)
