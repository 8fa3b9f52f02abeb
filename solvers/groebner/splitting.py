"""Splitting a system by the factors of its basis elements, until none factors.

If f g lies in the ideal, every solution solves f or g. Each split is exact, so the pieces have
exactly the solutions of the system; a later piece may use that the earlier factor is not zero
there, which removes it from all other elements. Pieces may share solutions.

A reduced basis may hide that an equation it came from factors: the factors of the equations as
given part what the basis elements do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flint import fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import (
    Basis,
    NormalForms,
    is_unit_ideal,
    leading_monomials,
    over_integers,
    over_rationals,
    primitive,
    rational_ring,
)
from solvers.groebner.dimension import is_zero_dimensional

__all__ = ["irreducible_factors", "is_graph_over_hypersurface", "split"]


def split(
    equations: Sequence[fmpz_mpoly],
    ring: fmpz_mpoly_ctx,
    algebra: Algebra | None = None,
    *,
    whole: Basis | None = None,
) -> tuple[Basis, ...]:
    """The Gröbner bases of the pieces that make up the solution set of ``equations``.

    ``whole`` is the basis of the equations where it is known. The elements of every basis are
    irreducible. Raises ``LimitsReachedError`` where a basis outgrows the limits of ``algebra``.

    >>> from solvers.groebner.basis import integer_ring
    >>> ring = integer_ring(["x", "y"])
    >>> x, y = ring.gens()
    >>> [[str(g) for g in piece] for piece in split([x * y, x * (x - 1)], ring)]
    [['x'], ['y', 'x - 1']]
    """
    algebra = algebra or Algebra()
    given = [factors for e in equations if len(factors := irreducible_factors(e)) > 1]
    splitter = _Splitter(ring, algebra, given)
    splitter.collect(algebra.basis(equations, ring) if whole is None else whole, frozenset())
    return tuple(splitter.pieces.values())


def is_graph_over_hypersurface(piece: Sequence[fmpz_mpoly]) -> bool:
    """Whether all but one generator are linear: then one irreducible equation remains.

    Generators are irreducible, and a reduced basis has eliminated the leading variables of the
    linear ones from the rest.
    """
    return sum(g.total_degree() > 1 for g in piece) <= 1


@dataclass(frozen=True, slots=True)
class _Splitter:
    """Collects pieces; of each of ``given``, the factors of an equation, one vanishes anywhere."""

    ring: fmpz_mpoly_ctx
    algebra: Algebra
    given: Sequence[Sequence[fmpz_mpoly]]
    pieces: dict[tuple[str, ...], Basis] = field(default_factory=dict)

    def collect(self, basis: Basis, nonzero: frozenset[str]) -> None:
        """Split ``basis`` under the assumption that no polynomial of ``nonzero`` vanishes."""
        while True:
            if is_unit_ideal(basis):
                return
            factored = [_factors(element, nonzero) for element in basis]
            if not all(factored):
                return  # an element is a product of polynomials that do not vanish here
            simplified = [_product(factors) for factors in factored]
            if simplified == list(basis):
                break
            basis = self.algebra.basis(simplified, self.ring)
        reducible = [factors for factors in factored if len(factors) > 1]
        chosen = min(reducible, key=_worst, default=None) or self._parting(basis)
        if chosen is None:
            self.pieces.setdefault(tuple(map(str, basis)), basis)
        else:
            self._collect_each(chosen, factored, nonzero)

    def _collect_each(
        self,
        chosen: Sequence[fmpz_mpoly],
        factored: Sequence[Sequence[fmpz_mpoly]],
        nonzero: frozenset[str],
    ) -> None:
        """Split where the factors ``chosen`` vanish, each without the solutions of those before."""
        for factor in sorted(chosen, key=_cost):
            possible = [[f for f in factors if str(f) not in nonzero] for factors in factored]
            if not all(possible):
                return  # an element has only factors that were split off before
            if str(factor) not in nonzero:
                inside = [factor, *map(_product, possible)]
                self.collect(self.algebra.basis(inside, self.ring), nonzero)
                nonzero |= {str(factor)}

    def _parting(self, basis: Basis) -> Sequence[fmpz_mpoly] | None:
        """Factors of an equation as given, none of which vanishes on all of ``basis``.

        None also where they would part nothing that the next stages do not part anyway.
        """
        names = self.ring.names()
        finite = is_zero_dimensional(leading_monomials(basis), len(names))
        if not self.given or finite or is_graph_over_hypersurface(basis):
            return None
        rationals, remainder = rational_ring(names), NormalForms(basis, names)
        for factors in self.given:
            if not any(remainder.contains(over_rationals(f, rationals)) for f in factors):
                return factors
        return None


def _factors(element: fmpz_mpoly, nonzero: frozenset[str]) -> list[fmpz_mpoly]:
    """The distinct irreducible factors of ``element`` that may vanish."""
    return [factor for factor in irreducible_factors(element) if str(factor) not in nonzero]


def irreducible_factors(element: fmpz_mpoly) -> list[fmpz_mpoly]:
    """The distinct irreducible factors over Q, primitive; none for a constant."""
    try:
        return [primitive(factor) for factor, _ in element.factor()[1]]
    except OverflowError:
        # python-flint 0.9 fails to sort factors with some coefficients beyond 31 bits; the
        # rational factorisation does not.
        ring = element.context()
        rational = over_rationals(element, rational_ring(ring.names()))
        return [over_integers(factor, ring) for factor, _ in rational.factor()[1]]


def _product(factors: Sequence[fmpz_mpoly]) -> fmpz_mpoly:
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return primitive(result)


def _worst(factors: Sequence[fmpz_mpoly]) -> tuple[int, int, str]:
    return max(map(_cost, factors))


def _cost(factor: fmpz_mpoly) -> tuple[int, int, str]:
    return factor.total_degree(), len(factor), str(factor)
