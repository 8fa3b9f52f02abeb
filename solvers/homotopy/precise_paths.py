"""Paths that lack digits near t = 0, followed on with hundreds of bits.

Enters: the table of a run to an exact system. Leaves: the same, with those paths marked AT_INFINITY
that were seen to leave. Where a solution at infinity is nearly a family, doubles follow a path no
further than to where the target and the start system weigh as much as rounding does: it fails
there, or seems to end alone, at a singular zero that is none. In log t, and in logarithms of the
unknowns, such a path is nearly straight, so that 20 decades of t take about as many steps. One
that still grows as a power of t at t = 1e-32 goes to infinity: a finite end beyond would be moved
there by a change of the coefficients in their 32nd digit.

Beside a family, in a *valley*, Newton's method contracts only at distances below t from it. So the
point is first moved across the valley, onto it, as far as equations are concerned that the family
would solve exactly; only then comes a step of Newton's method, which moves along it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import log2
from typing import Any

import numpy as np
from flint import acb, acb_mat, ctx, fmpq
from numpy.typing import NDArray

from polynet.polynomial_system import PolynomialSystem
from solvers.certification.boxes import exact_midpoint
from solvers.homotopy.lone_ends import lone_singular
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.precise_newton import to_complex
from solvers.homotopy.start_systems import StartSystem
from solvers.homotopy.tape import TapeArrays

__all__ = ["PreciseHomotopy", "follow_precisely"]

ComplexArray = NDArray[np.complex128]

_BITS = 384
_LAST_LOG_T = -74.0  # t = 7e-33
_LONGEST_STEP = 5.0  # in log t
_DIVERGING = -0.05  # the least power of t by which an unknown that diverges grows
_LONE_T = 1e-10  # where paths are taken up that seem to have ended
_STEPS = 200  # in log t, at most
_NEWTON = 12  # steps of a correction, at most
_ASKED_MOVE, _LARGEST_MOVE = 1e-3, 3e-2  # relative distances from a prediction to the path
_ACCURATE = 1e-6  # of t, relative to the unknowns: the step after would be the square of this
_SETTLED = 1e-5  # the last step of a correction, with digits that it doubled
_CONTRACTING = 1e-2  # a step over the one before it that shows as much
_WEAK = 1e-5  # singular values below, relative to the largest, are of directions in a valley
_TINY = 1e-6  # relative to this unknowns are measured that are smaller
_LEAST_STEP = 1e-5  # in log t; a path that asks for less cannot be followed
_MAX_PATHS = 100
_MAX_FINITE = 5


def follow_precisely(table: PathTable, start: StartSystem, system: PolynomialSystem) -> int:
    """Mark paths AT_INFINITY that are undecided, or end alone, and go there; how many.

    Ends after 100 paths, or 5 that did not leave: those lie on families most likely.
    """
    late = [(path, float(table.last_t[path])) for path in table.undecided.tolist()]
    late += [(path, _LONE_T) for path in lone_singular(table).tolist()]
    if not late:
        return 0
    homotopy, left, stayed = PreciseHomotopy(start, system), 0, 0
    for path, t in late[:_MAX_PATHS]:
        end = homotopy.followed(table.points[path], t)
        if end is None:
            stayed += 1
            if stayed == _MAX_FINITE:
                break
            continue
        table.codes[path], table.points[path], table.last_t[path] = PathEnd.AT_INFINITY, *end
        table.windings[path] = 0
        left += 1
    return left


@dataclass(slots=True)
class _Place:
    """A point of the path, its logarithmic derivatives d log x / d log t, and log t.

    ``corank`` is that of the valley in which the point was found.
    """

    log_t: float
    point: list[acb]
    rates: ComplexArray
    corank: int

    @property
    def diverges(self) -> bool:
        """Whether an unknown that is not tiny grows as a power of t."""
        sizes = np.abs(to_complex(self.point))
        return bool((self.rates.real[sizes > _TINY * sizes.max()] < _DIVERGING).any())

    @property
    def end(self) -> tuple[ComplexArray, float]:
        """The point in doubles, and t."""
        return to_complex(self.point), float(np.exp(self.log_t))


@dataclass(slots=True, eq=False)
class PreciseHomotopy:
    """F + t (G - F) with the exact coefficients of F, on the tape of the start system."""

    start: StartSystem
    system: PolynomialSystem
    _target: list[acb] = field(init=False)
    _change: list[acb] = field(init=False)
    _code: _Code = field(init=False)

    def __post_init__(self) -> None:
        self._code = _Code.of(self.start.tape.arrays)
        with ctx.workprec(_BITS):
            self._target = [_ball(value) for value in self._exact()]
            self._change = [acb(complex(value)) for value in self.start.table[:, 1]]

    def followed(self, point: ComplexArray, t: float) -> tuple[ComplexArray, float] | None:
        """The last point, and its t, of the path through ``point`` at ``t`` if it goes to infinity.

        None where it does not, or cannot be followed. Cost: some 200 Jacobians in 384 bits.
        """
        with ctx.workprec(_BITS):
            here = self._corrected([acb(complex(x)) for x in point], float(np.log(t)))
            if here is None:
                return None
            before, length = here, 0.1
            for _ in range(_STEPS):
                log_t = max(here.log_t - length, _LAST_LOG_T)
                guess = _predicted(before, here, log_t)
                there = self._corrected(guess, log_t, here.corank)
                if there is None:
                    length /= 3.0
                    if length < _LEAST_STEP:
                        return None
                    continue
                moved = _relative(guess, there.point)
                length *= float(np.clip((_ASKED_MOVE / max(moved, 1e-300)) ** 0.25, 0.3, 3.0))
                length = min(length, _LONGEST_STEP)
                before, here = here, there
                if log_t == _LAST_LOG_T:
                    return here.end if here.diverges else None
        return None

    def _exact(self) -> list[Fraction]:
        """The coefficients of F, in scaled unknowns, that ``table[:, 0]`` rounds."""
        rounded = iter(self.start.table[:, 0].real.tolist())
        exact = []
        for polynomial, support in zip(
            self.system.polynomials, self.start.tape.supports, strict=True
        ):
            powers = map(tuple, polynomial.exponents.tolist())
            own = dict(zip(powers, polynomial.coefficients, strict=True))
            for power in map(tuple, support.tolist()):
                value, near = own.get(power, Fraction(0)), next(rounded)
                exact.append(value * _power_between(value, near) if near else value)
        return exact

    def _corrected(
        self, guess: Sequence[acb], log_t: float, corank: int | None = None
    ) -> _Place | None:
        """The path at ``log_t``, beside ``guess``; None where Newton's method does not find it.

        A valley keeps its ``corank`` from one place to the next as long as that leads on.
        """
        point, t = [exact_midpoint(x) for x in guess], acb(log_t).exp().mid()
        section = _Section.of(self._code, self._target, self._change, t)
        jacobian = section.equations(point)[0]
        try:
            valleys = [_Valley.of(jacobian, point)]
            if corank is not None and corank != valleys[0].corank:
                valleys.insert(0, _Valley.of(jacobian, point, corank))
        except np.linalg.LinAlgError:  # not finite
            return None
        places = (_newton(section, point, log_t, valley) for valley in valleys)
        return next((place for place in places if place is not None), None)


def _newton(
    section: _Section, guess: Sequence[acb], log_t: float, valley: _Valley
) -> _Place | None:
    """Newton's method from ``guess``, across the valley before every step along it."""
    point, accurate, last = list(guess), _ACCURATE * float(np.exp(log_t)), 0.0
    for _ in range(_NEWTON):
        try:
            point, matrix, right = _in_valley(section, point, valley, accurate)
            step, velocity = _columns(matrix.solve(right))
        except ZeroDivisionError:  # singular
            return None
        point = _minus(point, step)
        if not _relative(guess, point) < _LARGEST_MOVE:
            return None
        size = _size(step, point)
        if size < accurate or size < min(_SETTLED, _CONTRACTING * last):
            rates = -to_complex(velocity) / _nonzero(to_complex(point))
            return _Place(log_t, point, rates, valley.corank)
        last = size
    return None


