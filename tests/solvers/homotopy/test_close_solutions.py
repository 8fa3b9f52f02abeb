"""Double zeros that rounded coefficients split, and simple ones that are indeed close."""

from __future__ import annotations

import pytest

from polynet import PolynomialSystem
from solvers import Homotopy, Outcome

CASES = [
    (["(x + 1)^2*(x + 9999/10000)", "y^2 - x"], 4, 0, 6),
    (["(x - 1)^2*(x - 1000001/1000000)", "y^2 - 2*x"], 4, 4, 6),
    (["(x - 1)*(x - 100001/100000)", "y - x"], 2, 2, 2),
]


@pytest.mark.parametrize(("equations", "finite", "real", "total"), CASES)
def test_close_solutions_are_told_apart_or_reported(
    equations: list[str], finite: int, real: int, total: int
) -> None:
    system = PolynomialSystem.from_strings(equations, ["x", "y"])
    solved = 0
    for seed in range(6):
        found = Homotopy(seed=seed, start="total-degree").solve(system)
        if found.outcome is Outcome.SOLVED:
            counts = (found.n_finite, found.n_real, found.multiplicity_sum)
            assert counts == (finite, real, total)
            assert set(found.solution_of.tolist()) == set(range(finite))
            solved += 1
    assert solved


def test_a_solution_taken_for_part_of_a_multiple_one_is_reported() -> None:
    system = PolynomialSystem.from_strings(["(x + 1)^2*(x + 9999/10000)"])
    for seed in range(6):
        found = Homotopy(seed=seed).solve(system)
        assert found.outcome is Outcome.INCOMPLETE or found.multiplicities.tolist() == [2, 1]


def test_a_path_to_a_double_solution_that_looks_regular_belongs_to_it() -> None:
    equations = [
        "(x + 1)^3 - (x + 1)*(y + 1) + (y + 1)^3*(x + 1)",
        "(y + 1)^2*(x - y + 1) - (x + 1)^3",
    ]
    system = PolynomialSystem.from_strings(equations, ["x", "y"])
    for seed in (0, 218855):
        found = Homotopy(seed=seed, start="polyhedral").solve(system)
        assert (found.n_finite, found.n_real, found.multiplicity_sum) == (7, 5, 12)
        assert found.outcome is Outcome.SOLVED
