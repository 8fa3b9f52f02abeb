"""Polynomials as the text that engines write and read.

Out go expanded, collected polynomials with integer coefficients in x0, x1, ..., since engines
silently misread more than that. Back come sums of terms, coefficients integer or rational.
Numbers go through FLINT, which has no limit on digits as Python has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from flint import fmpq_mpoly, fmpq_mpoly_ctx, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import is_unit_ideal, over_integers, primitive

__all__ = ["read_polynomial", "safe_names", "substance", "written"]

# Matched without going back, so in linear time.
_POWER = r"(?:x\d++(?:\^\d++)?+|\d++(?:/[1-9]\d*+)?+)"
_SUM = re.compile(rf"[+-]?+{_POWER}(?:[*+-]{_POWER})*+")
_IGNORED = str.maketrans("", "", " \n\t\r()")  # brackets stand around rational numbers only


def safe_names(count: int) -> tuple[str, ...]:
    """x0, x1, ...: names that mean nothing else to any engine."""
    return tuple(f"x{i}" for i in range(count))


def written(polynomials: Iterable[fmpz_mpoly]) -> list[str]:
    """The polynomials in ``safe_names``, without blanks.

    >>> from solvers.groebner.basis import integer_ring
    >>> beta, lambda_ = integer_ring(["beta", "lambda"]).gens()
    >>> written([(beta - 2 * lambda_)**2])
    ['x0^2-4*x0*x1+4*x1^2']
    """
    found = []
    for polynomial in polynomials:
        ring = polynomial.context()
        safe = fmpz_mpoly_ctx.get(safe_names(ring.nvars()), ring.ordering())
        found.append(str(polynomial.compose(*safe.gens(), ctx=safe)).replace(" ", ""))
    return found


def read_polynomial(text: str, ring: fmpz_mpoly_ctx) -> fmpz_mpoly:
    """The primitive multiple of the polynomial in ``safe_names`` that ``text`` says.

    Raises ``ValueError`` for text that is none. The time is linear in its length.

    >>> from solvers.groebner.basis import integer_ring
    >>> print(read_polynomial("-(1/2)*x0^2 + x1", integer_ring(["a", "b"])))
    a^2 - 2*b
    """
    text = text.translate(_IGNORED)
    if not _SUM.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is no sum of terms")
    names, order = safe_names(ring.nvars()), ring.ordering()
    safe = fmpz_mpoly_ctx.get(names, order)
    if "/" in text:
        read = over_integers(fmpq_mpoly(text, fmpq_mpoly_ctx.get(names, order)), safe)
    else:
        read = fmpz_mpoly(text, safe)
    return primitive(read.compose(*ring.gens(), ctx=ring))


def substance(generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx) -> list[fmpz_mpoly]:
    """The generators without zeros and repetitions, primitive; [1] where one is constant."""
    nonzero = list({str(p): p for p in map(primitive, generators) if not p.is_zero()}.values())
    return [ring.constant(1)] if is_unit_ideal(nonzero) else nonzero
