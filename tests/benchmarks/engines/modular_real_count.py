"""The number of real solutions from Gröbner bases modulo many primes.

Enters: bases of one ideal modulo primes, in the order they are asked for. Leaves: the number of
its real zeros.

For a separating linear form l with small integer coefficients the characteristic polynomial of
multiplication by l has rational coefficients; they are put together from their values modulo
primes. Where l separates the zeros, a real zero of that polynomial is the value of l at a real
solution: if z were not real, its conjugate would give the same value. So the number of distinct
real zeros, which certified balls tell, is the number of real solutions. The lifting ends when the
next prime changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isqrt

import numpy as np
from flint import fmpq, fmpq_poly, fmpz_poly

from tests.benchmarks.engines.quotient_algebra import ModularBasis, characteristic_polynomial

__all__ = ["count_real_solutions", "separating_form"]


def separating_form(basis: ModularBasis, n_distinct: int) -> list[int]:
    """A linear form with small coefficients and ``n_distinct`` values on the solutions.

    >>> elements = [{(2, 0): 1, (0, 0): -1}, {(0, 2): 1, (0, 0): -1}]
    >>> len(set(map(abs, separating_form(ModularBasis.of_terms(1009, 2, elements), 4))))
    2
    """
    rng = np.random.default_rng(0)
    for size in range(2, 1_000):
        form: list[int] = rng.integers(1, 3 * size, basis.n_variables).tolist()
        _, factors = characteristic_polynomial(basis, form).factor_squarefree()
        if sum(factor.degree() for factor, _ in factors) == n_distinct:
            return form
    raise ValueError(f"no linear form takes {n_distinct} values; count the solutions again")


def count_real_solutions(bases: Iterable[ModularBasis], form: Sequence[int]) -> int:
    """The number of real solutions, from as many bases as it takes; ``form`` must separate.

    Raises ``ValueError`` where the bases end before the rational polynomial stands.

    >>> basis = lambda p: ModularBasis.of_terms(p, 1, [{(2,): 3, (0,): -2}])
    >>> count_real_solutions((basis(p) for p in (1009, 1013, 1019, 1021)), [1])
    2
    """
    residues: list[int] = []
    modulus, asked, found = 1, 1, None
    for count, basis in enumerate(bases, 1):
        image = [int(c) for c in characteristic_polynomial(basis, form)]
        if found is not None and _agrees(found, image, basis.prime):
            return _number_of_real_zeros(found)
        if residues and len(image) != len(residues):
            continue  # an unlucky prime
        residues = _combine(residues or [0] * len(image), modulus, image, basis.prime)
        modulus *= basis.prime
        if count >= asked:
            asked = count + max(1, count // 4)
            found = _rational(residues, modulus)
    raise ValueError("the primes ended before the polynomial stood; give more")


def _combine(residues: list[int], modulus: int, image: list[int], prime: int) -> list[int]:
    inverse = pow(modulus, -1, prime)
    return [r + modulus * ((c - r) * inverse % prime) for r, c in zip(residues, image, strict=True)]


def _rational(residues: list[int], modulus: int) -> fmpq_poly | None:
    """The polynomial with coefficients a/b, |a| and b under the root of half the modulus."""
    bound = isqrt(modulus // 2)
    coefficients, common = [], 1
    for residue in residues:
        # The common denominator so far mostly clears the next coefficient too.
        found = _fraction(residue * common % modulus, modulus, bound)
        if found is None:
            return None
        numerator, denominator = found
        coefficients.append(fmpq(numerator, denominator * common))
        common *= denominator
        if common > bound:
            return None
    return fmpq_poly(coefficients)


def _fraction(residue: int, modulus: int, bound: int) -> tuple[int, int] | None:
    """Euclid's algorithm, stopped half way (Wang, Guy, Davenport, SIGSAM Bulletin 16, 1982)."""
    a, b, x, y = modulus, residue, 0, 1
    while b > bound:
        quotient = a // b
        a, b, x, y = b, a - quotient * b, y, x - quotient * y
    if abs(y) > bound or y == 0:
        return None
    return (b, y) if y > 0 else (-b, -y)


def _agrees(found: fmpq_poly, image: list[int], prime: int) -> bool:
    denominator = int(found.denom())
    if denominator % prime == 0 or len(image) != found.length():
        return False
    inverse = pow(denominator, -1, prime)
    numerators = [int(c) for c in found.numer()]
    return all((n * inverse - c) % prime == 0 for n, c in zip(numerators, image, strict=True))


def _number_of_real_zeros(polynomial: fmpq_poly) -> int:
    numerator: fmpz_poly = polynomial.numer()
    squarefree = numerator // numerator.gcd(numerator.derivative())
    return sum(zero.imag == 0 for zero, _ in squarefree.complex_roots())
