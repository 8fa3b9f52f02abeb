"""The start with the fewest paths is taken, by predictions that agree with known numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polynet.errors import BudgetError, InputError
from polynet.polynomial_system import PolynomialSystem
from solvers.homotopy.start_choice import StartChoice
from solvers.homotopy.start_systems import LinearProduct, Polyhedral, StartSystem, TotalDegree
from solvers.homotopy.target import Target

CYCLIC_5 = [
    "a+b+c+d+e",
    "a*b+b*c+c*d+d*e+e*a",
    "a*b*c+b*c*d+c*d*e+d*e*a+e*a*b",
    "a*b*c*d+b*c*d*e+c*d*e*a+d*e*a*b+e*a*b*c",
    "a*b*c*d*e-1",
]
EIGENVALUES = [
    "2*x + y - l*x",
    "x - 3*y + z - l*y",
    "y + 5*z + x - l*z",
    "x + 2*y - 3*z - 1",
]
"""Three eigenvectors and their eigenvalues: 2^3 paths by degrees, 3 by the groups x, y, z | l."""
QUADRICS = ["x^2 + x*y + y^2 - x - y - 1", "3*x^2 - x*y + 2*y^2 + x - 5"]


def _made(
    equations: list[str], choice: StartChoice | None = None, **options: Any
) -> tuple[StartSystem, dict[str, int]]:
    system = PolynomialSystem.from_strings(equations)
    rng = np.random.default_rng(0)
    chosen = choice or StartChoice(**options)
    return chosen.made(Target.of(system, rng), system.names, rng)


def test_cyclic_5_takes_its_70_polyhedral_paths() -> None:
    start, predicted = _made(CYCLIC_5)
    assert isinstance(start, Polyhedral)
    assert (predicted["total degree"], predicted["polyhedral"]) == (120, 70)
    assert start.n_paths == 70


def test_eigenvalues_take_one_path_each() -> None:
    start, predicted = _made(EIGENVALUES)
    assert predicted["total degree"] == 8
    assert predicted["multihomogeneous"] == predicted["polyhedral"] == 3
    # The same number of paths: a product of linear forms has more terms.
    assert isinstance(start, Polyhedral)
    start, predicted = _made(EIGENVALUES, start="multihomogeneous")
    assert (start.n_paths, predicted) == (3, {"multihomogeneous": 3})


def test_dense_equations_take_the_total_degree() -> None:
    start, predicted = _made(QUADRICS)
    assert isinstance(start, TotalDegree)
    assert set(predicted.values()) == {4}


@pytest.mark.parametrize(
    ("a", "b", "kind"), [(4, 3, Polyhedral), (5, 4, TotalDegree), (6, 5, TotalDegree)]
)
def test_a_polyhedral_start_has_to_save_more_than_a_fifth(a: int, b: int, kind: type) -> None:
    """Two triangles conv(0, a e_1, b e_2): twice their area is a b, and the degrees are a."""
    start, predicted = _made([f"x^{a} + y^{b} + 1", f"2*x^{a} - y^{b} + 3"])
    assert (predicted["total degree"], predicted["polyhedral"]) == (a * a, a * b)
    assert isinstance(start, kind)


@pytest.mark.parametrize(
    ("asked", "kind", "name"),
    [
        ("total-degree", TotalDegree, "total degree"),
        ("multihomogeneous", LinearProduct, "multihomogeneous"),
        ("polyhedral", Polyhedral, "polyhedral"),
    ],
)
def test_what_is_asked_for_is_made_and_alone_predicted(asked: Any, kind: type, name: str) -> None:
    start, predicted = _made(EIGENVALUES, start=asked)
    assert isinstance(start, kind)
    assert list(predicted) == [name]
    assert start.n_paths == predicted[name]


def test_given_groups_are_taken() -> None:
    # One group of all variables is the total degree.
    _, predicted = _made(EIGENVALUES, start="multihomogeneous", groups=[["x", "y", "z", "l"]])
    assert predicted == {"multihomogeneous": 8}
    _, predicted = _made(EIGENVALUES, start="multihomogeneous", groups=[["x", "y", "z"], ["l"]])
    assert predicted == {"multihomogeneous": 3}


def test_groups_have_to_be_a_partition() -> None:
    StartChoice(groups=[["x"], ["y"]]).check(["x", "y"])
    with pytest.raises(InputError, match="exactly one group"):
        StartChoice(groups=[["x"]]).check(["x", "y"])


@pytest.mark.parametrize(
    ("start", "n_paths"), [("total-degree", 120), ("polyhedral", 70), ("auto", 70)]
)
def test_the_budget_is_a_number_of_paths_that_may_be_reached(start: Any, n_paths: int) -> None:
    made, _ = _made(CYCLIC_5, start=start, max_paths=n_paths)
    assert made.n_paths == n_paths
    with pytest.raises(BudgetError, match=f"max_paths={n_paths - 1}"):
        _made(CYCLIC_5, start=start, max_paths=n_paths - 1)


@pytest.mark.parametrize("start", ["auto", "multihomogeneous", "polyhedral"])
def test_without_paths_the_total_degree_tells_why(start: Any) -> None:
    """x = 1 and x^3 = 1 leave y free: mixed volume 0, but families are where paths can end."""
    system = PolynomialSystem.from_strings(["x - 1", "x^3 - 1"], variables=["x", "y"])
    rng = np.random.default_rng(0)
    choice = StartChoice(start, groups=[["x"], ["y"]])
    made, predicted = choice.made(Target.of(system, rng), system.names, rng)
    assert isinstance(made, TotalDegree)
    assert predicted["total degree"] == made.n_paths == 3
