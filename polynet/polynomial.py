"""Sparse polynomials with exact rational coefficients.

Enters: terms, sympy expressions, or an ``fmpq_mpoly`` from the expansion of a loss. Leaves: a
frozen ``SparsePolynomial``, which prints, evaluates, differentiates and converts. Next stage: the
critical system, or any ``PolynomialSystem``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpz
from numpy.typing import NDArray

from polynet.errors import BudgetError, InputError, ShapeError
from polynet.polynomial_arithmetic import (
    check_degree,
    checked_power,
    checked_product,
)
from polynet.polynomial_evaluation import (
    NumericForm,
    ball_value,
    exact_value,
    is_ball,
    sparse_exponents,
)
from polynet.rational import all_exact, is_exact, to_fmpq, to_fraction

if TYPE_CHECKING:
    import symengine
    import sympy

__all__ = ["SparsePolynomial", "checked_names", "is_name", "polynomial_context"]

PRINTED_TERMS = 40
_MAX_DENSE_ENTRIES = 2**28
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_FINITE = frozenset({"nan", "inf", "infinity"})


def is_name(text: str) -> bool:
    """Whether ``text`` can name a variable: an ASCII identifier other than nan and inf.

    >>> is_name("w0_1_0"), is_name("2x"), is_name("x[0]"), is_name("NaN")
    (True, False, False, False)
    """
    return _NAME.fullmatch(text) is not None and text.lower() not in _NOT_FINITE


def checked_names(names: Iterable[object]) -> tuple[str, ...]:
    """``names`` as distinct identifiers; raises ``InputError`` for the first that is not."""
    if isinstance(names, str):
        raise InputError(f"names must be a sequence of names, not the text {names!r}; use [...]")
    return _checked(tuple(str(name) for name in names))


# Systems of a thousand polynomials share one tuple of a thousand names.
@lru_cache(maxsize=64)
def _checked(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if not is_name(name):
            raise InputError(
                f"{name!r} is no variable name; use a letter or underscore, then ASCII letters, "
                "digits and underscores (nan and inf are taken)"
            )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(f"the variable {twice[0]!r} is named twice; names must be distinct")
    return names


def polynomial_context(names: Sequence[str]) -> fmpq_mpoly_ctx:
    """The flint ring of polynomials in ``names``, graded reverse lexicographic."""
    return fmpq_mpoly_ctx.get(names, Ordering.degrevlex)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SparsePolynomial:
    """A polynomial sum_i c_i prod_j x_j^{a_ij} with rational c_i in named variables.

    Terms are ordered by descending graded reverse lexicographic order. Two polynomials are equal
    when names (with their order) and terms are. ``mpoly`` is shared, not copied: treat it as
    read-only (flint's ``+`` and ``*`` make new values; item assignment does not).

    Parameters
    ----------
    names
        Distinct ASCII identifiers, one for each variable.
    mpoly
        The value, in the context ``polynomial_context(names)``.

    Raises
    ------
    InputError
        For bad names, or an ``mpoly`` of another context.

    Examples
    --------
    >>> x, y = SparsePolynomial.variables(["x", "y"])
    >>> p = (x + y) ** 2 - 1
    >>> print(p)
    x^2 + 2*x*y + y^2 - 1
    >>> p.degree, p.n_terms, p.coefficients[1], p.evaluate([1, Fraction(1, 2)])
    (2, 4, Fraction(2, 1), Fraction(5, 4))
    """

    names: tuple[str, ...]
    mpoly: fmpq_mpoly
    _numeric: NumericForm | None = field(default=None, init=False)

    # numpy scalars on the left hand back to the operators below.
    __array_ufunc__ = None

    def __post_init__(self) -> None:
        names = checked_names(self.names)
        object.__setattr__(self, "names", names)
        if not isinstance(self.mpoly, fmpq_mpoly):
            raise InputError(
                f"mpoly is a {type(self.mpoly).__name__}, not an fmpq_mpoly; "
                "from_terms, from_sympy and constant take other values"
            )
        if self.mpoly.context() is not polynomial_context(names):
            raise InputError(
                f"the polynomial lives in {self.mpoly.context()}; make it in "
                "polynomial_context(names), which has the same names and degrevlex order"
            )
        check_degree(self.degree)

    @classmethod
    def from_terms(
        cls, names: Iterable[str], terms: Mapping[tuple[int, ...], Any]
    ) -> SparsePolynomial:
        """The polynomial with coefficient ``terms[exponents]`` at each monomial.

        Exponents are tuples of ``len(names)`` non-negative ints, coefficients exact numbers.

        >>> print(SparsePolynomial.from_terms(["x", "y"], {(2, 1): 3, (0, 0): Fraction(-1, 2)}))
        3*x^2*y - 1/2
        """
        checked = checked_names(names)
        for exponents in terms:
            _check_exponents(exponents, len(checked))
        exact = {tuple(map(int, e)): _exact(c) for e, c in terms.items()}
        return cls(checked, polynomial_context(checked).from_dict(exact))

    @classmethod
    def constant(cls, names: Iterable[str], value: Any) -> SparsePolynomial:
        """The constant ``value`` as a polynomial in ``names``."""
        checked = checked_names(names)
        return cls(checked, polynomial_context(checked).constant(_exact(value)))

    @classmethod
    def variables(cls, names: Iterable[str]) -> tuple[SparsePolynomial, ...]:
        """Each variable as a polynomial in all ``names``."""
        checked = checked_names(names)
        return tuple(cls(checked, gen) for gen in polynomial_context(checked).gens())

    @classmethod
    def from_sympy(cls, expression: Any, names: Iterable[object] | None = None) -> SparsePolynomial:
        """The sympy (or symengine) ``expression``, expanded, with rational coefficients.

        ``names`` default to the free symbols, sorted so that ``x2`` comes before ``x10``.
        Raises ``ParseError`` for floats, other irrational numbers and anything that is not a
        polynomial, ``BudgetError`` for an expansion predicted too large.
        """
        from polynet.polynomial_conversion import from_sympy

        found, mpoly = from_sympy(expression, names)
        return cls(found, mpoly)

    def _with(self, mpoly: fmpq_mpoly) -> SparsePolynomial:
        # Same ring, so the names need no second check, which for thousands of names costs more
        # than the arithmetic.
        result = object.__new__(SparsePolynomial)
        object.__setattr__(result, "names", self.names)
        object.__setattr__(result, "mpoly", mpoly)
        object.__setattr__(result, "_numeric", None)
        return result

    @property
    def n_variables(self) -> int:
        """The number of variables of the ring, whether they occur or not."""
        return len(self.names)

    @property
    def n_terms(self) -> int:
        """The number of terms; 0 for the zero polynomial."""
        return len(self.mpoly)

    @property
    def is_zero(self) -> bool:
        """Whether this is the zero polynomial."""
        return self.mpoly.is_zero()

    @property
    def degree(self) -> int:
        """The total degree; -1 for the zero polynomial."""
        return int(self.mpoly.total_degree())

    def degree_in(self, name: str) -> int:
        """The degree in one variable; -1 for the zero polynomial."""
        return int(self.mpoly.degrees()[self._index(name)])

    def degree_in_group(self, names: Iterable[str]) -> int:
        """The greatest total degree of a term in the variables ``names``; -1 for zero.

        >>> x, y, z = SparsePolynomial.variables(["x", "y", "z"])
        >>> (x * y + z**3).degree_in_group(["x", "y"])
        2
        """
        if self.is_zero:
            return -1
        chosen = [self._index(name) for name in names]
        terms, variables, exponents = sparse_exponents(self.mpoly)
        inside = np.isin(variables, chosen)
        degrees = np.bincount(terms[inside], exponents[inside], minlength=1)
        return int(degrees.max())

    @property
    def coefficients(self) -> tuple[Fraction, ...]:
        """The coefficients, in printing order."""
        return tuple(to_fraction(c) for c in self.mpoly.coeffs())

    @property
    def exponents(self) -> NDArray[np.int64]:
        """The exponents ``(n_terms, n_variables)``, in printing order, read-only.

        Dense: raises ``BudgetError`` beyond 2 GiB, where ``sparse_exponents`` serves.
        """
        shape = (self.n_terms, self.n_variables)
        if shape[0] * shape[1] > _MAX_DENSE_ENTRIES:
            raise BudgetError(
                f"the dense exponents have shape {shape}, {shape[0] * shape[1]:,} entries, over "
                f"the limit of {_MAX_DENSE_ENTRIES:,}; use sparse_exponents(polynomial.mpoly)"
            )
        dense = np.zeros(shape, dtype=np.int64)
        terms, variables, values = sparse_exponents(self.mpoly)
        dense[terms, variables] = values
        dense.setflags(write=False)
        return dense

    def derivative(self, name: str) -> SparsePolynomial:
        """The partial derivative with respect to ``name``."""
        return self._with(self.mpoly.derivative(self._index(name)))

    def gradient(self) -> tuple[SparsePolynomial, ...]:
        """The partial derivatives with respect to every variable, in the order of ``names``."""
        return tuple(self._with(self.mpoly.derivative(i)) for i in range(self.n_variables))

    def with_names(self, names: Iterable[str]) -> SparsePolynomial:
        """The same polynomial in the ring of ``names``, in that order.

        Raises ``InputError`` where a variable that occurs is not among them.

        >>> x, = SparsePolynomial.variables(["x"])
        >>> (x + 1).with_names(["y", "x"]).names
        ('y', 'x')
        """
        checked = checked_names(names)
        present = set(checked)
        degrees = self.mpoly.degrees()
        lost = [n for n, d in zip(self.names, degrees, strict=True) if d > 0 and n not in present]
        if lost:
            raise InputError(f"{', '.join(lost)} occur and are not among the new names")
        moved = self.mpoly.project_to_context(polynomial_context(checked))
        return SparsePolynomial(checked, moved)

    def evaluate(self, values: Sequence[Any] | Mapping[str, Any]) -> Any:
        """The value at ``values``: one for each variable in order, or a mapping from names.

        Exact numbers give a ``Fraction``, any ``arb`` or ``acb`` among them a ball that contains
        the value, floats and complex numbers a float or complex.
        """
        point = self._point(values)
        if all_exact(point):
            return exact_value(self.mpoly, point)
        if any(is_ball(value) for value in point):
            return ball_value(self.mpoly, point)
        return self.evaluate_many([point])[0].item()

    def evaluate_many(self, points: Any) -> NDArray[Any]:
        """Floating values at ``points (m, n_variables)``: ``(m,)``, complex where they are.

        Coefficients are rounded to floats. Cost: m times the nonzero exponents.
        """
        form = self._numeric
        if form is None:
            form = NumericForm.of(self.mpoly)
            object.__setattr__(self, "_numeric", form)
        return form.values(points)

    def to_sympy(self) -> sympy.Expr:
        """The sympy expression, expanded, in symbols named exactly as ``names``."""
        from polynet.polynomial_conversion import to_sympy

        return to_sympy(self.mpoly)

    def to_symengine(self) -> symengine.Expr:
        """The symengine expression, expanded, in symbols named exactly as ``names``."""
        from polynet.polynomial_conversion import to_symengine

        return to_symengine(self.mpoly)

    def to_string(self, max_terms: int | None = None) -> str:
        """Readable text, which the parser reads back unless ``max_terms`` abridged it.

        >>> x, y = SparsePolynomial.variables(["x", "y"])
        >>> ((x + y + 1) ** 2).to_string(max_terms=2)
        'x^2 + 2*x*y + … + 4 more terms'
        """
        from polynet.polynomial_text import to_string

        return to_string(self.mpoly, max_terms)

    def to_latex(self, max_terms: int | None = None) -> str:
        """LaTeX without math delimiters, abridged to ``max_terms`` terms."""
        from polynet.polynomial_text import to_latex

        return to_latex(self.mpoly, max_terms)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex(PRINTED_TERMS)}$"

    def __str__(self) -> str:
        return self.to_string(PRINTED_TERMS)

    def __repr__(self) -> str:
        shown = ", ".join(self.names[:6]) + (", …" if self.n_variables > 6 else "")
        return f"SparsePolynomial({self.to_string(6)} in {self.n_variables} variables: {shown})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SparsePolynomial):
            return NotImplemented
        return self.names == other.names and bool(self.mpoly == other.mpoly)

    def __hash__(self) -> int:
        head = range(min(4, self.n_terms))
        terms = tuple(
            (tuple(map(int, self.mpoly.monomial(i))), hash(self.mpoly.coefficient(i))) for i in head
        )
        return hash((self.names, self.n_terms, terms))

    def __reduce__(self) -> tuple[Any, ...]:
        sparse = sparse_exponents(self.mpoly)
        return _rebuilt, (self.names, *sparse, self.coefficients)

    def __neg__(self) -> SparsePolynomial:
        return self._with(-self.mpoly)

    def __pos__(self) -> SparsePolynomial:
        return self

    def __add__(self, other: object) -> SparsePolynomial:
        operand = self._operand(other)
        return NotImplemented if operand is None else self._with(self.mpoly + operand)

    __radd__ = __add__

    def __sub__(self, other: object) -> SparsePolynomial:
        operand = self._operand(other)
        return NotImplemented if operand is None else self._with(self.mpoly - operand)

    def __rsub__(self, other: object) -> SparsePolynomial:
        operand = self._operand(other)
        return NotImplemented if operand is None else self._with(operand - self.mpoly)

    def __mul__(self, other: object) -> SparsePolynomial:
        operand = self._operand(other)
        if operand is None:
            return NotImplemented
        return self._with(checked_product(self.mpoly, operand))

    __rmul__ = __mul__

    def __truediv__(self, divisor: object) -> SparsePolynomial:
        if isinstance(divisor, SparsePolynomial):
            raise InputError("division by a polynomial is not a polynomial; divide by a number")
        if not is_exact(divisor):
            raise InputError(f"division by {divisor!r}: {_EXACT_REMEDY}")
        if not divisor:
            raise InputError("division by zero; a divisor must be a nonzero exact number")
        return self._with(self.mpoly * (1 / to_fmpq(divisor)))

    def __pow__(self, exponent: int) -> SparsePolynomial:
        if isinstance(exponent, bool) or not isinstance(exponent, (int, np.integer)):
            raise InputError(f"exponent {exponent!r} is not an integer; use 0, 1, 2, ...")
        return self._with(checked_power(self.mpoly, int(exponent)))

    def _operand(self, other: object) -> fmpq_mpoly | None:
        if isinstance(other, SparsePolynomial):
            if other.names != self.names:
                raise InputError(
                    f"polynomials in different variables, {_shown(self.names)} and "
                    f"{_shown(other.names)}; bring both to the same with_names(...)"
                )
            return other.mpoly
        if isinstance(other, (float, complex, np.inexact)):
            raise InputError(f"{other!r} is not exact: {_EXACT_REMEDY}")
        return self.mpoly.context().constant(to_fmpq(other)) if is_exact(other) else None

    def _index(self, name: str) -> int:
        if name not in self.names:
            raise InputError(f"no variable {name!r}; the variables are {_shown(self.names)}")
        return self.names.index(name)

    def _point(self, values: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
        if isinstance(values, Mapping):
            missing = [name for name in self.names if name not in values]
            if missing:
                raise InputError(f"no value for {_shown(missing)}; give one for each variable")
            for name in values:
                self._index(name)
            return [values[name] for name in self.names]
        point = list(values)
        if len(point) != self.n_variables:
            raise ShapeError(
                f"{len(point)} values for {self.n_variables} variables {_shown(self.names)}; "
                "give one for each"
            )
        return point


_EXACT_REMEDY = (
    "coefficients are exact; give an int or Fraction, or Fraction(value) to keep the float's "
    "binary value"
)


def _exact(value: Any) -> fmpq:
    if not is_exact(value):
        raise InputError(f"{value!r} of type {type(value).__name__}: {_EXACT_REMEDY}")
    return to_fmpq(value)


def _check_exponents(exponents: Any, n_variables: int) -> None:
    if not isinstance(exponents, tuple) or len(exponents) != n_variables:
        raise ShapeError(
            f"exponents {exponents!r} for {n_variables} variables; give a tuple of {n_variables}"
        )
    for exponent in exponents:
        if not isinstance(exponent, (int, np.integer, fmpz)) or exponent < 0:
            raise InputError(
                f"exponent {exponent!r} in {exponents!r} is not a non-negative integer"
            )


def _shown(names: Sequence[str]) -> str:
    more = f", … ({len(names)} in all)" if len(names) > 12 else ""
    return "(" + ", ".join(names[:12]) + more + ")"


def _rebuilt(
    names: tuple[str, ...],
    terms: NDArray[np.int64],
    variables: NDArray[np.int64],
    exponents: NDArray[np.int64],
    coefficients: tuple[Fraction, ...],
) -> SparsePolynomial:
    """The polynomial from its sparse arrays; flint's polynomials do not pickle themselves."""
    dense: list[dict[int, int]] = [{} for _ in coefficients]
    for term, variable, exponent in zip(*map(list, (terms, variables, exponents)), strict=True):
        dense[term][int(variable)] = int(exponent)
    table = {
        tuple(row.get(i, 0) for i in range(len(names))): to_fmpq(c)
        for row, c in zip(dense, coefficients, strict=True)
    }
    return SparsePolynomial(names, polynomial_context(names).from_dict(table))
