"""Ideals in one or another order of the variables, compared by membership."""

from __future__ import annotations

from collections.abc import Sequence

from polynet.polynomial import SparsePolynomial
from solvers.groebner.basis import (
    NormalForms,
    flint_basis,
    integer_ring,
    over_integers,
)

__all__ = ["Ideal", "contains", "equal", "equal_sets", "renamed"]

Ideal = Sequence[SparsePolynomial]


def contains(larger: Ideal, smaller: Ideal) -> bool:
    """Whether every polynomial of ``smaller`` lies in the ideal of ``larger``."""
    names = sorted(larger[0].names)
    ring = integer_ring(names)
    basis = flint_basis([over_integers(p.with_names(names).mpoly, ring) for p in larger], ring)
    forms = NormalForms(basis, names)
    return all(forms.contains(p.with_names(names).mpoly) for p in smaller)


def equal(first: Ideal, second: Ideal) -> bool:
    """Whether two ideals are the same."""
    return contains(first, second) and contains(second, first)


def equal_sets(first: Sequence[Ideal], second: Sequence[Ideal]) -> bool:
    """Whether each ideal of one list equals exactly one of the other, and conversely."""
    rows = [sum(equal(a, b) for b in second) for a in first]
    return len(first) == len(second) and all(row == 1 for row in rows)


def renamed(polynomial: SparsePolynomial, names: Sequence[str]) -> SparsePolynomial:
    """The polynomial with its variables, in their order, called ``names``."""
    ring = SparsePolynomial.variables(list(names))[0].mpoly.context()
    return SparsePolynomial(tuple(names), ring.from_dict(polynomial.mpoly.to_dict()))
