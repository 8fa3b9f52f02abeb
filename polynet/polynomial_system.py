"""Systems of polynomial equations with exact coefficients.

Enters: polynomials in the same variables, text, or sympy expressions. Leaves: a frozen
``PolynomialSystem``, what every solver takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

from polynet.errors import InputError
from polynet.polynomial import SparsePolynomial
from polynet.root_counts import bezout_number, multihomogeneous_bezout

if TYPE_CHECKING:
    from polynet.rationalisation import Rationalisation

__all__ = ["PolynomialSystem"]

_PRINTED_EQUATIONS = 20


@dataclass(frozen=True, slots=True, repr=False)
class PolynomialSystem:
    """The equations p_1 = 0, ..., p_m = 0 in the same named variables.

    Parameters
    ----------
    polynomials
        At least one ``SparsePolynomial``, all with the same ``names`` in the same order.

    Raises
    ------
    InputError
        For no polynomials, or polynomials in different variables.

    Examples
    --------
    >>> system = PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x = y"])
    >>> print(system)
    2 equations in 2 variables (x, y), degrees 2, 1
      x^2 + y^2 - 1 = 0
      x - y = 0
    >>> system.bezout_number
    2
    """

    polynomials: tuple[SparsePolynomial, ...]

    def __post_init__(self) -> None:
        polynomials = tuple(self.polynomials)
        object.__setattr__(self, "polynomials", polynomials)
        if not polynomials:
            raise InputError("a system needs at least one equation; none were given")
        for polynomial in polynomials:
            if not isinstance(polynomial, SparsePolynomial):
                raise InputError(
                    f"{type(polynomial).__name__} is no SparsePolynomial; from_strings and "
                    "from_sympy take text and expressions"
                )
            if polynomial.names != polynomials[0].names:
                raise InputError(
                    "the polynomials have different variables; bring all to the same "
                    "with_names(...)"
                )

    @classmethod
    def from_strings(
        cls, equations: Iterable[str], variables: Sequence[str] | None = None
    ) -> PolynomialSystem:
        """The system of these texts, one equation each: ``x^2 + y``, ``x*y = 1/3``.

        Variables are ordered as in ``variables``, else by first appearance. Raises
        ``ParseError`` with line, column and a caret, ``BudgetError`` for an expansion predicted
        too large.
        """
        from polynet.expression_parser import parse_polynomials

        return cls(parse_polynomials(equations, variables))

    @classmethod
    def from_text(cls, text: str, variables: Sequence[str] | None = None) -> PolynomialSystem:
        """The system of a text with one equation a line, ``#`` comments and blank lines.

        A first line ``variables: x, y`` fixes the variables and their order.
        """
        from polynet.expression_parser import parse_text

        return cls(parse_text(text, variables))

    @classmethod
    def from_file(
        cls, path: str | PathLike[str], variables: Sequence[str] | None = None
    ) -> PolynomialSystem:
        """The system of a UTF-8 text file, as ``from_text``; its errors name the file."""
        from polynet.expression_parser import parse_file

        return cls(parse_file(path, variables))

    @classmethod
    def from_sympy(
        cls, expressions: Iterable[Any], names: Iterable[object] | None = None
    ) -> PolynomialSystem:
        """The system of sympy or symengine expressions, each = 0, or ``Eq``s.

        ``names`` default to the free symbols of all, sorted so that ``x2`` precedes ``x10``.
        """
        from polynet.polynomial_conversion import from_sympy, shared_names

        expressions = list(expressions)
        chosen = tuple(shared_names(expressions) if names is None else names)
        parsed = (from_sympy(expression, chosen) for expression in expressions)
        return cls(tuple(SparsePolynomial(found, mpoly) for found, mpoly in parsed))

    @property
    def names(self) -> tuple[str, ...]:
        """The variables."""
        return self.polynomials[0].names

    @property
    def n_variables(self) -> int:
        """The number of variables."""
        return len(self.names)

    @property
    def n_equations(self) -> int:
        """The number of equations."""
        return len(self.polynomials)

    @property
    def is_square(self) -> bool:
        """Whether there are as many equations as variables."""
        return self.n_equations == self.n_variables

    @property
    def degrees(self) -> tuple[int, ...]:
        """The total degree of each equation; -1 for a zero polynomial."""
        return tuple(polynomial.degree for polynomial in self.polynomials)

    @property
    def bezout_number(self) -> int:
        """The product of the n greatest degrees, n the number of variables (or of equations).

        Bounds the number of isolated complex solutions with multiplicity. Zero polynomials are
        left out; a nonzero constant makes it 0, as nothing solves it.
        """
        degrees = sorted((degree for degree in self.degrees if degree >= 0), reverse=True)
        if 0 in degrees:
            return 0
        return bezout_number(degrees[: self.n_variables])

    def multihomogeneous_bezout(self, groups: Sequence[Sequence[str]]) -> int:
        """The multihomogeneous Bezout number for a partition of the variables into ``groups``.

        Raises ``InputError`` where the groups are no partition, ``ShapeError`` where the system
        is not square. See ``root_counts.multihomogeneous_bezout``.
        """
        listed = [name for group in groups for name in group]
        if sorted(listed) != sorted(self.names):
            raise InputError(
                f"the groups list {sorted(listed)}, but each of {sorted(self.names)} must be in "
                "exactly one group"
            )
        matrix = [[p.degree_in_group(group) for group in groups] for p in self.polynomials]
        return multihomogeneous_bezout(matrix, [len(group) for group in groups])

    def jacobian(self) -> tuple[tuple[SparsePolynomial, ...], ...]:
        """The derivatives: row i is the gradient of equation i."""
        return tuple(polynomial.gradient() for polynomial in self.polynomials)

    def rationalised(self, tolerance: Any) -> tuple[PolynomialSystem, Rationalisation]:
        """The system with the simplest fractions near its coefficients, and what was changed.

        Each coefficient moves by ``tolerance`` at most, so the solutions are those of a nearby
        system. Raises ``InputError`` for a tolerance that is not between 0 and 1/2.

        >>> system = PolynomialSystem.from_strings(["0.333*x^2 - 0.25"])
        >>> print(system.rationalised(0.001)[0].polynomials[0])
        1/3*x^2 - 1/4
        """
        from polynet.rationalisation import rationalised

        values = [c for p in self.polynomials for c in p.coefficients]
        simple, report = rationalised(values, tolerance)
        remaining = iter(simple)
        polynomials = []
        for p in self.polynomials:
            monomials = [tuple(map(int, m)) for m in p.mpoly.monoms()]
            terms = {m: next(remaining) for m in monomials}
            polynomials.append(SparsePolynomial.from_terms(self.names, terms))
        return PolynomialSystem(tuple(polynomials)), report

    def with_names(self, names: Iterable[str]) -> PolynomialSystem:
        """The same equations in the ring of ``names``, in that order."""
        chosen = tuple(names)
        return PolynomialSystem(tuple(p.with_names(chosen) for p in self.polynomials))

    def to_text(self) -> str:
        """Text that ``from_text`` reads back: the variables, then one full equation a line."""
        head = f"variables: {', '.join(self.names)}\n"
        return head + "".join(f"{p.to_string()}\n" for p in self.polynomials)

    def to_latex(self) -> str:
        """An ``aligned`` block of the equations, abridged."""
        lines = [f"{p.to_latex(10)} &= 0" for p in self.polynomials[:_PRINTED_EQUATIONS]]
        left_out = self.n_equations - len(lines)
        if left_out:
            lines.append(rf"\vdots\quad \text{{{left_out:,} more equations}} &")
        return r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"

    def __str__(self) -> str:
        head = (
            f"{_count(self.n_equations, 'equation')} in {_count(self.n_variables, 'variable')} "
            f"({_abridged(self.names)}), degrees {_abridged(map(str, self.degrees))}"
        )
        shown = [f"  {p} = 0" for p in self.polynomials[:_PRINTED_EQUATIONS]]
        left_out = self.n_equations - len(shown)
        return "\n".join([head, *shown, *([f"  … {left_out:,} more equations"] * bool(left_out))])

    def __repr__(self) -> str:
        return (
            f"PolynomialSystem({_count(self.n_equations, 'equation')} in "
            f"({_abridged(self.names)}), degrees {_abridged(map(str, self.degrees))})"
        )


def _abridged(items: Iterable[str]) -> str:
    listed = list(items)
    return ", ".join(listed[:12]) + (f", … ({len(listed):,} in all)" if len(listed) > 12 else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("s" if number != 1 else "")
