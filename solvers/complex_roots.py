"""Certified complex roots of univariate polynomials over the rationals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from flint import acb, arb, ctx, fmpq_poly, fmpz, fmpz_poly

from solvers.simultaneous_roots import enclosed_roots

__all__ = ["complex_roots"]

_LARGE_BITS = 64
_MANY = 32  # roots, which FLINT takes far longer for than the simultaneous iteration


def complex_roots(polynomial: fmpq_poly, near: Sequence[acb] = ()) -> list[acb]:
    """Certified and disjoint balls around the distinct roots: first the real ones, ascending.

    Exactly the real roots have an imaginary part that is exactly zero. As accurate as the working
    precision, or more where that is needed to tell roots apart. ``near`` may have balls around
    all of them that are known.
    """
    if polynomial.degree() >= _MANY:
        enclosed = enclosed_roots(polynomial.numer(), near)
        if enclosed is not None:
            return sorted(enclosed, key=_root_order)
    centre, scale = _frame(polynomial)
    numerator = polynomial(fmpq_poly([centre, scale])).numer()
    precision = ctx.prec
    while True:
        with ctx.workprec(precision):
            # The type stubs of python-flint leave out that multiplicities come with the roots.
            pairs: list[tuple[acb, int]] = numerator.complex_roots()  # type: ignore[assignment]
            roots = sorted((centre + scale * root for root, _ in pairs), key=_root_order)
        # FLINT's balls are disjoint, but the way back from the frame rounds.
        if (int(centre), int(scale)) == (0, 1) or not any(
            a.overlaps(b) for a, b in combinations(roots, 2)
        ):
            return roots
        precision *= 2


def _frame(polynomial: fmpq_poly) -> tuple[fmpz, fmpz]:
    """A centre and a scale for t where roots are huge, else 0 and 1.

    FLINT takes very long for huge roots that are close together for their size.
    """
    degree = int(polynomial.degree())
    if _root_bits(polynomial.numer()) <= _LARGE_BITS:
        return fmpz(0), fmpz(1)
    mean = -polynomial[degree - 1] / (degree * polynomial[degree])
    centre = mean.floor()
    moved = polynomial(fmpq_poly([centre, 1]))
    return centre, fmpz(2) ** max(0, _root_bits(moved.numer()))


def _root_bits(polynomial: fmpz_poly) -> int:
    """About log2 of the largest size of a root (Fujiwara's bound)."""
    degree = int(polynomial.degree())
    bits = [c.bit_length() for c in polynomial.coeffs()]
    lower = (k for k in range(degree) if bits[k])
    return max(((bits[k] - bits[degree]) // (degree - k) for k in lower), default=0)


def _root_order(root: acb) -> tuple[bool, arb, arb]:
    return not root.imag.is_zero(), root.real.mid(), root.imag.mid()
