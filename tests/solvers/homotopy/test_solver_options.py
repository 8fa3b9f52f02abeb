"""Every bad option and every bad system has an error or an outcome of its own."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

import solvers
from polynet import ParametricSystem, PolynomialSystem, SparsePolynomial
from polynet.errors import BudgetError, InputError, ParseError
from solvers import Homotopy, Monodromy, Outcome, ParameterHomotopy, solve_generic


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start": "guess"}, "start 'guess' is none of auto, total-degree"),
        ({"seed": -1}, "seed is -1; use 0 or more"),
        ({"seed": 1.5}, "seed is 1.5; give a whole number"),
        ({"seed": True}, "seed is True"),
        ({"threads": 0}, "threads is 0; use 1 or more; None takes all cores"),
        ({"threads": "2"}, "threads is '2'"),
        ({"max_paths": 0}, "max_paths is 0; use 1 or more"),
        ({"max_paths": 1e6}, "max_paths is 1000000.0"),
        ({"executor": 2}, "executor is 2; give a concurrent.futures.Executor"),
        ({"progress": "yes"}, "progress is 'yes'; give True for a bar"),
        ({"checkpoint": 3}, "checkpoint is 3; give the path of a file"),
        ({"groups": "x"}, "groups is 'x'; give"),
        ({"groups": ["xy"]}, r"groups is \['xy'\]; give"),
        ({"groups": [[1]]}, r"groups is \[\[1\]\]; give"),
    ],
)
def test_bad_options_are_refused_when_they_are_given(options: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Homotopy(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "seed is -1; use 0 or more"),
        ({"threads": 1.5}, "threads is 1.5; give a whole number; None takes all cores"),
        ({"executor": 3}, "executor is 3; give a concurrent.futures.Executor"),
        ({"progress": "yes"}, "progress is 'yes'; give True for a bar, or a callable that takes"),
        ({"progress": 0}, "progress is 0; give True for a bar"),
    ],
)
def test_monodromy_and_parameter_homotopies_refuse_the_same_options(
    options: Any, message: str
) -> None:
    family = ParametricSystem.from_strings(["x^2 + a"], variables=["x"])
    pair = solve_generic(family)
    with pytest.raises(InputError, match=message):
        Monodromy(**options)
    with pytest.raises(InputError, match=message):
        ParameterHomotopy(family, pair, **options)


@pytest.mark.parametrize("name", ["max_loops", "max_loops_without_progress"])
def test_numbers_of_loops_below_one_are_refused(name: str) -> None:
    with pytest.raises(InputError, match=f"{name} is 0; use 1 or more"):
        Monodromy(**{name: 0})


@pytest.mark.parametrize("groups", [[["x"]], [["x"], ["x", "y"]], [["x"], ["z"]], [["x", "y"], []]])
def test_groups_that_are_no_partition_are_refused(groups: Any) -> None:
    with pytest.raises(InputError, match="must be in exactly one group"):
        Homotopy(groups=groups).solve(PolynomialSystem.from_strings(["x*y - 1", "x + y"]))


@pytest.mark.parametrize(
    "text", ["sin(x)", "1/x", "x^y", "x^0.5", "sqrt(x)", "nan*x", "inf", "x^-1"]
)
def test_text_that_is_no_polynomial_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        PolynomialSystem.from_strings([text])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_coefficients_that_are_not_finite_are_refused(value: float) -> None:
    with pytest.raises(InputError):
        SparsePolynomial.from_terms(["x"], {(1,): value})  # type: ignore[dict-item]
    with pytest.raises(InputError):
        PolynomialSystem.from_sympy([sympy.Symbol("x") + sympy.Float(value)])


def test_no_equations_are_refused() -> None:
    with pytest.raises(InputError, match="no equations"):
        PolynomialSystem.from_strings([])


def test_no_unknowns_are_refused() -> None:
    with pytest.raises(InputError, match="no unknowns"):
        Homotopy().solve(PolynomialSystem.from_strings(["1 - 1"]))


def test_what_is_no_system_is_refused() -> None:
    with pytest.raises(InputError, match="str is no PolynomialSystem"):
        solvers.solve("x - 1", Homotopy())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="Homotopy is a class"):
        solvers.solve(PolynomialSystem.from_strings(["x"]), Homotopy)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("equations", "n_equations", "dimension"),
    [
        (["x + y + z - 1", "x*y - z"], 2, 1),
        (["x*y*z"], 1, 2),
        (["x - y", "0*x"], 1, 1),
        (["x + y - 1", "2*x + 2*y - 2"], 1, 1),
    ],
)
def test_fewer_equations_than_unknowns_are_positive_dimensional(
    equations: list[str], n_equations: int, dimension: int
) -> None:
    found = Homotopy().solve(PolynomialSystem.from_strings(equations))
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert found.n_finite == 0
    assert f"{n_equations} independent equation" in found.notes[0]
    assert f"dimension {dimension} or more" in found.notes[0]


@pytest.mark.parametrize("equations", [["x", "2"], ["x", "y", "1 = 2"], ["x*y - 1", "x*y - 2"]])
def test_a_constant_among_the_equations_is_inconsistent(equations: list[str]) -> None:
    found = Homotopy().solve(PolynomialSystem.from_strings(equations))
    assert (found.outcome, found.dimension, found.n_finite) == (Outcome.INCONSISTENT, -1, 0)
    assert found.completeness.proved
    assert "nonzero constant" in str(found)


@pytest.mark.parametrize("start", ["auto", "total-degree", "multihomogeneous", "polyhedral"])
def test_more_paths_than_the_budget_are_refused_before_any_is_tracked(start: Any) -> None:
    calls: list[object] = []
    system = PolynomialSystem.from_strings([f"x{i}^9 - x{(i + 1) % 9} - 2" for i in range(9)])
    with pytest.raises(BudgetError, match="max_paths=1,000"):
        Homotopy(start=start, max_paths=1000, progress=calls.append).solve(system)
    assert not calls


def test_a_refusal_names_the_predicted_number_of_paths() -> None:
    system = PolynomialSystem.from_strings(["x^1000*y - 1", "y^1000 - x"])
    with pytest.raises(BudgetError, match="total degree 1,001,000 paths, over max_paths=1,000,000"):
        Homotopy(start="total-degree").solve(system)
