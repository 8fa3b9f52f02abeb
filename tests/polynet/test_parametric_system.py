"""Families of systems: exact at rational parameters, accurate at complex ones and along paths."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from polynet.errors import InputError, ShapeError
from polynet.parametric_system import ParametricSystem
from polynet.polynomial_system import PolynomialSystem

EQUATIONS = ["a^2*x^2*y + (a*b - 3)*x + 1/3*c", "y^3 - b^2*c*y + x"]


def _family() -> ParametricSystem:
    return ParametricSystem.from_strings(
        EQUATIONS, variables=["x", "y"], parameters=["a", "b", "c"]
    )


def test_the_system_at_exact_parameters_is_the_text_with_the_numbers_put_in() -> None:
    expected = PolynomialSystem.from_strings(
        ["25*x^2*y + (5*1/2 - 3)*x + 1/3*7", "y^3 - 7/4*y + x"], ["x", "y"]
    )
    assert _family().at([5, Fraction(1, 2), 7]) == expected


def test_coefficients_agree_with_the_exact_system() -> None:
    family, values = _family(), [5, Fraction(1, 2), 7]
    exact = family.at(values)
    for support, own, polynomial in zip(
        family.supports, family.coefficients(values), exact.polynomials, strict=True
    ):
        found = dict(zip(map(tuple, support.tolist()), own, strict=True))
        terms = zip(polynomial.exponents.tolist(), polynomial.coefficients, strict=True)
        expected = {tuple(power): complex(value) for power, value in terms}
        assert found == pytest.approx(expected, rel=1e-15)


def test_many_points_are_the_points_one_by_one() -> None:
    family, rng = _family(), np.random.default_rng(0)
    points = rng.standard_normal((7, 3)) + 1j * rng.standard_normal((7, 3))
    together = family.coefficients(points)
    for k, point in enumerate(points):
        for batch, single in zip(together, family.coefficients(point), strict=True):
            np.testing.assert_allclose(batch[k], single, rtol=1e-14)


def test_the_path_is_the_coefficients_at_its_points() -> None:
    family, rng = _family(), np.random.default_rng(1)
    target, start = rng.standard_normal((2, 3)) + 1j * rng.standard_normal((2, 3))
    table = family.along(target, start)
    assert table.shape == (family.n_terms, family.degree + 1) == (6, 3 + 1)
    for t in (0.0, 0.25, 1.0):
        expected = np.concatenate(family.coefficients((1 - t) * target + t * start))
        np.testing.assert_allclose(table @ t ** np.arange(4), expected, rtol=1e-14, atol=1e-14)


def test_names_that_are_not_given_are_the_others() -> None:
    by_variables = ParametricSystem.from_strings(EQUATIONS, variables=["x", "y"])
    by_parameters = ParametricSystem.from_strings(EQUATIONS, parameters=["a", "b", "c"])
    assert by_variables.parameters == by_parameters.parameters == ("a", "b", "c")
    assert by_variables.fingerprint == by_parameters.fingerprint == _family().fingerprint
    other = ParametricSystem.from_strings(EQUATIONS, parameters=["c", "b", "a"])
    assert other.fingerprint != by_parameters.fingerprint


def test_terms_with_the_same_monomial_of_the_variables_are_one() -> None:
    family = ParametricSystem.from_strings(["(a + b)*x + a*b*x - 2"], parameters=["a", "b"])
    assert family.n_terms == 2
    assert family.degrees == (1,)


@pytest.mark.parametrize(
    ("point", "error", "message"),
    [
        ([1, 2], ShapeError, r"shape \(2,\) for 3 parameters"),
        ([1, 2, float("nan")], InputError, "NaN or infinite"),
        (["a", "b", "c"], InputError, "finite numbers"),
    ],
)
def test_points_that_are_none_are_refused(
    point: list[object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        _family().coefficients(point)


def test_floats_are_no_exact_parameters() -> None:
    with pytest.raises(InputError, match=r"Fraction\(0.1\) is the float"):
        _family().at([0.5, 1, 2])
    with pytest.raises(ShapeError, match="2 values for 3 parameters"):
        _family().at([1, 2])


def test_families_need_variables_and_known_parameters() -> None:
    system = PolynomialSystem.from_strings(["x - a"])
    with pytest.raises(InputError, match="no 'b' to be a parameter"):
        ParametricSystem.from_system(system, parameters=["b"])
    with pytest.raises(InputError, match="no variable is left"):
        ParametricSystem.from_system(system, parameters=["x", "a"])
    with pytest.raises(InputError, match="name the variables or the parameters"):
        ParametricSystem.from_strings(["x - a"])
    with pytest.raises(InputError, match="listed twice"):
        ParametricSystem.from_strings(["x - a"], parameters=["a", "a"])
