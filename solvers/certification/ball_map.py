"""Polynomial maps on balls: values and Jacobians that contain the exact ones.

Enters: a polynomial system with exact coefficients. Leaves: a :class:`BallMap`, which the later
stages evaluate at points and on boxes. A sparse system is laid out once as a tape of products in
which all equations share their monomials, and all derivatives theirs: the derivative of a
monomial is a smaller monomial, so a Jacobian costs one multiplication for each distinct one, and
one multiply-add for each of its terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeAlias

from flint import acb, acb_mat, ctx, fmpq, fmpq_mpoly

from polynet.polynomial_evaluation import sparse_exponents
from polynet.polynomial_system import PolynomialSystem

__all__ = ["BallMap", "CombinedMap", "SparseMap"]

_Monomial: TypeAlias = tuple[tuple[int, int], ...]
_Polynomial: TypeAlias = dict[_Monomial, fmpq]
_Row: TypeAlias = tuple[tuple[int, ...], tuple[tuple[acb, int], ...]]


class BallMap(Protocol):
    """A polynomial map C^n -> C^m on balls, at flint's working precision."""

    @property
    def n_variables(self) -> int:
        """n."""
        ...

    @property
    def n_equations(self) -> int:
        """m."""
        ...

    def values(self, point: Sequence[acb]) -> list[acb]:
        """Balls ``(m,)`` that hold the values at every point of the box ``point`` ``(n,)``."""
        ...

    def jacobian(self, point: Sequence[acb]) -> acb_mat:
        """Balls ``(m, n)`` that hold the first derivatives everywhere in the box ``point``."""
        ...


class SparseMap:
    """A polynomial system as a :class:`BallMap`.

    Rational coefficients enter as balls of the working precision, exact where they fit.

    >>> system = PolynomialSystem.from_strings(["x^2 + y^2 - 1", "3*x*y"])
    >>> circle = SparseMap(system)
    >>> [int(v.real.unique_fmpz()) for v in circle.values([acb(2), acb(1)])]
    [4, 6]
    >>> [int(v.real.unique_fmpz()) for v in circle.jacobian([acb(2), acb(1)]).entries()]
    [4, 2, 3, 6]
    """

    def __init__(self, system: PolynomialSystem) -> None:
        self._system = system
        polynomials = [_terms(polynomial.mpoly) for polynomial in system.polynomials]
        n = system.n_variables
        derivatives = [_gradient(polynomial, n) for polynomial in polynomials]
        self._values = _Tape(n, polynomials)
        self._jacobian = _Tape(n, (entry for row in derivatives for entry in row))

    @property
    def n_variables(self) -> int:
        """Number of variables n."""
        return self._system.n_variables

    @property
    def n_equations(self) -> int:
        """Number of equations m."""
        return self._system.n_equations

    def values(self, point: Sequence[acb]) -> list[acb]:
        """The equations on the box ``point`` ``(n,)``: ``(m,)``."""
        return self._values.run(point)

    def jacobian(self, point: Sequence[acb]) -> acb_mat:
        """The derivatives on the box ``point``: ``(m, n)``."""
        return acb_mat(self.n_equations, self.n_variables, self._jacobian.run(point))

    def __reduce__(self) -> tuple[Any, ...]:
        return SparseMap, (self._system,)


class CombinedMap:
    """As many integer combinations of the equations of a map as it has variables.

    Every zero of the map is one of the combinations; the converse fails, so that a proof about
    the combinations is none about the map.
    """

    def __init__(self, whole: BallMap, weights: Sequence[Sequence[int]]) -> None:
        self.whole = whole
        self._weights = [[int(weight) for weight in row] for row in weights]
        self._matrix = acb_mat(self._weights)

    @property
    def n_variables(self) -> int:
        """Number of variables n."""
        return self.whole.n_variables

    @property
    def n_equations(self) -> int:
        """Number of combinations."""
        return len(self._weights)

    def values(self, point: Sequence[acb]) -> list[acb]:
        """The combinations on the box ``point`` ``(n,)``."""
        column = acb_mat(self.whole.n_equations, 1, self.whole.values(point))
        return list((self._matrix * column).entries())

    def jacobian(self, point: Sequence[acb]) -> acb_mat:
        """Their derivatives on the box ``point``."""
        return self._matrix * self.whole.jacobian(point)

    def __reduce__(self) -> tuple[Any, ...]:
        return CombinedMap, (self.whole, self._weights)


