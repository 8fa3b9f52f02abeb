"""The two ways of holding the data term of a loss, behind one protocol.

*Moments* keep second moments of input monomials (``moment_form``), *samples* keep the examples
(``sample_form``). Both give the data term sum_n sum_k (f_k(x_n; w) - y_nk)^2 and its gradient on
weights that are series in one formal variable: order 1 is value and gradient, order 2 a
Hessian-vector product, order None the whole polynomial along a line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from polynet.program import Program
from polynet.program_map import Series

__all__ = [
    "ROUNDING",
    "LossForm",
    "Precision",
    "inner",
    "product_coefficients",
    "square_coefficients",
]

Precision = Literal["double", "single"]
"""Of the numbers inside a network; sums over examples are in double either way."""

ROUNDING: dict[Precision, float] = {"double": 2.0**-40, "single": 2.0**-18}
"""A relative difference of two values of a loss that is not told from rounding."""


class LossForm(Protocol):
    """The data term of a loss as a function of the weights."""

    @property
    def name(self) -> str:
        """``"moments"`` or ``"samples"``."""

    @property
    def n_examples(self) -> int:
        """Number of examples in it."""

    @property
    def exact(self) -> bool:
        """Whether data and network are exact, so that the ring methods may be used."""

    @property
    def precision(self) -> Precision:
        """Of the numbers inside the network."""

    @property
    def n_bytes(self) -> int:
        """Memory of the data kept."""

    @property
    def program(self) -> Program:
        """A tape whose live outputs carry the structure of the loss: degrees and dependence."""

    def value_series(self, weights: Series, order: int | None) -> Series:
        """Taylor coefficients of the data term, each of shape ``(*lanes,)``."""

    def gradient_series(self, weights: Series, order: int) -> Series:
        """Taylor coefficients of the gradient, each ``(*lanes, n_weights)``."""

    def gauss_newton_product(
        self, weights: NDArray[np.float64], direction: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """2 J'J (or 2 J' M J) times ``direction``, J the derivative of the outputs."""

    def ring_value(self, weights: Sequence[Any]) -> Any:
        """The data term over any ring that contains the rationals."""

    def ring_gradient(self, weights: Sequence[Any]) -> list[Any]:
        """Its gradient over the ring."""

    def lower_bound(self) -> Any:
        """A number that the data term is never below, whatever the weights."""

    def ring_floor(self, weights: Sequence[Any]) -> list[Any]:
        """What vanishes over the ring exactly where the data term equals ``lower_bound``."""

    def add(self, inputs: NDArray[Any], targets: NDArray[Any]) -> Self:
        """With examples ``(n, *input_shape)`` and targets ``(n, n_outputs)`` added."""

    def merge(self, other: Self) -> Self:
        """With the examples of ``other``, a form of the same network, added."""

    def to_exact(self) -> Self:
        """The same with every float datum taken as the rational number it is."""


def product_coefficients(
    first: Series,
    second: Series,
    product: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]],
    order: int | None,
) -> list[NDArray[Any]]:
    """Coefficients of the Cauchy product of two series under a bilinear ``product``."""
    length = len(first) + len(second) - 1
    kept = length if order is None else min(length, order)
    result: list[Any] = [np.float64(0.0)] * kept
    for i, left in enumerate(first):
        for j, right in enumerate(second):
            if i + j < kept:
                result[i + j] = result[i + j] + product(left, right)
    return result


def inner(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """The sum of products over the last two axes; earlier axes broadcast."""
    result: NDArray[Any] = np.sum(first * second, axis=(-2, -1))
    return result


def square_coefficients(residuals: Series, order: int | None) -> list[NDArray[Any]]:
    """Coefficients of |r(t)|^2 for residuals ``(*lanes, n, n_outputs)``.

    Without lanes by one matrix product: the sums of the antidiagonals of R R', where row i of R
    is the coefficient of t^i.
    """
    if any(part.ndim > 2 for part in residuals) or len(residuals) < 2:
        return product_coefficients(residuals, residuals, inner, order)
    rows = np.stack([part.ravel() for part in residuals])
    gram, k = rows @ rows.T, len(rows)
    totals = [np.trace(gram[:, ::-1], offset=k - 1 - m) for m in range(2 * k - 1)]
    return totals if order is None else totals[:order]