def _in_valley(
    section: _Section, point: list[acb], valley: _Valley, accurate: float
) -> tuple[list[acb], acb_mat, acb_mat]:
    """The nearest point across the valley at which only equations along it are not solved.

    And the Jacobian and the columns of the equations there.
    """
    for _ in range(_NEWTON):
        matrix, right = section.equations(point)
        if not valley.corank:
            break
        step = valley.across(matrix, right)
        if _size(step, point) < accurate:
            break
        point = _minus(point, step)
    return point, matrix, right


@dataclass(frozen=True, slots=True, eq=False)
class _Section:
    """The equations at one t: coefficients of H, of t dH/dt, and of the parts of the Jacobian."""

    code: _Code
    coefficients: list[acb]
    moves: list[acb]
    weights: list[acb]

    @classmethod
    def of(cls, code: _Code, target: Sequence[acb], change: Sequence[acb], t: acb) -> _Section:
        """The section at ``t`` of target + t change."""
        moves = [t * x for x in change]
        coefficients = [x + y for x, y in zip(target, moves, strict=True)]
        weights = [coefficients[term] * factor for _, _, term, _, factor in code.parts]
        return cls(code, coefficients, moves, weights)

    def equations(self, point: Sequence[acb]) -> tuple[acb_mat, acb_mat]:
        """The Jacobian ``(n, n)``, and the columns H and t dH/dt ``(n, 2)``."""
        n, code = len(point), self.code
        registers = [acb(1), *point]
        for left, right in code.products:
            registers.append(registers[left] * registers[right])
        values = [[acb(0), acb(0)] for _ in range(n)]
        for value, move, (row, register) in zip(
            self.coefficients, self.moves, code.terms, strict=True
        ):
            values[row][0] += value * registers[register]
            values[row][1] += move * registers[register]
        matrix = [[acb(0)] * n for _ in range(n)]
        for weight, (row, column, _, register, _) in zip(self.weights, code.parts, strict=True):
            matrix[row][column] += weight * registers[register]
        return acb_mat(matrix).mid(), acb_mat(values).mid()


