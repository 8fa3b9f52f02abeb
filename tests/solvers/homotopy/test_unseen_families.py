"""Families that no path ends on are found, or said not to be ruled out: no error is silent."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from polynet import PolynomialSystem
from polynet.errors import InputError
from solvers import Groebner, Homotopy, Outcome
from solvers.completeness import CompletenessStatus
from solvers.homotopy.solutions import HomotopySolutions
from tests.solvers.homotopy.random_families import random_family_system

LOST = [
    (["(x+1)^2*(y-2)*(-2*y-2)", "3*(x+1)"], "total-degree", 947352),
    (["10*a*b^2*c^2", "10*a^2*b*c^2+1/50*b", "10*a^2*b^2*c+3/50*c"], "auto", 256733),
    (["(y^2+x*y-4*y+x+5)*y^2", "(x*y-5*y^2-3)*y"], "auto", 949237),
]
CLOSE = ["(x-1)^2*(x-1-1/1000000)", "y^2-2-2*x"]
NOT_RULED_OUT = "families on which no path ended are not ruled out"


@pytest.mark.parametrize(("equations", "start", "seed"), LOST)
def test_families_on_which_no_path_ended_are_found(
    equations: list[str], start: str, seed: int
) -> None:
    found = _solved(equations, start=start, seed=seed)
    assert found.n_at_infinity
    assert not len(found.lone_ends)
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert "a random slice meets a family" in " ".join(found.notes)


@pytest.mark.parametrize(("equations", "start", "seed"), LOST)
def test_beyond_the_budget_families_are_said_not_to_be_ruled_out(
    equations: list[str], start: str, seed: int
) -> None:
    found = _solved(equations, start=start, seed=seed, max_family_paths=0)
    assert found.outcome is not Outcome.POSITIVE_DIMENSIONAL
    assert NOT_RULED_OUT in found.completeness.reasons[-1]
    assert "max_family_paths=0" in found.completeness.reasons[-1]


def test_a_surface_beside_a_point_is_found() -> None:
    """The plane z = 0 and the point (1, 2, 3), from a start without paths to spare."""
    found = _solved(["z*(x - 1)", "z*(y - 2)", "z*(z - 3)"], start="polyhedral")
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL


def test_paths_to_infinity_alone_make_no_family() -> None:
    found = _solved(["x*y - 1", "x^2 - x"], start="total-degree")
    assert (found.outcome, found.n_finite, found.n_at_infinity) == (Outcome.SOLVED, 1, 3)
    assert found.completeness.reasons[1:] == (
        "ends beyond 1e9 in scaled unknowns count as infinite",
        "no family meets random slices (2 more paths)",
    )


def test_ends_that_are_all_finite_need_no_slices() -> None:
    found = _solved(["x^2 - 2", "y^2 - x"])
    assert len(found.completeness.reasons) == 1


@pytest.mark.parametrize("seed", [116991, 104101, 0])
def test_a_cluster_that_cannot_be_told_from_a_multiple_solution_is_incomplete(seed: int) -> None:
    """Four solutions, two double and two simple, within 1e-6 of each other in pairs."""
    assert Groebner().solve(PolynomialSystem.from_strings(CLOSE)).n_finite == 4
    found = _solved(CLOSE, start="total-degree", seed=seed)
    assert found.n_finite == 4 or found.outcome is Outcome.INCOMPLETE
    if found.n_finite != 4:
        assert found.completeness.status is CompletenessStatus.UNKNOWN


@pytest.mark.parametrize("seed", range(20, 80))
def test_no_error_is_silent(seed: int) -> None:
    system, start = random_family_system(seed)
    truth = Groebner().solve(system)
    found = Homotopy(seed=seed, start=start, threads=1).solve(system)  # type: ignore[arg-type]
    if found.outcome is Outcome.INCOMPLETE:
        assert found.completeness.status is CompletenessStatus.UNKNOWN
        return
    if NOT_RULED_OUT not in str(found.completeness):
        assert found.outcome is truth.outcome
    assert found.n_finite == truth.n_finite


def test_a_budget_below_zero_is_refused() -> None:
    with pytest.raises(InputError, match="max_family_paths is -1; use 0 or more"):
        Homotopy(max_family_paths=-1)


def _solved(equations: Sequence[str], **options: object) -> HomotopySolutions:
    return Homotopy(**options).solve(PolynomialSystem.from_strings(equations))  # type: ignore[arg-type]
