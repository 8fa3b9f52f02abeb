"""Counts modulo a prime by strata of signs, against those of whole systems and exact ones."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import polynet as pn
from polynet import PolynomialSystem
from polynet.critical_system import critical_system
from polynet.errors import InputError
from polynet.named_networks import network
from solvers import Groebner, count_up_to_signs, modular_count
from tests.solvers.groebner.installed import installed

ONE = Fraction(1, 100)
GENERIC = [Fraction(k, 200) for k in range(2, 12)]


def gradient(name: str, l2: Any) -> PolynomialSystem:
    net = network(name)
    penalties = l2[: net.n_parameters] if isinstance(l2, list) else l2
    return critical_system(pn.collect(net, pn.datasets.xor(), l2=penalties).expand())


# Distinct critical points of 2-2-1 networks on XOR, as counted without the strata, too.
XOR = [
    ("square", ONE, 257),
    ("square", GENERIC, 385),
    ("product", ONE, 529),
    ("product", GENERIC, 769),
]


@pytest.mark.backend
@pytest.mark.parametrize(("name", "l2", "n_distinct"), XOR)
def test_critical_points_of_xor(name: str, l2: Any, n_distinct: int) -> None:
    installed("msolve")
    assert count_up_to_signs(gradient(name, l2)).n_distinct == n_distinct


@pytest.mark.backend
@pytest.mark.slow
@pytest.mark.parametrize(("name", "l2", "n_distinct"), XOR[2:])
def test_whole_systems_have_as_many_solutions(name: str, l2: Any, n_distinct: int) -> None:
    installed("msolve")
    whole = modular_count(gradient(name, l2))
    assert (whole.n_distinct, whole.n_multiplicity) == (n_distinct, n_distinct)


@pytest.mark.parametrize(
    "equations",
    [
        ["x^2*y - 2", "x^2 - y^2 - 1"],
        ["x*y - 2", "x^2 + y^2 - 5"],
        ["x^3 - x", "y^2 - x^2"],
        ["x^2 + 1", "y^3 - y*x^2"],
        ["x^2 - 1", "x^2 - 2"],
        ["x + y - 1", "x*y - 3"],
    ],
)
def test_counts_are_those_of_the_exact_solver(equations: list[str]) -> None:
    system = PolynomialSystem.from_strings(equations)
    assert count_up_to_signs(system, seed=1).n_distinct == Groebner().solve(system).n_finite


def test_strata_say_where_their_solutions_lie() -> None:
    found = count_up_to_signs(PolynomialSystem.from_strings(["x^3 - x", "y^2 - x^2"]))
    listed = [(s.zeros, s.n_flips, s.n_distinct) for s in found.strata]
    assert sorted(listed) == [((), 2, 4), (("x", "y"), 0, 1)]
    assert "  x = y = 0: 1 times 1" in str(found)


def test_families_are_refused() -> None:
    with pytest.raises(InputError, match="family of dimension 1"):
        count_up_to_signs(PolynomialSystem.from_strings(["x^2*y - 1"]))
