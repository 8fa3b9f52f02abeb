"""Start systems: a system with known solutions, and the homotopy from it to the target.

Each start says how many paths it has and makes the start solutions of any given paths on demand:
nothing is listed in advance. ``TotalDegree`` has Bezout's number of paths, ``Polyhedral`` the
mixed volume. The homotopy is (1 - t) F + t G in both.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.lattice import coset_sizes
from solvers.homotopy.tape import SystemTape

if TYPE_CHECKING:
    from solvers.homotopy.mixed_cells import MixedCells
    from solvers.homotopy.target import Target

__all__ = ["LinearProduct", "Polyhedral", "StartSystem", "Toric", "TotalDegree"]

ComplexArray = NDArray[np.complex128]
IntArray = NDArray[np.int64]

_TORIC_START = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Toric:
    """Toric paths that lead to a start system's solutions.

    Row ``cells[i]`` of ``weights`` are the powers of t of path i, which begins at log t =
    ``places[i]`` in ``points[i]``; ``table`` ``(n_terms, 1)`` has the coefficients.
    """

    table: ComplexArray
    weights: NDArray[np.float64]
    cells: IntArray
    places: NDArray[np.float64]
    points: ComplexArray


class StartSystem(ABC):
    """A start system G with the homotopy (1 - t) F + t G as ``table`` over the tape's terms."""

    name: str
    tape: SystemTape
    table: ComplexArray

    @property
    @abstractmethod
    def n_paths(self) -> int:
        """The number of start solutions."""

    @abstractmethod
    def starts(self, paths: IntArray) -> ComplexArray | Toric:
        """Start solutions ``(len(paths), n)`` of the paths, or toric paths that lead there."""


class TotalDegree(StartSystem):
    """x_i^d_i = r_i with random r_i of modulus 1: the product of all degrees many paths."""

    name = "total degree"

    def __init__(self, target: Target, rng: np.random.Generator) -> None:
        self._degrees = target.degrees
        angles = 2 * np.pi * rng.random((2, target.n))
        # Near modulus 1, and each equation with a factor of its own.
        self._roots = np.exp(1j * angles[0] / np.maximum(self._degrees, 1))
        factors = np.exp(1j * angles[1])
        terms = []
        for i, degree in enumerate(self._degrees):
            power = np.zeros(target.n, np.int64)
            power[i] = degree
            terms.append(
                {
                    tuple(power.tolist()): factors[i],
                    (0,) * target.n: -factors[i] * np.exp(1j * angles[0, i]),
                }
            )
        self.tape, self.table = _joined(target, terms)

    @property
    def n_paths(self) -> int:
        return prod(self._degrees)

    def starts(self, paths: IntArray) -> ComplexArray:
        rest = np.array(paths, dtype=np.int64)
        points = np.empty((len(rest), len(self._degrees)), np.complex128)
        for i, degree in enumerate(self._degrees):
            points[:, i] = self._roots[i] * np.exp(2j * np.pi * (rest % degree) / degree)
            rest //= degree
        return points


