"""The points of a zero-dimensional ideal from an engine's rational parametrisation.

Enters: the Gröbner basis of a piece and a linear form. Leaves: one univariate representation for
each group of conjugates. The engine may lift wrongly, so that all equations vanish at the points
is checked modulo a prime that is not its own; that none is missing, the multiplicities show.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz_mpoly, fmpz_mpoly_ctx, nmod_poly

from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import Basis, fresh_name, integer_ring
from solvers.groebner.engines.failure import EngineOutputError
from solvers.groebner.lifted_quotient import residues
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["NotSeparatingError", "parametrised_points"]

_PRIMES = (4611686018427387847, 4611686018427387817, 4611686018427387787)


class NotSeparatingError(Exception):
    """The linear form takes the same value at two points; draw another."""


def parametrised_points(
    basis: Basis, ring: fmpz_mpoly_ctx, form: Sequence[int], algebra: Algebra
) -> list[UnivariateRepresentation]:
    """The points of the ideal, grouped into conjugates, each with t = sum_j form_j x_j.

    t is one more variable, the last one, which the engine tries first. Raises
    ``NotSeparatingError`` where it had to take another form, ``EngineOutputError`` where what it
    gives are no solutions.
    """
    n = len(form)
    larger = integer_ring((*ring.names(), fresh_name(ring.names(), "t")))
    moved = [g.project_to_context(larger) for g in basis]
    weighted = [c * larger.gen(j) for j, c in enumerate(form)]
    found = algebra.parametrised([*moved, larger.gen(n) - sum(weighted)], larger, seed=0)
    name = algebra.parametriser.name if algebra.parametriser else ""
    if found is None:
        raise EngineOutputError(name, "takes finitely many solutions for infinitely many")
    if any(found.form[:n]) or found.form[n] == 0:
        raise NotSeparatingError(f"the form {tuple(form)} has one value at two points")
    points = [
        UnivariateRepresentation(point.minimal_polynomial, point.numerators[:n])
        for point in found.factored()
    ]
    for point in points:
        if not _vanish_modulo(point, basis):
            raise EngineOutputError(name, f"gave {point.degree} points that are no solutions")
    return points


def _vanish_modulo(
    point: UnivariateRepresentation, polynomials: Sequence[fmpz_mpoly]
) -> bool:
    """Whether all polynomials vanish at the point modulo a prime; False is a proof.

    With x_j = h_j / f', what has to vanish in F_p[t]/(f) is the numerator over f'^degree.
    """
    prime = _lucky_prime(point)
    f, *numerators = [
        nmod_poly(residues(q, prime), prime)
        for q in (point.minimal_polynomial, *point.numerators)
    ]
    most = max((p.total_degree() for p in polynomials), default=0)
    slopes = _powers(f.derivative(), most, f)
    powers = [_powers(h, most, f) for h in numerators]
    for polynomial in polynomials:
        total = nmod_poly([0], prime)
        for exponents, coefficient in polynomial.terms():
            degrees = [int(e) for e in exponents]
            term = slopes[most - sum(degrees)] * (int(coefficient) % prime)
            for known, degree in zip(powers, degrees, strict=True):
                term = term * known[degree] % f if degree else term
            total += term
        if (total % f).degree() >= 0:
            return False
    return True


def _lucky_prime(point: UnivariateRepresentation) -> int:
    """A prime that divides no denominator, and modulo which f has no double root."""
    for prime in _PRIMES:
        if all(int(q.denom()) % prime for q in (point.minimal_polynomial, *point.numerators)):
            f = nmod_poly(residues(point.minimal_polynomial, prime), prime)
            if f.gcd(f.derivative()).degree() <= 0:
                return prime
    raise ArithmeticError(f"none of the primes {_PRIMES} suits the point")


def _powers(base: nmod_poly, most: int, modulus: nmod_poly) -> list[nmod_poly]:
    found = [nmod_poly([1], base.modulus()) % modulus]
    for _ in range(most):
        found.append(found[-1] * base % modulus)
    return found
