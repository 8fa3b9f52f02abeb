"""Counts modulo a prime against the exact solver and the published tables."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import polynet as pn
from polynet import PolynomialSystem
from polynet.critical_family import critical_family
from polynet.errors import InputError
from solvers import Groebner
from solvers.groebner import modular_basis
from solvers.groebner.modular_count import modular_count
from tests.solvers.groebner.installed import installed

# Widths, examples, N_C, N_C* (arXiv:1810.07716, arXiv:2301.12651 with the origin restored).
ROWS = [
    ((1, 1, 1), 1, 5, 4),
    ((1, 2, 1), 1, 9, 0),
    ((2, 2, 2), 1, 33, 16),
    ((2, 1, 2), 2, 17, None),
    ((1, 1, 1, 1), 1, 17, 16),
    ((2, 1, 1, 2), 1, 33, 32),
    ((1, 1, 1, 1, 1), 1, 49, None),
    ((3, 2, 3), 1, 73, 48),
    ((2, 3, 2), 1, 73, 0),
    ((1, 2, 2, 1), 1, 129, 64),
]


def gradient_system(widths: tuple[int, ...], n_examples: int, seed: int) -> PolynomialSystem:
    network = pn.Network([pn.Dense(a, b, bias=False) for a, b in pairwise(widths)])
    family = critical_family(network, n_examples)
    rng = np.random.default_rng(seed)
    numerators = 2 * rng.integers(-50, 50, family.n_parameters) + 1
    denominators = rng.integers(1, 30, family.n_parameters)
    pairs = zip(numerators.tolist(), denominators.tolist(), strict=True)
    data: Any = np.array([Fraction(a, b) for a, b in pairs], object)
    return family.at(data)


@pytest.mark.backend
@pytest.mark.parametrize(("widths", "n_examples", "n_complex", "n_nonzero"), ROWS)
def test_deep_linear_networks_as_published(
    widths: tuple[int, ...], n_examples: int, n_complex: int, n_nonzero: int | None
) -> None:
    installed("msolve")
    found = modular_count(gradient_system(widths, n_examples, seed=1))
    assert (found.dimension, found.degree) == (0, n_complex)
    assert (found.n_distinct, found.n_multiplicity) == (n_complex, n_complex)
    assert n_nonzero in (None, found.n_nonzero)


SYSTEMS = [
    ["x^2 + y^2 - 1", "x^2 - y"],
    ["x^2*(x - 1)^3", "(y - x)^2*(y - 2)"],
    ["x*y", "x^2 - 1/3*y^3"],
    ["x^2 + 1", "x*y - 1", "y^3 - 2"],
    ["x*(y - 1)", "y*(x - 2)*z", "z^2 - x"],
]


@pytest.mark.parametrize("engine", ["found", "flint"])
@pytest.mark.parametrize("equations", SYSTEMS)
def test_counts_are_those_of_the_exact_solver(
    equations: list[str], engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "flint":
        monkeypatch.setattr(modular_basis, "parametriser", lambda: None)
    system = PolynomialSystem.from_strings(equations)
    exact = Groebner().solve(system)
    counted = modular_count(system, seed=3)
    assert (counted.dimension, counted.degree) == (exact.dimension, exact.degree)
    if exact.families:
        assert counted.n_distinct is None
        assert "distinct" not in str(counted)
    else:
        assert counted.n_distinct == exact.n_finite
        assert counted.n_multiplicity == exact.multiplicity_sum
        assert counted.n_nonzero == int((np.abs(exact.solutions) > 1e-9).all(axis=1).sum())


def test_a_prime_that_does_not_fit_is_refused() -> None:
    system = PolynomialSystem.from_strings(["x/2147483647 - 1"])
    with pytest.raises(InputError, match="divides a denominator"):
        modular_count(system, prime=2147483647)
    for prime in (7, 2**31 + 11, 2**30 + 1):
        with pytest.raises(InputError, match=r"no prime between 2\^30 and 2\^31"):
            modular_count(system, prime=prime)
    assert modular_count(system).n_distinct == 1
