"""All solutions of a zero-dimensional system as rational functions of one number.

Source: Rouillier, 'Solving zero-dimensional systems through the rational univariate
representation' (1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_poly, fmpz_poly

from solvers.groebner.lifted_quotient import quotients
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["Parametrisation", "has_parameter", "parameter_numerator"]


@dataclass(frozen=True, slots=True)
class Parametrisation:
    """The points x_j = h_j(t) / w'(t) at the roots t of w.

    Parameters
    ----------
    form
        The linear form t = sum_j form_j x_j, which takes a different value at every point.
    eliminating
        w, squarefree and primitive; its degree is the number of points, 0 for none.
    numerators
        h_j, a polynomial for each variable, of degree below that of w.
    multiplicity
        The number of points with multiplicity: the dimension of the quotient ring.
    """

    form: tuple[fmpq, ...]
    eliminating: fmpz_poly
    numerators: tuple[fmpq_poly, ...]
    multiplicity: int

    @classmethod
    def empty(cls, n_variables: int) -> Parametrisation:
        """That of no points."""
        zero = (fmpq_poly(),) * n_variables
        return cls((fmpq(0),) * n_variables, fmpz_poly([1]), zero, 0)

    @property
    def degree(self) -> int:
        """The number of distinct complex points."""
        return int(self.eliminating.degree())

    def is_consistent(self) -> bool:
        """Whether w is squarefree and the linear form of the coordinates is t at every root."""
        if self.degree < 1:
            return self.degree == 0
        w = fmpq_poly(self.eliminating)
        squarefree = self.eliminating.gcd(self.eliminating.derivative()).degree() == 0
        return bool(squarefree and has_parameter(w, self.numerators, self.form))

    def factored(self) -> tuple[UnivariateRepresentation, ...]:
        """The points by conjugacy classes: one representation for each factor of w over Q.

        In partial fractions h_j / w = sum_k h_jk / f_k over the factors f_k, the largest last: its
        h_jk is what the others leave, divided by the cofactor without remainder.
        """
        if not self.degree:
            return ()
        *factors, last = sorted((f for f, _ in self.eliminating.factor()[1]), key=len)
        left, points = list(self.numerators), []
        for factor in factors:
            cofactor = fmpq_poly(self.eliminating // factor)
            parts = quotients(self.numerators, cofactor, fmpq_poly(factor))
            left = [h - part * cofactor for h, part in zip(left, parts, strict=True)]
            points.append(_representation(factor, parts))
        # Over the integers, where quotients do not grow (Gauss).
        rest = self.eliminating // last
        parts = [fmpq_poly(h.numer() // rest) / h.denom() for h in left]
        return (*points, _representation(last, parts))


def has_parameter(
    w: fmpq_poly, numerators: Sequence[fmpq_poly], form: Sequence[fmpq | int]
) -> bool:
    """Whether sum_j form_j h_j(t) / w'(t) is t at the roots of a squarefree w."""
    total = sum((h * c for c, h in zip(form, numerators, strict=True)), fmpq_poly())
    return bool(total == parameter_numerator(w))


def parameter_numerator(w: fmpq_poly) -> fmpq_poly:
    """t w'(t) modulo w."""
    return fmpq_poly([0, 1]) * w.derivative() - w.degree() * w


def _representation(factor: fmpz_poly, numerators: Sequence[fmpq_poly]) -> UnivariateRepresentation:
    """The points h_j / f' at the roots of f, over the derivative of f made monic."""
    leading = factor[factor.degree()]
    monic = fmpq_poly(factor) / leading
    return UnivariateRepresentation(monic, tuple(h / leading for h in numerators))
