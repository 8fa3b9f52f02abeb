"""Bezout numbers against known counts and against the definition."""

from __future__ import annotations

import time
from itertools import permutations
from math import comb, factorial, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polynet.errors import BudgetError, InputError, ShapeError
from polynet.polynomial import SparsePolynomial
from polynet.root_counts import bezout_number, multihomogeneous_bezout


def by_permanent(matrix: list[tuple[int, ...]], sizes: list[int]) -> int:
    """The number as the permanent of the matrix with column g repeated n_g times, over n_g!."""
    columns = [g for g, size in enumerate(sizes) for _ in range(size)]
    permanent = sum(
        prod(matrix[i][g] for i, g in enumerate(order)) for order in permutations(columns)
    )
    return permanent // prod(factorial(size) for size in sizes)


@st.composite
def degree_tables(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], list[int]]:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4).filter(lambda s: sum(s) < 7))
    row = st.tuples(*[st.integers(0, 3)] * len(sizes))
    return draw(st.lists(row, min_size=sum(sizes), max_size=sum(sizes))), sizes


@given(degree_tables())
def test_the_number_is_a_permanent(table: tuple[list[tuple[int, ...]], list[int]]) -> None:
    matrix, sizes = table
    assert multihomogeneous_bezout(matrix, sizes) == by_permanent(matrix, sizes)


@given(degree_tables())
def test_the_number_is_a_coefficient(table: tuple[list[tuple[int, ...]], list[int]]) -> None:
    matrix, sizes = table
    groups = SparsePolynomial.variables([f"a{g}" for g in range(len(sizes))])
    product = SparsePolynomial.constant(groups[0].names, 1)
    for row in matrix:
        product = product * sum(d * a for d, a in zip(row, groups, strict=True))
    terms = zip(map(tuple, product.exponents.tolist()), product.coefficients, strict=True)
    assert multihomogeneous_bezout(matrix, sizes) == dict(terms).get(tuple(sizes), 0)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_one_group_gives_the_bezout_number(degrees: list[int]) -> None:
    rows = [(degree,) for degree in degrees]
    assert multihomogeneous_bezout(rows, [len(rows)]) == bezout_number(degrees) == prod(degrees)


@given(degree_tables())
def test_the_number_is_at_most_the_bezout_number_of_generic_systems(
    table: tuple[list[tuple[int, ...]], list[int]],
) -> None:
    # A generic equation with those group degrees has their sum as total degree.
    matrix, sizes = table
    assert multihomogeneous_bezout(matrix, sizes) <= bezout_number(map(sum, matrix))


@given(degree_tables())
def test_repeated_rows_may_be_counted(table: tuple[list[tuple[int, ...]], list[int]]) -> None:
    matrix, sizes = table
    distinct = sorted(set(matrix))
    counted = multihomogeneous_bezout(
        distinct, sizes, multiplicities=[matrix.count(row) for row in distinct]
    )
    assert counted == multihomogeneous_bezout(matrix, sizes)


@pytest.mark.parametrize("size", [2, 3, 10, 200])
def test_an_eigenvalue_problem_has_as_many_solutions_as_its_size(size: int) -> None:
    assert multihomogeneous_bezout([(1, 1)] * size, [1, size - 1]) == size


@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 3), (5, 5), (30, 12)])
def test_bilinear_systems_have_a_binomial_count(n: int, m: int) -> None:
    # n + m equations bilinear in n and m unknowns: C(n + m, n).
    assert multihomogeneous_bezout([(1, 1)] * (n + m), [n, m]) == comb(n + m, n)


def test_totally_mixed_nash_equilibria_of_three_players() -> None:
    # Three players, two pure strategies each: 2, against Bezout 8 (McKelvey and McLennan 1997).
    assert multihomogeneous_bezout([(0, 1, 1), (1, 0, 1), (1, 1, 0)], [1, 1, 1]) == 2


def test_a_planar_six_revolute_arm_style_grouping() -> None:
    # Two circles and two bilinear equations in (c1, s1), (c2, s2): 2*2*C(2, 1) = 8.
    assert multihomogeneous_bezout([(2, 0), (0, 2), (1, 1), (1, 1)], [2, 2]) == 8


def test_infeasible_degrees_count_zero() -> None:
    assert multihomogeneous_bezout([(1, 0), (1, 0)], [1, 1]) == 0
    assert multihomogeneous_bezout([(0, 0), (1, 1)], [1, 1]) == 0
    assert bezout_number([3, 0, 2]) == 0


def test_no_equations_have_one_solution() -> None:
    assert bezout_number([]) == 1
    assert multihomogeneous_bezout([], []) == 1


def test_thousands_of_weights_in_a_few_groups_are_counted() -> None:
    start = time.perf_counter()
    mnist = multihomogeneous_bezout([(1, 2), (2, 1)], [9, 6760], multiplicities=[9, 6760])
    even = multihomogeneous_bezout([(1, 1)], [2000, 2000], multiplicities=[4000])
    three = multihomogeneous_bezout(
        [(1, 2, 2), (2, 1, 2), (2, 2, 1)], [9, 40, 6000], multiplicities=[9, 40, 6000]
    )
    four = multihomogeneous_bezout([(1,) * 4], [10, 10, 10, 2000], multiplicities=[2030])
    assert time.perf_counter() - start < 20
    # sum over k of the equations of the first row that take their factor 2 a_2
    assert mnist == sum(comb(9, k) * 2**k * comb(6760, k) * 2**k for k in range(10))
    assert even == comb(4000, 2000)
    assert four == factorial(2030) // (factorial(10) ** 3 * factorial(2000))
    assert three > 0


def test_too_many_groups_are_refused_with_the_prediction() -> None:
    sizes = [300, 300, 300, 300]
    with pytest.raises(BudgetError, match=r"carries 217,081,801 integers.*fewer groups"):
        multihomogeneous_bezout([(1, 2, 2, 2)], sizes, multiplicities=[1200])
    with pytest.raises(BudgetError, match="over the limit of 100 bits"):
        multihomogeneous_bezout([(1, 1)], [50, 50], multiplicities=[100], max_bits=100)
    with pytest.raises(BudgetError, match="bits"):
        bezout_number([3], multiplicities=[10**12])


@pytest.mark.parametrize("degree", [-1, 0.5, "2"])
def test_degrees_are_whole_and_not_negative(degree: int) -> None:
    with pytest.raises(InputError, match="degree"):
        bezout_number([2, degree])
    with pytest.raises(InputError, match="degree"):
        multihomogeneous_bezout([(degree,)], [1])


@pytest.mark.parametrize("size", [0, -1, 1.5])
def test_group_sizes_and_multiplicities_are_whole_and_positive(size: int) -> None:
    with pytest.raises(InputError, match="from 1 on"):
        multihomogeneous_bezout([(1, 1)], [1, size])
    with pytest.raises(InputError, match="from 1 on"):
        multihomogeneous_bezout([(1,)], [1], multiplicities=[size])


def test_shapes_must_fit() -> None:
    with pytest.raises(ShapeError, match="3 equations in 2 variables"):
        multihomogeneous_bezout([(1, 1)] * 3, [1, 1])
    with pytest.raises(ShapeError, match="1 degrees for 2 groups"):
        multihomogeneous_bezout([(1,), (1, 1)], [1, 1])
    with pytest.raises(ShapeError, match="2 multiplicities for 1 rows"):
        multihomogeneous_bezout([(1,)], [1], multiplicities=[1, 1])
