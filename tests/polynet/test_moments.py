"""Moments: only distinct ones, one cost for an example, the same by every way of adding."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
import pytest

from polynet.moments import MomentBasis, Moments

QUADRATIC = [m for d in range(3) for m in combinations_with_replacement(range(3), d)]


def test_only_distinct_products_are_kept():
    basis = MomentBasis.of(QUADRATIC, 3)
    assert basis.size == 10
    assert basis.n_moments == len(
        [m for d in range(5) for m in combinations_with_replacement("abc", d)]
    )
    assert (basis.product_of == basis.product_of.T).all()


@pytest.mark.parametrize("exact", [True, False])
def test_the_gram_matrix_is_the_sum_of_outer_products(exact):
    rng = np.random.default_rng(0)
    inputs, targets = rng.integers(-3, 4, (20, 3)), rng.integers(-3, 4, (20, 2))
    if not exact:
        inputs, targets = inputs / 7, targets / 7
    moments = Moments.empty(MomentBasis.of(QUADRATIC, 3), 2, exact=exact).add(inputs, targets)
    features = np.array(
        [[np.prod([x[i] for i in m]) for m in QUADRATIC] for x in inputs.astype(float)]
    )
    np.testing.assert_allclose(moments.gram().astype(float), features.T @ features, rtol=1e-12)
    np.testing.assert_allclose(moments.cross.astype(float), features.T @ targets, rtol=1e-12)
    assert float(moments.square_sum) == pytest.approx(float((targets**2).sum()))


def test_adding_one_by_one_equals_adding_at_once():
    rng = np.random.default_rng(1)
    inputs, targets = rng.integers(-3, 4, (9, 3)), rng.integers(-3, 4, (9, 1))
    fractions = inputs.astype(object) * Fraction(1, 3)
    for data in (inputs, fractions):
        empty = Moments.empty(MomentBasis.of(QUADRATIC, 3), 1, exact=True)
        whole, single = empty.add(data, targets), empty
        for x, y in zip(data, targets, strict=True):
            single = single.add(x[None], y[None])
        assert (whole.values == single.values).all()
        assert whole.square_sum == single.square_sum
    floats = Moments.empty(MomentBasis.of(QUADRATIC, 3), 1, exact=False)
    few = floats.add(inputs[:1] / 3, targets[:1]).add(inputs[1:] / 3, targets[1:])
    np.testing.assert_allclose(few.values, floats.add(inputs / 3, targets).values, rtol=1e-12)


def test_large_integers_stay_exact():
    big = 10**12
    moments = Moments.empty(MomentBasis.of(QUADRATIC, 3), 1, exact=True)
    moments = moments.add(np.array([[big, 1, 1], [1, 1, 1]]), np.array([[big], [0]]))
    assert moments.values.max() == big**4 + 1
    assert moments.square_sum == big**2


def test_size_does_not_depend_on_the_number_of_examples():
    rng = np.random.default_rng(2)
    empty = Moments.empty(MomentBasis.of(QUADRATIC, 3), 1, exact=False)
    few = empty.add(rng.random((3, 3)), rng.random((3, 1)))
    many = few.add(rng.random((5000, 3)), rng.random((5000, 1)))
    assert few.n_bytes == many.n_bytes
    assert many.n_examples == 5003


def test_monomials_of_many_inputs_are_told_apart():
    # Too many inputs and too high a degree for one integer key a product.
    rng = np.random.default_rng(3)
    monomials = [tuple(sorted(rng.integers(0, 5000, 4).tolist())) for _ in range(30)]
    basis = MomentBasis.of(monomials, 5000)
    distinct = {tuple(sorted(a + b)) for a, b in combinations_with_replacement(monomials, 2)}
    assert basis.n_moments == len(distinct)


@pytest.mark.parametrize("largest", [3, 4_000, 5_000, 10**6, 2**62])
@pytest.mark.parametrize("n_examples", [1, 7, 40])
def test_integer_moments_are_exact_in_floats_and_beyond_them(largest, n_examples):
    """Around 6,000 the fourth powers of seven examples can sum to 2^53."""
    rng = np.random.default_rng(largest)
    inputs = rng.integers(-largest, largest, (n_examples, 2), endpoint=True)
    targets = rng.integers(-largest, largest, (n_examples, 1), endpoint=True)
    monomials = [(), (0,), (1,), (0, 1), (1, 1)]
    empty = Moments.empty(MomentBasis.of(monomials, 2), 1, exact=True)
    moments = empty.add(inputs, targets)
    rows = [[1, x, y, x * y, y * y] for x, y in inputs.tolist()]
    ys = targets.ravel().tolist()
    assert moments.gram().tolist() == [
        [sum(row[i] * row[j] for row in rows) for j in range(5)] for i in range(5)
    ]
    assert moments.cross.ravel().tolist() == [
        sum(row[i] * y for row, y in zip(rows, ys, strict=True)) for i in range(5)
    ]
    assert moments.square_sum == sum(y * y for y in ys)
    numbers = (*moments.values, *moments.cross.ravel(), moments.square_sum)
    assert {type(value) for value in numbers} == {int}


def test_the_smallest_integer_of_64_bits_is_taken_at_its_size():
    inputs = np.array([[np.iinfo(np.int64).min, 1, 1]])
    empty = Moments.empty(MomentBasis.of(QUADRATIC, 3), 1, exact=True)
    assert empty.add(inputs, np.array([[0]])).gram()[1, 1] == 2**126
