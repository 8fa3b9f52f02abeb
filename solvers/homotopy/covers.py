"""Families of square systems seen as coverings: what monodromy moves solutions around in.

Enters: a ``ParametricSystem``. Leaves: covers, each with a tape, states (points of the space that
paths run in) and the homotopy between two states. In a ``StratumCover`` the unknowns of a stratum
are not zero and a state is a point of all parameters. In a ``SliceCover`` of a tilted family, with
equations f(x; p) + b = 0, the right-hand sides depend on the unknowns,

    b = a + d (tau - c x),

with a fixed direction d; a state is (p, a, c, tau), and its solutions are where the hyperplane
s + c x = tau meets the curve of all (x, s) with f(x; p) + a + s d = 0. For c = 0 and tau = 0 they
are the solutions at (p, a).
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from polynet.parametric_system import ParametricSystem
from solvers.homotopy.generic_solve import generic_point
from solvers.homotopy.strata import Stratum
from solvers.homotopy.tape import SystemTape

__all__ = ["Cover", "SliceCover", "StratumCover"]

ComplexArray = NDArray[np.complex128]
IntArray = NDArray[np.int64]


class Cover(ABC):
    """Square systems on one ``tape`` that depend on a state.

    ``nonzero``: solutions with a zero coordinate are none of the cover's.
    """

    tape: SystemTape
    nonzero = False

    @abstractmethod
    def table(self, target: ComplexArray, start: ComplexArray) -> ComplexArray:
        """Coefficients on the way from state ``start`` (t = 1) to ``target`` (t = 0)."""

    @abstractmethod
    def random_state(self, rng: np.random.Generator) -> ComplexArray:
        """A generic state."""

    def residuals(self, state: ComplexArray, points: ComplexArray) -> NDArray[np.float64]:
        """The greatest |f_i| over its terms' moduli summed, ``(k,)``, at ``points`` ``(k, n)``."""
        values = self.table(state, state)[:, 0]
        worst = np.zeros(len(points))
        first = 0
        for support in self.tape.supports:
            own = values[first : first + len(support)]
            first += len(support)
            terms = np.prod(points[:, None, :] ** support, axis=2) * own
            size = np.abs(terms).sum(axis=1)
            total = np.abs(terms.sum(axis=1))
            worst = np.maximum(worst, total / np.where(size > 0, size, 1.0))
        return worst


class StratumCover(Cover):
    """The solutions of a family in one stratum, over all its parameters."""

    nonzero = True

    def __init__(self, family: ParametricSystem, stratum: Stratum) -> None:
        self.family = family
        self.stratum = stratum
        self.tape = SystemTape.of_supports(stratum.supports, stratum.dimension)

    def table(self, target: ComplexArray, start: ComplexArray) -> ComplexArray:
        return self.family.coefficient_map.along(target, start)[self.stratum.terms]

    def coefficients(self, points: ComplexArray) -> ComplexArray:
        """Those of the terms that are left, at parameters ``(..., n_parameters)``."""
        return np.asarray(self.family.coefficient_map.at(points)[..., self.stratum.terms])

    def random_state(self, rng: np.random.Generator) -> ComplexArray:
        return generic_point(self.family.n_parameters, rng)


class SliceCover(Cover):
    """Slices of curves of solutions of a tilted family; see the module.

    ``family`` is tilted: each equation has a constant term. Random states are flat, that is, they
    have c = 0 and tau = 0.
    """

    def __init__(self, family: ParametricSystem, rng: np.random.Generator) -> None:
        n = family.n_variables
        self.family = family
        self._direction = generic_point(n, rng)
        powers = [(0,) * n, *map(tuple, np.eye(n, dtype=np.int64).tolist())]
        supports: list[list[tuple[int, ...]]] = []
        rows: list[int] = []
        columns: list[int] = []
        self._own: list[int] = []
        first = 0
        for support in family.supports:
            terms = dict.fromkeys([*map(tuple, support.tolist()), *powers])
            place = {term: first + k for k, term in enumerate(terms)}
            self._own += range(first, first + len(support))
            first += len(terms)
            rows += [place[power] for power in powers]
            columns += [n, *range(n)]
            supports.append(list(terms))
        self.tape = SystemTape.of_supports(supports, n)
        # Equation i gets d_i tau - sum_j d_i c_j x_j; a row of this map for each term.
        signs = np.where(np.array(columns) == n, 1.0, -1.0)
        self._linear = np.zeros((self.tape.n_terms, n + 1), np.complex128)
        self._linear[rows, columns] = signs * np.repeat(self._direction, n + 1)

    def table(self, target: ComplexArray, start: ComplexArray) -> ComplexArray:
        m = self.family.n_parameters
        own = self.family.coefficient_map.along(target[:m], start[:m])
        result = np.zeros((self.tape.n_terms, max(2, own.shape[1])), np.complex128)
        result[self._own, : own.shape[1]] = own
        last = self._linear @ target[m:]
        result[:, 0] += last
        result[:, 1] += self._linear @ start[m:] - last
        return result

    def flat(self, parameters: ComplexArray) -> ComplexArray:
        """The state whose solutions are those of the tilted family at ``parameters``."""
        return self.slice(parameters, np.zeros(self.family.n_variables + 1, np.complex128))

    def slice(self, parameters: ComplexArray, hyperplane: ComplexArray) -> ComplexArray:
        """The state of the slice with (c, tau) = ``hyperplane`` ``(n + 1,)``."""
        return np.concatenate([parameters, hyperplane])

    def random_state(self, rng: np.random.Generator, decades: float = 1.0) -> ComplexArray:
        """A flat state; right-hand sides are up to so many decades larger or smaller than 1.

        Far and near, as loops have to go around branch points of all sizes.
        """
        state = self.flat(generic_point(self.family.n_parameters, rng))
        n, m = self.family.n_variables, self.family.n_parameters
        state[m - n : m] *= _spread(n, decades, rng)
        return state

    def random_hyperplane(
        self, points: ComplexArray, rng: np.random.Generator, decades: float = 0.0
    ) -> ComplexArray:
        """Random (c, tau) ``(n + 1,)``: c x is 1 at ``points`` ``(k, n)``, up to decades."""
        n = points.shape[1]
        size = np.maximum(np.abs(points).mean(axis=0), 1e-6) * np.sqrt(n)
        hyperplane = generic_point(n + 1, rng) / np.append(size, 1.0)
        return np.asarray(hyperplane * _spread(n + 1, decades, rng))

    def places(self, state: ComplexArray, points: ComplexArray) -> ComplexArray:
        """s ``(k,)`` at ``points`` of the slice."""
        m = self.family.n_parameters
        return np.asarray(state[-1] - points @ state[m:-1])


def _spread(n: int, decades: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Random factors up to so many decades larger or smaller than 1."""
    return np.asarray(10.0 ** rng.uniform(-decades, decades, n))
