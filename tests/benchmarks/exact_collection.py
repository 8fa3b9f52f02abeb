"""Exact loss polynomials: collected and expanded, beside symengine and sympy on every example.

Six hidden squares on eight inputs, 54 weights, 200 integer examples. symengine and sympy
multiply out (f(x_n) - y_n)^2 example after example; polynet collects moments and multiplies out
once. All must give the same polynomial, which is compared term by term.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import symengine
import sympy

import polynet as pn
from polynet.expression import collected_program
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.timing import interleaved_medians, timed

__all__ = ["measure"]

N_INPUTS, N_HIDDEN, N_EXAMPLES = 8, 6, 200
NETWORK = pn.Network(
    [pn.Dense(N_INPUTS, N_HIDDEN, bias=False), pn.Square(), pn.Dense(N_HIDDEN, 1, bias=False)]
)
_Terms: TypeAlias = dict[tuple[int, ...], Fraction]
"""A polynomial as its coefficients by exponents in the order of the weights."""


def parity_bits() -> pn.Dataset:
    """XOR of eight bits: 200 of the 256 rows of the truth table."""
    rows = np.random.default_rng(0).permutation(2**N_INPUTS)[:N_EXAMPLES]
    bits = rows[:, None] >> np.arange(N_INPUTS) & 1
    return pn.Dataset(bits, bits.sum(axis=1) % 2)


def small_integers() -> pn.Dataset:
    """Inputs and targets from -3 to 3, so that hardly a term of an example is zero."""
    rng = np.random.default_rng(1)
    return pn.Dataset(rng.integers(-3, 4, (N_EXAMPLES, N_INPUTS)), rng.integers(-3, 4, N_EXAMPLES))


def measure(settings: Settings) -> list[Figure]:
    """The figures for both data sets."""
    return [
        *_Race("eight-bit parity", parity_bits(), settings).figures(),
        *_Race("integers -3..3", small_integers(), settings).figures(),
    ]


@dataclass(frozen=True)
class _Race:
    name: str
    data: pn.Dataset
    settings: Settings

    def figures(self) -> list[Figure]:
        """Times of all contenders, their ratios, and whether the polynomials are one."""
        times = interleaved_medians(
            {
                "collect": lambda: collected(self.data),
                "expand": lambda: collected(self.data).expand(),
                "one by one": lambda: symengine_one_by_one(self.data),
                "at once": lambda: symengine_at_once(self.data),
            },
            self.settings.rounds,
        )
        slow, n_measured, same_slow = self._sympy()
        same = terms_of_symengine(symengine_one_by_one(self.data)) == terms_of(self.data)
        extrapolated = "" if n_measured == N_EXAMPLES else f", {n_measured} examples scaled up"
        ours = times["expand"]
        return [
            self._figure("collected", times["collect"], "s"),
            self._figure("collected and expanded", ours, "s"),
            self._figure("symengine, added example by example", times["one by one"], "s"),
            self._figure("symengine, one expand of the whole sum", times["at once"], "s"),
            self._figure("sympy, expand of each example" + extrapolated, slow, "s"),
            self._goal("symengine / collected and expanded", times["one by one"] / ours, 20),
            self._figure("symengine in one expand / the same", times["at once"] / ours, "x"),
            self._goal("sympy / collected and expanded", slow / ours, 500),
            Figure(
                "exact",
                f"{self.name}: terms that are the same in all three",
                float(len(terms_of(self.data))) if same and same_slow else None,
                "",
                "at least",
                float(len(terms_of(self.data))),
                note=f"sympy's compared on its first {n_measured} examples",
            ),
        ]

    def _sympy(self) -> tuple[float, int, bool]:
        """Seconds for all examples, how many were measured, and whether the result is right."""
        few = 3 if self.settings.quick else 8
        count = N_EXAMPLES if self.settings.full else few
        part = self.data.take(count)
        result, seconds = timed(lambda: sympy_sum(part))
        return seconds * N_EXAMPLES / count, count, terms_of_sympy(result) == terms_of(part)

    def _figure(self, name: str, value: float, unit: str) -> Figure:
        return Figure("exact", f"{self.name}: {name}", value, unit)

    def _goal(self, name: str, ratio: float, asked: float) -> Figure:
        return Figure("exact", f"{self.name}: {name}", ratio, "x", "at least", asked)


def collected(data: pn.Dataset) -> Any:
    """The loss from scratch: nothing that an earlier call compiled is used."""
    collected_program.cache_clear()
    return pn.collect(NETWORK, data)


def output(weights: Sequence[Any], x: Sequence[int]) -> Any:
    """f(x; w) as anyone would write it, not multiplied out."""
    first, second = weights[: N_INPUTS * N_HIDDEN], weights[N_INPUTS * N_HIDDEN :]
    rows = [first[N_INPUTS * h : N_INPUTS * (h + 1)] for h in range(N_HIDDEN)]
    sums = [sum(w * value for w, value in zip(row, x, strict=True)) for row in rows]
    return sum(v * s**2 for v, s in zip(second, sums, strict=True))


def squares(weights: Sequence[Any], data: pn.Dataset) -> list[Any]:
    """(f(x_n) - y_n)^2 for every example."""
    rows = zip(data.inputs.tolist(), data.targets.ravel().tolist(), strict=True)
    return [(output(weights, x) - y) ** 2 for x, y in rows]


def symengine_weights() -> list[Any]:
    """The weights as symbols of symengine."""
    return [symengine.Symbol(name) for name in NETWORK.parameter_names]


def symengine_one_by_one(data: pn.Dataset) -> Any:
    """The sum as it grows with every example."""
    total = symengine.Integer(0)
    for square in squares(symengine_weights(), data):
        total = total + symengine.expand(square)
    return total


def symengine_at_once(data: pn.Dataset) -> Any:
    """The best that symengine can do, where all examples are there beforehand."""
    return symengine.expand(symengine.Add(*squares(symengine_weights(), data)))


def sympy_sum(data: pn.Dataset) -> Any:
    """Every example multiplied out, and one sum of all at the end, which is sympy's fastest."""
    weights = [sympy.Symbol(name) for name in NETWORK.parameter_names]
    return sympy.Add(*(sympy.expand(square) for square in squares(weights, data)))


def terms_of(data: pn.Dataset) -> _Terms:
    """Coefficients by exponents of polynet's polynomial."""
    polynomial = collected(data).expand()
    exponents = map(tuple, polynomial.exponents.tolist())
    return dict(zip(exponents, polynomial.coefficients, strict=True))


def terms_of_symengine(expression: Any) -> _Terms:
    """The same of an expanded expression, read off its tree."""
    positions = {symbol: i for i, symbol in enumerate(symengine_weights())}
    terms: _Terms = {}
    for monomial, coefficient in expression.as_coefficients_dict().items():
        exponents = [0] * len(positions)
        for symbol, exponent in monomial.as_powers_dict().items():
            if symbol in positions:
                exponents[positions[symbol]] = int(exponent)
        terms[tuple(exponents)] = Fraction(int(coefficient))
    return terms


def terms_of_sympy(expression: Any) -> _Terms:
    """The same of an expanded expression of sympy."""
    polynomial = sympy.Poly(expression, *map(sympy.Symbol, NETWORK.parameter_names))
    return {exponents: Fraction(int(c)) for exponents, c in polynomial.terms()}
