"""Counts from Gröbner bases of Singular modulo primes (Decker, Greuel, Pfister, Schönemann).

One prime gives the number of solutions of each multiplicity (``quotient_algebra``), many primes
give the number of real ones (``modular_real_count``). No code in common with msolve.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from subprocess import TimeoutExpired

from flint import fmpz

from polynet import PolynomialSystem
from tests.benchmarks.engines.modular_real_count import count_real_solutions, separating_form
from tests.benchmarks.engines.quotient_algebra import ModularBasis, Monomial, multiplicities
from tests.benchmarks.engines.runner import EngineCounts, Runner, names_and_texts

__all__ = ["count_with_singular"]

_LARGEST = 2**31 - 1
_BATCH = 10  # primes for each start of the program


def count_with_singular(system: PolynomialSystem, runner: Runner) -> EngineCounts:
    """Multiplicities, and the real count where the primes suffice before the deadline."""
    bases = _bases(system, runner)
    first = next(bases)
    found = multiplicities(first)
    if not found:
        return EngineCounts("Singular", 0, 0, 0, ())
    counts = EngineCounts(
        "Singular",
        n_finite=sum(number for _, number in found),
        n_multiplicity_sum=sum(m * number for m, number in found),
        multiplicities=found,
    )
    try:
        form = separating_form(first, counts.n_finite or 0)
        return replace(counts, n_real=count_real_solutions(bases, form))
    except TimeoutExpired:
        return counts


def _bases(system: PolynomialSystem, runner: Runner) -> Iterator[ModularBasis]:
    """Reduced bases modulo the primes below 2^31, descending: one, then batches."""
    primes = (p for p in range(_LARGEST, 2, -2) if fmpz(p).is_prime())
    yield from _batch(system, runner, [next(primes)])
    while True:
        yield from _batch(system, runner, [next(primes) for _ in range(_BATCH)])


def _batch(system: PolynomialSystem, runner: Runner, primes: list[int]) -> Iterator[ModularBasis]:
    names, texts = names_and_texts(system)
    computed = "".join(
        f"ring r{p}={p},({','.join(names)}),dp; short=0;\nideal I={','.join(texts)};\n"
        f'ideal G=slimgb(I); print("prime"); for(k=1;k<=size(G);k++){{print(string(G[k]));}}\n'
        for p in primes
    )
    source = runner.write("in.sing", f"option(redSB); int k;\n{computed}quit;\n")
    parts = runner.run("-q", source).split("prime")[1:]
    for prime, part in zip(primes, parts, strict=True):
        elements = [_read_terms(line, len(names)) for line in part.split()]
        yield ModularBasis.of_terms(prime, len(names), elements)


def _read_terms(text: str, n_variables: int) -> dict[Monomial, int]:
    """Exponents and coefficients of an expanded polynomial in v1, v2, ...

    >>> _read_terms("3*v1^2*v2-v2+1", 2)
    {(2, 1): 3, (0, 1): -1, (0, 0): 1}
    """
    terms: dict[Monomial, int] = {}
    for sign, body in re.findall(r"([+-]?)([^+-]+)", text):
        coefficient, exponents = -1 if sign == "-" else 1, [0] * n_variables
        for factor in body.split("*"):
            if factor[0] == "v":
                name, _, power = factor[1:].partition("^")
                exponents[int(name) - 1] += int(power or 1)
            else:
                coefficient *= int(factor)
        terms[tuple(exponents)] = coefficient
    return terms
