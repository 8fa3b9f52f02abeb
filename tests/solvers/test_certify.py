"""``certify``: what it proves is true, what is false it never proves, and it says why."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from itertools import product
from multiprocessing import get_context

import numpy as np
import pytest
from flint import acb, arb, ctx, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

import polynet as pn
from polynet import PolynomialSystem, SparsePolynomial
from polynet.errors import InputError, ShapeError
from polynet.rational import to_fmpq
from solvers.certify import Failure, Status, Verdict, certify

small = st.fractions(min_value=-5, max_value=5, max_denominator=6)


def system_of(*equations: str) -> PolynomialSystem:
    return PolynomialSystem.from_strings(equations)


def holds(verdict: Verdict, point: tuple[Fraction, ...]) -> bool:
    """Whether the enclosure holds the rational point, decided in rational arithmetic."""
    parts = [part for ball in verdict.balls() for part in (ball.real, ball.imag)]
    wanted = [part for x in point for part in (x, Fraction(0))]
    return all(
        abs(dyadic(ball.mid()) - x) <= dyadic(ball.rad())
        for ball, x in zip(parts, wanted, strict=True)
    )


def dyadic(number: arb) -> Fraction:
    mantissa, exponent = number.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


@st.composite
def systems_with_rational_roots(
    draw: st.DrawFn,
) -> tuple[PolynomialSystem, list[tuple[Fraction, ...]]]:
    """prod_k (y_i - r_ik) = 0 in y = A x, mixed by B, with A and B integer of determinant 1."""
    n = draw(st.integers(1, 3))
    roots = [draw(st.lists(small, min_size=1, max_size=2, unique=True)) for _ in range(n)]
    change, mixing = draw(unimodular(n)), draw(unimodular(n))
    x = SparsePolynomial.variables([f"x{i}" for i in range(n)])
    forms = [sum((a * v for a, v in zip(row, x, strict=True)), 0 * x[0]) for row in change]
    factors = []
    for form, chosen in zip(forms, roots, strict=True):
        factor = SparsePolynomial.constant(x[0].names, 1)
        for root in chosen:
            factor = factor * (form - root)
        factors.append(factor)
    mixed = [sum((b * f for b, f in zip(row, factors, strict=True)), 0 * x[0]) for row in mixing]
    inverse = np.rint(np.linalg.inv(np.array(change, float))).astype(int)
    points = [
        tuple(
            sum((int(a) * y for a, y in zip(row, ys, strict=True)), Fraction(0)) for row in inverse
        )
        for ys in product(*roots)
    ]
    return PolynomialSystem(tuple(mixed)), points


@st.composite
def unimodular(draw: st.DrawFn, n: int) -> list[list[int]]:
    entries = st.integers(-2, 2)
    lower = np.eye(n, dtype=int)
    upper = np.eye(n, dtype=int)
    for i in range(n):
        for j in range(i):
            lower[i, j] = draw(entries)
            upper[j, i] = draw(entries)
    return [[int(x) for x in row] for row in lower @ upper]


class TestTrueSolutions:
    @settings(max_examples=40)
    @given(systems_with_rational_roots(), st.integers(0, 2**32 - 1))
    def test_every_rational_root_is_certified_real_and_enclosed(self, known, seed):
        system, roots = known
        rng = np.random.default_rng(seed)
        exact = np.array([[float(x) for x in root] for root in roots])
        noise = rng.normal(size=exact.shape) + 1j * rng.normal(size=exact.shape)
        found = certify(system, exact + 1e-9 * noise)
        assert found.n_certified == found.n_distinct == found.n_real == len(roots)
        assert found.complete
        for verdict, root in zip(found.verdicts, roots, strict=True):
            assert verdict.status is Status.CERTIFIED
            assert holds(verdict, root)
            assert verdict.radius < 1e-25
            assert 1e-12 < verdict.distance < 1e-7

    @settings(max_examples=40)
    @given(st.lists(st.integers(-9, 9), min_size=3, max_size=8).filter(lambda c: c[-1]))
    def test_agrees_with_flints_own_isolation_of_univariate_roots(self, coefficients):
        squarefree = fmpz_poly(coefficients)
        squarefree //= squarefree.gcd(squarefree.derivative())
        terms = {(k,): int(c) for k, c in enumerate(squarefree.coeffs())}
        system = PolynomialSystem((SparsePolynomial.from_terms(["x"], terms),))
        exact = [root for root, _ in squarefree.complex_roots()]
        found = certify(system, [[complex(root)] for root in exact])
        assert found.n_distinct == len(exact)
        assert found.n_real == sum(bool(root.imag.is_zero()) for root in exact)
        assert not found.missing_conjugates
        for verdict, root in zip(found.verdicts, exact, strict=True):
            assert verdict.balls()[0].overlaps(root)

    def test_two_approximations_of_one_solution_are_proved_the_same(self):
        found = certify(system_of("x^2 - 2"), [[1.4142], [-1.4142], [1.41421356], [1.4142 + 1e-5j]])
        assert [v.solution for v in found.verdicts] == [0, 1, 0, 0]
        assert found.duplicates == ((0, 2, 3),)
        assert (found.n_certified, found.n_distinct) == (4, 2)
        assert found.representatives.tolist() == [0, 1]

    @pytest.mark.parametrize("gap", ["10^9", "10^13"])
    def test_two_very_close_solutions_are_proved_distinct(self, gap):
        system = system_of(f"(x - 1/3)*(x - 1/3 - 1/{gap})", "y - x^2")
        separation = 1 / 10 ** int(gap[3:])
        first, second = 1 / 3, 1 / 3 + separation
        found = certify(system, [[first, first**2], [second, second**2]])
        assert found.n_distinct == found.n_real == 2
        assert not found.duplicates

    def test_solutions_closer_than_doubles_can_tell_are_separated_from_exact_candidates(self):
        gap = Fraction(1, 10**40)
        system = system_of("(x - 1/3)*(x - 1/3 - 1/10^40)")
        points = np.array([[Fraction(1, 3)], [Fraction(1, 3) + gap]], dtype=object)
        found = certify(system, points)
        assert found.n_distinct == 2
        assert holds(found[0], (points[0, 0],))
        assert holds(found[1], (points[1, 0],))

    def test_tiny_imaginary_parts_are_told_from_none(self):
        apart = certify(system_of("(x - 1)^2 + 1/10^60"), [[1 + 1e-30j], [1 - 1e-30j]])
        assert (apart.n_distinct, apart.n_real, apart.n_not_real) == (2, 0, 2)
        on_axis = certify(system_of("x^2 - 1/10^60"), [[1e-30], [-1e-30 + 1e-31j]])
        assert on_axis.n_real == on_axis.n_certified == 2

    def test_a_real_solution_stays_real_where_the_candidate_is_slightly_complex(self):
        found = certify(system_of("x^2 - 2", "y^2 + 3"), [[1.41421356 + 1e-7j, 1.7320508j]])
        assert found[0].real is False
        assert found[0].balls()[0].imag.contains(0)
        real = certify(system_of("x^2 - 2"), [[1.41421356 + 1e-7j]])
        assert real[0].real is True
        assert real[0].enclosure[0][1] == "0"
        assert real.solutions.imag.tolist() == [[0.0]]

    def test_all_roots_of_wilkinsons_polynomial(self):
        degree = 20
        system = system_of("*".join(f"(x - {k})" for k in range(1, degree + 1)))
        found = certify(system, [[k + 1e-4 * (-1) ** k] for k in range(1, degree + 1)])
        assert found.n_distinct == found.n_real == degree
        assert all(holds(v, (Fraction(k),)) for k, v in enumerate(found.verdicts, start=1))

    def test_badly_scaled_coordinates(self):
        found = certify(
            system_of("x^2 - 10^12", "x*y - 1", "z - y^2"), [[1e6, 1e-6, 1e-12], [-1e6, -1e-6, 0]]
        )
        assert found.n_distinct == found.n_real == 2

    def test_katsura_4_and_its_conjugates(self):
        n = 4
        unknowns = [f"x{i}" for i in range(n + 1)]
        sums = ["x0 + " + " + ".join(f"2*x{i}" for i in range(1, n + 1)) + " - 1"]
        for m in range(n):
            terms = [f"x{abs(k)}*x{abs(m - k)}" for k in range(-n, n + 1) if abs(m - k) <= n]
            sums.append(" + ".join(terms) + f" - x{m}")
        system = PolynomialSystem.from_strings(sums, unknowns)
        candidates = newton_from_random_starts(system, 400)
        found = certify(system, candidates)
        assert found.complete
        assert (found.n_distinct, found.n_real) == (16, 12)
        assert not found.missing_conjugates
        lost = next(i for i, v in enumerate(found.verdicts) if v.real is False)
        rest = certify(system, np.delete(candidates, lost, axis=0))
        assert len(rest.missing_conjugates) == 1
        assert "1 more solutions exist" in str(rest)

    def test_the_gradient_of_a_loss_without_expanding_it(self):
        network = pn.Network([pn.Dense(2, 1, bias=False), pn.Square()])
        loss = pn.collect(network, pn.datasets.xor(), l2=[Fraction(1, 3), Fraction(1, 5)])
        minimum = np.array([0.0, 0.0])
        found = certify(loss, [minimum])
        assert found.names == loss.parameter_names
        assert found[0].certified
        assert holds(found[0], (Fraction(0), Fraction(0)))


class TestWhatIsFalse:
    @settings(max_examples=60)
    @given(
        systems_with_rational_roots(),
        st.lists(st.complex_numbers(max_magnitude=8), min_size=3, max_size=3),
        st.sampled_from([1e-3, 0.3]),
    )
    def test_only_points_near_a_solution_are_ever_certified(self, known, start, reach):
        system, roots = known
        point = start[: system.n_variables]
        verdict = certify(system, [point], reach=reach, max_precision=256)[0]
        scale = max(1.0, *(abs(x) for x in point))
        apart = {r: max(abs(x - y) for x, y in zip(point, r, strict=True)) for r in roots}
        if verdict.certified:
            enclosed = [root for root in roots if holds(verdict, root)]
            assert len(enclosed) == 1
            assert apart[enclosed[0]] <= verdict.distance * (1 + 1e-9) + 1e-15
            assert verdict.distance <= reach * scale * (1 + 1e-12)
        if min(apart.values()) > 1.01 * reach * scale:
            assert not verdict.certified

    @pytest.mark.parametrize("offset", [0.0, 1e-9, 1e-6j])
    def test_double_roots_are_never_certified(self, offset):
        system = system_of("(x - 1/3)^2 * (x + 2)", "y - x")
        found = certify(system, [[1 / 3 + offset, 1 / 3], [-2, -2]], max_precision=256)
        assert found[0].failure is Failure.SINGULAR
        assert found[1].certified
        assert "Groebner()" in str(found)

    def test_points_of_a_family_are_singular(self):
        found = certify(system_of("y*(x - y)", "x*(x - y)"), [[1, 1], [0.5, 0.5]])
        assert found.failures == {Failure.SINGULAR: 2}

    def test_a_system_without_solutions(self):
        found = certify(system_of("x*y - 1", "x"), [[1e-8, 1e8], [0, 0]])
        assert found.n_certified == 0

    def test_rows_that_are_not_finite_are_left_out_of_the_rest(self):
        found = certify(system_of("x - 1"), [[np.nan], [1], [np.inf], [complex(1, np.nan)]])
        assert found.is_certified.tolist() == [False, True, False, False]
        assert found.failures == {Failure.NOT_FINITE: 3}
        assert found[1].solution == 0

    def test_what_lies_beyond_reach_is_not_taken(self):
        system = system_of("x^2 - 2")
        assert certify(system, [[1.4]])[0].failure is Failure.NO_SOLUTION_NEAR
        assert certify(system, [[1.4]], reach=0.1)[0].certified

    def test_clusters_below_the_precision_allowed_are_called_singular(self):
        system, candidate = system_of("(x - 1)^2 + 1/10^60"), [[1 + 1e-30j]]
        assert certify(system, candidate, max_precision=128)[0].failure is Failure.SINGULAR
        assert certify(system, candidate)[0].real is False


class TestOverdetermined:
    def test_a_true_solution_is_not_claimed_as_proved(self):
        found = certify(system_of("x^2 + y^2 - 1", "x - y", "x^2 - 1/2"), [[0.5**0.5, 0.5**0.5]])
        assert found[0].failure is Failure.SQUARE_PART_ONLY
        assert found[0].balls()[0].overlaps(acb(0.5).sqrt())
        assert (found.n_certified, found.n_distinct) == (0, 0)

    def test_an_excess_solution_is_refuted(self):
        system = system_of("x^2 + y^2 - 1", "x - y", "x^2 - 1/2 - 1/10^15")
        found = certify(system, [[0.5**0.5, 0.5**0.5]])
        assert found[0].failure is Failure.REFUTED


class TestInput:
    def test_fewer_equations_than_variables_are_refused(self):
        with pytest.raises(InputError, match=r"1 equations in 2 variables.*add 1"):
            certify(system_of("x*y - 1"), [[1, 1]])

    @pytest.mark.parametrize("candidates", [[1.0, 2.0], [[1.0]], [[[1.0, 2.0]]]])
    def test_candidates_of_another_shape_are_refused(self, candidates):
        with pytest.raises(ShapeError, match=r"need \(m, 2\)"):
            certify(system_of("x - y", "x + y"), candidates)

    @pytest.mark.parametrize("value", ["1", None, object()])
    def test_candidates_that_are_no_numbers_are_refused(self, value):
        with pytest.raises(InputError, match="is no number"):
            certify(system_of("x - 1"), [[value]])

    def test_ragged_candidates_are_refused(self):
        with pytest.raises(ShapeError, match="no table"):
            certify(system_of("x - y", "x + y"), [np.zeros((2, 2)), np.zeros((2, 3))])

    @pytest.mark.parametrize(
        "bad",
        [
            {"precision": 20},
            {"precision": 128.0},
            {"precision": 256, "max_precision": 128},
            {"max_precision": True},
            {"reach": 0},
            {"reach": np.nan},
            {"reach": np.inf},
        ],
    )
    def test_bad_settings_are_refused(self, bad):
        with pytest.raises(InputError, match=next(iter(bad))):
            certify(system_of("x - 1"), [[1]], **bad)

    def test_something_else_than_equations_is_refused(self):
        with pytest.raises(InputError, match="list is neither"):
            certify(["x - 1"], [[1]])

    def test_a_loss_of_float_data_is_refused(self):
        network = pn.Network([pn.Dense(1, 1)])
        loss = pn.collect(network, pn.Dataset([[0.5], [1.5]], [1.0, 2.0]))
        with pytest.raises(InputError, match="to_exact"):
            certify(loss, [[1, 1]])
        assert certify(loss.to_exact(), [[1, 0.5]])[0].certified

    def test_no_candidates_give_an_empty_certificate(self):
        found = certify(system_of("x - 1"), np.empty((0, 1)))
        assert (found.n_candidates, found.n_distinct, found.n_real) == (0, 0, 0)
        assert found.solutions.shape == (0, 1)
        assert str(found).startswith("0 of 0 candidates certified")

    def test_candidates_come_from_a_solution_set_or_as_exact_or_ball_numbers(self):
        class Found:
            solutions = np.array([[1.0 + 0j]])

        system = system_of("3*x - 3")
        assert certify(system, Found())[0].certified
        exact = np.array([[Fraction(1)], [acb(1)], [to_fmpq(1)], [np.int64(1)]], dtype=object)
        assert certify(system, exact).duplicates == ((0, 1, 2, 3),)


def test_the_working_precision_of_flint_is_left_alone():
    before = ctx.prec, ctx.cap
    certify(system_of("x^2 - 2"), [[1.4142], [0]], max_precision=256)
    assert (ctx.prec, ctx.cap) == before


def test_workers_prove_the_same():
    system = system_of("x^2 + y^2 - 1", "x*y - 1/3")
    candidates = newton_from_random_starts(system, 40)
    alone = certify(system, [*candidates, [np.nan, 0]])
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        spread = certify(system, [*candidates, [np.nan, 0]], executor=pool)
    assert [v.failure for v in spread.verdicts] == [v.failure for v in alone.verdicts]
    assert [v.solution for v in spread.verdicts] == [v.solution for v in alone.verdicts]
    assert [v.real for v in spread.verdicts] == [v.real for v in alone.verdicts]
    assert alone.n_distinct == 4
    assert np.array_equal(spread.solutions, alone.solutions)


def newton_from_random_starts(system: PolynomialSystem, count: int) -> np.ndarray:
    """Distinct zeros that Newton's method meets, ``(m, n)``: no solver is needed."""
    rng = np.random.default_rng(0)
    n = system.n_variables
    points = 0.5 * (rng.normal(size=(count, n)) + 1j * rng.normal(size=(count, n)))
    jacobian = system.jacobian()
    for _ in range(40):
        rows = [np.stack([d.evaluate_many(points) for d in row], axis=1) for row in jacobian]
        steps = np.linalg.solve(np.stack(rows, axis=1), values(system, points)[..., None])
        points = points - steps[..., 0]
        points = points[np.isfinite(points).all(axis=1) & (np.abs(points) < 1e6).all(axis=1)]
    points = points[np.abs(values(system, points)).max(axis=1) < 1e-10]
    _, first = np.unique(np.round(points, 6), axis=0, return_index=True)
    return points[first]


def values(system: PolynomialSystem, points: np.ndarray) -> np.ndarray:
    return np.stack([p.evaluate_many(points) for p in system.polynomials], axis=1)
