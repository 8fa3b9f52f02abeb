"""The solutions with regular Jacobian, as a system of their own."""

from __future__ import annotations

from functools import cache

from polynet import PolynomialSystem, SparsePolynomial

__all__ = ["regular_part"]


def regular_part(system: PolynomialSystem) -> PolynomialSystem:
    """The equations of a square system and t det J = 1, with t a new last variable.

    Its solutions are those of the system where the Jacobian J is regular: isolated and simple.
    Everything on a component of positive dimension is gone. Takes 2^n products of minors.

    >>> print(regular_part(PolynomialSystem.from_strings(["x*(x - 1)", "x*y"])))
    3 equations in 3 variables (x, y, inverse), degrees 2, 2, 3
      x^2 - x = 0
      x*y = 0
      2*x^2*inverse - x*inverse - 1 = 0
    """
    names = (*system.names, "inverse")
    (inverse,) = SparsePolynomial.variables(["inverse"])
    determinant = _determinant(system.jacobian()).with_names(names)
    equations = [p.with_names(names) for p in system.polynomials]
    return PolynomialSystem((*equations, determinant * inverse.with_names(names) - 1))


def _determinant(rows: tuple[tuple[SparsePolynomial, ...], ...]) -> SparsePolynomial:
    """Laplace expansion by rows, each minor once."""
    zero = rows[0][0] * 0

    @cache
    def minor(columns: tuple[int, ...]) -> SparsePolynomial:
        row = rows[len(rows) - len(columns)]
        total = zero
        for k, column in enumerate(columns):
            if row[column].n_terms:
                rest = columns[:k] + columns[k + 1 :]
                term = row[column] * (minor(rest) if rest else 1)
                total = total - term if k % 2 else total + term
        return total

    return minor(tuple(range(len(rows))))
