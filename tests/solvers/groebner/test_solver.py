"""The exact solver on systems with known solutions."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from polynet import InputError, PolynomialSystem
from polynet.critical_system import critical_system
from solvers import Evidence, Groebner, Outcome, Solver, solve
from tests.solvers.catalogue import LAMBDA, SYSTEMS, Known, generic_loss, katsura, xor_loss


@pytest.mark.parametrize("known", SYSTEMS, ids=lambda known: known.name)
def test_finds_every_solution_with_its_multiplicity(known: Known) -> None:
    found = solve(PolynomialSystem.from_strings(known.equations), Groebner())
    assert found.outcome is Outcome.SOLVED
    counts = (found.n_finite, found.n_real, found.multiplicity_sum)
    assert counts == (known.n_finite, known.n_real, known.multiplicity_sum)
    assert found.evidence is Evidence.CERTIFIED
    assert len(np.unique(found.solutions.round(9), axis=0)) == known.n_finite


@pytest.mark.parametrize("known", SYSTEMS, ids=lambda known: known.name)
def test_solutions_are_accurate_to_double_precision(known: Known) -> None:
    """The nearest doubles: a Newton step in float arithmetic does not move simple roots."""
    system = PolynomialSystem.from_strings(known.equations)
    found = solve(system)
    for polynomial in system.polynomials:
        residuals = np.abs(polynomial.evaluate_many(found.solutions))
        size = sum(abs(float(c)) for c in polynomial.coefficients)
        largest = np.maximum(1, np.abs(found.solutions).max(axis=1)) ** polynomial.degree
        assert (residuals <= 1e-14 * size * largest).all()


def test_real_solutions_are_the_real_rows() -> None:
    found = solve(PolynomialSystem.from_strings(["x^3 - 2", "y - x^2"]))
    assert found.real_solutions.shape == (1, 2)
    np.testing.assert_allclose(found.real_solutions[0], [2 ** (1 / 3), 2 ** (2 / 3)], rtol=1e-15)
    assert found.solutions[found.is_real].imag.tolist() == [[0, 0]]


def test_origin_of_griewank_and_osborne_has_multiplicity_three() -> None:
    found = solve(PolynomialSystem.from_strings(["29/16*x^3 - 2*x*y", "y - x^2"]))
    assert found.solutions.tolist() == [[0, 0]]
    assert found.multiplicities.tolist() == [3]
    assert found.n_singular == 1


def test_resultant_gives_the_same_first_coordinates() -> None:
    """Second route: the eliminant of two random quadrics and cubics by sympy."""
    x, y = sympy.symbols("x y")
    p, q = x**3 + 2 * x * y - 3 * y + 1, x * y**2 - x**2 - 5 * y + 2
    eliminant = sympy.Poly(sympy.resultant(p, q, y), x)
    expected = np.sort_complex(np.array([complex(r) for r in eliminant.nroots(n=20)]))
    found = solve(PolynomialSystem.from_sympy([p, q], ["x", "y"]))
    np.testing.assert_allclose(np.sort_complex(found.solutions[:, 0]), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "counts"),
    [("linear 2-1-1", (9, 3)), ("square 2-1-1", (21, 9)), ("linear 2-2-1", (33, 5))],
)
def test_gradients_with_generic_penalties_have_the_known_counts(
    name: str, counts: tuple[int, int]
) -> None:
    found = solve(critical_system(generic_loss(name).expand()))
    assert (found.n_finite, found.n_real) == counts
    assert found.multiplicities.tolist() == [1] * counts[0]


def test_two_square_units_with_one_penalty() -> None:
    found = solve(critical_system(xor_loss("square 2-2-1", LAMBDA).expand()))
    assert (found.n_finite, found.n_real, found.multiplicity_sum) == (257, 49, 289)
    assert (found.n_singular, found.degree) == (16, 289)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["square 2-1-1", "linear 2-2-1"])
def test_counts_depend_neither_on_variable_order_nor_on_seed(name: str, seed: int) -> None:
    loss = generic_loss(name).expand()
    rng = np.random.default_rng(seed)
    order = rng.permutation(loss.n_variables)
    names = [loss.names[i] for i in order]
    found = solve(critical_system(loss.with_names(names)), Groebner(seed=seed))
    reference = solve(critical_system(loss))
    assert (found.n_finite, found.n_real) == (reference.n_finite, reference.n_real)
    ours = _sorted_rows(found.real_solutions[:, np.argsort(order)])
    np.testing.assert_allclose(ours, _sorted_rows(reference.real_solutions), rtol=1e-14)


def _sorted_rows(points: np.ndarray) -> np.ndarray:
    return np.array(sorted(points.tolist(), key=lambda row: [round(x, 9) for x in row]))


def test_order_of_variables_with_other_names_does_not_matter_either() -> None:
    names = ["u5", "u2", "u0", "u4", "u1", "u3"]
    found = solve(PolynomialSystem.from_strings(katsura(5), names))
    assert (found.names, found.n_finite, found.n_real) == (tuple(names), 32, 16)


def test_inconsistent_equations_have_their_own_outcome() -> None:
    found = solve(PolynomialSystem.from_strings(["x*y - 1", "x"]))
    assert found.outcome is Outcome.INCONSISTENT
    assert (found.n_finite, found.dimension) == (0, -1)
    assert found.solutions.shape == (0, 2)
    assert "contradict" in str(found)


def test_a_nonzero_constant_is_inconsistent() -> None:
    found = solve(PolynomialSystem.from_strings(["3", "x - 1"], ["x"]))
    assert found.outcome is Outcome.INCONSISTENT


def test_zero_polynomials_alone_leave_the_whole_space() -> None:
    found = solve(PolynomialSystem.from_strings(["0", "x - x"], ["x", "y"]))
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert [(f.dimension, f.degree) for f in found.families] == [(2, 1)]
    assert found.families[0].samples


def test_zero_polynomials_among_others_change_nothing() -> None:
    found = solve(PolynomialSystem.from_strings(["0", "x^2 - 4"], ["x"]))
    assert sorted(found.real_solutions.ravel()) == [-2, 2]


def test_more_unknowns_than_equations_form_a_family() -> None:
    found = solve(PolynomialSystem.from_strings(["x^2 + y^2 - 5"]))
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert (found.dimension, found.degree) == (1, 2)
    (circle,) = found.families
    assert circle.irreducible
    assert all(p.vanishes(g.mpoly) for p in circle.samples for g in circle.generators)


def test_isolated_points_beside_a_curve_are_told_apart() -> None:
    found = solve(PolynomialSystem.from_strings(["x*(y - 1)", "x*(y - 2)*(x - 3)*(x^2 + 1)"]))
    assert [str(g) for f in found.families for g in f.generators] == ["x"]
    assert sorted(found.solutions[:, 0].round(12).tolist(), key=lambda z: (z.real, z.imag)) == [
        -1j,
        1j,
        3,
    ]


def test_a_sum_of_squares_bounds_the_real_dimension() -> None:
    found = solve(PolynomialSystem.from_strings(["x^2 + 4*y^2"], ["x", "y", "z"]))
    (family,) = found.families
    assert (family.dimension, family.real_dimension) == (2, 1)
    assert all(sample.rational_point[:2] == (0, 0) for sample in family.samples)
    empty = solve(PolynomialSystem.from_strings(["x^2 + 4*y^2 + 1"])).families[0]
    assert (empty.dimension, empty.real_dimension, empty.samples) == (1, -1, ())


def test_time_limit_ends_with_an_outcome_and_advice() -> None:
    loss = generic_loss("square 2-2-1").expand()
    found = solve(critical_system(loss), Groebner(timeout=1.5))
    assert found.outcome is Outcome.BUDGET_SPENT
    assert found.n_finite == 0
    assert found.seconds < 4
    assert "more time" in found.outcome.advice


def test_a_time_limit_that_suffices_changes_nothing() -> None:
    system = PolynomialSystem.from_strings(katsura(4))
    found = solve(system, Groebner(timeout=60))
    reference = solve(system)
    np.testing.assert_array_equal(found.solutions, reference.solutions)
    assert found.representations[0].numerators == reference.representations[0].numerators


def test_coefficients_of_many_digits_are_exact() -> None:
    root = 10**400 + 7
    found = solve(PolynomialSystem.from_strings([f"x - {root}*y", f"y^2 - {root}^2"]))
    assert {point.rational_point for point in found.representations} == {
        (root**2, root),
        (-(root**2), -root),
    }


@pytest.mark.parametrize(
    ("solver", "words"),
    [
        (Groebner(order="lex"), "order 'lex'"),
        (Groebner(engine="none"), "engine 'none'"),
        (Groebner(timeout=-1), "timeout -1"),
        (Groebner(timeout=float("inf")), "None for no limit"),
        (Groebner(timeout=float("nan")), "timeout nan"),
        (Groebner(timeout=1e300), "up to 2,000,000"),
        (Groebner(timeout="a"), "timeout 'a'"),  # type: ignore[arg-type]
        (Groebner(timeout=True), "timeout True"),
        (Groebner(seed=-1), "seed -1"),
        (Groebner(seed="a"), "seed 'a'"),  # type: ignore[arg-type]
        (Groebner(seed=0.5), "seed 0.5"),  # type: ignore[arg-type]
    ],
)
def test_unknown_options_are_refused(solver: Groebner, words: str) -> None:
    with pytest.raises(InputError, match=words):
        solve(PolynomialSystem.from_strings(["x"]), solver)


def test_only_systems_and_solvers_are_taken() -> None:
    with pytest.raises(InputError, match="no PolynomialSystem"):
        solve("x^2 - 1")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no solver"):
        solve(PolynomialSystem.from_strings(["x"]), "groebner")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"use Groebner\(\)"):
        solve(PolynomialSystem.from_strings(["x"]), Groebner)  # type: ignore[arg-type]
    assert isinstance(Groebner(), Solver)


def test_printing_shows_counts_and_solutions() -> None:
    text = str(solve(PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x - 1"])))
    assert "1 isolated complex solution (1 real, 1 singular, 2 counted with multiplicity)" in text
    assert ["1", "0", "real", "2"] in [line.split() for line in text.splitlines()]
    assert "0 at infinity, 0 failed" in text


def test_what_was_not_decomposed_is_noted() -> None:
    """The origin lies on no component of dimension 1 of this gradient, but factors do not tell."""
    system = critical_system(xor_loss("linear 2-2-1", LAMBDA).expand())
    found = solve(system, Groebner(engine="flint"))
    assert not all(family.irreducible for family in found.families)
    assert "may be hidden" in str(found)


def test_factors_of_an_equation_that_reduction_hides_still_split() -> None:
    """Minimal primes by Singular: the line x = z = 0 and a pair of conjugate real points."""
    equations = ["3*x*z + 2*z - 7*x", "3*x + 5*z + y*z", "z*(3*z - 3*y - 1)"]
    found = solve(PolynomialSystem.from_strings(equations))
    assert (found.n_finite, found.n_real) == (2, 2)
    assert [(f.dimension, f.degree, f.irreducible) for f in found.families] == [(1, 1, True)]


def test_a_variable_may_have_the_name_of_an_auxiliary_one() -> None:
    equations = ["scale_of_reduction^2 - 2", "x*scale_of_reduction - 1"]
    assert solve(PolynomialSystem.from_strings(equations)).n_real == 2
    line = solve(PolynomialSystem.from_strings(["inverse*scale_of_reduction", "inverse^2"]))
    assert [str(g) for f in line.families for g in f.generators] == ["inverse"]
