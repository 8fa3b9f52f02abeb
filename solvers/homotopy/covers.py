"""Families of square systems seen as coverings: what monodromy moves solutions around in.

Enters: a ``ParametricSystem`` and a ``Stratum`` of it. Leaves: covers, each with a tape, states
(points of the space that paths run in) and the homotopy between two states. In a ``StratumCover``
a state is a point of all parameters. In a ``SliceCover`` one parameter depends on the unknowns,

    p_j = a_j + tau - h(x),    h = sum_b c_b h_b(x),

and a state is (a, c, tau): its solutions are where the hyperplane p_j - a_j + h = tau meets the
curve of all (x, p_j) that solve the equations with the other parameters of a.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from polynet.parametric_system import ParametricSystem
from solvers.homotopy.start_pair import generic_point
from solvers.homotopy.strata import Stratum
from solvers.homotopy.tape import SystemTape

__all__ = ["Cover", "PolynomialBasis", "SliceCover", "StratumCover", "residual_sizes"]

ComplexArray = NDArray[np.complex128]
IntArray = NDArray[np.int64]


class Cover(ABC):
    """Square systems on one ``tape`` that depend on a state."""

    tape: SystemTape

    @abstractmethod
    def table(self, target: ComplexArray, start: ComplexArray) -> ComplexArray:
        """Coefficients on the way from state ``start`` (t = 1) to ``target`` (t = 0)."""

    @abstractmethod
    def random_state(self, rng: np.random.Generator) -> ComplexArray:
        """A generic state."""

    def residuals(self, state: ComplexArray, points: ComplexArray) -> NDArray[np.float64]:
        """The greatest |f_i| over its terms' moduli summed, ``(k,)``, at ``points`` ``(k, n)``."""
        return residual_sizes(self.tape.supports, self.table(state, state)[:, 0], points)


class StratumCover(Cover):
    """The solutions of a family in one stratum, over all its parameters."""

    def __init__(self, family: ParametricSystem, stratum: Stratum) -> None:
        self.family = family
        self.stratum = stratum
        self.tape = SystemTape.of_supports(stratum.supports, stratum.dimension)

    def table(self, target: ComplexArray, start: ComplexArray) -> ComplexArray:
        return self.family.coefficient_map.along(target, start)[self.stratum.terms]

    def coefficients(self, points: ComplexArray) -> ComplexArray:
        """Those of the terms that are left, at parameters ``(..., n_parameters)``."""
        return self.family.coefficient_map.at(points)[..., self.stratum.terms]

    def random_state(self, rng: np.random.Generator) -> ComplexArray:
        return generic_point(self.family.n_parameters, rng)


@dataclass(frozen=True, slots=True, eq=False)
class PolynomialBasis:
    """Functions h_b(x) = sum_m weights[b, m] x^powers[m].

    ``powers`` ``(n_monomials, n)``, ``weights`` ``(n_functions, n_monomials)``.
    """

    powers: IntArray
    weights: ComplexArray

    def __len__(self) -> int:
        return len(self.weights)

    def at(self, points: ComplexArray) -> ComplexArray:
        """Values ``(k, n_functions)`` at ``points`` ``(k, n)``."""
        return np.asarray(np.prod(points[:, None, :] ** self.powers, axis=2) @ self.weights.T)

    def scaled(self, points: ComplexArray) -> PolynomialBasis:
        """Each function divided by its mean modulus at ``points``."""
        size = np.abs(self.at(points)).mean(axis=0)
        size = np.where(size > 0, size, 1.0)
        return PolynomialBasis(self.powers, self.weights / size[:, None])


