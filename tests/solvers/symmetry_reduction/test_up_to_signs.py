"""Solving up to signs gives what solving as it is gives, on systems with and without flips."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from flint import ctx, fmpq_mpoly
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import polynet as pn
from polynet import InputError, PolynomialSystem, SparsePolynomial
from polynet.critical_system import critical_system
from polynet.named_networks import network
from solvers import (
    Groebner,
    Homotopy,
    Outcome,
    SolutionSet,
    Solver,
    count_up_to_signs,
    find_critical_points,
)
from solvers.certification.ball_map import SparseMap
from solvers.groebner.solution_sets import unsolved
from solvers.symmetry_reduction import up_to_signs
from solvers.symmetry_reduction.sign_orbit import SignOrbit
from solvers.symmetry_reduction.sign_reduction import sign_strata
from solvers.symmetry_reduction.up_to_signs import UpToSigns
from tests.solvers.catalogue import LAMBDA, SYSTEMS, Known, generic_loss, xor_loss
from tests.solvers.groebner.installed import installed


def _biased_loss() -> pn.collected_loss.CollectedLoss:
    """A square unit with biases, whose flip moves the bias too; the outer bias is invariant."""
    squares = pn.Network([pn.Dense(1, 1), pn.Square(), pn.Dense(1, 1)])
    data = pn.Dataset([[0], [1], [2]], [[1], [0], [3]])
    return pn.collect(squares, data, l2=[Fraction(k, 50) for k in (1, 2, 3, 4)])


def _fourth_power_loss() -> pn.collected_loss.CollectedLoss:
    fourth = pn.Network([pn.Dense(1, 2, bias=False), pn.Power(4), pn.Dense(2, 1, bias=False)])
    data = pn.Dataset([[1], [2]], [[1], [3]])
    return pn.collect(fourth, data, l2=[Fraction(k, 50) for k in (1, 2, 3, 4)])


LOSSES = {
    "square 2-1-1": lambda: generic_loss("square 2-1-1"),
    "linear 2-1-1": lambda: generic_loss("linear 2-1-1"),
    "linear 2-2-1": lambda: generic_loss("linear 2-2-1"),
    "with biases": _biased_loss,
    "fourth powers": _fourth_power_loss,
}
CUSTOM = {
    "a product of two flips": ["x*y - 2", "x^2 + y^2 - 5"],
    "flips of several variables": ["x^2*y^2 - z", "x^2 + x*y + 2*y^2 - 3", "z^2 - z - 2"],
    "zeros in strata": ["x*(x^2 - 2*y)", "y*(y - x^2 + 3)"],
    "a multiple zero": ["x^3", "x^2 + y^2 - 2*y + 1"],
    "only one point": ["x^3", "y^3"],
    "no solution": ["x^2 - y^2 - 1", "x^2 - y^2"],
    "no flip": ["x^2 + x - y", "y^2 + y - 3"],
}


def _rows(found: SolutionSet) -> NDArray[np.float64]:
    """The solutions in an order of their own."""
    rows = np.round(np.hstack([found.solutions.real, found.solutions.imag]), 9) + 0.0
    return rows[np.lexsort(rows.T)]


def _assert_alike(found: SolutionSet, expected: SolutionSet) -> None:
    assert found.outcome is expected.outcome
    assert (found.n_finite, found.n_real) == (expected.n_finite, expected.n_real)
    np.testing.assert_allclose(_rows(found), _rows(expected), atol=1e-8)


@pytest.mark.parametrize("name", LOSSES)
def test_critical_equations_have_the_same_solutions(name: str) -> None:
    system = critical_system(LOSSES[name]().expand())
    found, expected = UpToSigns().solve(system), Groebner().solve(system)
    _assert_alike(found, expected)
    assert found.multiplicity_sum == expected.multiplicity_sum
    assert len(sign_strata(system)) > 1


@pytest.mark.parametrize("name", CUSTOM)
def test_other_systems_have_the_same_solutions(name: str) -> None:
    system = PolynomialSystem.from_strings(CUSTOM[name])
    found, expected = UpToSigns().solve(system), Groebner().solve(system)
    _assert_alike(found, expected)
    known = found.multiplicities > 0
    assert set(found.multiplicities[known]) <= set(expected.multiplicities)


@pytest.mark.parametrize("known", SYSTEMS, ids=lambda known: known.name)
def test_known_systems(known: Known) -> None:
    found = UpToSigns().solve(PolynomialSystem.from_strings(known.equations))
    assert (found.n_finite, found.n_real) == (known.n_finite, known.n_real)


coefficients = st.integers(-3, 3)


@settings(max_examples=30)
@given(st.tuples(*[coefficients] * 6))
def test_even_systems_have_the_same_solutions(c: tuple[int, ...]) -> None:
    equations = [
        f"x^2 + {c[0]}*x*y + 2*y^2 + {c[1]}*z - 1",
        f"x^3 + {c[2]}*y*z + {c[3]}*x + y",
        f"z^2 + {c[4]}*x*y + {c[5]}",
    ]
    system = PolynomialSystem.from_strings([e.replace("+ -", "- ") for e in equations])
    expected = Groebner().solve(system)
    _assert_alike(UpToSigns().solve(system), expected)


def test_two_square_units_with_generic_penalties() -> None:
    """Known: 385 complex and 49 real; the Morse numbers are those of one penalty, split."""
    found = find_critical_points(generic_loss("square 2-2-1"), UpToSigns())
    assert (found.complex_count, found.n_real) == (385, 49)
    assert sum(found.index_counts.values()) == 49
    assert found.completeness.proved
    assert found.orbits is not None
    assert found.orbits.closed


def test_two_square_units_with_one_penalty_have_degenerate_points() -> None:
    found = find_critical_points(xor_loss("square 2-2-1", LAMBDA), UpToSigns())
    assert (found.complex_count, found.complex_multiplicity) == (257, 289)
    assert found.index_counts == {0: 5, 1: 8, 2: 12, 3: 12, 4: 4}
    assert found.n_degenerate == 8


@pytest.mark.backend
@pytest.mark.slow
def test_the_product_of_two_nodes_with_one_penalty() -> None:
    """As many as are counted modulo a prime; the rest by Morse's sum and the symmetries."""
    installed("msolve")
    loss = pn.collect(network("product"), pn.datasets.xor(), l2=LAMBDA)
    found = find_critical_points(loss, UpToSigns())
    counts = (found.complex_count, found.complex_multiplicity, found.n_real, found.n_degenerate)
    assert counts == (529, 529, 25, 0)
    assert found.complex_count == count_up_to_signs(critical_system(loss.expand())).n_distinct
    assert found.index_counts == {0: 4, 1: 8, 2: 9, 3: 4}
    assert found.orbits is not None
    assert found.orbits.closed


