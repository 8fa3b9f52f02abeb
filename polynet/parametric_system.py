"""Systems of equations whose coefficients are polynomials in parameters.

Enters: equations in variables and parameters. Leaves: a frozen ``ParametricSystem``: the system at
exact parameters, its coefficients at complex ones, and along straight paths between two points.
Next stage: parameter homotopies and monodromy in ``solvers.homotopy``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.coefficient_map import CoefficientMap
from polynet.errors import InputError, ShapeError
from polynet.polynomial import SparsePolynomial, polynomial_context
from polynet.polynomial_system import PolynomialSystem
from polynet.rational import to_float, to_fmpq

__all__ = ["ParametricSystem"]

ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ParametricSystem:
    """Equations p_i(x; a) = 0 in variables x with parameters a.

    Made by ``from_strings`` or ``from_system``. Equation i is a sum over the monomials
    ``supports[i]`` ``(n_terms_i, n_variables)`` of x with coefficients in a.

    Examples
    --------
    >>> family = ParametricSystem.from_strings(["x^2 + a*b*x - b"], parameters=["a", "b"])
    >>> print(family.at([2, 3]))
    1 equation in 1 variable (x), degrees 2
      x^2 + 6*x - 3 = 0
    >>> family.supports[0].ravel(), family.coefficients([2, 3])[0].real
    (array([2, 1, 0]), array([ 1.,  6., -3.]))

    From b = 3 to b = 1 with a = 2 the coefficient of x is 2 (1 - t) + 6 t = 2 + 4 t:

    >>> family.along([2, 1], [2, 3])[1].real
    array([2., 4., 0.])
    """

    system: PolynomialSystem
    variables: tuple[str, ...]
    parameters: tuple[str, ...]
    supports: tuple[NDArray[np.int64], ...] = field(init=False)
    coefficient_map: CoefficientMap = field(init=False)

    def __post_init__(self) -> None:
        if self.system.names != self.variables + self.parameters:
            raise InputError(
                "the system's names are not the variables and then the parameters; make the "
                "family with ParametricSystem.from_system"
            )
        n = len(self.variables)
        grouped = [_grouped(polynomial, n) for polynomial in self.system.polynomials]
        supports = tuple(np.array(list(g), np.int64).reshape(-1, n) for g in grouped)
        for support in supports:
            support.setflags(write=False)
        terms = [pieces for group in grouped for pieces in group.values()]
        object.__setattr__(self, "supports", supports)
        object.__setattr__(self, "coefficient_map", CoefficientMap.of(terms, self.n_parameters))

    @classmethod
    def from_system(
        cls, system: PolynomialSystem, *, parameters: Iterable[str]
    ) -> ParametricSystem:
        """The family in which ``parameters`` of the system's names are parameters.

        Raises ``InputError`` for a name that the system does not have, or no variable left.
        """
        chosen = _distinct(parameters)
        unknown = [name for name in chosen if name not in system.names]
        if unknown:
            raise InputError(
                f"the system has no {unknown[0]!r} to be a parameter; it has "
                f"{', '.join(system.names)}"
            )
        variables = tuple(name for name in system.names if name not in chosen)
        if not variables:
            raise InputError("every name is a parameter, and no variable is left to solve for")
        return cls(system.with_names(variables + chosen), variables, chosen)

    @classmethod
    def from_strings(
        cls,
        equations: Iterable[str],
        *,
        variables: Sequence[str] | None = None,
        parameters: Sequence[str] | None = None,
    ) -> ParametricSystem:
        """The family of these texts; give ``variables``, ``parameters`` or both.

        Names of the one that is not given are all others, by first appearance.
        """
        if variables is None and parameters is None:
            raise InputError("name the variables or the parameters; the texts do not say which")
        if variables is not None and parameters is not None:
            named = _distinct(variables) + _distinct(parameters)
            system = PolynomialSystem.from_strings(equations, named)
            return cls.from_system(system, parameters=parameters)
        system = PolynomialSystem.from_strings(equations)
        if variables is not None:
            chosen = _distinct(variables)
            rest = tuple(name for name in system.names if name not in chosen)
            return cls.from_system(system.with_names(chosen + rest), parameters=rest)
        chosen = _distinct(parameters or ())
        rest = tuple(name for name in system.names if name not in chosen)
        return cls.from_system(system.with_names(rest + chosen), parameters=chosen)

    @property
    def n_variables(self) -> int:
        """The number of variables."""
        return len(self.variables)

    @property
    def n_parameters(self) -> int:
        """The number of parameters."""
        return len(self.parameters)

    @property
    def n_equations(self) -> int:
        """The number of equations."""
        return self.system.n_equations

    @property
    def is_square(self) -> bool:
        """Whether there are as many equations as variables."""
        return self.n_equations == self.n_variables

    @property
    def n_terms(self) -> int:
        """The number of terms of all equations."""
        return self.coefficient_map.n_terms

    @property
    def degree(self) -> int:
        """The greatest total degree of a coefficient in the parameters."""
        return self.coefficient_map.degree

    @property
    def fingerprint(self) -> str:
        """A text that two families share only if they are the same equations."""
        text = f"{len(self.parameters)} parameters\n{self.system.to_text()}"
        return hashlib.sha256(text.encode()).hexdigest()

    def coefficients(self, points: ArrayLike) -> tuple[ComplexArray, ...]:
        """For each equation its coefficients ``(..., n_terms_i)``, in the order of its support.

        ``points`` ``(n_parameters,)`` or ``(m, n_parameters)``, complex. Raises ``ShapeError``
        for other shapes, ``InputError`` for NaN.
        """
        values = self.coefficient_map.at(points)
        ends = np.cumsum([len(support) for support in self.supports])[:-1]
        return tuple(np.split(values, ends, axis=-1))

    def along(self, target: ArrayLike, start: ArrayLike) -> ComplexArray:
        """Coefficients on the path (1 - t) target + t start: ``(n_terms, degree + 1)``.

        Column j belongs to t^j; terms are numbered equation by equation. This is what
        ``StartSystem.table`` holds.
        """
        return self.coefficient_map.along(target, start)

    def jacobians(self, parameters: ArrayLike, points: ArrayLike) -> ComplexArray:
        """Derivatives of the equations ``(k, n_equations, n_variables)`` at points ``(k, n)``.

        ``parameters`` ``(n_parameters,)`` are the same for all points.
        """
        x = np.asarray(points, np.complex128).reshape(-1, self.n_variables)
        result = np.zeros((len(x), self.n_equations, self.n_variables), np.complex128)
        for i, own in enumerate(self.coefficients(parameters)):
            for j in range(self.n_variables):
                power = self.supports[i][:, j]
                lowered = self.supports[i][power > 0].copy()
                lowered[:, j] -= 1
                monomials = np.prod(x[:, None, :] ** lowered, axis=2)
                result[:, i, j] = monomials @ (own * power)[power > 0]
        return result

    def at(self, values: Sequence[Any]) -> PolynomialSystem:
        """The system at exact rational ``values`` ``(n_parameters,)``.

        Raises ``ShapeError`` for another number of them, ``InputError`` for floats.
        """
        if len(values) != self.n_parameters:
            raise ShapeError(
                f"{len(values)} values for {self.n_parameters} parameters; give one for each of "
                f"{', '.join(self.parameters)}"
            )
        try:
            exact = [to_fmpq(value) for value in values]
        except TypeError as error:
            raise InputError(
                f"{error}; give integers or Fractions (Fraction(0.1) is the float 0.1), or take "
                "coefficients(values)"
            ) from error
        ring = polynomial_context(self.variables)
        images = [*ring.gens(), *(ring.constant(value) for value in exact)]
        return PolynomialSystem(
            tuple(
                SparsePolynomial(self.variables, p.mpoly.compose(*images, ctx=ring))
                for p in self.system.polynomials
            )
        )

    def __repr__(self) -> str:
        return (
            f"ParametricSystem({_counted(self.n_equations, 'equation')} in "
            f"{_counted(self.n_variables, 'variable')} and "
            f"{_counted(self.n_parameters, 'parameter')}, degrees {self.degrees} and {self.degree})"
        )

    @property
    def degrees(self) -> tuple[int, ...]:
        """The total degree of each equation in the variables; -1 for a zero equation."""
        return tuple(int(s.sum(axis=1).max(initial=-1)) for s in self.supports)


def _grouped(
    polynomial: SparsePolynomial, n_variables: int
) -> dict[tuple[int, ...], list[tuple[tuple[int, ...], float]]]:
    """The monomials of the variables, high degrees first, with the pieces of the coefficients."""
    grouped: dict[tuple[int, ...], list[tuple[tuple[int, ...], float]]] = {}
    rows = polynomial.exponents.tolist()
    for row, value in zip(rows, polynomial.coefficients, strict=True):
        pieces = grouped.setdefault(tuple(row[:n_variables]), [])
        pieces.append((tuple(row[n_variables:]), to_float(value)))
    order = sorted(grouped, key=lambda monomial: (sum(monomial), monomial), reverse=True)
    return {monomial: grouped[monomial] for monomial in order}


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise InputError(f"names must be a sequence of names, not the text {names!r}; use [...]")
    chosen = tuple(str(name) for name in names)
    if len(set(chosen)) < len(chosen):
        raise InputError(f"a name is listed twice among {', '.join(chosen)}")
    return chosen


def _counted(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
