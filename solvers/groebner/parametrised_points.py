"""The points of a zero-dimensional ideal from an engine's rational parametrisation.

Enters: the Gröbner basis of a piece and a linear form. Leaves: one univariate representation for
each group of conjugates. The engine may lift wrongly, so that all equations vanish at the points
is checked modulo a prime that is not its own. That they are distinct is proved: their values of
the form are. Then none is missing where they are as many as the quotient ring has dimensions;
with multiplicities they are accounted for modulo a prime, which is a doubt that is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flint import fmpq, fmpz, fmpz_mpoly, fmpz_mpoly_ctx, nmod_mat, nmod_poly

from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import Basis, Monomial, fresh_name, integer_ring
from solvers.groebner.engines.failure import EngineOutputError
from solvers.groebner.engines.parametrisation import Parametrisation, has_parameter
from solvers.groebner.lifted_quotient import residues
from solvers.groebner.multiplicity import multiplicities
from solvers.groebner.quotient import Quotient
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["NotSeparatingError", "Reductions", "parametrised_points"]

_FIRST_PRIME = 2**62


class NotSeparatingError(Exception):
    """The linear form takes the same value at two points, or an engine refuses it; draw another.

    ``better`` is a form that the engine takes for the points in question, None where not known.
    """

    def __init__(self, message: str, better: tuple[int, ...] | None = None) -> None:
        super().__init__(message)
        self.better = better


def parametrised_points(
    basis: Basis, ring: fmpz_mpoly_ctx, form: Sequence[int], algebra: Algebra
) -> list[UnivariateRepresentation]:
    """The points of the ideal, grouped into conjugates, each with t = sum_j form_j x_j.

    t is one more variable, the last one, which the engine tries first. For ideals that are not
    radical it may take no variable at all, but a form of its own, always the same. Raises
    ``NotSeparatingError`` with that form where it is not ``form``, ``EngineOutputError`` where
    what the engine gives are no solutions.
    """
    n = len(form)
    name = algebra.parametriser.name if algebra.parametriser else ""
    larger = integer_ring((*ring.names(), fresh_name(ring.names(), "t")))
    moved = [g.project_to_context(larger) for g in basis]
    weighted = [c * larger.gen(j) for j, c in enumerate(form)]
    found = _parametrisation([*moved, larger.gen(n) - sum(weighted)], larger, algebra)
    if any(found.form[:n]) or found.form[n] == 0:
        found = _parametrisation(basis, ring, algebra)
        if list(found.form) != list(form):
            better = tuple(int(c) for c in found.form) if _are_integers(found.form) else None
            raise NotSeparatingError(f"{name} does not take the form {tuple(form)}", better)
    points = [
        UnivariateRepresentation(point.minimal_polynomial, point.numerators[:n])
        for point in found.factored()
    ]
    equations = Reductions(basis, n)
    for point in points:
        # The form is t: then the points are distinct.
        known = has_parameter(point.minimal_polynomial, point.numerators, form)
        if not (known and equations.vanish(point)):
            raise EngineOutputError(name, f"gave {point.degree} points that are no solutions")
    _check_complete(points, basis, form, algebra)
    return points


def _check_complete(
    points: Sequence[UnivariateRepresentation], basis: Basis, form: Sequence[int], algebra: Algebra
) -> None:
    """Whether the points account for the whole quotient ring: a doubt where modulo a prime."""
    quotient = Quotient.of(basis, len(form))
    name = algebra.parametriser.name if algebra.parametriser else ""
    try:
        counts = multiplicities(quotient, points, form)
    except ArithmeticError as error:
        raise EngineOutputError(name, f"lost points: {error}") from error
    if max(counts) > 1:
        algebra.doubts.append(
            f"{len(counts)} groups of points by {name} account for all {quotient.size} with "
            "multiplicity modulo a prime"
        )


def _parametrisation(
    generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, algebra: Algebra
) -> Parametrisation:
    found = algebra.parametrised(generators, ring, seed=0)
    if found is None:
        name = algebra.parametriser.name if algebra.parametriser else ""
        raise EngineOutputError(name, "takes finitely many solutions for infinitely many")
    return found


def _are_integers(form: Sequence[fmpq]) -> bool:
    return all(coefficient.q == 1 for coefficient in form)


@dataclass(frozen=True, slots=True)
class Reductions:
    """Polynomials by their monomials, to be put modulo primes one point after another."""

    polynomials: Sequence[fmpz_mpoly]
    n_variables: int
    modulo: dict[int, tuple[list[Monomial], nmod_mat]] = field(default_factory=dict)

    def at(self, prime: int) -> tuple[list[Monomial], nmod_mat]:
        """All monomials, and a row of coefficients modulo ``prime`` for each polynomial."""
        if prime not in self.modulo:
            terms = [
                {tuple(map(int, e)): int(c) % prime for e, c in p.terms()} for p in self.polynomials
            ]
            monomials = sorted({monomial for term in terms for monomial in term})
            rows = [[term.get(m, 0) for m in monomials] for term in terms]
            self.modulo[prime] = monomials, nmod_mat(rows, prime)
        return self.modulo[prime]

    def vanish(self, point: UnivariateRepresentation) -> bool:
        """Whether all polynomials vanish at the point modulo a prime p; False is a proof.

        In F_p[t]/(f) every monomial is one product more, and the rest a product of matrices.
        """
        prime, f = _lucky_prime(point)
        inverse = f.derivative().xgcd(f)[1]
        coordinates = [nmod_poly(residues(h, prime), prime) * inverse % f for h in point.numerators]
        known = {(0,) * self.n_variables: nmod_poly([1], prime) % f}
        monomials, weights = self.at(prime)
        values = [_row(_monomial(m, coordinates, f, known), point.degree) for m in monomials]
        total = weights * nmod_mat(values, prime)
        return not any(int(entry) for entry in total.entries())


def _monomial(
    monomial: Monomial,
    coordinates: Sequence[nmod_poly],
    modulus: nmod_poly,
    known: dict[Monomial, nmod_poly],
) -> nmod_poly:
    """Its value, from that of the monomial with one factor less."""
    if monomial not in known:
        j = next(j for j, exponent in enumerate(monomial) if exponent)
        smaller = (*monomial[:j], monomial[j] - 1, *monomial[j + 1 :])
        value = _monomial(smaller, coordinates, modulus, known)
        known[monomial] = value * coordinates[j] % modulus
    return known[monomial]


def _row(polynomial: nmod_poly, size: int) -> list[int]:
    coefficients = [int(c) for c in polynomial.coeffs()]
    return coefficients + [0] * (size - len(coefficients))


def _lucky_prime(point: UnivariateRepresentation) -> tuple[int, nmod_poly]:
    """A prime that divides no denominator, and f modulo it, without double roots."""
    for prime in _primes():
        if all(int(q.denom()) % prime for q in (point.minimal_polynomial, *point.numerators)):
            f = nmod_poly(residues(point.minimal_polynomial, prime), prime)
            if f.gcd(f.derivative()).degree() <= 0:
                return prime, f
    raise AssertionError("unreachable: finitely many primes are unlucky")


def _primes() -> Iterator[int]:
    """All primes from 2^62 on, ascending."""
    candidate = _FIRST_PRIME
    while True:
        candidate += 1
        if fmpz(candidate).is_prime():
            yield candidate