@cache
def _two_flips() -> tuple[PolynomialSystem, SolutionSet]:
    system = critical_system(generic_loss("square 2-2-1").expand())
    return system, UpToSigns().solve(system)


def test_points_by_invariants_solve_the_equations_exactly() -> None:
    """By arithmetic in the field of the invariants, and by balls of the points themselves."""
    system, found = _two_flips()
    orbits = [p for p in found.representations if isinstance(p, SignOrbit)]
    assert sum(orbit.degree for orbit in orbits) > 300
    equations = SparseMap(system)
    for orbit in orbits:
        if orbit.invariants.degree <= 12:
            assert all(orbit.vanishes(p.mpoly) for p in system.polynomials)
            assert not orbit.vanishes(system.polynomials[0].mpoly + 1)
        for ball in orbit.balls(128)[:: orbit.degree // 7]:
            with ctx.workprec(256):
                values = equations.values(list(ball))
                assert all(v.contains(0) and bool(abs(v) < 1e-20) for v in values)


DEGENERATE = SparsePolynomial.from_terms(
    ["x", "y", "z"],
    {(6, 0, 0): 1, (4, 0, 0): -6, (2, 0, 0): 12, (1, 1, 0): 1, (0, 2, 0): 1, (0, 2, 2): -1},
)


@pytest.mark.parametrize(
    ("loss", "ranks"),
    [
        (generic_loss("square 2-1-1").expand(), {3}),
        (DEGENERATE, {2, 3}),
    ],
)
def test_the_rank_by_invariants_is_that_at_the_points(
    loss: SparsePolynomial, ranks: set[int]
) -> None:
    """Second route: singular values in floats."""
    hessian = [[g.derivative(name).mpoly for name in loss.names] for g in loss.gradient()]
    found = set()
    for stratum in sign_strata(critical_system(loss)):
        solutions = Groebner().solve(stratum.saturated())
        for point in solutions.representations:
            orbit = SignOrbit(point, stratum.coordinates)
            rank = orbit.rank(hessian)
            for ball in orbit.balls(64):
                row = np.array([complex(x) for x in ball])
                floats = np.array([[_float(entry, row) for entry in line] for line in hessian])
                assert rank == np.linalg.matrix_rank(floats, tol=1e-9)
            found.add(rank)
    assert found == ranks


def _float(entry: fmpq_mpoly, point: NDArray[np.complex128]) -> complex:
    terms = entry.terms()
    return sum(complex(float(c)) * np.prod(point ** np.array(e, int)) for e, c in terms)


def test_points_come_back_from_json() -> None:
    _, found = _two_flips()
    read = SolutionSet.from_json(found.to_json())
    np.testing.assert_array_equal(read.solutions, found.solutions)
    for point, known in zip(read.representations, found.representations, strict=True):
        assert (point.degree, point.n_real) == (known.degree, known.n_real)
        assert [x.mid() for x in point.balls(64)[0]] == [x.mid() for x in known.balls(64)[0]]


def test_families_are_left_to_the_solver() -> None:
    system = critical_system(xor_loss("square 2-1-1").expand())
    found = UpToSigns().solve(system)
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert len(found.families) == len(Groebner().solve(system).families)


def test_families_outside_of_the_stratum_are_saturated_away() -> None:
    """In the ratio y/x the solution x = y = 0 becomes the line x^2 = 0."""
    system = PolynomialSystem.from_strings(
        ["x^2*(x^2 - 1)", "y*(x^2 - 1) + x*(y^2 - 4*x^2)", "y^3*x^3*(y^2 - 4*x^2)"]
    )
    _assert_alike(UpToSigns().solve(system), Groebner().solve(system))


def test_a_solve_out_of_time_says_so() -> None:
    system = critical_system(generic_loss("square 2-2-1").expand())
    found = UpToSigns(Groebner(timeout=1e-3)).solve(system)
    assert found.outcome is Outcome.BUDGET_SPENT
    assert found.n_finite == 0


def test_numerical_solvers_are_refused() -> None:
    system = critical_system(generic_loss("linear 2-1-1").expand())
    with pytest.raises(InputError, match="gives no conjugate algebraic points"):
        UpToSigns(Homotopy()).solve(system)


def test_it_is_a_solver() -> None:
    assert isinstance(UpToSigns(), Solver)


def test_points_that_cannot_be_made_conjugates_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    class Spent:
        def solve(self, system: PolynomialSystem) -> SolutionSet:
            return unsolved(system, 0, Outcome.BUDGET_SPENT)

    system = PolynomialSystem.from_strings(["x^2*y - 2", "x^2 - y^2 - 1"])
    monkeypatch.setattr(up_to_signs, "Groebner", Spent)
    found = UpToSigns().solve(system)
    assert (found.n_finite, found.n_real) == (6, 2)