@dataclass(frozen=True, slots=True, eq=False)
class _Valley:
    """Directions in which the equations hardly change at a point: ``along`` ``(corank, n)``.

    ``beside`` ``(n, corank)`` are those of the values that the equations then do not take.
    """

    along: acb_mat
    beside: acb_mat
    corank: int

    @classmethod
    def of(cls, jacobian: acb_mat, point: Sequence[acb], corank: int | None = None) -> _Valley:
        """By singular values below 1e-5 of the largest, rows and unknowns scaled to size 1.

        Or by as many of the smallest as ``corank`` says.
        """
        columns = np.maximum(np.abs(to_complex(point)), _TINY)
        n = len(columns)
        matrix = to_complex(jacobian.entries()).reshape(n, n) * columns
        rows = np.maximum(np.abs(matrix).max(axis=1), 1e-300)
        left, values, right = np.linalg.svd(matrix / rows[:, None])
        if corank is None:
            corank = int(np.count_nonzero(values < _WEAK * values[0]))
        along = right[n - corank :] / columns
        beside = left[:, n - corank :] * rows[:, None]
        return cls(_balls(along), _balls(beside), corank)

    def across(self, jacobian: acb_mat, right: acb_mat) -> list[acb]:
        """Newton's step among those that do not go along the valley."""
        n = jacobian.nrows()
        rows = [a + b for a, b in zip(jacobian.tolist(), self.beside.tolist(), strict=True)]
        rows += [a + [acb(0)] * self.corank for a in self.along.tolist()]
        values = [row[0] for row in right.tolist()] + [acb(0)] * self.corank
        solved = acb_mat(rows).solve(acb_mat(n + self.corank, 1, values))
        return list(solved.entries()[:n])


@dataclass(frozen=True, slots=True)
class _Code:
    """The tape in lists of Python's own numbers."""

    products: list[tuple[int, int]]
    terms: list[tuple[int, int]]
    parts: list[tuple[int, int, int, int, int]]

    @classmethod
    def of(cls, tape: TapeArrays) -> _Code:
        rows = np.repeat(np.arange(len(tape.equation_start) - 1), np.diff(tape.equation_start))
        entries = np.repeat(np.arange(len(tape.entry_row)), np.diff(tape.entry_start))
        columns = (tape.entry_row[entries], tape.entry_column[entries], tape.part_term)
        parts = (*columns, tape.part_register, tape.part_factor.astype(np.int64))
        return cls(
            list(zip(tape.left.tolist(), tape.right.tolist(), strict=True)),
            list(zip(rows.tolist(), tape.term_register.tolist(), strict=True)),
            list(zip(*(column.tolist() for column in parts), strict=True)),
        )


def _predicted(before: _Place, here: _Place, log_t: float) -> list[acb]:
    """Hermite's cubic in the logarithms of the unknowns through both places, or a straight line."""
    step, since = log_t - here.log_t, here.log_t - before.log_t
    moved = here.rates * step
    if since != 0.0:
        ratio = [x / y if y != 0 else acb(1) for x, y in zip(here.point, before.point, strict=True)]
        mean = np.log(to_complex(ratio)) / since
        second = (here.rates - mean) / since
        third = (second - (mean - before.rates) / since) / since
        moved = moved + step**2 * (second + third * (step + since))
    return [x * acb(complex(m)).exp() for x, m in zip(here.point, moved, strict=True)]


def _columns(matrix: acb_mat) -> tuple[list[acb], list[acb]]:
    rows = matrix.tolist()
    return [row[0] for row in rows], [row[1] for row in rows]


def _minus(point: Sequence[acb], step: Sequence[acb]) -> list[acb]:
    return [exact_midpoint(x - y) for x, y in zip(point, step, strict=True)]


def _balls(matrix: NDArray[Any]) -> acb_mat:
    return acb_mat([[acb(complex(x)) for x in row] for row in matrix])


def _relative(first: Sequence[acb], second: Sequence[acb]) -> float:
    return _size([x - y for x, y in zip(first, second, strict=True)], second)


def _size(step: Sequence[acb], point: Sequence[acb]) -> float:
    sizes = np.maximum(np.abs(to_complex(point)), _TINY)
    return float(np.max(np.abs(to_complex(step)) / sizes))


def _nonzero(values: ComplexArray) -> ComplexArray:
    return np.where(values == 0, 1.0, values)


def _power_between(value: Fraction, near: float) -> Fraction:
    """The power of two that ``near``, a multiple rounded to a double, has above ``value``."""
    ratio = Fraction(near) / value
    return Fraction(2) ** round(log2(ratio.numerator) - log2(ratio.denominator))


def _ball(value: Fraction) -> acb:
    return acb(fmpq(value.numerator, value.denominator))
