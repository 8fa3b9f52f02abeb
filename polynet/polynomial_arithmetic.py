"""Polynomial sums, products and powers over the rationals, with their size predicted first.

Enters: python-flint ``fmpq_mpoly``. Leaves: ``fmpq_mpoly``, or a ``BudgetError`` before any work.
Used by the polynomials, by the parser and by the conversion from sympy: each of them can be
given a short text such as ``(x + y + z)^900`` whose expansion would fill the memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, log10, prod

from flint import fmpq_mpoly

from polynet.errors import BudgetError, InputError

__all__ = [
    "MAX_COEFFICIENT_BITS",
    "MAX_DEGREE",
    "MAX_TERMS",
    "balanced_sum",
    "check_degree",
    "checked_power",
    "checked_product",
    "predicted_power_terms",
    "predicted_product_terms",
    "readable_count",
]

MAX_TERMS = 10_000_000
MAX_DEGREE = 2**31 - 1
MAX_COEFFICIENT_BITS = 2_000_000
_MAX_TOTAL_BITS = 8 * 2**30
_FEW_TERMS = 30
# Machine words multiplied: about half a minute.
_MAX_WORK = 10_000_000_000


def balanced_sum(summands: Sequence[fmpq_mpoly], zero: fmpq_mpoly) -> fmpq_mpoly:
    """The sum, added in pairs: n summands of one term cost O(n log n) and not O(n^2)."""
    level = list(summands) or [zero]
    while len(level) > 1:
        paired = [a + b for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + (level[-1:] if len(level) % 2 else [])
    return level[0]


def predicted_product_terms(left: fmpq_mpoly, right: fmpq_mpoly) -> int:
    """An upper bound on the number of terms of ``left * right``.

    The least of: the pairs of terms; the monomials of the total degree in the variables that
    occur; the box of the degrees in each variable.
    """
    pairs = len(left) * len(right)
    if pairs <= 1:
        return pairs
    degrees = [a + b for a, b in zip(left.degrees(), right.degrees(), strict=True)]
    return min(pairs, _dense_terms(degrees, int(left.total_degree() + right.total_degree())))


def predicted_power_terms(base: fmpq_mpoly, exponent: int) -> int:
    """An upper bound on the number of terms of ``base ** exponent``.

    The least of: the multisets of ``exponent`` terms of ``base``; and the two bounds of
    ``predicted_product_terms``.
    """
    n_terms = len(base)
    if n_terms <= 1 or exponent <= 1:
        return n_terms if exponent else 1
    degrees = [int(degree) * exponent for degree in base.degrees()]
    dense = _dense_terms(degrees, int(base.total_degree()) * exponent)
    return min(comb(n_terms + exponent - 1, exponent), dense)


def _dense_terms(degrees: Sequence[int], total_degree: int) -> int:
    occurring = [int(degree) for degree in degrees if degree > 0]
    simplex = comb(total_degree + len(occurring), len(occurring))
    return min(simplex, prod(degree + 1 for degree in occurring))


def checked_product(
    left: fmpq_mpoly, right: fmpq_mpoly, *, max_terms: int = MAX_TERMS
) -> fmpq_mpoly:
    """``left * right``, refused with the prediction when it could exceed ``max_terms``."""
    pairs = len(left) * len(right)
    if pairs > max_terms:
        _refuse_terms("product", predicted_product_terms(left, right), max_terms)
    if min(len(left), len(right)) > _FEW_TERMS:
        _check_work("product", pairs, _height_bits(left), _height_bits(right))
    if len(left) and len(right):
        check_degree(int(left.total_degree() + right.total_degree()))
    return left * right


def checked_power(base: fmpq_mpoly, exponent: int, *, max_terms: int = MAX_TERMS) -> fmpq_mpoly:
    """``base ** exponent``, refused with the prediction when it could exceed ``max_terms``.

    Refused too where the degree exceeds ``MAX_DEGREE`` or a coefficient could exceed
    ``MAX_COEFFICIENT_BITS``. Raises ``InputError`` for a negative exponent.
    """
    if exponent < 0:
        raise InputError(f"the exponent -{readable_count(-exponent)} is negative; use 0, 1, 2, ...")
    if exponent <= 1 or not len(base):
        return base ** min(exponent, 1)
    check_degree(int(base.total_degree()) * exponent)
    predicted = predicted_power_terms(base, exponent)
    _refuse_terms(f"power {readable_count(exponent)}", predicted, max_terms)
    _check_coefficients(base, exponent, predicted)
    return base**exponent


def _refuse_terms(what: str, predicted: int, max_terms: int) -> None:
    if predicted > max_terms:
        raise BudgetError(
            f"the {what} could have {readable_count(predicted)} terms, more than the budget of "
            f"{max_terms:,}; keep it factored in fewer variables or a lower power, or raise "
            "max_terms where the call takes it"
        )


def check_degree(degree: int) -> None:
    """Raises ``BudgetError`` for a degree over ``MAX_DEGREE``."""
    if degree > MAX_DEGREE:
        raise BudgetError(
            f"degree {readable_count(degree)} exceeds the limit of {MAX_DEGREE:,}; use lower powers"
        )


def _check_coefficients(base: fmpq_mpoly, exponent: int, predicted_terms: int) -> None:
    # Height of p^n: at most (height of p)^n (number of terms)^n, over the n-th power of the
    # common denominator.
    height = _height_bits(base)
    trivial = height == 2 and len(base) == 1
    bits = 1 if trivial else exponent * (height + len(base).bit_length())
    if bits > MAX_COEFFICIENT_BITS or bits * predicted_terms > _MAX_TOTAL_BITS:
        raise BudgetError(
            f"the power {readable_count(exponent)} could have {readable_count(predicted_terms)} "
            f"coefficients of {readable_count(bits)} bits, over the limit of "
            f"{MAX_COEFFICIENT_BITS:,} bits each and {_MAX_TOTAL_BITS // 2**33} GiB in all; "
            "use a lower power"
        )
    # Each term of the result is made once from each term of the base.
    _check_work(f"power {readable_count(exponent)}", predicted_terms * len(base), bits, height)


def _height_bits(mpoly: fmpq_mpoly) -> int:
    """Bits of the greatest numerator and the greatest denominator together."""
    coefficients = mpoly.coeffs()
    numerator = max(c.p.bit_length() for c in coefficients)
    return int(numerator + max(c.q.bit_length() for c in coefficients))


def _check_work(what: str, pairs: int, left_bits: int, right_bits: int) -> None:
    fewer, more = sorted((1 + left_bits // 64, 1 + right_bits // 64))
    work = int(pairs * more * fewer**0.6)  # long integers: Karatsuba
    if work > _MAX_WORK:
        raise BudgetError(
            f"the {what} takes {readable_count(pairs)} products of coefficients of up to "
            f"{left_bits:,} and {right_bits:,} bits, {readable_count(work)} machine words against "
            f"a limit of {_MAX_WORK:,}; keep it factored or use shorter coefficients"
        )


def readable_count(count: int) -> str:
    """``count`` with thousands separated, or in powers of ten where it is astronomical.

    >>> readable_count(1234), readable_count(3**100)
    ('1,234', 'about 5.2e47')
    """
    if count < 10**15:
        return f"{count:,}"
    exponent, fraction = divmod(log10(count), 1)
    # Truncated, so that 9.99 does not print as 10.0.
    return f"about {int(10 ** (fraction + 1) + 1e-9) / 10}e{exponent:.0f}"
