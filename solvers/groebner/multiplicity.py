"""Multiplicities of isolated solutions, with respect to the ideal as it was given.

Multiplication by a separating form t on the quotient ring has the characteristic polynomial
prod_i f_i^(m_i), f_i the minimal polynomials of t at the conjugate points and m_i their
multiplicities (Stickelberger's theorem). The f_i are known, so one prime tells the exponents:
those of the reductions, as long as these stay coprime, which is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isqrt

from flint import fmpz, nmod_poly

from solvers.groebner.quotient import Quotient, UnluckyPrimeError
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["multiplicities"]

_PRIMES_TRIED = 20


def multiplicities(
    quotient: Quotient, points: Sequence[UnivariateRepresentation], form: Sequence[int]
) -> list[int]:
    """The multiplicity of each of ``points``, all with the separating ``form`` as their t.

    Raises ``ArithmeticError`` where the points do not account for the whole quotient ring:
    then one is missing. Cost: the characteristic polynomial of a matrix of the quotient's size.
    """
    if sum(point.degree for point in points) == quotient.size:
        return [1] * len(points)
    if not points:
        raise ArithmeticError(f"no points for a quotient ring of dimension {quotient.size}")
    for prime in _primes(quotient.size):
        try:
            return _multiplicities_modulo(quotient, points, form, prime)
        except UnluckyPrimeError:
            continue
    raise ArithmeticError("no prime kept the minimal polynomials of the points coprime")


def _primes(size: int) -> Iterator[int]:
    """The largest primes p with size * p^2 < 2^53, descending."""
    candidate = isqrt(2**53 // size) - 1
    for _ in range(_PRIMES_TRIED):
        while not fmpz(candidate).is_prime():
            candidate -= 1
        yield candidate
        candidate -= 1


def _multiplicities_modulo(
    quotient: Quotient,
    points: Sequence[UnivariateRepresentation],
    form: Sequence[int],
    prime: int,
) -> list[int]:
    factors = [_reduce(point, prime) for point in points]
    _check_coprime(factors, prime)
    remaining = quotient.multiplication_modulo(form, prime).charpoly()
    found = []
    for factor in factors:
        exponent = 0
        while remaining.degree() >= factor.degree():
            divided, rest = divmod(remaining, factor)
            if rest.degree() >= 0:
                break
            remaining, exponent = divided, exponent + 1
        found.append(exponent)
    if remaining.degree() != 0 or not all(found):
        raise ArithmeticError(
            f"the {len(points)} groups of points do not account for the quotient ring of "
            f"dimension {quotient.size}"
        )
    return found


def _reduce(point: UnivariateRepresentation, prime: int) -> nmod_poly:
    minimal = point.minimal_polynomial
    denominator = int(fmpz(minimal.denom())) % prime
    if not denominator:
        raise UnluckyPrimeError(f"{prime} divides a denominator")
    inverse = pow(denominator, -1, prime)
    return nmod_poly([int(c) * inverse % prime for c in minimal.numer().coeffs()], prime)


def _check_coprime(factors: Sequence[nmod_poly], prime: int) -> None:
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    if product.gcd(product.derivative()).degree() > 0:
        raise UnluckyPrimeError(f"two points have one value of the form modulo {prime}")
