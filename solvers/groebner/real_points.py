"""At least one real point on every connected component of the real solutions.

Let V be equidimensional of codimension c, let g_1, ..., g_c vanish on V, and let u be any point.
Each connected component of the real points of V is closed and has a point x nearest to u. There
either the gradients of the g_i are dependent, or V is a manifold around x and

    x - u = sum_i lambda_i grad g_i(x)

(Lagrange). The former points are a set of smaller dimension, which is searched in the same way.
Where all systems on the way have finitely many solutions, no component is without a point; where
no solution is real, V has no real point. Source: Aubry, Rouillier, Safey El Din, 'Real solving
for positive dimensional systems' (2002), sections 2 and 3.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, islice

import numpy as np
from flint import fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import (
    Basis,
    Limits,
    LimitsReachedError,
    fresh_name,
    integer_ring,
    is_unit_ideal,
    leading_monomials,
)
from solvers.groebner.components import components
from solvers.groebner.dimension import dimension, is_zero_dimensional
from solvers.groebner.engines.failure import EngineError
from solvers.groebner.point_proof import is_proved
from solvers.groebner.quotient import Quotient
from solvers.groebner.real_locus import real_locus
from solvers.groebner.splitting import is_graph_over_hypersurface
from solvers.groebner.zero_dimensional import separated_points
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["RealPoints", "real_points"]

_LIMITS = Limits(150, 300, 400)
_SECONDS = 60.0  # for the engines, on one family
_PATIENCE = 40.0  # seconds for the proof of one basis
_SUBSETS = 6
_CENTRES = 3
_MOST_MINORS = 500
_MOST_POINTS = 48  # of one system where FLINT alone finds them
_MOST_PARAMETRISED = 400


@dataclass(frozen=True, slots=True)
class RealPoints:
    """Real points of a solution set, and whether they are on all of its connected components."""

    points: tuple[UnivariateRepresentation, ...]
    complete: bool


class _InfeasibleError(Exception):
    """The search would take too long, or the set is not known to be equidimensional."""


def real_points(
    piece: Basis,
    ring: fmpz_mpoly_ctx,
    *,
    seed: int,
    algebra: Algebra | None = None,
    prime: bool = False,
) -> RealPoints:
    """Points on the connected components of the real solutions of ``piece``.

    ``prime`` where the ideal is known to be prime. Where the search is infeasible within its
    limits, the points found until then. Complete only where no basis on the way rests on luck.

    >>> ring = integer_ring(["x", "y"])
    >>> x, y = ring.gens()
    >>> hyperbola = real_points((x * y - 1,), ring, seed=0)
    >>> sum(point.n_real for point in hyperbola.points), hyperbola.complete
    (2, True)
    >>> real_points((x**2 + x * y + y**2 + 1,), ring, seed=0)
    RealPoints(points=(), complete=True)
    """
    strong = _limited(algebra or Algebra())
    search = _Search(ring, seed, replace(strong, engine=None, parametriser=None), strong)
    try:
        search.visit(piece, prime=prime)
        complete = not search.algebra.unproved(_SECONDS)
    except (_InfeasibleError, LimitsReachedError, EngineError):
        return RealPoints(tuple(search.points.values()), complete=False)
    return RealPoints(tuple(search.points.values()), complete)


def _limited(algebra: Algebra) -> Algebra:
    """The same engines, with what one family may take."""
    latest = time.monotonic() + _SECONDS
    return replace(
        algebra.unburdened(),
        limits=_LIMITS,
        deadline=latest if algebra.deadline is None else min(latest, algebra.deadline),
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """Collects the real points of one set and of the smaller ones that it leads to.

    ``algebra`` computes with proof, and ``strong`` has engines that may need one afterwards.
    """

    ring: fmpz_mpoly_ctx
    seed: int
    algebra: Algebra
    strong: Algebra
    points: dict[str, UnivariateRepresentation] = field(default_factory=dict)

    def visit(self, piece: Basis, *, prime: bool) -> None:
        """Points on every connected component of the real solutions of ``piece``."""
        if is_unit_ideal(piece):
            return
        if self._is_finite(piece):
            found, _ = separated_points([piece], self.ring, self.seed, self.algebra)
            self._add(found)
            return
        narrowed = real_locus(piece, self.ring, self.algebra)
        if narrowed != piece:
            self._visit_components(narrowed)
            return
        prime = prime or is_graph_over_hypersurface(piece)
        system, dependent = self._equations(piece, prime=prime)
        self._add(self._nearest(piece, system))
        self._visit_components(dependent)

    def _visit_components(self, basis: Basis) -> None:
        if is_unit_ideal(basis) or self._is_finite(basis):
            self.visit(basis, prime=False)
            return
        pieces, prime = components(basis, basis, self.ring, self.algebra)
        for piece in pieces:
            self.visit(piece, prime=prime)

    def _is_finite(self, basis: Basis) -> bool:
        return is_zero_dimensional(leading_monomials(basis), len(self.ring.names()))

    def _add(self, points: Sequence[UnivariateRepresentation]) -> None:
        for point in points:
            if point.n_real:
                self.points.setdefault(str(point.numerators), point)

    def _equations(self, piece: Basis, *, prime: bool) -> tuple[Sequence[fmpz_mpoly], Basis]:
        """Equations g_1, ..., g_c, and where on the piece their gradients are dependent.

        Linear generators are solved for their leading variables, so count neither among the g_i
        nor do these variables.
        """
        n = len(self.ring.names())
        size = dimension(leading_monomials(piece), n)
        free = _free_variables(piece, self.ring)
        for chosen in self._candidates(piece, len(free) - size):
            # As many equations as the codimension make the solutions equidimensional (Macaulay).
            if not (prime or self._generate(chosen, piece)):
                continue
            minors = _maximal_minors([[g.derivative(j) for j in free] for g in chosen], self.ring)
            dependent = self._basis([*piece, *minors], self.ring)
            if dimension(leading_monomials(dependent), n) < size:
                return chosen, dependent
        raise _InfeasibleError

    def _generate(self, chosen: Sequence[fmpz_mpoly], piece: Basis) -> bool:
        """Whether ``chosen`` and the linear elements generate the ideal of ``piece``."""
        try:
            return self.algebra.basis([*_linear(piece), *chosen], self.ring) == piece
        except LimitsReachedError:
            return False

    def _candidates(self, piece: Basis, count: int) -> Iterator[Sequence[fmpz_mpoly]]:
        """``count`` of the generators, the ones of least degree first; then random sums of them."""
        generators = [g for g in piece if g.total_degree() > 1]
        yield from islice(combinations(generators, count), _SUBSETS)
        rng = np.random.default_rng(self.seed)
        weights = rng.integers(1, 9, size=(count, len(generators)), endpoint=True)
        zero = self.ring.constant(0)
        yield [
            sum((int(w) * g for w, g in zip(row, generators, strict=True)), zero) for row in weights
        ]

    def _nearest(
        self, piece: Basis, system: Sequence[fmpz_mpoly]
    ) -> list[UnivariateRepresentation]:
        """The solutions of Lagrange's equations for the distance to a random point."""
        rng = np.random.default_rng(self.seed)
        generators = [*_linear(piece), *system] if self._generate(system, piece) else piece
        for _ in range(_CENTRES):
            ring, equations = _lagrange(generators, system, self.ring, rng)
            # One equation is small for FLINT, several grow.
            basis = self._basis(equations, ring, hard=len(system) > 1)
            if is_unit_ideal(basis):
                return []
            if is_zero_dimensional(leading_monomials(basis), len(ring.names())):
                places = range(len(system), len(ring.names()))
                points = self._solutions(basis, equations, ring)
                return [point.permuted(places) for point in points]
        raise _InfeasibleError

    def _basis(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, *, hard: bool = False
    ) -> Basis:
        """The proved basis of ``generators``; a ``hard`` one by an engine at once, if there is."""
        strong = replace(self.strong, chosen=hard)
        basis, lucky = strong.basis_of_system(generators, ring)
        if lucky is not None and not strong.check(basis, generators, ring, _PATIENCE).proved:
            raise _InfeasibleError
        return basis

    def _solutions(
        self, basis: Basis, equations: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx
    ) -> list[UnivariateRepresentation]:
        """All solutions of the equations, which have the proved basis ``basis``."""
        size = Quotient.of(basis, len(ring.names())).size
        if size <= _MOST_POINTS:
            return separated_points([basis], ring, self.seed, self.algebra)[0]
        if self.strong.parametriser is None or size > _MOST_PARAMETRISED:
            raise _InfeasibleError
        points = separated_points([basis], ring, self.seed, self.strong)[0]
        # As many proved points as the quotient ring has dimensions: none is missing.
        if sum(point.degree for point in points) < size:
            raise _InfeasibleError
        if not all(is_proved(equations, point) for point in points):
            raise _InfeasibleError
        return points


