"""A solution to begin with: unknowns at random, then parameters that make them a solution.

Enters: a ``StratumCover``. Leaves: a ``SeedPair``, or the finding that the stratum has no isolated
solutions at generic parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from polynet.coefficient_map import CoefficientMap
from solvers.homotopy.covers import StratumCover
from solvers.homotopy.generic_solve import generic_point

__all__ = ["SeedPair", "Seeding", "linear_parameters", "seed_pair"]

ComplexArray = NDArray[np.complex128]
IntArray = NDArray[np.int64]

_RANK = 1e-9
_TRIES = 3


class Seeding(Enum):
    """What came of looking for a seed."""

    FOUND = "a solution to begin with"
    EMPTY = "no solutions at generic parameters: the Jacobian is singular wherever all vanish"
    FAMILIES = "families of solutions: fewer independent equations than unknowns"
    NONE = "no parameters enter linearly so that any point becomes a solution"


@dataclass(frozen=True, slots=True, eq=False)
class SeedPair:
    """Solution ``point`` ``(n,)`` at the parameters ``state``; both None where there is none."""

    seeding: Seeding
    state: ComplexArray | None = None
    point: ComplexArray | None = None


def linear_parameters(coefficients: CoefficientMap) -> IntArray:
    """Parameters that enter together to the first degree, taken greedily in their order.

    Those that occur in the fewest coefficients come first.

    >>> terms = [[((1, 1, 0), 1.0)], [((0, 0, 1), 1.0)]]
    >>> linear_parameters(CoefficientMap.of(terms, 3))
    array([0, 2])
    """
    powers = coefficients.powers
    uses = (powers > 0).sum(axis=0)
    chosen = np.zeros(coefficients.n_parameters, bool)
    degree = np.zeros(len(powers), np.int64)
    for j in np.argsort(uses, kind="stable"):
        if uses[j] and (degree + powers[:, j]).max() <= 1:
            chosen[j] = True
            degree += powers[:, j]
    return np.flatnonzero(chosen)


def seed_pair(cover: StratumCover, rng: np.random.Generator) -> SeedPair:
    """A solution in the stratum at some parameters, or why there is none at generic ones.

    At a random point the equations are linear in some parameters; the nearest solution to random
    ones is taken. Where the Jacobian is singular there, at the points of three tries, it is so at
    every solution, and solutions at generic parameters would be regular: there are none.
    """
    n, n_equations = cover.stratum.dimension, len(cover.stratum.equations)
    if n_equations < n:
        return SeedPair(Seeding.FAMILIES)
    linear = linear_parameters(cover.family.coefficient_map)
    found = SeedPair(Seeding.EMPTY)
    for _ in range(_TRIES):
        point, state = generic_point(n, rng), cover.random_state(rng)
        matrix, values = _linear_equations(cover, point, state, linear)
        change, *_ = np.linalg.lstsq(matrix, -values, rcond=_RANK)
        if np.abs(matrix @ change + values).max(initial=0.0) > 1e-8 * np.abs(values).max():
            found = SeedPair(Seeding.NONE)
            continue
        drawn = state.copy()
        state[linear] += change
        if _regular(cover, point, state, drawn):
            return SeedPair(Seeding.FOUND, state, point)
        if np.linalg.matrix_rank(matrix, _RANK * np.abs(matrix).max()) < n_equations:
            found = SeedPair(Seeding.FAMILIES)
    return found


def _monomials(cover: StratumCover, point: ComplexArray) -> tuple[ComplexArray, IntArray]:
    """Values of all terms' monomials and the equation of each term."""
    supports = cover.stratum.supports
    values = np.concatenate([np.prod(point**support, axis=1) for support in supports])
    return values, np.repeat(np.arange(len(supports)), [len(support) for support in supports])


def _linear_equations(
    cover: StratumCover, point: ComplexArray, state: ComplexArray, linear: IntArray
) -> tuple[ComplexArray, ComplexArray]:
    """The equations' derivatives by the linear parameters, and their values."""
    monomials, equation = _monomials(cover, point)
    n_equations = len(cover.stratum.supports)
    states = np.tile(state, (len(linear) + 1, 1))
    states[1 + np.arange(len(linear)), linear] += 1.0
    terms = cover.coefficients(states) * monomials
    sums = np.zeros((len(states), n_equations), np.complex128)
    np.add.at(sums.T, equation, terms.T)
    return (sums[1:] - sums[0]).T, sums[0]


def _regular(
    cover: StratumCover, point: ComplexArray, state: ComplexArray, drawn: ComplexArray
) -> bool:
    """Whether the Jacobian has full rank, beside the size of its terms at ``drawn`` parameters.

    A parameter that has to be zero comes out as rounding, and so may a whole row.
    """
    monomials, equation = _monomials(cover, point)
    exponents = np.concatenate(cover.stratum.supports)
    shape = len(cover.stratum.supports), len(point)
    slopes = monomials[:, None] * exponents / point
    jacobian, sizes = np.zeros(shape, np.complex128), np.zeros(shape)
    np.add.at(jacobian, equation, cover.coefficients(state)[:, None] * slopes)
    np.add.at(sizes, equation, np.abs(cover.coefficients(drawn)[:, None] * slopes))
    size = sizes.max(axis=1, keepdims=True)
    singular = np.linalg.svd(jacobian / np.where(size > 0, size, 1.0), compute_uv=False)
    return bool(singular[-1] > _RANK)
