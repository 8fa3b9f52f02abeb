"""Values of sparse polynomials: exact, floating, and in ball arithmetic.

Enters: an ``fmpq_mpoly`` and values for its variables. Leaves: a ``Fraction``, a float or complex
number, or an ``arb``/``acb`` ball that contains the exact value. Compiled evaluation of losses and
systems is elsewhere; this is the plain route that the others are checked against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import acb, arb, fmpq_mpoly
from numpy.typing import NDArray

from polynet.errors import BudgetError, InputError, ShapeError
from polynet.rational import is_exact, to_fmpq, to_fraction

__all__ = ["NumericForm", "ball_value", "exact_value", "is_ball", "sparse_exponents"]

_MAX_VALUE_BITS = 2**32
_CHUNK_ENTRIES = 4_000_000


def sparse_exponents(mpoly: fmpq_mpoly) -> tuple[NDArray[np.int64], ...]:
    """Where the nonzero exponents are: ``(term, variable, exponent)``, each ``(n_nonzero,)``.

    Terms are in printing order, variables within a term ascending. Read from flint's own text,
    which lists only the variables that occur: for thousands of variables that is tens of times
    quicker than ``monoms()``, which builds an integer object for every zero.

    >>> from flint import fmpq_mpoly_ctx
    >>> x, y = fmpq_mpoly_ctx.get(["x", "y"], "degrevlex").gens()
    >>> [part.tolist() for part in sparse_exponents(3 * x**2 * y - y + 1)]
    [[0, 0, 1], [0, 1, 1], [2, 1, 1]]
    """
    index = {name: i for i, name in enumerate(mpoly.context().names())}
    terms: list[int] = []
    variables: list[int] = []
    exponents: list[int] = []
    signed = str(mpoly).replace(" - ", " + ").split(" + ")
    for term, text in enumerate(signed):
        for factor in text.lstrip("-").split("*"):
            name, _, exponent = factor.partition("^")
            variable = index.get(name)
            if variable is not None:  # otherwise the coefficient
                terms.append(term)
                variables.append(variable)
                exponents.append(int(exponent) if exponent else 1)
    return tuple(np.array(part, dtype=np.int64) for part in (terms, variables, exponents))


def is_ball(value: object) -> bool:
    """Whether ``value`` is a real or complex ball of python-flint."""
    return isinstance(value, (arb, acb))


def exact_value(mpoly: fmpq_mpoly, values: Sequence[Any]) -> Fraction:
    """The exact value at exact ``values``; refused where it could not be held in memory."""
    point = [to_fmpq(value) for value in values]
    bits = max((max(v.p.bit_length(), v.q.bit_length()) for v in point), default=1)
    degree = int(mpoly.total_degree())
    if bits > 1 and bits * degree > _MAX_VALUE_BITS:
        raise BudgetError(
            f"an exact value of degree {degree:,} at numbers of {bits:,} bits may "
            f"take {bits * degree:,} bits, over the limit of {_MAX_VALUE_BITS:,}; "
            "evaluate at floats or balls"
        )
    return to_fraction(mpoly(*point))


def ball_value(mpoly: fmpq_mpoly, values: Sequence[Any]) -> arb | acb:
    """A ball that contains the value at the balls ``values``, at flint's working precision.

    Numbers among the values are taken as exact, floats with the binary value that they hold.
    Complex where any value is. Cost: one ball product for each nonzero exponent.
    """
    kind = acb if any(isinstance(v, (acb, complex, np.complexfloating)) for v in values) else arb
    balls = [_to_ball(value, kind) for value in values]
    products = [kind(coefficient) for coefficient in mpoly.coeffs()]
    powers: dict[tuple[int, int], Any] = {}
    for term, variable, exponent in zip(*map(list, sparse_exponents(mpoly)), strict=True):
        key = (int(variable), int(exponent))
        if key not in powers:
            powers[key] = balls[key[0]] ** key[1]
        products[int(term)] *= powers[key]
    return sum(products, kind(0))


def _to_ball(value: Any, kind: Any) -> Any:
    if is_ball(value):
        return kind(value)
    if is_exact(value):
        return kind(to_fmpq(value))
    if isinstance(value, (complex, np.complexfloating)):
        return kind(complex(value))
    if isinstance(value, (float, np.floating)):
        return kind(float(value))
    raise InputError(
        f"{value!r} of type {type(value).__name__} is not a number or a ball; "
        "give int, Fraction, float, complex, arb or acb"
    )


@dataclass(frozen=True, slots=True)
class NumericForm:
    """A polynomial laid out for values at many floating points at once.

    ``powers`` lists the distinct (variable, exponent) pairs, ``(n_powers, 2)``; row i of
    ``factors`` ``(n_terms, n_factors)`` the powers that make term i, 0 standing for the number 1
    and p + 1 for power p. So a power that many terms share is taken once for each point.
    """

    n_variables: int
    coefficients: NDArray[np.float64]
    powers: NDArray[np.int64]
    factors: NDArray[np.int64]

    @classmethod
    def of(cls, mpoly: fmpq_mpoly) -> NumericForm:
        """Lay out ``mpoly``; its coefficients are rounded to the nearest floats."""
        terms, variables, exponents = sparse_exponents(mpoly)
        pairs = np.stack([variables, exponents], axis=1).reshape(-1, 2)
        powers, which = np.unique(pairs, axis=0, return_inverse=True)
        counts = np.bincount(terms, minlength=len(mpoly))
        starts = np.repeat(np.cumsum(counts) - counts, counts)
        factors = np.zeros((len(mpoly), int(counts.max(initial=0))), dtype=np.int64)
        factors[terms, np.arange(len(terms)) - starts] = which.reshape(-1) + 1
        return cls(mpoly.context().nvars(), _rounded(mpoly), powers, factors)

    def values(self, points: Any) -> NDArray[Any]:
        """Values at ``points (m, n_variables)``: ``(m,)``, complex where the points are.

        Cost: m times the number of nonzero exponents, in blocks of bounded memory.
        """
        array = _float_points(points, self.n_variables)
        block = max(1, _CHUNK_ENTRIES // max(1, *self.factors.shape, len(self.powers) + 1))
        result = np.empty(len(array), dtype=array.dtype)
        for start in range(0, len(array), block):
            result[start : start + block] = self._block(array[start : start + block])
        return result

    def _block(self, points: NDArray[Any]) -> NDArray[Any]:
        table = np.ones((len(points), len(self.powers) + 1), dtype=points.dtype)
        table[:, 1:] = points[:, self.powers[:, 0]] ** self.powers[:, 1]
        products = np.ones((len(points), len(self.coefficients)), dtype=points.dtype)
        for column in self.factors.T:
            products *= table[:, column]
        values: NDArray[Any] = products @ self.coefficients
        return values


def _rounded(mpoly: fmpq_mpoly) -> NDArray[np.float64]:
    try:
        return np.array([float(to_fraction(c)) for c in mpoly.coeffs()], dtype=np.float64)
    except OverflowError:
        raise InputError(
            "a coefficient exceeds the largest float, about 1.8e308; evaluate exactly, at "
            "Fractions, or scale the polynomial"
        ) from None


def _float_points(points: Any, n_variables: int) -> NDArray[Any]:
    try:
        array = np.asarray(points)
        kinds = {type(v) for v in array.flat} if array.dtype == object else {array.dtype.type}
        if any(issubclass(kind, (str, bytes, type(None))) for kind in kinds):
            raise TypeError("text or None among them")
        is_complex = any(issubclass(kind, (complex, np.complexfloating)) for kind in kinds)
        array = array.astype(np.complex128 if is_complex else np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"the points are not numbers: {error}; give an array (m, n)") from None
    if array.ndim != 2 or array.shape[1] != n_variables:
        raise ShapeError(
            f"points have shape {array.shape}, but a polynomial in {n_variables} variables needs "
            f"(m, {n_variables})"
        )
    return array
