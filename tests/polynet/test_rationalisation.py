"""Simplest fractions against brute force, and what is reported of the changes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polynet import Dataset, PolynomialSystem
from polynet.errors import InputError
from polynet.rationalisation import rationalised, simplest_fraction


def by_trial(low: Fraction, high: Fraction) -> Fraction:
    """The least denominator first, then the numerator of least size."""
    for q in range(1, 10_000):
        inside = range(-(-low * q // 1), int(high * q // 1) + 1)
        if len(inside):
            return Fraction(min(inside, key=abs), q)
    raise AssertionError("no fraction found")


@given(st.fractions(-5, 5, max_denominator=200), st.fractions(0, 1, max_denominator=90))
def test_simplest_fraction_is_that_of_trial(low: Fraction, width: Fraction) -> None:
    assert simplest_fraction(low, low + width) == by_trial(low, low + width)


def test_simplest_is_not_the_nearest_of_small_denominator() -> None:
    value = Fraction(3333, 10_000)
    assert simplest_fraction(value - Fraction(1, 10), value + Fraction(1, 10)) == Fraction(1, 3)
    assert simplest_fraction(Fraction(29, 100), Fraction(41, 100)) == Fraction(1, 3)
    with pytest.raises(InputError, match="is empty"):
        simplest_fraction(Fraction(1), Fraction(0))


def test_changes_are_reported() -> None:
    values = [0.1, -2, 1e-9, Fraction(1, 3), np.float64(0.66667)]
    found, report = rationalised(values, 1e-4)
    assert found == (Fraction(1, 10), -2, 0, Fraction(1, 3), Fraction(2, 3))
    assert (report.n_values, report.n_changed, report.n_zeroed) == (5, 3, 1)
    assert report.largest_change == Fraction(0.66667) - Fraction(2, 3)
    assert "3 of 5 numbers changed, 1 of them to zero" in str(report)
    assert "none of 1 numbers" in str(rationalised([7], 0.1)[1])


@pytest.mark.parametrize("tolerance", [0, -1, 0.5, float("nan"), float("inf"), "wide", None])
def test_a_tolerance_out_of_range_is_refused(tolerance: Any) -> None:
    with pytest.raises(InputError, match=r"above 0 and below 1/2"):
        rationalised([1], tolerance)


def test_a_system_and_data_become_simple() -> None:
    system = PolynomialSystem.from_strings(["0.3333*x*y - 1.00001", "x^2 - 0.000001*y"])
    simple, report = system.rationalised(Fraction(1, 1000))
    assert simple == PolynomialSystem.from_strings(["x*y/3 - 1", "x^2"], ["x", "y"])
    assert (report.n_changed, report.n_zeroed) == (3, 1)
    data, report = Dataset([[0.1, 0.333]], [[2.0]]).rationalised(0.01)
    assert data.exact
    assert data.inputs.tolist() == [[Fraction(1, 10), Fraction(1, 3)]]
    assert data.targets.tolist() == [[2]]
    assert "tolerance 0.01" in data.source
