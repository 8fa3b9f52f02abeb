"""All solutions of a zero-dimensional system as rational functions of one number.

Source: Rouillier, 'Solving zero-dimensional systems through the rational univariate
representation' (1999).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_poly, fmpz_poly

from solvers.groebner.lifted_quotient import quotients
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["Parametrisation"]


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
        w = fmpq_poly(self.eliminating)
        slope = w.derivative()
        if self.degree < 1:
            return self.degree == 0
        total = fmpq_poly()
        for coefficient, numerator in zip(self.form, self.numerators, strict=True):
            total += numerator * coefficient
        separates = (total - slope * fmpq_poly([0, 1])) % w == fmpq_poly()
        return bool(separates and w.gcd(slope).degree() == 0)

    def factored(self) -> tuple[UnivariateRepresentation, ...]:
        """The points by conjugacy classes: one representation for each factor of w over Q.

        At the roots of a factor f of w = f g the derivative of w is f' g, so the numerators are
        h_j / g modulo f.
        """
        if not self.degree:
            return ()
        return tuple(self._at(factor) for factor, _ in self.eliminating.factor()[1])

    def _at(self, factor: fmpz_poly) -> UnivariateRepresentation:
        minimal = fmpq_poly(factor) / factor[factor.degree()]
        cofactor = fmpq_poly(self.eliminating // factor) * factor[factor.degree()]
        if minimal.degree() == self.degree:
            numerators = tuple(h / cofactor[0] for h in self.numerators)
        else:
            numerators = tuple(quotients(self.numerators, cofactor, minimal))
        return UnivariateRepresentation(minimal, numerators)
