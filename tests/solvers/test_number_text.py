"""Numbers beyond the range of floats are kept, printed and written exactly."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

from polynet import PolynomialSystem
from solvers import CriticalSet, find_critical_points, solve
from solvers.number_text import exact_text, fraction_of
from solvers.solution_record import solution_record


def strict(text: str) -> object:
    """Parsed JSON; fails for Infinity and NaN, which are none."""

    def refuse(constant: str) -> float:
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


def test_exact_text_has_no_limit_of_digits() -> None:
    number = Fraction(-(10**6000), 7)
    assert fraction_of(exact_text(number)) == number
    with pytest.raises(ValueError, match="invalid"):
        fraction_of("x")


@pytest.mark.parametrize(
    ("equations", "printed"),
    [
        (["x - 10^400"], "1.000000000e+400"),
        (["x^2 - 2*10^801", "y - x^2"], "-4.472135955e+400  2.000000000e+801"),
        (["x^2 + 10^900"], "0-1.00000e+450i"),
        (["10^400*x + 1"], "  0  real  "),
    ],
)
def test_solutions_of_any_size_are_printed_and_written(equations: list[str], printed: str) -> None:
    found = solve(PolynomialSystem.from_strings(equations))
    assert printed in str(found)
    strict(json.dumps(solution_record(found)))


@pytest.mark.parametrize(
    ("loss", "printed"),
    [
        ("(x - 10^400)^2 + y^2", "(1.0000e+400, 0)"),
        ("10^400*((x^2 - 2)^2 + y^2)", "4.000000000e+400  saddle"),
        ("10^400*(x^2 - 2)^2", "4.000000000e+400  maximum"),
    ],
)
def test_critical_points_of_any_size_are_classified_and_written(loss: str, printed: str) -> None:
    (polynomial,) = PolynomialSystem.from_strings([loss], ["x", "y"]).polynomials
    found = find_critical_points(polynomial)
    assert printed in str(found)
    text = found.to_json()
    strict(text)
    again = CriticalSet.from_json(text)
    assert (again.to_json(), str(again)) == (text, str(found))


def test_real_solutions_are_ascending_without_negative_zero() -> None:
    found = solve(
        PolynomialSystem.from_strings(["(x - 3)*x*(x^2 - 2)*(10^400*x + 1)", "y*(y - 1)"])
    )
    rows = found.real_solutions.tolist()
    assert rows == sorted(rows)
    assert not np.signbit(found.real_solutions[found.real_solutions == 0]).any()
