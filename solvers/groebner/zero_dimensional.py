"""The points of a zero-dimensional ideal, as conjugates over the rationals.

Enters: the Gröbner basis of a piece. Leaves: one univariate representation for each maximal
ideal above it. With a linear form t that takes distinct values at the points, 1, t, t^2, ...
span the quotient ring, and each coordinate is a polynomial in t: exact linear algebra. That they
span it is checked, never assumed. Source: Rouillier, 'Solving zero-dimensional systems through
the rational univariate representation' (1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import numpy as np
from flint import fmpq, fmpq_mat, fmpq_poly, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import Basis, is_unit_ideal, primitive
from solvers.groebner.lifted_quotient import quotients
from solvers.groebner.linear_solve import solve_columns
from solvers.groebner.parametrised_points import NotSeparatingError, parametrised_points
from solvers.groebner.quotient import Quotient
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["algebraic_points", "separated_points"]


# Where engines that compute modulo primes are quicker than exact linear algebra:
_LARGE = 48  # dimension of the quotient ring,
_MIDDLE = 10  # or this dimension
_LONG = 50_000  # with as many bits in all coefficients of the basis
_REFUSALS = 6  # forms after which an engine is not asked any more


def separated_points(
    pieces: Sequence[Basis],
    ring: fmpz_mpoly_ctx,
    seed: int,
    algebra: Algebra | None = None,
) -> tuple[list[UnivariateRepresentation], tuple[int, ...]]:
    """The points of all pieces, each once, with the first random form that separates them.

    >>> from solvers.groebner.basis import integer_ring
    >>> ring = integer_ring(["x"])
    >>> x = ring.gens()[0]
    >>> points, form = separated_points([(x,), (x**2 - x,)], ring, seed=0)
    >>> [point.rational_point for point in points]
    [(Fraction(0, 1),), (Fraction(1, 1),)]
    """
    algebra = algebra or Algebra()
    better: tuple[int, ...] | None = None
    for attempt in count():
        form = better or _random_form(len(ring.names()), seed, attempt)
        if attempt == _REFUSALS:  # exact linear algebra takes every form that separates
            algebra = replace(algebra, parametriser=None)
        try:
            return _distinct_points(pieces, ring, form, algebra), form
        except NotSeparatingError as error:
            better = error.better if better is None else None
    raise AssertionError("unreachable: forms from ever wider ranges separate finitely many points")


def _random_form(n_variables: int, seed: int, attempt: int) -> tuple[int, ...]:
    """A random integer linear form; later attempts draw from a wider range."""
    rng = np.random.default_rng([seed, attempt])
    # Small for small coefficients; of distinct size, as points often differ by swapped or
    # negated coordinates.
    sizes = rng.choice(np.arange(1, 8 * n_variables * 2**attempt), size=n_variables, replace=False)
    return tuple(int(s) for s in rng.choice([-1, 1], size=n_variables) * sizes)


def _distinct_points(
    pieces: Sequence[Basis],
    ring: fmpz_mpoly_ctx,
    form: Sequence[int],
    algebra: Algebra,
) -> list[UnivariateRepresentation]:
    """The points of all pieces, each once; raises where two share a value of the form."""
    found: dict[str, UnivariateRepresentation] = {}
    for piece in pieces:
        for point in algebraic_points(piece, ring, form, algebra):
            known = found.setdefault(str(point.minimal_polynomial), point)
            if known.numerators != point.numerators:
                raise NotSeparatingError(f"{tuple(form)} has one value at points of two pieces")
    return sorted(found.values(), key=lambda p: (p.degree, str(p.minimal_polynomial)))


def algebraic_points(
    basis: Basis,
    ring: fmpz_mpoly_ctx,
    form: Sequence[int],
    algebra: Algebra | None = None,
) -> list[UnivariateRepresentation]:
    """The points of the ideal, grouped into conjugates, each with t = sum_j form_j x_j.

    Raises ``NotSeparatingError`` where ``form`` has one value at two points.

    >>> from solvers.groebner.basis import flint_basis, integer_ring
    >>> ring = integer_ring(["x", "y"])
    >>> x, y = ring.gens()
    >>> basis = flint_basis([x**2 - 2, (y - x) ** 2], ring)
    >>> [(p.degree, p.coordinates[1]) for p in algebraic_points(basis, ring, (1, 0))]
    [(2, x)]
    """
    algebra = algebra or Algebra()
    if is_unit_ideal(basis):
        return []
    quotient = Quotient.of(basis, len(form))
    if algebra.parametriser is not None and _is_heavy(quotient, basis):
        return parametrised_points(basis, ring, form, algebra)
    found = _cyclic_points(quotient, form)
    if found is not None:
        return found
    # Either two points share a value of the form, or the ideal is not radical. The minimal
    # polynomials of the variables tell: squarefree ones make it radical (Seidenberg's lemma).
    for j in range(len(form)):
        factors = _minimal_polynomial_factors(quotient, j)
        if len(factors) > 1 or factors[0][1] > 1:
            return [
                point
                for factor, _ in factors
                for point in algebraic_points(
                    algebra.basis([_in_variable(factor, j, ring), *basis], ring),
                    ring,
                    form,
                    algebra,
                )
            ]
    raise NotSeparatingError(f"the form {tuple(form)} has one value at two points")


def _is_heavy(quotient: Quotient, basis: Basis) -> bool:
    if not _MIDDLE < quotient.size <= _LARGE:
        return quotient.size > _LARGE
    return sum(int(c).bit_length() for element in basis for c in element.coeffs()) > _LONG


def _cyclic_points(
    quotient: Quotient, form: Sequence[int]
) -> list[UnivariateRepresentation] | None:
    """The points where the ideal is radical and the form separates them, else None."""
    matrix = quotient.multiplication(form)
    eliminating = matrix.charpoly()
    if eliminating.gcd(eliminating.derivative()).degree() > 0:
        return None
    # A squarefree characteristic polynomial: the powers of t span the quotient ring.
    slope = eliminating.derivative()
    powers = _powers(matrix, quotient.size - 1)
    slope_vector = _combination(powers, slope)
    targets = [quotient.times(j, slope_vector) for j in range(len(form))]
    solved = solve_columns(powers, targets)
    numerators = [fmpq_poly(column) for column in solved]
    return [_restricted(eliminating, factor, numerators) for factor, _ in eliminating.factor()[1]]


def _restricted(
    eliminating: fmpq_poly, factor: fmpq_poly, numerators: Sequence[fmpq_poly]
) -> UnivariateRepresentation:
    """The representation at the roots of one factor: f' = factor' times the cofactor there."""
    minimal = factor / factor[factor.degree()]
    if minimal.degree() == eliminating.degree():
        return UnivariateRepresentation(minimal, tuple(numerators))
    cofactor = (eliminating // minimal) % minimal
    return UnivariateRepresentation(minimal, tuple(quotients(numerators, cofactor, minimal)))


def _combination(vectors: Sequence[Sequence[fmpq]], weights: fmpq_poly) -> list[fmpq]:
    """sum_k weights_k vectors_k."""
    size = len(vectors[0])
    row = fmpq_mat(1, len(vectors), [weights[k] for k in range(len(vectors))])
    return (row * fmpq_mat(len(vectors), size, [v for vec in vectors for v in vec])).entries()


def _powers(matrix: fmpq_mat, count: int) -> list[list[fmpq]]:
    """The vectors of 1, t, ..., t^count for multiplication by t, the first vector being 1."""
    size = matrix.nrows()
    vector = fmpq_mat(size, 1, [1] + [0] * (size - 1))
    found = [vector.entries()]
    for _ in range(count):
        vector = matrix * vector
        found.append(vector.entries())
    return found


def _minimal_polynomial_factors(quotient: Quotient, j: int) -> list[tuple[fmpq_poly, int]]:
    """The factors over Q of the minimal polynomial of the variable x_j in the quotient ring."""
    unit = [0] * len(quotient.standard[0])
    unit[j] = 1
    powers = _powers(quotient.multiplication(unit), quotient.size)
    reduced, rank = fmpq_mat([[power[i] for power in powers] for i in range(quotient.size)]).rref()
    # The first `rank` powers are independent, the next is the combination in its column.
    minimal = fmpq_poly([-reduced[i, rank] for i in range(rank)] + [1])
    return list(minimal.factor()[1])


def _in_variable(polynomial: fmpq_poly, j: int, ring: fmpz_mpoly_ctx) -> fmpz_mpoly:
    numerator = polynomial.numer()
    n = ring.nvars()
    terms = {
        tuple(k if i == j else 0 for i in range(n)): int(numerator[k])
        for k in range(polynomial.degree() + 1)
    }
    return primitive(ring.from_dict(terms))
