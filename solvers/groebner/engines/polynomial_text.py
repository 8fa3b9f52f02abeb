"""Polynomials as the text that engines write and read.

Out go expanded, collected polynomials with integer coefficients in x0, x1, ..., since engines
silently misread more than that. Back come sums of terms, coefficients integer or rational.
Numbers go through FLINT, which has no limit on digits as Python has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from flint import fmpq, fmpz, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import is_unit_ideal, primitive

__all__ = ["cleared", "read_polynomial", "safe_names", "sorted_basis", "substance", "written"]

_TERM = re.compile(r"[+-]?[^+-]+")
_FACTOR = re.compile(r"x(\d+)(?:\^(\d+))?|(\d+)(?:/(\d+))?")
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
        found.append(str(safe.from_dict(polynomial.to_dict())).replace(" ", ""))
    return found


def read_polynomial(text: str, ring: fmpz_mpoly_ctx) -> fmpz_mpoly:
    """The primitive multiple of the polynomial in ``safe_names`` that ``text`` says.

    Raises ``ValueError`` for text that is none. The time is linear in its length.

    >>> from solvers.groebner.basis import integer_ring
    >>> print(read_polynomial("-(1/2)*x0^2 + x1", integer_ring(["a", "b"])))
    a^2 - 2*b
    """
    text = text.translate(_IGNORED)
    terms = _TERM.findall(text)
    if not text or sum(map(len, terms)) != len(text):
        raise ValueError(f"{text[:80]!r} is no polynomial")
    total: dict[tuple[int, ...], fmpq] = {}
    for term in terms:
        exponents, coefficient = _read_term(term, ring.nvars())
        total[exponents] = total.get(exponents, fmpq(0)) + coefficient
    return cleared(total, ring)


def cleared(terms: Mapping[tuple[int, ...], fmpq], ring: fmpz_mpoly_ctx) -> fmpz_mpoly:
    """The primitive polynomial in ``ring`` that is a multiple of a sum of rational terms."""
    common = fmpz(1)
    for coefficient in terms.values():
        common = common.lcm(coefficient.q)
    return primitive(ring.from_dict({e: (c * common).p for e, c in terms.items() if c != 0}))


def _read_term(term: str, n_variables: int) -> tuple[tuple[int, ...], fmpq]:
    exponents = [0] * n_variables
    coefficient = fmpq(-1 if term[0] == "-" else 1)
    for factor in term.lstrip("+-").split("*"):
        match = _FACTOR.fullmatch(factor)
        if match is None or (match[1] and int(match[1]) >= n_variables):
            raise ValueError(f"{factor[:80]!r} in {term[:80]!r} is no factor of a term")
        if match[1]:
            exponents[int(match[1])] += int(match[2] or 1)
        else:
            coefficient *= fmpq(fmpz(match[3]), fmpz(match[4] or "1"))
    return tuple(exponents), coefficient


def substance(generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx) -> list[fmpz_mpoly]:
    """The generators without zeros and repetitions, primitive; [1] where one is constant."""
    nonzero = list({str(p): p for p in map(primitive, generators) if not p.is_zero()}.values())
    return [ring.constant(1)] if is_unit_ideal(nonzero) else nonzero


def sorted_basis(elements: Iterable[fmpz_mpoly]) -> tuple[fmpz_mpoly, ...]:
    """The elements of a basis, primitive, in the order of ``groebner_basis``."""
    return tuple(sorted(map(primitive, elements), key=lambda g: (g.total_degree(), len(g), str(g))))