class LinearProduct(StartSystem):
    """Products of random linear forms in groups of variables: the multihomogeneous number of paths.

    Equation i has d_ig forms in group g. A solution picks one form of every equation, so that
    group g is picked as often as it has variables, and solves linear equations group by group.
    """

    name = "multihomogeneous"

    def __init__(
        self, target: Target, groups: Sequence[Sequence[int]], rng: np.random.Generator
    ) -> None:
        self._groups = [list(group) for group in groups]
        self._sizes = tuple(len(group) for group in groups)
        self._degrees = [
            [int(support[:, group].sum(axis=1).max()) for group in self._groups]
            for support in target.supports
        ]
        self._forms: list[list[list[ComplexArray]]] = []
        terms = []
        for degrees in self._degrees:
            forms = [
                [_unit(rng, len(group) + 1) for _ in range(degree)]
                for group, degree in zip(self._groups, degrees, strict=True)
            ]
            self._forms.append(forms)
            factor = np.exp(2j * np.pi * rng.random())
            product: dict[tuple[int, ...], complex] = {(0,) * target.n: factor}
            for group, own in zip(self._groups, forms, strict=True):
                for form in own:
                    product = _times(product, group, form)
            largest = max(map(abs, product.values()))
            terms.append({power: value / largest for power, value in product.items()})
        self._counts: dict[tuple[int, tuple[int, ...]], int] = {}
        self.tape, self.table = _joined(target, terms)

    @property
    def n_paths(self) -> int:
        return self._completions(0, self._sizes)

    def _completions(self, equation: int, left: tuple[int, ...]) -> int:
        """How many ways the equations from this one on can pick forms, with ``left`` to pick."""
        if equation == len(self._degrees):
            return int(not any(left))
        key = (equation, left)
        if key not in self._counts:
            self._counts[key] = sum(
                degree * self._completions(equation + 1, _less(left, g))
                for g, degree in enumerate(self._degrees[equation])
                if left[g]
            )
        return self._counts[key]

    def starts(self, paths: IntArray) -> ComplexArray:
        n = len(self._degrees)
        points = np.empty((len(paths), n), np.complex128)
        for row, path in enumerate(paths):
            picked = self._picked(int(path))
            for group, forms in zip(self._groups, picked, strict=True):
                matrix = np.array(forms)
                points[row, group] = np.linalg.solve(matrix[:, :-1], -matrix[:, -1])
        return points

    def _picked(self, path: int) -> list[list[ComplexArray]]:
        """For each group the forms that path number ``path`` picks."""
        left = self._sizes
        picked: list[list[ComplexArray]] = [[] for _ in self._sizes]
        for equation, degrees in enumerate(self._degrees):
            for g, degree in enumerate(degrees):
                each = self._completions(equation + 1, _less(left, g)) if left[g] else 0
                if path < degree * each:
                    picked[g].append(self._forms[equation][g][path // each])
                    path %= each
                    left = _less(left, g)
                    break
                path -= degree * each
        return picked


class Polyhedral(StartSystem):
    """Random coefficients on the target's supports, the origin among them: mixed volume many paths.

    Their solutions come from the mixed cells' binomial systems by toric homotopies (Huber and
    Sturmfels 1995). With the origin, solutions with zero coordinates are not lost (Li and Wang
    1996).
    """

    name = "polyhedral"

    def __init__(self, target: Target, cells: MixedCells, rng: np.random.Generator) -> None:
        self._cells = cells
        self._ends = np.cumsum(cells.volumes)
        supports = [np.asarray(support) for support in cells.supports]
        self._generic = [_unit(rng, len(support)) for support in supports]
        terms = [
            dict(zip(map(tuple, support.tolist()), generic, strict=True))
            for support, generic in zip(supports, self._generic, strict=True)
        ]
        self.tape, self.table = _joined(target, terms, supports)

    @property
    def n_paths(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def starts(self, paths: IntArray) -> Toric:
        cells, local = np.unique(
            np.searchsorted(self._ends, paths, side="right"), return_inverse=True
        )
        weights = self._slacks(cells)
        least = np.where(weights > 0, weights, np.inf).min(axis=1)
        least[~np.isfinite(least)] = 1.0
        points = np.empty((len(paths), self.tape.n_variables), np.complex128)
        for row, cell in enumerate(cells):
            chosen = np.flatnonzero(local == row)
            first = int(self._ends[cell] - self._cells.volumes[cell])
            points[chosen] = self._binomial(int(cell), paths[chosen] - first)
        return Toric(
            np.concatenate(self._generic)[:, None],
            weights / least[:, None],
            local.astype(np.int64),
            np.full(len(paths), np.log(_TORIC_START)),
            points,
        )

    def _slacks(self, cells: IntArray) -> NDArray[np.float64]:
        """Powers of t for these ascending cells ``(len(cells), n_terms)``."""
        breaks = np.flatnonzero(np.diff(cells) > 1) + 1
        runs = [slice(int(run[0]), int(run[-1]) + 1) for run in np.split(cells, breaks)]
        return np.concatenate([np.concatenate(self._cells.slacks(run), axis=1) for run in runs])

    def _binomial(self, cell: int, numbers: IntArray) -> ComplexArray:
        """Solutions of the cell's binomial equations: log x = E^-1 (log b + 2 pi i k).

        k runs over representatives of Z^n modulo the lattice that the columns of E span.
        """
        found = self._cells[cell]
        ratios = np.array(
            [-own[a] / own[b] for own, (a, b) in zip(self._generic, found.pairs, strict=True)]
        )
        shifts = np.zeros((len(numbers), len(ratios)))
        if found.volume > 1:
            rest = np.array(numbers, dtype=np.int64)
            for i, size in enumerate(coset_sizes(found.edges)):
                shifts[:, i] = rest % size
                rest //= size
        right = np.log(ratios)[:, None] + 2j * np.pi * shifts.T
        return np.exp(np.linalg.solve(found.edges.astype(np.float64), right)).T


def _unit(rng: np.random.Generator, size: int) -> ComplexArray:
    """Random complex numbers of modulus near 1."""
    return np.asarray(np.exp(2j * np.pi * rng.random(size)) * (0.8 + 0.4 * rng.random(size)))


def _less(left: tuple[int, ...], group: int) -> tuple[int, ...]:
    return (*left[:group], left[group] - 1, *left[group + 1 :])


def _times(
    product: dict[tuple[int, ...], complex], group: Sequence[int], form: ComplexArray
) -> dict[tuple[int, ...], complex]:
    result: dict[tuple[int, ...], complex] = {}
    for power, value in product.items():
        result[power] = result.get(power, 0.0) + value * form[-1]
        for variable, factor in zip(group, form[:-1], strict=True):
            raised = (*power[:variable], power[variable] + 1, *power[variable + 1 :])
            result[raised] = result.get(raised, 0.0) + value * factor
    return result


def _joined(
    target: Target,
    starts: Sequence[dict[tuple[int, ...], complex]],
    order: Sequence[IntArray] | None = None,
) -> tuple[SystemTape, ComplexArray]:
    """Tape over the union of the supports, and table (F, G - F) of the coefficients of 1 and t."""
    supports, rows = [], []
    for i, start in enumerate(starts):
        own = dict(
            zip(map(tuple, target.supports[i].tolist()), target.coefficients[i], strict=True)
        )
        monomials = list(dict.fromkeys([*own, *start]))
        if order is not None:
            monomials = [tuple(row) for row in order[i].tolist()]
        supports.append(monomials)
        rows += [(own.get(m, 0.0), start.get(m, 0.0) - own.get(m, 0.0)) for m in monomials]
    return SystemTape.of_supports(supports, target.n), np.array(rows, np.complex128)
