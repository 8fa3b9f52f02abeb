"""The rational parametrisations that msolve writes.

Its format is ``[0, [p, n, D, names, form, [1, [w, d, [[v_1, c_1], ...]]]]]:`` with characteristic
p = 0, dimension D of the quotient ring, and polynomials as ``[degree, coefficients]`` from the
constant term on. The last name is the parameter t; the others are -v_i(t) / (c_i d(t)) at the
roots t of w. Where no variable separates the points, the last name is a new variable, on which
the linear form ``form`` in all names vanishes. ``[-1]`` stands for no solution and
``[1, n, -1, []]`` for infinitely many. Source: the msolve tutorial.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flint import fmpq, fmpq_poly, fmpz, fmpz_poly

from solvers.groebner.engines.parametrisation import Parametrisation, parameter_numerator

__all__ = ["read_parametrisation"]

_TOKEN = re.compile(r"\s*(?:([\[\],:])|'([^']*)'|(-?\d+))\s*")


def read_parametrisation(output: str, names: Sequence[str]) -> Parametrisation | None:
    """The parametrisation in the variables ``names``; None for infinitely many solutions.

    Raises ``ValueError`` for text in another format and for one that contradicts itself. The
    time is linear in the length of the text.
    """
    match _nested(output):
        case [k] if k == -1:
            return Parametrisation.empty(len(names))
        case [k, _, m, []] if k == 1 and m == -1:
            return None
        case [k, [_, _, size, [*found], [*form], [one, [w, d, [*rest]]]]] if k == 0 and one == 1:
            return _assembled((found, form), (w, d, rest), int(size), names)
    raise ValueError("the nested lists are not those of a parametrisation")


def _assembled(
    linear: tuple[list[str], list[fmpz]],
    polynomials: tuple[Any, Any, list[Any]],
    size: int,
    names: Sequence[str],
) -> Parametrisation:
    found, coefficients = linear
    w, d, rest = polynomials
    if not set(names) <= set(found) or len(rest) != len(found) - 1:
        raise ValueError(f"the variables {found} are not those asked for")
    eliminating = _polynomial(w)
    whole = fmpq_poly(eliminating)
    factor = _factor_of(_polynomial(d), whole)
    numerators = {
        name: fmpq_poly(_polynomial(v)) * factor * fmpq(-1, c) % whole
        for name, (v, c) in zip(found, rest, strict=False)
    }
    numerators[found[-1]] = parameter_numerator(whole)
    form = dict.fromkeys(found, fmpq(0))
    if found[-1] in names:
        form[found[-1]] = fmpq(1)
    else:
        form = {n: fmpq(-c, coefficients[-1]) for n, c in zip(found, coefficients, strict=True)}
    result = Parametrisation(
        tuple(form[name] for name in names),
        eliminating,
        tuple(numerators[name] for name in names),
        size,
    )
    if not result.is_consistent():
        raise ValueError("the linear form of the coordinates is not the parameter")
    return result


def _factor_of(denominator: fmpz_poly, whole: fmpq_poly) -> fmpq_poly:
    """What turns numerators over ``denominator`` into numerators over w', modulo w."""
    slope = whole.derivative()
    if fmpq_poly(denominator) == slope:
        return fmpq_poly([1])
    common, inverse, _ = fmpq_poly(denominator).xgcd(whole)
    if common.degree():
        raise ValueError("the denominator vanishes at a root")
    return slope * inverse % whole


def _polynomial(pair: Any) -> fmpz_poly:
    match pair:
        case [degree, [*coefficients]] if len(coefficients) == degree + 1:
            return fmpz_poly(coefficients)
    raise ValueError("a polynomial has not as many coefficients as its degree says")


def _nested(text: str) -> list[Any]:
    """The nested lists of numbers and names that ``text`` writes in brackets."""
    stack: list[list[Any]] = [[]]
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() != end:
            break
        end = match.end()
        mark, name, number = match.groups()
        if mark == "[":
            stack.append([])
        elif mark == "]":
            closed = stack.pop()
            if not stack:
                break
            stack[-1].append(closed)
        elif mark is None:
            stack[-1].append(fmpz(number) if number else name)
    if end != len(text) or len(stack) != 1 or len(stack[0]) != 1:
        raise ValueError("brackets and numbers do not nest")
    inner: list[Any] = stack[0][0]
    return inner