def _lagrange(
    generators: Sequence[fmpz_mpoly],
    system: Sequence[fmpz_mpoly],
    ring: fmpz_mpoly_ctx,
    rng: np.random.Generator,
) -> tuple[fmpz_mpoly_ctx, list[fmpz_mpoly]]:
    """Lagrange's equations, in a ring with the multipliers before the variables of ``ring``.

    A square system where the ``generators`` are ``system`` and linear ones.
    """
    names = ring.names()
    count = len(system)
    multipliers = [fresh_name(names, f"lambda{i}") for i in range(count)]
    larger = integer_ring((*multipliers, *names))
    free = _free_variables(generators, ring)
    centre = rng.choice([-1, 1], size=len(free)) * rng.integers(1, 9, size=len(free), endpoint=True)
    equations = [g.project_to_context(larger) for g in generators]
    for j, u in zip(free, centre, strict=True):
        equation = larger.gen(count + j) - int(u)
        for i, g in enumerate(system):
            equation -= larger.gen(i) * g.derivative(j).project_to_context(larger)
        equations.append(equation)
    return larger, equations


def _linear(generators: Sequence[fmpz_mpoly]) -> list[fmpz_mpoly]:
    return [g for g in generators if g.total_degree() == 1]


def _free_variables(generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx) -> list[int]:
    """The variables that lead no linear generator."""
    leading = {monomial.index(1) for monomial in leading_monomials(_linear(generators))}
    return [j for j in range(ring.nvars()) if j not in leading]


def _maximal_minors(
    matrix: Sequence[Sequence[fmpz_mpoly]], ring: fmpz_mpoly_ctx
) -> list[fmpz_mpoly]:
    """All minors of as many columns as there are rows, by expansion along the last row.

    Raises ``_InfeasibleError`` for more than 500.
    """
    minors: dict[tuple[int, ...], fmpz_mpoly] = {(): ring.constant(1)}
    for size, row in enumerate(matrix, start=1):
        larger = {}
        for columns in islice(combinations(range(len(row)), size), _MOST_MINORS + 1):
            terms = [
                (-1) ** (size - 1 + k) * row[j] * minors[*columns[:k], *columns[k + 1 :]]
                for k, j in enumerate(columns)
            ]
            larger[columns] = sum(terms[1:], terms[0])
        if len(larger) > _MOST_MINORS:
            raise _InfeasibleError
        minors = larger
    return list(minors.values())
