"""Dimension, degree and standard monomials against closed forms and counting."""

from __future__ import annotations

from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.groebner.dimension import (
    dimension,
    dimension_and_degree,
    hilbert_numerator,
    is_zero_dimensional,
    standard_monomials,
)

Monomial = tuple[int, ...]


@pytest.mark.parametrize(
    ("monomials", "expected"),
    [
        ([], (3, 1)),
        ([(0, 0, 0)], (-1, 0)),
        ([(1, 0, 0)], (2, 1)),
        ([(0, 4, 0)], (2, 4)),
        ([(1, 1, 0), (0, 1, 1)], (2, 1)),
        ([(1, 1, 0), (1, 0, 1), (0, 1, 1)], (1, 3)),
        ([(2, 0, 0), (0, 3, 0), (0, 0, 5)], (0, 30)),
    ],
)
def test_dimension_and_degree_of_known_ideals(
    monomials: list[Monomial], expected: tuple[int, int]
) -> None:
    assert dimension_and_degree(monomials, 3) == expected
    assert dimension(monomials, 3) == expected[0]


monomials = st.lists(st.tuples(*[st.integers(0, 3)] * 3).filter(any), min_size=1, max_size=6)


@given(monomials)
def test_hilbert_series_counts_standard_monomials(generators: list[Monomial]) -> None:
    numerator = hilbert_numerator(generators, 3)
    for degree in range(7):
        counted = sum(
            sum(m) == degree and not any(_divides(g, m) for g in generators)
            for m in product(range(degree + 1), repeat=3)
        )
        # The series of K(t) / (1 - t)^3 has coefficients sum_k K_k C(degree - k + 2, 2).
        terms = (int(numerator[k]) * comb(degree - k + 2, 2) for k in range(degree + 1))
        assert counted == sum(terms)


@given(monomials)
def test_finite_quotients_have_as_many_standard_monomials_as_the_degree(
    generators: list[Monomial],
) -> None:
    finite = [*generators, (4, 0, 0), (0, 4, 0), (0, 0, 4)]
    assert is_zero_dimensional(finite, 3)
    assert dimension_and_degree(finite, 3) == (0, len(standard_monomials(finite, 3)))
    assert is_zero_dimensional(generators, 3) == (dimension(generators, 3) == 0)


def _divides(a: Monomial, b: Monomial) -> bool:
    return all(x <= y for x, y in zip(a, b, strict=True))
