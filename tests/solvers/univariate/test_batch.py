"""Float answers against exact ones, on ordinary and on degenerate polynomials."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import polynomial as npp

from polynet.errors import InputError, ShapeError
from solvers.univariate.batch import least_points, line_critical_points
from solvers.univariate.points import LineCriticalPoints, LineKind


def integrated(roots: list[int], lead: int = 1) -> list[Fraction]:
    """The polynomial whose derivative has these roots and this leading coefficient."""
    derivative = [Fraction(lead)]
    for root in roots:
        shifted = [Fraction(0), *derivative]
        scaled = [root * c for c in derivative] + [Fraction(0)]
        derivative = [a - b for a, b in zip(shifted, scaled, strict=True)]
    return [Fraction(0)] + [c / (k + 1) for k, c in enumerate(derivative)]


def as_floats(coefficients: list[Fraction]) -> np.ndarray:
    return np.array([float(c) for c in coefficients])


def agree(one: LineCriticalPoints, other: LineCriticalPoints, tolerance: float) -> None:
    assert [p.kind for p in one.points] == [p.kind for p in other.points]
    at, expected = ([float(p.t) for p in found.points] for found in (one, other))
    np.testing.assert_allclose(at, expected, rtol=tolerance, atol=tolerance)
    assert (one.bounded_below, one.constant) == (other.bounded_below, other.constant)
    assert (one.least is None) == (other.least is None)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=7), st.sampled_from([-2, 1, 3]))
def test_simple_and_multiple_integer_roots_are_told_apart_as_exactly(
    roots: list[int], lead: int
) -> None:
    exact = line_critical_points(integrated(roots, lead))
    assert [p.t for p in exact.points] == sorted(set(roots))
    # A root of multiplicity m has an error of about the m-th root of the rounding error.
    most = max(roots.count(root) for root in roots)
    tolerance = 1e-10 if most < 3 else (0.3 * 2.0**-50 * 1e6) ** (1 / most)
    if most <= 3:
        agree(line_critical_points(as_floats(integrated(roots, lead))), exact, tolerance)


@given(st.lists(st.integers(-20, 20), min_size=3, max_size=8))
def test_random_coefficients_have_the_exact_least_value(coefficients: list[int]) -> None:
    exact = line_critical_points(coefficients)
    found = line_critical_points(np.array(coefficients, float))
    assert (found.least is None) == (exact.least is None)
    if found.least is not None and exact.least is not None:
        size = sum(abs(c) * abs(float(exact.least.t)) ** k for k, c in enumerate(coefficients))
        assert found.least.value == pytest.approx(float(exact.least.value), abs=1e-11 * size)


def test_least_value_is_that_of_complex_roots_by_companion_matrix() -> None:
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((300, 9))
    rows[:, -1] = np.abs(rows[:, -1])
    found = least_points(rows)
    for row, value, count in zip(rows, found.value, found.n_points, strict=True):
        roots = npp.polyroots(npp.polyder(row))
        real = roots[np.abs(roots.imag) < 1e-9].real
        assert len(real) == count
        assert value == pytest.approx(npp.polyval(real, row).min(), rel=1e-9)


@pytest.mark.parametrize(
    ("coefficients", "kinds", "bounded"),
    [
        ([3.0], [], True),
        ([3.0, 0.0, 0.0], [], True),
        ([3.0, 1.0], [], False),
        ([3.0, 1.0, 0.0], [], False),
        ([0.0, 0.0, -1.0], [LineKind.MAXIMUM], False),
        ([0.0, 0.0, 0.0, 1.0], [LineKind.INFLECTION], False),
        ([0.0, 0.0, 0.0, 0.0, 2.0], [LineKind.MINIMUM], True),
        ([0.0, 0.0, 1.0, 0.0, 0.0, 0.0], [LineKind.MINIMUM], True),
    ],
)
def test_degenerate_polynomials(
    coefficients: list[float], kinds: list[LineKind], bounded: bool
) -> None:
    for given_ in (np.array(coefficients), [Fraction(c) for c in coefficients]):
        found = line_critical_points(given_)
        assert [point.kind for point in found.points] == kinds
        assert found.bounded_below is bounded
        assert found.constant is (not any(coefficients[1:]))


@pytest.mark.parametrize("scale", [1e300, 1e-300])
@pytest.mark.parametrize("stretch", [1.0, 1e60, 1e-60])
def test_coefficients_of_any_size_have_the_points_of_the_exact_ones(
    scale: float, stretch: float
) -> None:
    coefficients = [0.0, 0.5, -2.0, -0.25, 1.0]
    rows = np.array([c * stretch**k for k, c in enumerate(coefficients)])
    with np.errstate(over="ignore"):
        sized = rows * scale
    if not np.isfinite(sized).all() or np.any((sized == 0) & (rows != 0)):
        sized = rows
    exact = line_critical_points([Fraction(c) for c in sized])
    found = line_critical_points(sized)
    assert [p.kind for p in found.points] == [p.kind for p in exact.points]
    np.testing.assert_allclose(
        [float(p.t) for p in found.points], [float(p.t) for p in exact.points], rtol=1e-13
    )


def test_roots_far_apart_in_size_keep_their_digits() -> None:
    found = line_critical_points(np.array([0.0, 1.0, -0.5e300, 1.0 / 3.0]))
    assert [float(p.t) for p in found.points] == pytest.approx([1e-300, 1e300])


def test_equal_values_are_compared_exactly() -> None:
    double_well = line_critical_points([0, 0, -6, 0, 1])
    low, _, high = double_well.points
    assert low.value == high.value == -9
    assert str(high.t) == "sqrt(3)"
    tilted = line_critical_points([0, Fraction(-1, 10**40), -6, 0, 1])
    assert tilted.least is not None
    assert tilted.least.t > 0
    assert float(tilted.points[0].value) == float(tilted.points[2].value)


def test_of_equal_minima_the_nearest_to_zero_is_taken() -> None:
    wells = np.array([npp.polyfromroots([-3, -3, 1, 1]), npp.polyfromroots([-1, -1, 3, 3])])
    np.testing.assert_allclose(least_points(wells).t, [1.0, -1.0], rtol=1e-12)


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="NaN or infinity"):
        line_critical_points(np.array([0.0, np.nan]))
    with pytest.raises(ShapeError, match="flat list"):
        line_critical_points([])
    with pytest.raises(ShapeError, match="one row"):
        least_points([1.0, 2.0])
