"""What every loss polynomial can do, whatever it is made of: value, derivatives, lines, expansion.

A concrete loss says how to evaluate itself on series of weights (``collect`` for a network and
data, ``restriction`` for a loss in fewer unknowns); everything users ask follows from that here.

Exact in, exact out: a loss with exact data and network, asked at Python integers, Fractions or
other exact numbers, answers in Fractions. At floats and numpy arrays it answers in float64.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly
from numpy.typing import ArrayLike, NDArray

from polynet.errors import BudgetError, InputError, ShapeError
from polynet.program_map import Series
from polynet.rational import all_exact, object_array, to_fmpq, to_fraction

if TYPE_CHECKING:
    from polynet.polynomial import SparsePolynomial
    from polynet.restriction import RestrictedLoss

__all__ = ["PolynomialLoss", "check_weights"]

_LANE_BYTES = 64 * 2**20
"""Directions are sent together through the program up to this much memory."""


class PolynomialLoss(ABC):
    """A polynomial L(w) in ``n_parameters`` weights, given by its values on series of weights."""

    __slots__ = ()

    @property
    @abstractmethod
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the weights, in order; symbols of expanded polynomials carry them."""

    @property
    @abstractmethod
    def exact(self) -> bool:
        """Whether every coefficient of L is an exact rational number."""

    @property
    @abstractmethod
    def rounding(self) -> float:
        """A relative difference of two values in floats that is not told from rounding."""

    @abstractmethod
    def value_series(self, weights: Series, order: int | None) -> Series:
        """Taylor coefficients of L at weights given as a series of ``(*lanes, n)`` arrays."""

    @abstractmethod
    def gradient_series(self, weights: Series, order: int) -> Series:
        """Taylor coefficients of the gradient, each ``(*lanes, n)``."""

    @abstractmethod
    def ring_value(self, weights: Sequence[Any]) -> Any:
        """L over any ring that contains the rationals (python-flint elements)."""

    @abstractmethod
    def ring_gradient(self, weights: Sequence[Any]) -> list[Any]:
        """The gradient over such a ring."""

    @abstractmethod
    def degree_among(self, moved: NDArray[np.bool_]) -> int:
        """Structural degree of L in the weights where ``moved`` ``(n,)`` is true, together."""

    @abstractmethod
    def predict_terms(self) -> int:
        """An upper bound of the number of monomials of L, found without expanding."""

    @abstractmethod
    def lower_bound(self) -> Any:
        """A number below which no weights can bring L: exact where the loss is."""

    @abstractmethod
    def to_exact(self) -> PolynomialLoss:
        """The same loss with every float taken as the rational number that it is."""

    @property
    def n_parameters(self) -> int:
        """Number n of weights."""
        return len(self.parameter_names)

    @property
    def degree(self) -> int:
        """Degree of L in all weights together."""
        return self.degree_among(np.ones(self.n_parameters, np.bool_))

    def degree_in(self, name: str) -> int:
        """Degree of L in the weight called ``name``, known before anything is expanded."""
        moved = np.zeros(self.n_parameters, np.bool_)
        moved[self._index(name)] = True
        return self.degree_among(moved)

    def value(self, w: ArrayLike) -> Any:
        """L(w): a float, or a ``Fraction`` for exact weights of an exact loss."""
        exact = self._exact_weights(w)
        if exact is not None:
            return to_fraction(self.ring_value(exact))
        return float(self.value_series((self._float_weights(w),), 1)[0])

    def gradient(self, w: ArrayLike) -> NDArray[Any]:
        """All partial derivatives at ``w``, ``(n,)``."""
        exact = self._exact_weights(w)
        if exact is not None:
            return _fraction_array(self.ring_gradient(exact))
        gradient = self.gradient_series((self._float_weights(w),), 1)[0]
        return np.broadcast_to(gradient, (self.n_parameters,)).copy()

    def hvp(self, w: ArrayLike, v: ArrayLike) -> NDArray[Any]:
        """The Hessian at ``w`` times ``v``, ``(n,)``, without forming the Hessian.

        Cost: about twice a gradient. Source: Pearlmutter (1994).
        """
        exact = self._exact_weights(w), self._exact_weights(v)
        if exact[0] is not None and exact[1] is not None:
            return self._exact_product(exact[0], exact[1])
        return self._hessian_products(self._float_weights(w), self._float_weights(v))

    def hessian(self, w: ArrayLike) -> NDArray[Any]:
        """All second derivatives at ``w``, ``(n, n)``, symmetric. Cost: n Hessian products."""
        exact = self._exact_weights(w)
        if exact is not None:
            return np.stack([self._exact_product(exact, row) for row in _identity(len(exact))])
        weights = self._float_weights(w)
        n = len(weights)
        rows = max(1, _LANE_BYTES // (16 * max(1, self._lane_size())))
        parts = [
            self._hessian_products(weights, np.eye(rows, n, low)[: n - low])
            for low in range(0, n, rows)
        ]
        hessian: NDArray[np.float64] = np.concatenate(parts)
        return 0.5 * (hessian + hessian.T)

    def along(self, w: ArrayLike, d: ArrayLike) -> NDArray[Any]:
        """Coefficients of t -> L(w + t d), constant term first, ``(degree + 1,)``.

        By Taylor arithmetic, so exact but for rounding (and exact outright for exact arguments);
        no finite difference and no interpolation. Cost: (degree / 2 + 1)^2 / 2 evaluations.
        """
        exact = self._exact_weights(w), self._exact_weights(d)
        length = self.degree + 1
        if exact[0] is not None and exact[1] is not None:
            value = fmpq_poly(self.ring_value(_exact_line(exact[0], exact[1])))
            return _fraction_array([value[k] for k in range(length)])
        series = self.value_series((self._float_weights(w), self._float_weights(d)), None)
        result = np.zeros(length)
        result[: len(series)] = [float(part) for part in series[:length]]
        return result

    def restrict(self, to: str | Sequence[str] | ArrayLike, at: ArrayLike) -> RestrictedLoss:
        """The loss with only some unknowns left, the rest fixed at ``at`` ``(n,)``.

        ``to`` is the name of a weight, of a tensor (``"0.weight"``) or a layer (``"0"``), a
        sequence of such names, or a matrix ``(n, d)`` of directions: the affine subspace
        ``at + to @ s``. The result is a loss in the remaining unknowns with ``lift``.
        """
        from polynet.restriction import restrict

        return restrict(self, to, at)

    def expand(self, max_terms: int = 1_000_000) -> SparsePolynomial:
        """L multiplied out as an exact sparse polynomial.

        The number of monomials is predicted first; above ``max_terms`` the call is refused with
        the prediction (``BudgetError``). A loss with float data is refused with ``InputError``:
        ``loss.to_exact().expand()`` takes the floats as the rationals that they are.
        """
        from polynet.polynomial import SparsePolynomial

        if not self.exact:
            raise InputError(
                "this loss has float data or coefficients and no exact expansion; "
                "loss.to_exact() takes every float as the rational number it is"
            )
        predicted = self.predict_terms()
        if predicted > max_terms:
            raise BudgetError(
                f"expanding this loss is predicted to give up to {predicted:,} monomials, over "
                f"max_terms = {max_terms:,}; use value, gradient, along or restrict, which need "
                "no expansion, or raise max_terms"
            )
        context = fmpq_mpoly_ctx.get(self.parameter_names, "degrevlex")
        value = self.ring_value(context.gens())
        expanded = value if isinstance(value, fmpq_mpoly) else context.constant(value)
        return SparsePolynomial(self.parameter_names, expanded)

    def select(self, names: Sequence[str]) -> NDArray[np.intp]:
        """Flat indices of the weights with these names; ``InputError`` for an unknown one."""
        return np.array([self._index(name) for name in names], np.intp)

    def _index(self, name: str) -> int:
        try:
            return self.parameter_names.index(name)
        except ValueError:
            shown = ", ".join(self.parameter_names[:6])
            raise InputError(
                f"no weight is called {name!r}; the names are {shown}"
                + (", ..." if self.n_parameters > 6 else "")
            ) from None

    def _exact_product(self, weights: Sequence[fmpq], direction: Sequence[fmpq]) -> NDArray[Any]:
        """The Hessian times ``direction``, exactly: the linear coefficient of the gradient."""
        gradient = self.ring_gradient(_exact_line(weights, direction))
        return _fraction_array([_coefficient(part, 1) for part in gradient])

    def _hessian_products(
        self, weights: NDArray[np.float64], directions: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The Hessian times each of ``directions`` ``(*lanes, n)``."""
        series = self.gradient_series((weights, directions), 2)
        product = series[1] if len(series) > 1 else 0.0
        return np.broadcast_to(product, directions.shape).copy()

    def _lane_size(self) -> int:
        """Numbers that one direction holds on its way through the program."""
        return self.n_parameters

    def _exact_weights(self, w: ArrayLike) -> list[fmpq] | None:
        if not self.exact or (isinstance(w, np.ndarray) and w.dtype != object):
            return None
        values = np.asarray(w, object)
        if not all_exact(values.ravel()):
            return None
        if values.shape != (self.n_parameters,):
            raise _wrong_shape(values.shape, self.n_parameters)
        return [to_fmpq(value) for value in values]

    def _float_weights(self, w: ArrayLike) -> NDArray[np.float64]:
        return check_weights(w, self.n_parameters)


def check_weights(w: ArrayLike, n_parameters: int) -> NDArray[np.float64]:
    """``w`` as a float64 vector of ``n_parameters`` numbers, or a ``ShapeError``."""
    try:
        weights = np.asarray(w, np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"weights must be {n_parameters} numbers: {error}") from error
    if weights.shape != (n_parameters,):
        raise _wrong_shape(weights.shape, n_parameters)
    return weights


def _wrong_shape(shape: tuple[int, ...], n_parameters: int) -> ShapeError:
    return ShapeError(
        f"weights of shape {shape} do not fit a loss in {n_parameters} parameters; "
        f"give a flat vector of shape ({n_parameters},) in the order of loss.parameter_names"
    )


def _identity(size: int) -> list[list[fmpq]]:
    return [[fmpq(int(i == j)) for j in range(size)] for i in range(size)]


def _exact_line(weights: Sequence[fmpq], direction: Sequence[fmpq]) -> list[Any]:
    return [fmpq_poly([w, d]) for w, d in zip(weights, direction, strict=True)]


def _coefficient(value: Any, index: int) -> fmpq:
    return fmpq_poly(value)[index] if isinstance(value, fmpq_poly) else fmpq(0)


def _fraction_array(values: Sequence[fmpq]) -> NDArray[Any]:
    return object_array([to_fraction(value) for value in values], (len(values),))
