"""A loss in fewer unknowns: some weights free, or an affine subspace, with the way back.

Restriction is the substitution w = origin + D s with D ``(n, d)``; ``lift`` is that map, and
``project`` its inverse on the subspace. What leaves is again a loss polynomial, so that
restrictions compose and every solver takes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import comb, prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.errors import InputError, ShapeError
from polynet.loss import PolynomialLoss
from polynet.program_map import Series
from polynet.rational import (
    all_exact,
    float_array,
    object_array,
    read_only,
    to_fmpq,
    to_fraction,
)
from polynet.subspace import AffineSubspace, FreeWeights, Subspace

__all__ = ["RestrictedLoss", "restrict"]


@dataclass(frozen=True, slots=True, eq=False)
class RestrictedLoss(PolynomialLoss):
    """s -> base(origin + directions @ s), the map being ``subspace``.

    It is exact where the restriction was asked for at exact weights of an exact loss.
    """

    base: PolynomialLoss
    subspace: Subspace
    names: tuple[str, ...]

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the unknowns: those of the free weights, or s0, s1, ... in a subspace."""
        return self.names

    @property
    def origin(self) -> NDArray[Any]:
        """The full weights at s = 0, ``(n,)``."""
        return self.subspace.origin

    @property
    def directions(self) -> NDArray[Any]:
        """The derivative of the full weights by the unknowns, ``(n, d)``."""
        return self.subspace.directions

    @property
    def exact(self) -> bool:
        """Whether the base loss and the subspace are exact."""
        return self.base.exact and self.subspace.exact

    @property
    def rounding(self) -> float:
        """That of the base loss."""
        return self.base.rounding

    def lift(self, s: ArrayLike) -> NDArray[Any]:
        """The full weights origin + directions @ s, ``(n,)``; exact for exact arguments."""
        values = np.asarray(s)
        if values.shape != (self.n_parameters,):
            raise ShapeError(
                f"a point of shape {values.shape} does not fit this restriction to "
                f"{self.n_parameters} unknowns; give shape ({self.n_parameters},)"
            )
        if self.exact and not isinstance(s, np.ndarray) and all_exact(values.tolist()):
            lifted = self.subspace.ring_lifted([to_fmpq(value) for value in values.tolist()])
            return object_array([to_fraction(value) for value in lifted], (len(lifted),))
        return float_array(self.origin) + self.subspace.moved(values.astype(np.float64))

    def project(self, w: ArrayLike) -> NDArray[Any]:
        """The s with lift(s) nearest to ``w`` (least squares); lift inverts it on the subspace."""
        if self.exact and not isinstance(w, np.ndarray):
            values = np.asarray(w, object)
            if all_exact(values.tolist()):
                return self.subspace.project_exactly(values)
        return self.subspace.project(np.asarray(w, np.float64))

    def value_series(self, weights: Series, order: int | None) -> Series:
        """Taylor coefficients of the base loss at the lifted series."""
        return self.base.value_series(self._lifted(weights), order)

    def gradient_series(self, weights: Series, order: int) -> Series:
        """Taylor coefficients of directions' times the gradient of the base."""
        gradient = self.base.gradient_series(self._lifted(weights), order)
        n = self.base.n_parameters
        return [
            self.subspace.pulled(np.broadcast_to(part, (*part.shape[:-1], n))) for part in gradient
        ]

    def ring_value(self, weights: Sequence[Any]) -> Any:
        """The base loss over a ring, at the lifted point."""
        return self.base.ring_value(self.subspace.ring_lifted(weights))

    def ring_gradient(self, weights: Sequence[Any]) -> list[Any]:
        """The gradient over a ring."""
        return self.subspace.ring_pulled(
            self.base.ring_gradient(self.subspace.ring_lifted(weights))
        )

    def lower_bound(self) -> Any:
        """What the base loss is never below, and so this one is not."""
        return self.base.lower_bound()

    def degree_among(self, moved: NDArray[np.bool_]) -> int:
        """Degree of the base among the weights that these unknowns move."""
        return self.base.degree_among(self.subspace.reached_by(moved))

    def predict_terms(self) -> int:
        """The monomials of that degree, or of those degrees in each unknown, if fewer."""
        each = prod(self.degree_in(name) + 1 for name in self.names)
        return min(each, comb(self.n_parameters + self.degree, self.degree))

    def to_exact(self) -> RestrictedLoss:
        """The same restriction with every float taken as the rational number that it is."""
        return replace(self, base=self.base.to_exact(), subspace=self.subspace.to_exact())

    def _lifted(self, weights: Series) -> Series:
        lifted = [self.subspace.moved(np.asarray(part)) for part in weights]
        lifted[0] = lifted[0] + float_array(self.origin)
        return lifted


def restrict(
    loss: PolynomialLoss, to: str | Sequence[str] | ArrayLike, at: ArrayLike
) -> RestrictedLoss:
    """The restriction of ``loss`` to named weights or to ``at + to @ s``; see ``loss.restrict``.

    Raises ``InputError`` for unknown names or none at all, ``ShapeError`` for arrays that do not
    fit.
    """
    origin = _numbers(at, exact=loss.exact)
    if origin.shape != (loss.n_parameters,):
        raise ShapeError(
            f"the base point has shape {origin.shape}, the loss {loss.n_parameters} parameters; "
            f"give a flat vector of shape ({loss.n_parameters},)"
        )
    if isinstance(to, str) or (isinstance(to, Sequence) and all(isinstance(x, str) for x in to)):
        return _to_names(loss, to, origin)
    return _to_subspace(loss, to, origin)


def _to_names(
    loss: PolynomialLoss, to: str | Sequence[Any], origin: NDArray[Any]
) -> RestrictedLoss:
    selected = loss.select([to] if isinstance(to, str) else list(to))
    if not len(selected):
        raise InputError("a restriction needs at least one weight; name one, a tensor or a layer")
    fixed = origin.copy()
    fixed[selected] = 0
    names = tuple(loss.parameter_names[index] for index in selected)
    return RestrictedLoss(loss, FreeWeights(read_only(fixed), read_only(selected)), names)


def _to_subspace(loss: PolynomialLoss, to: Any, origin: NDArray[Any]) -> RestrictedLoss:
    directions = _numbers(to, exact=loss.exact)
    if directions.ndim == 1:
        directions = directions[:, None]
    if directions.ndim != 2 or directions.shape[0] != loss.n_parameters or not directions.shape[1]:
        raise ShapeError(
            f"directions of shape {directions.shape} do not fit a loss in {loss.n_parameters} "
            f"parameters; give a matrix ({loss.n_parameters}, d), one column a direction"
        )
    if origin.dtype != directions.dtype:
        origin, directions = float_array(origin), float_array(directions)
    names = tuple(f"s{j}" for j in range(directions.shape[1]))
    return RestrictedLoss(loss, AffineSubspace(read_only(origin), read_only(directions)), names)


def _numbers(values: Any, *, exact: bool) -> NDArray[Any]:
    """An object array where ``values`` are exact and may stay so, float64 otherwise."""
    if exact and not (isinstance(values, np.ndarray) and values.dtype != object):
        table = np.asarray(values, object)
        if all_exact(table.ravel()):
            return object_array([to_fraction(value) for value in table.ravel()], table.shape)
    try:
        table = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"a restriction needs numbers or names: {error}") from error
    if not np.isfinite(table).all():
        raise InputError("a restriction needs finite numbers; NaN or infinity was given")
    return table
