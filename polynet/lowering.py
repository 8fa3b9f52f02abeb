"""From symengine expressions to straight-line programs, collected by input monomials on request.

Every output of a network is a polynomial in inputs x and weights w. *Sample* lowering keeps both
as registers. *Collected* lowering computes in the ring of polynomials in x whose coefficients are
registers, so that

    f_k(x; w) = sum over alpha of  x^alpha q_{k alpha}(w)

comes out with every q_{k alpha} a register: nothing is ever multiplied out in the weights.
What leaves are programs for ``moments`` and ``samples``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import symengine
from symengine.lib.symengine_wrapper import Add, Mul, Pow, Symbol

from polynet.errors import BudgetError, InputError
from polynet.program import Coefficient, Form, Program, ProgramWriter, add_into

__all__ = ["CollectedProgram", "Monomial", "lower_collected", "lower_samples"]

Monomial: TypeAlias = tuple[int, ...]
"""A monomial in the inputs: the sorted input indices, each as often as its exponent."""

_InputPolynomial: TypeAlias = dict[Monomial, Form]


@dataclass(frozen=True, slots=True, eq=False)
class CollectedProgram:
    """The weight polynomials q_{k alpha}: outputs of ``program`` in the order (alpha, k).

    ``monomials`` lists the input monomials alpha, by degree and then by index.
    """

    program: Program
    monomials: tuple[Monomial, ...]
    n_outputs: int


def lower_samples(outputs: Sequence[Any], inputs: Sequence[Any], weights: Sequence[Any]) -> Program:
    """The program of ``outputs`` with weights and inputs as registers.

    Raises ``InputError`` where an expression is no polynomial in them.
    """
    writer = ProgramWriter(len(weights), len(inputs))
    leaves: dict[Any, _InputPolynomial] = {
        symbol: {(): writer.input(i)} for i, symbol in enumerate(inputs)
    }
    lowered = _Lowering(writer, leaves, weights, limit=1)
    return writer.finish([writer.register(lowered(output).get((), {})) for output in outputs])


def lower_collected(
    outputs: Sequence[Any],
    inputs: Sequence[Any],
    weights: Sequence[Any],
    *,
    max_monomials: int = 1_000_000,
) -> CollectedProgram:
    """The weight polynomials of every input monomial of ``outputs``.

    Raises ``BudgetError`` as soon as some part of the network has more than ``max_monomials``
    input monomials, ``InputError`` where an expression is no polynomial. Cost: one term for each
    product of a weight polynomial with another, whatever the degree in the weights.
    """
    writer = ProgramWriter(len(weights), 0)
    leaves: dict[Any, _InputPolynomial] = {
        symbol: {(i,): writer.constant(1)} for i, symbol in enumerate(inputs)
    }
    lowered = _Lowering(writer, leaves, weights, limit=max_monomials)
    polynomials = [lowered(output) for output in outputs]
    monomials = sorted(set().union(*polynomials), key=lambda m: (len(m), m))
    registers = [writer.register(p.get(m, {})) for m in monomials for p in polynomials]
    return CollectedProgram(writer.finish(registers), tuple(monomials), len(polynomials))


class _Lowering:
    """Walks expressions once each, computing polynomials in the inputs with register forms."""

    def __init__(
        self,
        writer: ProgramWriter,
        leaves: dict[Any, _InputPolynomial],
        weights: Sequence[Any],
        limit: int,
    ) -> None:
        self._writer = writer
        self._limit = limit
        self._known: dict[Any, _InputPolynomial] = dict(leaves)
        self._known.update({symbol: {(): writer.weight(i)} for i, symbol in enumerate(weights)})

    def __call__(self, expression: Any) -> _InputPolynomial:
        known = self._known.get(expression)
        if known is None:
            known = self._known[expression] = self._lower(symengine.sympify(expression))
        return known

    def _lower(self, expression: Any) -> _InputPolynomial:
        if isinstance(expression, Add):
            return self._sum(expression.args)
        if isinstance(expression, Mul):
            return self._product(expression.args)
        if isinstance(expression, Pow):
            return self._power(*expression.args)
        if isinstance(expression, Symbol):
            raise InputError(
                f"the symbol {expression} is neither an input nor a weight of this network; "
                "make it with builder.inputs or builder.weight"
            )
        value = _number(expression)
        return {(): self._writer.constant(value)} if value else {}

    def _sum(self, terms: Sequence[Any]) -> _InputPolynomial:
        total: _InputPolynomial = {}
        for term in terms:
            for monomial, form in self(term).items():
                add_into(total.setdefault(monomial, {}), form.items())
        return self._checked({m: form for m, form in total.items() if form})

    def _product(self, factors: Sequence[Any]) -> _InputPolynomial:
        result = self(factors[0])
        for factor in factors[1:]:
            result = self._multiply(result, self(factor))
        return result

    def _multiply(self, first: _InputPolynomial, second: _InputPolynomial) -> _InputPolynomial:
        total: _InputPolynomial = {}
        for left, left_form in first.items():
            for right, right_form in second.items():
                product = self._writer.multiply(left_form, right_form)
                monomial = tuple(sorted(left + right)) if left and right else left or right
                add_into(total.setdefault(monomial, {}), product.items())
            self._checked(total)
        return {m: form for m, form in total.items() if form}

    def _power(self, base: Any, exponent: Any) -> _InputPolynomial:
        if not (exponent.is_Integer and int(exponent) >= 0):
            raise InputError(
                f"{base}**{exponent} is not a polynomial: exponents must be whole numbers >= 0"
            )
        result: _InputPolynomial = {(): self._writer.constant(1)}
        square, remaining = self(base), int(exponent)
        while remaining:
            if remaining & 1:
                result = self._multiply(result, square)
            remaining >>= 1
            if remaining:
                square = self._multiply(square, square)
        return result

    def _checked(self, polynomial: _InputPolynomial) -> _InputPolynomial:
        if len(polynomial) > self._limit:
            raise BudgetError(
                f"this network has more than {self._limit:,} input monomials; "
                "use the sample form, or raise the limit"
            )
        return polynomial


def _number(expression: Any) -> Coefficient:
    if expression.is_Integer:
        return int(expression)
    if expression.is_Rational:
        numerator, denominator = expression.as_numer_denom()
        return Fraction(int(numerator), int(denominator))
    try:
        value = float(expression)
    except (RuntimeError, TypeError, ValueError) as error:
        raise InputError(f"{expression} is not a polynomial in inputs and weights") from error
    if not np.isfinite(value):
        raise InputError(f"the coefficient {expression} is not finite")
    return value