class SliceCover(Cover):
    """Slices of the curve over one parameter that enters to the first degree; see the module.

    A state is (a, c, tau). ``base`` is the point a where the slices are wanted and ``parameter``
    the number j; ``at_base`` is the slice p_j = a_j there. Other a are passed through where the
    terms with p_j have no other parameter.
    """

    def __init__(
        self, cover: StratumCover, base: ComplexArray, parameter: int, basis: PolynomialBasis
    ) -> None:
        self.basis = basis
        self._cover = cover
        self._base = base
        family = cover.family
        moved = base.copy()
        moved[parameter] += 1.0
        values = cover.coefficients(np.array([base, moved]))
        powers = family.coefficient_map.powers
        self._may_move = bool((powers[powers[:, parameter] > 0].sum(axis=1) == 1).all())
        slope = np.where(values[0] == values[1], 0.0, values[1] - values[0])
        supports: list[list[tuple[int, ...]]] = []
        rows: list[ComplexArray] = []
        places: list[int] = []
        first = 0
        for support in cover.stratum.supports:
            terms = _slice_terms(support, slope[first : first + len(support)], basis)
            places += range(len(rows), len(rows) + len(support))
            supports.append(list(terms))
            rows += list(terms.values())
            first += len(support)
        self._linear = np.array(rows)
        self._places = np.array(places)
        self.tape = SystemTape.of_supports(supports, cover.stratum.dimension)

    @property
    def at_base(self) -> ComplexArray:
        """The state whose solutions are those of the family at ``base``."""
        return self.state(np.zeros(len(self.basis) + 1))

    def state(self, hyperplane: ComplexArray) -> ComplexArray:
        """The state with (c, tau) = ``hyperplane`` at ``base``."""
        return np.concatenate([self._base, hyperplane])

    def table(self, target: ComplexArray, start: ComplexArray) -> ComplexArray:
        m = len(self._base)
        own = self._cover.table(target[:m], start[:m])
        result = np.zeros((self.tape.n_terms, max(2, own.shape[1])), np.complex128)
        result[self._places, : own.shape[1]] = own
        last = self._linear @ target[m:]
        result[:, 0] += last
        result[:, 1] += self._linear @ start[m:] - last
        return result

    def random_state(self, rng: np.random.Generator) -> ComplexArray:
        hyperplane = self.random_hyperplane(rng)
        if not self._may_move:
            return self.state(hyperplane)
        return np.concatenate([self._cover.random_state(rng), hyperplane])

    def random_hyperplane(self, rng: np.random.Generator) -> ComplexArray:
        """Random (c, tau) ``(n_functions + 1,)``."""
        normal = rng.standard_normal((len(self.basis) + 1, 2)) @ np.array([1.0, 1.0j])
        normal[:-1] /= np.sqrt(len(self.basis))
        return np.asarray(normal)

    def places(self, state: ComplexArray, points: ComplexArray) -> ComplexArray:
        """p_j - a_j ``(k,)`` at ``points`` of the slice."""
        return np.asarray(state[-1] - self.basis.at(points) @ state[len(self._base) : -1])


def _slice_terms(
    support: IntArray, slope: ComplexArray, basis: PolynomialBasis
) -> dict[tuple[int, ...], ComplexArray]:
    """For each monomial of an equation its coefficients of (c_1, ..., c_b, tau)."""
    width = len(basis) + 1
    terms = {tuple(row): np.zeros(width, np.complex128) for row in support.tolist()}
    for row, change in zip(support, slope, strict=True):
        if change == 0.0:
            continue
        terms[tuple(row.tolist())][-1] += change
        for power, weights in zip(basis.powers, basis.weights.T, strict=True):
            own = terms.setdefault(tuple((row + power).tolist()), np.zeros(width, np.complex128))
            own[:-1] -= change * weights
    return terms


def residual_sizes(
    supports: tuple[IntArray, ...], coefficients: ComplexArray, points: ComplexArray
) -> NDArray[np.float64]:
    """The greatest |f_i| over its terms' moduli summed, ``(k,)``, at ``points`` ``(k, n)``."""
    worst = np.zeros(len(points))
    first = 0
    for support in supports:
        own = coefficients[first : first + len(support)]
        first += len(support)
        terms = np.prod(points[:, None, :] ** support, axis=2) * own
        size = np.abs(terms).sum(axis=1)
        worst = np.maximum(worst, np.abs(terms.sum(axis=1)) / np.where(size > 0, size, 1.0))
    return worst
