"""Polynomials from and to sympy and symengine.

Enters: a sympy or symengine expression, or an ``fmpq_mpoly``. Leaves: the other of the two. The
expressions are walked node by node, which for long expanded sums is about a hundred times quicker
than ``sympy.Poly`` and lets each node that is no polynomial be named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from flint import fmpq_mpoly, fmpq_mpoly_ctx

from polynet.errors import InputError, ParseError
from polynet.polynomial_arithmetic import (
    balanced_sum,
    checked_power,
    checked_product,
)
from polynet.polynomial_evaluation import sparse_exponents
from polynet.rational import to_fmpq, to_fraction

if TYPE_CHECKING:
    import symengine
    import sympy

__all__ = ["from_sympy", "shared_names", "to_symengine", "to_sympy"]


def to_sympy(mpoly: fmpq_mpoly) -> sympy.Expr:
    """The expanded sympy expression in plain symbols; linear in the nonzero exponents."""
    import sympy

    symbols = [sympy.Symbol(name) for name in mpoly.context().names()]
    factors: list[list[Any]] = [
        [sympy.Rational(c.numerator, c.denominator)] for c in map(to_fraction, mpoly.coeffs())
    ]
    for term, variable, exponent in _nonzero_exponents(mpoly):
        factors[term].append(sympy.Pow(symbols[variable], exponent))
    return sympy.Add(*(sympy.Mul(*parts) for parts in factors))


def to_symengine(mpoly: fmpq_mpoly) -> symengine.Expr:
    """The expanded symengine expression; linear in the nonzero exponents."""
    import symengine

    symbols = [symengine.Symbol(name) for name in mpoly.context().names()]
    factors: list[list[Any]] = [
        [symengine.Integer(c.numerator) / symengine.Integer(c.denominator)]
        for c in map(to_fraction, mpoly.coeffs())
    ]
    for term, variable, exponent in _nonzero_exponents(mpoly):
        factors[term].append(symbols[variable] ** exponent)
    return symengine.Add(*(symengine.Mul(*parts) for parts in factors))


def _nonzero_exponents(mpoly: fmpq_mpoly) -> Iterator[tuple[int, int, int]]:
    terms, variables, exponents = (part.tolist() for part in sparse_exponents(mpoly))
    return zip(terms, variables, exponents, strict=True)


def from_sympy(
    expression: Any, names: Iterable[object] | None = None
) -> tuple[tuple[str, ...], fmpq_mpoly]:
    """The variables' names and the expanded polynomial of ``expression``.

    An equation ``Eq(a, b)`` stands for a - b. See ``SparsePolynomial.from_sympy``.
    """
    from polynet.polynomial import checked_names, polynomial_context

    tree = _tree(expression)
    free = _free_names([tree])
    checked = checked_names(free if names is None else names)
    missing = [name for name in free if name not in set(checked)]
    if missing:
        raise InputError(
            f"the symbol {missing[0]!r} occurs and is not among the names {', '.join(checked)}"
        )
    return checked, _Walk(polynomial_context(checked)).value(tree)


def shared_names(expressions: Iterable[Any]) -> list[str]:
    """The names of the free symbols of all ``expressions``, sorted with numbers as numbers."""
    return _free_names([_tree(expression) for expression in expressions])


def _tree(expression: Any) -> Any:
    import sympy

    try:
        tree = sympy.sympify(expression, strict=True)
    except sympy.SympifyError:
        tree = None
    if not isinstance(tree, (sympy.Expr, sympy.Equality)):
        raise InputError(
            f"{expression!r} of type {type(expression).__name__} is no sympy expression; "
            "PolynomialSystem.from_strings reads text"
        )
    return tree.lhs - tree.rhs if isinstance(tree, sympy.Equality) else tree


def _free_names(trees: Iterable[Any]) -> list[str]:
    symbols = {symbol for tree in trees for symbol in tree.free_symbols}
    names = sorted((symbol.name for symbol in symbols), key=_natural)
    twice = [a for a, b in pairwise(names) if a == b]
    if twice:
        raise InputError(
            f"two symbols of different assumptions are both named {twice[0]!r}; use one"
        )
    return names


def _natural(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    parts = re.findall(r"\d+|\D+", name)
    return [(p.isdigit(), int(p) if p.isdigit() else 0, p) for p in parts], name


class _Walk:
    """The value of an expression tree in one polynomial ring."""

    def __init__(self, context: fmpq_mpoly_ctx) -> None:
        self._context = context
        self._gens = dict(zip(context.names(), context.gens(), strict=True))

    def value(self, tree: Any) -> fmpq_mpoly:
        """The polynomial, bottom up with an explicit stack: trees may be deeper than Python's."""
        values: list[fmpq_mpoly] = []
        stack = [(tree, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                children = values[len(values) - len(node.args) :]
                del values[len(values) - len(node.args) :]
                values.append(self._combined(node, children))
            elif node.is_Add or node.is_Mul:
                stack.append((node, True))
                stack.extend((child, False) for child in node.args)
            elif node.is_Pow:
                stack.extend([(_Powered(node), True), (node.base, False)])
            else:
                values.append(self._leaf(node))
        return values[0]

    def _combined(self, node: Any, children: list[fmpq_mpoly]) -> fmpq_mpoly:
        if isinstance(node, _Powered):
            return checked_power(children[0], node.exponent)
        if node.is_Add:
            return balanced_sum(children, self._context.constant(0))
        product = children[0]
        for factor in children[1:]:
            product = checked_product(product, factor)
        return product

    def _leaf(self, node: Any) -> fmpq_mpoly:
        if node.is_Symbol:
            return self._gens[node.name]
        if node.is_Rational:
            return self._context.constant(to_fmpq(node))
        if node.is_Float:
            raise ParseError(
                f"{node} is a float; coefficients are exact, use Rational or nsimplify first"
            )
        raise ParseError(
            f"{node} ({type(node).__name__}) is not part of a polynomial with rational "
            "coefficients; only sums, products, whole powers, symbols and rationals are"
        )


class _Powered:
    """A power node with its checked exponent; one child, the base."""

    def __init__(self, node: Any) -> None:
        self.args = (node.base,)
        if not node.exp.is_Integer:
            raise ParseError(f"{node} has the exponent {node.exp}; exponents are whole numbers")
        self.exponent = int(node.exp)
        if self.exponent < 0:
            raise ParseError(
                f"{node} has the negative exponent {node.exp}: a division by a variable"
            )