class _Tape:
    """Polynomials as rows of combinations of registers; each register a product of two earlier.

    Register 0 is 1, then come the variables, then ``_products``.
    """

    def __init__(self, n_variables: int, polynomials: Iterable[_Polynomial]) -> None:
        self._n_variables = n_variables
        self._products: list[tuple[int, int]] = []
        self._known: dict[_Monomial, int] = {(): 0}
        self._rows = [
            [(coefficient, self._register(monomial)) for monomial, coefficient in terms.items()]
            for terms in polynomials
        ]
        self._rounded: dict[int, list[_Row]] = {}

    def run(self, point: Sequence[acb]) -> list[acb]:
        """The polynomials on a box."""
        registers = [acb(1), *point]
        write = registers.append
        for left, right in self._products:
            write(registers[left] * registers[right])
        return [_combination(row, registers) for row in self._rows_now()]

    def _rows_now(self) -> list[_Row]:
        """The rows with coefficients rounded outward to the working precision."""
        precision = int(ctx.prec)
        if precision not in self._rounded:
            self._rounded[precision] = [_rounded(row) for row in self._rows]
        return self._rounded[precision]

    def _register(self, monomial: _Monomial) -> int:
        """The register of a monomial, by way of its leading factors."""
        register = 0
        for length, (variable, exponent) in enumerate(monomial, start=1):
            prefix = monomial[:length]
            known = self._known.get(prefix)
            if known is None:
                known = self._product(register, self._power(variable, exponent))
                self._known[prefix] = known
            register = known
        return register

    def _power(self, variable: int, exponent: int) -> int:
        if exponent == 1:
            return 1 + variable
        key = ((variable, exponent),)
        if key not in self._known:
            half = self._power(variable, exponent // 2)
            self._known[key] = self._product(half, self._power(variable, exponent - exponent // 2))
        return self._known[key]

    def _product(self, left: int, right: int) -> int:
        if left == 0:
            return right
        self._products.append((left, right))
        return self._n_variables + len(self._products)


def _rounded(row: Sequence[tuple[fmpq, int]]) -> _Row:
    plain = tuple(register for coefficient, register in row if coefficient == 1)
    scaled = tuple((acb(coefficient), k) for coefficient, k in row if coefficient != 1)
    return plain, scaled


def _combination(row: _Row, registers: Sequence[acb]) -> acb:
    plain, scaled = row
    total = acb(0)
    for register in plain:
        total += registers[register]
    for coefficient, register in scaled:
        total += coefficient * registers[register]
    return total


def _terms(polynomial: fmpq_mpoly) -> _Polynomial:
    coefficients = [fmpq(c) for c in polynomial.coeffs()]
    monomials: list[list[tuple[int, int]]] = [[] for _ in coefficients]
    for term, variable, exponent in zip(*map(list, sparse_exponents(polynomial)), strict=True):
        monomials[term].append((int(variable), int(exponent)))
    return {tuple(sorted(m)): c for m, c in zip(monomials, coefficients, strict=True)}


def _gradient(polynomial: _Polynomial, n_variables: int) -> list[_Polynomial]:
    """The derivative with respect to every variable."""
    derivatives: list[_Polynomial] = [{} for _ in range(n_variables)]
    for monomial, coefficient in polynomial.items():
        for place, (variable, exponent) in enumerate(monomial):
            rest = ((variable, exponent - 1),) if exponent > 1 else ()
            smaller = monomial[:place] + rest + monomial[place + 1 :]
            derivatives[variable][smaller] = exponent * coefficient
    return derivatives
