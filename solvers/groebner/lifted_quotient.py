"""Quotients in Q[t]/(f) that are much smaller than the inverse of what they are divided by.

Enters: numerators a, a divisor g coprime to f. Leaves: b with b g = a modulo f, deg b < deg f.
The inverse of g has coefficients of about deg f times the size; it is known p-adically only, by
Newton's iteration, until a rational candidate for b fits, which multiplying out proves. Where b has
the denominators of a and f only, as the parts of a rational parametrisation have, the digits of its
numerator are enough. Source: von zur Gathen, Gerhard, 'Modern Computer Algebra', chapter 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import (
    fmpq_poly,
    fmpz,
    fmpz_mod_ctx,
    fmpz_mod_poly,
    fmpz_mod_poly_ctx,
    fmpz_poly,
    nmod_poly,
)

from solvers.groebner.linear_solve import reconstructed

__all__ = ["quotients", "residues"]

_FIRST_PRIME = 2**62
_PRIMES_TRIED = 20
_SPARE = 32  # bits that digits of a number leave unused where they are all of it


def quotients(
    numerators: Sequence[fmpq_poly], divisor: fmpq_poly, modulus: fmpq_poly
) -> list[fmpq_poly]:
    """The quotients of ``numerators`` by ``divisor`` modulo ``modulus``, which is coprime to it.

    Raises ``ZeroDivisionError`` where it is not. Cost: a few products of polynomials with
    coefficients as long as those of the result.

    >>> [str(q) for q in quotients([fmpq_poly([2])], fmpq_poly([0, 1]), fmpq_poly([-2, 0, 1]))]
    ['x']
    """
    found: list[fmpq_poly] = []
    for precision, f, inverse in _inverses(divisor, modulus):
        for numerator in numerators[len(found) :]:
            image = _image(numerator, inverse.context(), precision) % f * inverse % f
            quotient = _rational(image, modulus, int(numerator.denom()), precision)
            if quotient is None or not _divides(modulus, quotient * divisor - numerator):
                break  # the others are as long
            found.append(quotient)
        if len(found) == len(numerators):
            return found
    raise ZeroDivisionError(f"no prime of {_PRIMES_TRIED} kept {divisor} invertible")


def _inverses(
    divisor: fmpq_poly, modulus: fmpq_poly
) -> Iterator[tuple[int, fmpz_mod_poly, fmpz_mod_poly]]:
    """Powers p^(2^k) of a prime with the modulus, made monic, and the inverse modulo them."""
    first = next(filter(None, (_inverse(divisor, modulus, p) for p in _primes())), None)
    if first is None:
        return
    precision, known = first
    while True:
        ring = fmpz_mod_poly_ctx(fmpz_mod_ctx(precision))
        f, g = (_image(p, ring, precision) for p in (modulus, divisor))
        f = pow(int(f.leading_coefficient()), -1, precision) * f
        # Newton: the error is squared; in the first round there is none.
        inverse = ring(fmpz_poly(known))
        inverse = inverse * (2 - g * inverse % f) % f
        yield precision, f, inverse
        precision, known = precision**2, [int(c) for c in inverse.coeffs()]


def _primes() -> Iterator[int]:
    candidate = _FIRST_PRIME
    for _ in range(_PRIMES_TRIED):
        candidate -= 1
        while not fmpz(candidate).is_prime():
            candidate -= 1
        yield candidate


def _inverse(divisor: fmpq_poly, modulus: fmpq_poly, prime: int) -> tuple[int, list[int]] | None:
    """The inverse of ``divisor`` modulo ``modulus`` and the prime; None for an unlucky prime."""
    if any(int(p.denom()) % prime == 0 for p in (divisor, modulus)):
        return None
    f = nmod_poly(residues(modulus, prime), prime)
    common, inverse, _ = nmod_poly(residues(divisor, prime), prime).xgcd(f)
    if f.degree() < modulus.degree() or common.degree() != 0:
        return None
    return prime, [int(c) for c in inverse.coeffs()]


def residues(polynomial: fmpq_poly, modulus: int) -> list[int]:
    """The coefficients, ascending, modulo a number coprime to their common denominator."""
    scale = pow(int(polynomial.denom()), -1, modulus)
    return [int(c) * scale % modulus for c in polynomial.numer().coeffs()]


def _image(polynomial: fmpq_poly, ring: fmpz_mod_poly_ctx, modulus: int) -> fmpz_mod_poly:
    return ring(polynomial.numer()) * pow(int(polynomial.denom()), -1, modulus)


def _rational(
    image: fmpz_mod_poly, modulus: fmpq_poly, scale: int, precision: int
) -> fmpq_poly | None:
    """The polynomial with small coefficients that ``image`` is the residue of, if there is one.

    Tried first is one over ``scale`` and the denominator of ``modulus``.
    """
    denominator = int(modulus.denom()) * scale
    signed = [int(c) for c in (image * denominator).coeffs()]
    signed = [c - precision if 2 * c > precision else c for c in signed]
    if max((c.bit_length() for c in signed), default=0) < precision.bit_length() - _SPARE:
        return fmpq_poly(fmpz_poly(signed)) / denominator
    residues = [int(c) for c in image.coeffs()]
    candidate = reconstructed(residues + [0] * (modulus.degree() - len(residues)), precision)
    return None if candidate is None else fmpq_poly(candidate[0]) / candidate[1]


def _divides(divisor: fmpq_poly, polynomial: fmpq_poly) -> bool:
    """Over the integers, where remainders do not grow: primitive divisors are the same (Gauss)."""
    primitive = divisor.numer() // divisor.numer().content()
    return bool(divmod(polynomial.numer(), primitive)[1].degree() < 0)
