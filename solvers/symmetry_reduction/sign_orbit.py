"""Exact points that are known by their invariants under sign flips.

Enters: an algebraic point y of a system in invariants, and the monomials that lead back. Leaves:
``SignOrbit``, the points w over it: with square roots r_p of coordinates u_p of y, one for each
independent flip, w_j = y_j prod_{p in S_j} r_p. Exact questions are answered in Q(y), where the
degree is smaller by 2^k for k flips, and numbers come as certified balls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product

from flint import acb, arb, ctx, fmpq, fmpq_mpoly, fmpq_poly

from polynet.polynomial import polynomial_context
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["Coordinate", "SignCoordinates", "SignOrbit"]

_MAX_PRECISION = 1 << 15


@dataclass(frozen=True, slots=True)
class Coordinate:
    """w_j = y_place prod_{p in roots} r_p; w_j = 0 where ``place`` is None.

    ``roots`` are numbers of square roots. Flips change a zero coordinate, too, as they do these,
    but for some which fix all that is not zero.
    """

    place: int | None
    roots: frozenset[int]


@dataclass(frozen=True, slots=True)
class SignCoordinates:
    """The way from invariants y, named ``names``, to the variables w.

    Square root number p is of coordinate ``squares[p]`` of y; w_j is ``coordinates[j]``.
    """

    names: tuple[str, ...]
    squares: tuple[int, ...]
    coordinates: tuple[Coordinate, ...]

    def parts(self, polynomial: fmpq_mpoly) -> dict[frozenset[int], fmpq_mpoly]:
        """The q_T in the invariants with p(w) = sum_T q_T(y) prod_{p in T} r_p."""
        terms: dict[frozenset[int], dict[tuple[int, ...], fmpq]] = {}
        for exponents, coefficient in polynomial.terms():
            found = self._monomial([int(e) for e in exponents])
            if found is not None:
                part = terms.setdefault(found[0], {})
                part[found[1]] = part.get(found[1], fmpq(0)) + coefficient
        ring = polynomial_context(self.names)
        return {roots: ring.from_dict(part) for roots, part in terms.items()}

    def _monomial(self, exponents: Sequence[int]) -> tuple[frozenset[int], tuple[int, ...]] | None:
        """Which roots and which power of y a monomial in w is; None where it vanishes."""
        powers, roots = [0] * len(self.names), [0] * len(self.squares)
        for exponent, coordinate in zip(exponents, self.coordinates, strict=True):
            if not exponent:
                continue
            if coordinate.place is None:
                return None
            if coordinate.place not in self.squares:
                powers[coordinate.place] += exponent
            for p in coordinate.roots:
                roots[p] += exponent
        for p, exponent in enumerate(roots):
            powers[self.squares[p]] += exponent // 2
        return frozenset(p for p, e in enumerate(roots) if e % 2), tuple(powers)


@dataclass(frozen=True)
class SignOrbit:
    """The 2^k points w for each conjugate of ``invariants``, as :class:`SignCoordinates` say.

    It offers what a ``UnivariateRepresentation`` does for classification. The points need not be
    conjugates of each other, but flips map them to each other, so that what is asked of even or
    odd polynomials has one answer.
    """

    invariants: UnivariateRepresentation
    coordinates: SignCoordinates

    @property
    def degree(self) -> int:
        """The number of points."""
        return self.invariants.degree << len(self.coordinates.squares)

    @property
    def rational_point(self) -> tuple[Fraction, ...] | None:
        """None: rational points are not kept in this form."""
        return None

    @cached_property
    def n_real(self) -> int:
        """How many of the points are real: those over real y where all squares are positive."""
        return sum(self._real_roots) << len(self.coordinates.squares)

    @cached_property
    def _real_roots(self) -> list[bool]:
        """For each conjugate of y whether the points over it are real."""
        accuracy = 64
        while True:
            balls = self.invariants.balls(accuracy)
            squares = [[ball[place] for place in self.coordinates.squares] for ball in balls]
            real = squares[: self.invariants.n_real]
            if not any(u.real.contains(0) for row in real for u in row):
                above = [all(bool(u.real > 0) for u in row) for row in real]
                return above + [False] * (len(balls) - len(real))
            accuracy *= 2  # the squares are not zero

    def balls(self, accuracy: int) -> list[tuple[acb, ...]]:
        """Certified balls of the points, as ``UnivariateRepresentation.balls``: real ones first."""
        asked = accuracy + 16
        while True:
            with ctx.workprec(2 * asked + 32):
                over = [self._over(ball) for ball in self.invariants.balls(asked)]
            points = [
                p for real, ps in zip(self._real_roots, over, strict=True) if real for p in ps
            ]
            points += [
                p for real, ps in zip(self._real_roots, over, strict=True) if not real for p in ps
            ]
            if asked > _MAX_PRECISION or all(_accurate(x, accuracy) for p in points for x in p):
                return points
            asked *= 2

    def _over(self, y: tuple[acb, ...]) -> list[tuple[acb, ...]]:
        """The points over one ball of invariants."""
        roots = [_root(y[place]) for place in self.coordinates.squares]
        found = []
        for signs in product((-1, 1), repeat=len(roots)):
            signed = [sign * root for sign, root in zip(signs, roots, strict=True)]
            found.append(tuple(self._weight(c, y, signed) for c in self.coordinates.coordinates))
        return found

    def _weight(self, coordinate: Coordinate, y: tuple[acb, ...], roots: Sequence[acb]) -> acb:
        if coordinate.place is None:
            return acb(0)
        of_square = coordinate.place in self.coordinates.squares
        value = acb(1) if of_square else y[coordinate.place]
        for p in coordinate.roots:
            value = value * roots[p]
        return value

    def value(self, polynomial: fmpq_mpoly) -> fmpq_poly:
        """A polynomial that no flip changes, as an element of Q[t]/(f) of the invariants."""
        parts = self.coordinates.parts(polynomial)
        return self.invariants.value(parts.get(frozenset(), 0 * self._one))

    @property
    def _one(self) -> fmpq_mpoly:
        return polynomial_context(self.coordinates.names).constant(1)

    def vanishes(self, polynomial: fmpq_mpoly) -> bool:
        """Whether ``polynomial`` is zero at all the points."""
        return all(map(self.invariants.vanishes, self.coordinates.parts(polynomial).values()))

    def rank(self, matrix: Sequence[Sequence[fmpq_mpoly]]) -> int:
        """The rank of a Jacobian of equations that flips leave as they are; one for all points.

        In row i the flips change entry j as they do w_j, but for a factor that the row has in
        common: entry (i, j) is r^{R_i} r^{S_j} times an invariant. Rows and columns are divided
        by what is not zero.
        """
        return self.invariants.rank([self._row(row) for row in matrix])

    def _row(self, row: Sequence[fmpq_mpoly]) -> list[fmpq_mpoly]:
        """A row over the invariants: times r^{R}, and column j over r^{S_j}."""
        parts = [self.coordinates.parts(entry) for entry in row]
        signs = [coordinate.roots for coordinate in self.coordinates.coordinates]
        common = [t ^ s for part, s in zip(parts, signs, strict=True) for t in part]
        return [
            self._over_signs(part, common[0], s) if part else 0 * self._one
            for part, s in zip(parts, signs, strict=True)
        ]

    def _over_signs(
        self, part: Mapping[frozenset[int], fmpq_mpoly], row: frozenset[int], column: frozenset[int]
    ) -> fmpq_mpoly:
        (found,) = part.values()
        ring = polynomial_context(self.coordinates.names)
        for p in row - column:
            found = found * ring.gen(self.coordinates.squares[p])
        return found


def _root(square: acb) -> acb:
    """A square root, by a branch whose cut is far from ``square``."""
    if square.real > 0:
        return square.sqrt()
    if square.real < 0:
        return acb(0, 1) * (-square).sqrt()
    turn = acb(0, 1 if square.imag > 0 else -1)
    return (square / turn).sqrt() * turn.sqrt()


def _accurate(ball: acb, accuracy: int) -> bool:
    bound = (1 + abs(ball)) * arb(2) ** (-accuracy)
    return bool(ball.real.rad() < bound) and bool(ball.imag.rad() < bound)
