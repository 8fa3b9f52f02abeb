"""Critical points of losses: counts, kinds, families and what is proved."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import polynet as pn
from polynet import InputError, SparsePolynomial
from polynet.collected_loss import CollectedLoss
from solvers import (
    CompletenessStatus,
    CriticalSet,
    Evidence,
    Groebner,
    Kind,
    Outcome,
    SolutionSet,
    find_critical_points,
)
from solvers.completeness import morse_sum
from tests.solvers.catalogue import LAMBDA, generic_loss, xor_loss


@pytest.fixture(scope="module")
def two_squares() -> CriticalSet:
    """The default study: 2-2-1 with squares on XOR, one penalty."""
    return find_critical_points(xor_loss("square 2-2-1", LAMBDA))


def test_default_study_has_the_known_counts(two_squares: CriticalSet) -> None:
    assert (two_squares.complex_count, two_squares.complex_multiplicity) == (257, 289)
    assert (two_squares.n_real, two_squares.n_degenerate) == (49, 8)
    assert two_squares.index_counts == {0: 5, 1: 8, 2: 12, 3: 12, 4: 4}
    assert two_squares.completeness.proved
    assert len(two_squares.minima) == 5


def test_degenerate_points_are_the_singular_solutions(two_squares: CriticalSet) -> None:
    for point in two_squares.real:
        assert point.degenerate == (point.multiplicity > 1) == (point.kind is Kind.DEGENERATE)
    assert {point.multiplicity for point in two_squares.real} == {1, 3}


def test_a_coercive_loss_has_its_least_value_at_a_critical_point(two_squares: CriticalSet) -> None:
    assert two_squares.coercive
    assert two_squares.least_loss_proved
    assert (
        two_squares.least_loss == two_squares.minima[0].loss == pytest.approx(0.0299499, abs=1e-7)
    )
    assert "coercive" in two_squares.least_loss_reason


def test_points_solve_the_gradient_and_agree_with_the_float_hessian(
    two_squares: CriticalSet,
) -> None:
    loss = xor_loss("square 2-2-1", LAMBDA)
    for point in two_squares.real:
        np.testing.assert_allclose(loss.gradient(point.point), 0, atol=1e-14)
        assert loss.value(point.point) == pytest.approx(point.loss, rel=1e-12)
        eigenvalues = np.linalg.eigvalsh(loss.hessian(point.point))
        assert (eigenvalues < -1e-9).sum() == point.index
        assert (np.abs(eigenvalues) < 1e-12).sum() == point.inertia.zero


def test_newton_from_many_starts_finds_no_other_point(two_squares: CriticalSet) -> None:
    """Second route: float Newton steps, which know nothing of the algebra."""
    loss = xor_loss("square 2-2-1", LAMBDA)
    known = np.array([point.point for point in two_squares.real])
    rng = np.random.default_rng(0)
    reached = set()
    for start in rng.normal(scale=0.7, size=(60, 6)):
        point = _newton(loss, start)
        if point is not None:
            distances = np.abs(known - point).max(axis=1)
            assert distances.min() < 1e-5
            reached.add(int(distances.argmin()))
    assert len(reached) > 10


def _newton(loss: CollectedLoss, point: np.ndarray) -> np.ndarray | None:
    for _ in range(100):
        step = np.linalg.lstsq(loss.hessian(point), loss.gradient(point), rcond=None)[0]
        point = point - step * min(1, 0.5 / np.abs(step).max(initial=1e-300))
        if np.abs(loss.gradient(point)).max() < 1e-14:
            return point
    return None


@pytest.mark.parametrize(
    ("name", "complex_count", "index_counts"),
    [
        ("linear 2-1-1", 9, {0: 2, 1: 1}),
        ("square 2-1-1", 21, {0: 3, 1: 4, 2: 2}),
        ("linear 2-2-1", 33, None),
    ],
)
def test_generic_penalties_give_nondegenerate_points_with_morse_sum_one(
    name: str, complex_count: int, index_counts: dict[int, int] | None
) -> None:
    found = find_critical_points(generic_loss(name))
    assert found.complex_count == complex_count
    assert index_counts is None or found.index_counts == index_counts
    assert morse_sum(found.real) == 1
    assert found.completeness.status is CompletenessStatus.PROVED
    assert any("sum of (-1)^index is 1" in reason for reason in found.completeness.reasons)


FAMILIES = {
    # Minimal primes over Q: (dimension, degree, loss), from a primary decomposition by Singular.
    "linear 2-1-1": [(1, 2, Fraction(4, 3)), (1, 1, Fraction(2))],
    "linear 2-2-1": [(4, 4, Fraction(4, 3)), (2, 1, Fraction(2))],
    "square 2-1-1": [(1, 3, Fraction(0)), (1, 3, Fraction(16, 9)), (1, 1, 2), (1, 2, 2)],
}


@pytest.mark.parametrize("name", FAMILIES)
def test_without_penalty_the_families_are_the_known_ones(name: str) -> None:
    found = find_critical_points(xor_loss(name))
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert "positive-dimensional" in str(found)
    families = [(f.dimension, f.degree, f.loss_exact) for f in found.families]
    assert sorted(families) == sorted(FAMILIES[name])
    assert found.real == ()
    assert found.completeness.proved


@pytest.mark.parametrize("name", ["linear 2-1-1", "linear 2-2-1", "linear 2-2-2-1"])
def test_no_linear_network_without_bias_gets_below_four_thirds(name: str) -> None:
    found = find_critical_points(xor_loss(name))
    assert found.least_loss_exact == found.floor == Fraction(4, 3)
    assert found.least_loss_proved
    assert {f.loss_exact for f in found.families} == {Fraction(4, 3), 2}
    lowest = [f for f in found.families if f.loss_exact == Fraction(4, 3)]
    assert [f.kind for f in lowest] == [Kind.MINIMUM]
    assert lowest[0].global_minimum
    assert lowest[0].representatives[0].loss_exact == Fraction(4, 3)


def test_deep_linear_network_has_dimension_eight_and_degree_nine() -> None:
    found = find_critical_points(xor_loss("linear 2-2-2-1"))
    assert (found.dimension, found.degree) == (8, 9)


def test_two_square_units_reach_zero() -> None:
    found = find_critical_points(xor_loss("square 2-2-1"))
    assert (found.dimension, found.degree) == (3, 18)
    assert found.least_loss_exact == 0
    assert found.least_loss_proved
    zero = next(f for f in found.families if f.loss_exact == 0)
    point = zero.representatives[0]
    assert point.evidence is Evidence.EXACT
    assert xor_loss("square 2-2-1").expand().evaluate(point.exact) == 0


def test_family_of_the_dead_unit_has_the_origin_as_its_only_real_point() -> None:
    found = find_critical_points(xor_loss("square 2-1-1"))
    (dead,) = [f for f in found.families if (f.dimension, f.degree) == (1, 2)]
    assert dead.solutions.real_dimension == 0
    assert [point.exact for point in dead.representatives] == [(0, 0, 0)]


def test_index_may_change_along_a_family() -> None:
    """Where a square unit is off, the sign of its output weight decides: L = 2 - 2 c |a|^2 + ..."""
    found = find_critical_points(xor_loss("square 2-1-1"))
    (off,) = [f for f in found.families if (f.dimension, f.degree) == (1, 1)]
    assert (off.indices, off.index, off.kind) == ((0, 2), None, Kind.DEGENERATE)


@pytest.mark.parametrize("seed", range(3))
def test_families_depend_neither_on_variable_order_nor_on_seed(seed: int) -> None:
    loss = xor_loss("linear 2-2-1").expand()
    names = np.random.default_rng(seed).permutation(loss.names).tolist()
    found = find_critical_points(loss.with_names(names), Groebner(seed=seed))
    families = [(f.dimension, f.degree, f.loss_exact) for f in found.families]
    assert sorted(families) == sorted(FAMILIES["linear 2-2-1"])
    gradient = loss.with_names(names).gradient()
    for family in found.families:
        for sample in family.solutions.samples:
            assert all(sample.vanishes(g.mpoly) for g in gradient)


def test_components_with_irrational_loss_are_split_by_their_values() -> None:
    x, y, z = SparsePolynomial.variables(["x", "y", "z"])
    # L = p^4/4 - p^2/2 + p/5 in p = x + y: three critical values, conjugate over Q.
    p = x + y
    found = find_critical_points(p**4 / 4 - p**2 / 2 + p / 5 + z * z)
    (family,) = found.families
    assert (family.dimension, len(family.losses), family.loss_exact) == (1, 3, None)
    q = p**3 - 3 * p
    split = find_critical_points(q + z**2)
    assert sorted((f.dimension, f.loss_exact) for f in split.families) == [(1, -2), (1, 2)]
    assert {f.kind for f in split.families} == {Kind.MINIMUM, Kind.SADDLE}


def test_a_degenerate_isolated_point_is_reported_as_such() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    found = find_critical_points(x**4 + y**2)
    (point,) = found.real
    assert (point.kind, point.multiplicity, point.exact) == (Kind.DEGENERATE, 3, (0, 0))
    assert (point.inertia.positive, point.inertia.zero) == (1, 1)
    assert found.complex_multiplicity == 3


def test_a_loss_without_critical_points_is_inconsistent() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    found = find_critical_points(x * x + y)
    assert found.outcome is Outcome.INCONSISTENT
    assert (found.real, found.least_loss, found.least_loss_proved) == ((), None, False)
    assert "no complex solution" in str(found.completeness)


def test_a_loss_that_is_not_coercive_does_not_claim_its_infimum() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    # Greater than 0 everywhere, infimum 0 at infinity, one critical point: a saddle with value 1.
    found = find_critical_points((x * y - 1) ** 2 + x * x)
    assert [(p.kind, p.loss_exact) for p in found.real] == [(Kind.SADDLE, 1)]
    assert not found.least_loss_proved
    assert "may take or approach lower values" in found.least_loss_reason


def test_budget_spent_is_said_and_nothing_claimed() -> None:
    found = find_critical_points(generic_loss("square 2-2-1"), Groebner(timeout=1))
    assert found.outcome is Outcome.BUDGET_SPENT
    assert found.completeness.status is CompletenessStatus.UNKNOWN
    assert "budget spent" in str(found)
    assert found.floor == 0


class Listed:
    """A solver that knows some solutions as floats."""

    def __init__(self, points: list[list[float]]) -> None:
        self.points = np.array(points)

    def solve(self, system: pn.PolynomialSystem) -> SolutionSet:
        n = len(self.points)
        return SolutionSet(
            system.names, Outcome.SOLVED, self.points, np.full(n, True), np.ones(n, dtype=np.int64)
        )


def test_numerical_solutions_are_certified_and_checked_by_the_morse_count() -> None:
    loss = generic_loss("linear 2-1-1")
    exact = find_critical_points(loss)
    listed = [point.point.tolist() for point in exact.real]
    found = find_critical_points(loss, Listed(listed))
    assert [p.evidence for p in found.real] == [Evidence.CERTIFIED] * 3
    assert [(p.kind, p.index) for p in found.real] == [(p.kind, p.index) for p in exact.real]
    assert found.completeness.status is CompletenessStatus.CHECKED
    fewer = find_critical_points(loss, Listed(listed[:2]))
    assert fewer.completeness.status is CompletenessStatus.UNKNOWN
    assert "contradiction" in fewer.completeness.reasons[0]


def test_float_data_are_refused_with_the_remedy() -> None:
    network = pn.Network([pn.Dense(1, 1, bias=False)])
    loss = pn.collect(network, pn.Dataset([[0.5]], [[1.0]]))
    with pytest.raises(InputError, match="Fractions"):
        find_critical_points(loss)
    with pytest.raises(InputError, match="is no loss"):
        find_critical_points("x^2")


def test_progress_names_the_stages() -> None:
    stages: list[str] = []
    find_critical_points(generic_loss("linear 2-1-1"), progress=stages.append)
    assert len(stages) == 3
    assert "solving" in stages[1]


def test_small_bounded_families_are_sampled() -> None:
    """Rotations of the hidden layer: curves of critical points for one penalty on all weights."""
    found = find_critical_points(xor_loss("linear 2-2-1", LAMBDA))
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    (real,) = [f for f in found.families if f.representatives]
    assert (real.dimension, real.kind) == (1, Kind.MINIMUM)
    loss = xor_loss("linear 2-2-1", LAMBDA)
    for point in real.representatives:
        np.testing.assert_allclose(loss.gradient(point.point), 0, atol=1e-14)
        assert point.loss == pytest.approx(real.losses[0])


def test_a_family_below_the_lower_bound_has_no_real_points() -> None:
    """On one component the loss is 9999/10000, but no real weights get below 4/3."""
    found = find_critical_points(xor_loss("linear 2-2-1", LAMBDA))
    (other,) = [f for f in found.families if f.loss_exact == Fraction(9999, 10000)]
    assert (other.losses, other.solutions.real_dimension) == ((), -1)
    assert not found.lower_candidates
    assert found.least_loss_proved
    assert "none exists" in str(found)


def test_isolated_points_hidden_in_a_component_are_found() -> None:
    """The origin solves the gradient equations; factors alone do not part it from the curves."""
    found = find_critical_points(xor_loss("linear 2-2-1", LAMBDA))
    (origin,) = found.real
    assert (origin.exact, origin.loss_exact) == ((0,) * 6, 2)
    assert (origin.kind, origin.index, found.complex_count) == (Kind.SADDLE, 2, 1)


def critical(text: str, names: str = "xyz") -> CriticalSet:
    return find_critical_points(
        pn.PolynomialSystem.from_strings([text], list(names)).polynomials[0]
    )


def test_a_point_on_a_family_of_another_component_is_not_isolated() -> None:
    """The origin lies on w0_0_0 + w0_0_1 = 0, where all other weights are 0."""
    penalties = (0, 0, Fraction(1, 100), Fraction(1, 50), 0, 0)
    found = find_critical_points(xor_loss("linear 2-2-1", penalties))
    assert (found.complex_count, found.real) == (0, ())
    assert found.least_loss_exact == Fraction(4, 3)


@pytest.mark.parametrize(
    ("text", "families"),
    [
        # Minimal primes over Q of the gradient ideals: (dimension, degree), from Singular.
        ("x^3*y - 7*x^2 + 2*x*y^2 + 4", [(1, 1), (1, 3)]),
        ("-2*x^2*y - x*y^3 + 12*x*y^2", [(1, 1), (1, 1), (1, 1)]),
        ("(y*z*(y + 2*z - 1))^2*(y - z - 3)", [(1, 3), (2, 1), (2, 1), (2, 1)]),
    ],
)
def test_no_family_is_listed_twice_or_lies_in_another(
    text: str, families: list[tuple[int, int]]
) -> None:
    found = critical(text)
    assert sorted((f.dimension, f.degree) for f in found.families) == families


def test_every_point_is_critical_for_a_constant_loss() -> None:
    for found in (
        critical("5", "xy"),
        find_critical_points(
            pn.collect(pn.Network([pn.Dense(2, 1, bias=False)]), pn.Dataset([[0, 0]], [5]), l2=0)
        ),
    ):
        (family,) = found.families
        assert (family.dimension, family.solutions.generators, found.real) == (2, (), ())
        assert found.completeness.proved
        assert CriticalSet.from_json(found.to_json()).to_json() == found.to_json()
    assert critical("5", "xy").families[0].loss_exact == 5


def test_a_family_may_have_many_values() -> None:
    """The 42 roots of x^42 = 2 give 42 conjugate values -84 x, two of them real."""
    (family,) = critical("x^43 - 86*x", "xy").families
    assert (family.dimension, family.degree) == (1, 42)
    root = 2 ** (1 / 42)
    np.testing.assert_allclose(family.losses, [-84 * root, 84 * root], rtol=1e-14)


def test_a_loss_without_known_bound_has_a_least_critical_value_only() -> None:
    found = critical("x^3 - 3*x", "x")
    assert not found.least_loss_proved
    assert (
        "least critical value -2: the loss is not known to be bounded below by it: it may take or "
        "approach lower values elsewhere"
    ) in str(found)


def test_values_that_real_points_may_have_below_the_least_known_one_are_said() -> None:
    found = find_critical_points(xor_loss("linear 2-2-1"))
    hidden = replace(found.families[0], losses=(0.5,), loss_exact=None, representatives=())
    doubtful = replace(found, families=(hidden, *found.families), floor=None)
    assert doubtful.lower_candidates == (hidden,)
    assert "1 family may have real points with lower values, down to 0.5" in str(doubtful)


def test_families_are_counted_as_far_as_they_are_decomposed() -> None:
    found = find_critical_points(xor_loss("linear 2-2-1"), Groebner(engine="flint"))
    assert "2 families, 1 of them not decomposed further; 0 real" in str(found)
    assert "index at samples" in str(found)
    assert "l2" not in found.outcome.advice
    assert "1 family; 0 real of 0 isolated" in str(critical("x^2", "xy"))
    assert str(critical("x^2", "x")).startswith("1 complex critical point, 1 real")
