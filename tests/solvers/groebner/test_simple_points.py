"""Points without a basis are those with one, and only where all solutions are simple."""

from __future__ import annotations

import numpy as np
import pytest

from polynet import PolynomialSystem
from solvers import Groebner, Outcome
from solvers.groebner import findings
from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import integer_ring
from solvers.groebner.engines import Msolve
from solvers.groebner.simple_points import simple_points
from tests.solvers.catalogue import SYSTEMS, Known

RING = integer_ring(["x", "y"])
X, Y = RING.gens()


@pytest.mark.backend
@pytest.mark.parametrize(
    "equations",
    [
        [X**2 - Y, Y**2],  # multiple
        [X * Y, X**2 - X],  # a family
        [X * Y - 1, X],  # none
    ],
    ids=["multiple", "family", "none"],
)
def test_other_solution_sets_are_left_to_bases(msolve: Msolve, equations: list[object]) -> None:
    assert simple_points(equations, RING, Algebra(parametriser=msolve)) is None  # type: ignore[arg-type]


def test_without_an_engine_there_are_none() -> None:
    assert simple_points([X, Y], RING, Algebra()) is None


@pytest.mark.backend
@pytest.mark.parametrize("known", SYSTEMS, ids=lambda known: known.name)
def test_they_are_the_points_by_bases(
    msolve: Msolve, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = PolynomialSystem.from_strings(known.equations)
    one = Groebner(engine="msolve").solve(system)
    monkeypatch.setattr(findings, "simple_points", lambda *_: None)
    other = Groebner(engine="msolve").solve(system)
    assert one.outcome is other.outcome is Outcome.SOLVED
    assert (one.n_finite, one.n_real, one.multiplicity_sum) == (
        known.n_finite,
        known.n_real,
        known.multiplicity_sum,
    )
    assert one.unproved == other.unproved == ()
    np.testing.assert_allclose(one.real_solutions, other.real_solutions, atol=1e-12)


@pytest.mark.backend
def test_a_point_that_is_missing_is_noticed(
    msolve: Msolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the solutions of x^2 = 1, y = x an engine's luck gives those of x = 1 only."""
    fewer = simple_points([X - 1, Y - X], RING, Algebra(parametriser=msolve))
    monkeypatch.setattr(findings, "simple_points", lambda *_: fewer)
    system = PolynomialSystem.from_strings(["x^2 - 1", "y - x"])
    found = Groebner(engine="msolve").solve(system)
    assert found.n_finite == 1
    assert "no other point" in found.unproved[0]
