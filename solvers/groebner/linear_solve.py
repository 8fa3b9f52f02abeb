"""Rational linear systems whose solutions are much smaller than the bound on them.

p-adic lifting (Dixon, 'Exact solution of linear equations using p-adic expansions', 1982) that
stops as soon as a rational candidate fits, which multiplying out proves.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, isqrt, lcm

from flint import fmpq, fmpz_mat, nmod_mat

__all__ = ["reconstructed", "solve_columns"]

_PRIMES = (4611686018427387847, 4611686018427387817, 4611686018427387787, 4611686018427387761)


def solve_columns(
    columns: Sequence[Sequence[fmpq]], targets: Sequence[Sequence[fmpq]]
) -> list[list[fmpq]]:
    """For each target the coefficients that combine ``columns`` to it.

    ``columns`` are n independent vectors of length n. Raises ``ZeroDivisionError`` where they
    are dependent.

    >>> solve_columns([[fmpq(1), fmpq(1)], [fmpq(0), fmpq(2)]], [[fmpq(1), fmpq(0)]])
    [[1, -1/2]]
    """
    # Scaling columns keeps the integers far smaller than clearing rows would.
    scaled = [_integral(column) for column in columns]
    goals = [_integral(target) for target in targets]
    matrix = fmpz_mat([[z[i] for _, z in scaled] for i in range(len(columns))])
    prime, inverse = _inverse_modulo(matrix)
    found = []
    for scale, goal in goals:
        numerators, denominator = _lift(matrix, inverse, prime, goal)
        found.append(
            [
                fmpq(x, denominator) * column_scale / scale
                for x, (column_scale, _) in zip(numerators, scaled, strict=True)
            ]
        )
    return found


def _integral(vector: Sequence[fmpq]) -> tuple[fmpq, list[int]]:
    """(s, z) with z = s times the vector, integral and primitive."""
    common = lcm(*(int(v.q) for v in vector))
    integers = [int(v * common) for v in vector]
    content = gcd(*integers) or 1
    return fmpq(common, content), [z // content for z in integers]


def _lift(
    matrix: fmpz_mat, inverse: nmod_mat, prime: int, goal: Sequence[int]
) -> tuple[list[int], int]:
    """(x, d) with matrix x = d goal, by the inverse of the matrix modulo the prime."""
    n = len(goal)
    target = fmpz_mat(n, 1, list(goal))
    residue, solution, modulus = target, [0] * n, 1
    steps, next_try = 0, 2
    while True:
        digits = inverse * nmod_mat(residue, prime)
        lifted = [int(d) for d in digits.entries()]
        solution = [s + modulus * d for s, d in zip(solution, lifted, strict=True)]
        difference = residue - matrix * fmpz_mat(n, 1, lifted)
        residue = fmpz_mat(n, 1, [int(r) // prime for r in difference.entries()])
        modulus *= prime
        steps += 1
        if steps >= next_try:
            candidate = reconstructed(solution, modulus)
            if candidate and matrix * fmpz_mat(n, 1, candidate[0]) == target * candidate[1]:
                return candidate
            next_try = steps + max(2, steps // 3)


def _inverse_modulo(matrix: fmpz_mat) -> tuple[int, nmod_mat]:
    for prime in _PRIMES:
        try:
            return prime, nmod_mat(matrix, prime).inv()
        except ZeroDivisionError:
            continue
    raise ZeroDivisionError("the columns are dependent")


def reconstructed(residues: Sequence[int], modulus: int) -> tuple[list[int], int] | None:
    """Integers x and d, all below sqrt(modulus / 2), with x = d residues, or None."""
    bound = isqrt(modulus // 2)
    denominator = 1
    for residue in residues:
        value = residue * denominator % modulus
        if min(value, modulus - value) <= bound:
            continue
        factor = _small_denominator(value, modulus, bound)
        if factor is None or denominator * factor > bound:
            return None
        denominator *= factor
    signed = [residue * denominator % modulus for residue in residues]
    signed = [x - modulus if 2 * x > modulus else x for x in signed]
    return signed, denominator


def _small_denominator(value: int, modulus: int, bound: int) -> int | None:
    """The least d such that d value is small modulo the modulus, by the Euclidean algorithm."""
    (r0, t0), (r1, t1) = (modulus, 0), (value, 1)
    while r1 > bound:
        quotient = r0 // r1
        (r0, t0), (r1, t1) = (r1, t1), (r0 - quotient * r1, t0 - quotient * t1)
    return abs(t1) if t1 and abs(t1) <= bound else None
