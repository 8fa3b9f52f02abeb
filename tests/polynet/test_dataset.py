"""Datasets: what is exact, what is refused and why, and how they are cut."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from polynet.dataset import Dataset
from polynet.errors import DataError, InputError, ShapeError


@pytest.fixture
def squares() -> Dataset:
    return Dataset(np.arange(10), np.arange(10) ** 2, name="squares", source="by hand")


# What is exact


@pytest.mark.parametrize(
    "inputs",
    [
        [[0, 1], [2, 3]],
        np.array([[0, 1], [2, 3]], dtype=np.uint8),
        [[Fraction(0), Fraction(1)], [Fraction(2), Fraction(3)]],
        [[fmpq(0), fmpz(1)], [sympy.Integer(2), 3]],
        (np.array([0, 1]), np.array([2, 3])),
    ],
    ids=["lists", "uint8", "fractions", "foreign rationals", "rows of arrays"],
)
def test_whole_numbers_of_every_kind_are_stored_as_int64(inputs: object) -> None:
    data = Dataset(inputs, [1, 2])
    assert data.exact
    assert data.inputs.dtype == np.int64
    assert data.inputs.tolist() == [[0, 1], [2, 3]]


def test_booleans_are_the_integers_0_and_1() -> None:
    data = Dataset(np.array([[True, False]]), [True])
    assert data.exact
    assert (data.inputs.tolist(), data.targets.tolist()) == ([[1, 0]], [[1]])


def test_fractions_stay_fractions() -> None:
    data = Dataset([[Fraction(1, 3), 2]], [sympy.Rational(1, 7)])
    assert data.exact
    assert data.inputs.tolist() == [[Fraction(1, 3), Fraction(2)]]
    assert data.targets.tolist() == [[Fraction(1, 7)]]
    assert all(type(entry) is Fraction for entry in [*data.inputs.flat, *data.targets.flat])


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 2**64, 10**30])
def test_integers_beyond_64_bits_lose_nothing(value: int) -> None:
    data = Dataset([[value, -1], [2**53 + 1, 1]], [0, 1])
    assert data.exact
    assert data.inputs.tolist() == [[value, -1], [2**53 + 1, 1]]


@pytest.mark.parametrize(
    "inputs", [[[0.5]], np.array([[0.5]], dtype=np.float32), [[sympy.Float(0.5)]]]
)
def test_one_float_makes_both_sides_float(inputs: object) -> None:
    data = Dataset(inputs, [Fraction(1, 4)])
    assert not data.exact
    assert data.inputs.dtype == data.targets.dtype == np.float64
    assert (data.inputs.tolist(), data.targets.tolist()) == ([[0.5]], [[0.25]])


def test_float_targets_make_exact_inputs_float() -> None:
    data = Dataset([[Fraction(1, 2), 3]], [0.5])
    assert (data.exact, data.inputs.dtype) == (False, np.float64)


@given(st.lists(st.lists(st.fractions(), min_size=2, max_size=2), min_size=1, max_size=5))
def test_exact_numbers_come_back_unchanged(rows: list[list[Fraction]]) -> None:
    data = Dataset(rows, [row[0] for row in rows])
    assert data.inputs.tolist() == rows


def test_to_float_rounds_every_number_and_keeps_provenance() -> None:
    exact = Dataset([[Fraction(1, 3), 2]], [10**20], "thirds", "by hand", true_weights=[1, 2])
    rounded = exact.to_float()
    assert rounded.inputs.tolist() == [[1 / 3, 2.0]]
    assert rounded.targets.tolist() == [[1e20]]
    assert (rounded.exact, rounded.name, rounded.source) == (False, "thirds", "by hand")
    assert rounded.true_weights is not None
    assert rounded.true_weights.dtype == np.float64
    assert rounded.to_float() is rounded


def test_to_float_refuses_numbers_beyond_floats() -> None:
    with pytest.raises(DataError, match=r"beyond the range of floats, 1\.8e308; scale the data"):
        Dataset([10**400], [1]).to_float()


# Shapes


def test_plain_sequences_become_columns() -> None:
    data = Dataset([1, 2, 3], [4, 5, 6])
    assert (data.inputs.shape, data.targets.shape, data.input_shape) == ((3, 1), (3, 1), (1,))


def test_shapes_are_reported_without_the_axis_of_examples() -> None:
    data = Dataset(np.zeros((5, 1, 8, 8)), np.zeros((5, 10)))
    assert (len(data), data.n_examples, data.input_shape, data.n_targets) == (5, 5, (1, 8, 8), 10)


def test_flatten_makes_one_row_of_each_input() -> None:
    data = Dataset(np.arange(12).reshape(2, 1, 2, 3), [0, 1]).flatten()
    assert data.inputs.tolist() == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]


# What is refused


@pytest.mark.parametrize(
    ("inputs", "targets", "error", "message"),
    [
        ([], [], DataError, r"inputs has no examples, shape \(0, 1\)"),
        (np.zeros((0, 3)), np.zeros((0, 1)), DataError, "at least one is needed"),
        ([[1, 2]], [[]], ShapeError, r"targets of shape \(1, 0\) has no number for an example"),
        ([[], []], [1, 2], ShapeError, r"inputs of shape \(2, 0\) has no number"),
        (3, [1], ShapeError, "inputs is one number, not a sequence"),
        ([[1, 2], [3]], [1, 2], ShapeError, "inputs is ragged: all rows"),
        ([[Fraction(1), 2], [3]], [1, 2], ShapeError, "inputs is ragged: all rows"),
        ([[1, 2], 3], [1, 2], ShapeError, "inputs is ragged: all rows"),
        ([1, 2, 3], [1, 2], ShapeError, "3 inputs but 2 targets: each example needs both"),
        ([1], np.ones((1, 2, 2)), ShapeError, r"targets have shape \(1, 2, 2\), but at most two"),
        ([[1.0, np.nan]], [1], DataError, r"inputs\[0, 1\] is nan: every number must be finite"),
        ([1, 2], [0.5, np.inf], DataError, r"targets\[1\] is inf"),
        ([1, 2], [-np.inf, np.nan], DataError, r"targets\[0\] is -inf"),
        ([[1, Fraction(1, 2)], [3, float("nan")]], [1, 2], DataError, r"inputs\[1, 1\] is nan"),
        ([1j, 2], [1, 2], DataError, "inputs holds complex numbers: pass real and imaginary"),
        (["1", "2"], [1, 2], DataError, "inputs holds text: convert it to numbers"),
        ([1, "2"], [1, 2], DataError, "inputs holds text"),
        ([b"1"], [1], DataError, "inputs holds bytes"),
        (np.array(["2020-01-01"], dtype="M8[D]"), [1], DataError, "inputs holds dates"),
        ([1, None], [1, 2], DataError, r"inputs\[1\] is None of type NoneType, not a real"),
        ([[Fraction(1), 1j]], [1], DataError, r"inputs\[0, 1\] is 1j of type complex"),
        ([Decimal("0.5")], [1], DataError, "of type Decimal, not a real number: use int, Fraction"),
        ([sympy.Symbol("x")], [1], DataError, "of type Symbol, not a real number"),
        ({1: 2}, [1], DataError, r"inputs\[\] is \{1: 2\} of type dict"),
        (np.ma.array([1.0, 2.0], mask=[0, 1]), [1, 2], DataError, "inputs has masked"),
        ([10**400, 0.5], [1, 2], DataError, "a number is beyond the range of floats"),
    ],
)  # fmt: skip
def test_bad_data_are_refused_with_the_reason(
    inputs: object, targets: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Dataset(inputs, targets)


# Values that never change


def test_later_changes_of_the_callers_array_do_not_reach_the_dataset() -> None:
    inputs = np.zeros((2, 2))
    view = inputs[:]
    view.setflags(write=False)
    for given_array in (inputs, view):
        data = Dataset(given_array, [0.0, 1.0])
        inputs[0, 0] += 7.0
        assert data.inputs[0, 0] == inputs[0, 0] - 7.0
        assert inputs.flags.writeable


def test_a_read_only_array_is_kept_without_a_copy() -> None:
    inputs = np.zeros((2, 2))
    inputs.setflags(write=False)
    assert Dataset(inputs, [0.0, 1.0]).inputs is inputs


def test_arrays_are_read_only_and_contiguous() -> None:
    data = Dataset(np.zeros((2, 3)).T, [1.0, 2.0, 3.0])[::2]
    for part in (data.inputs, data.targets):
        assert part.flags.c_contiguous
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 1.0


def test_fields_cannot_be_assigned(squares: Dataset) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        squares.name = "cubes"


@pytest.mark.parametrize("remake", [lambda d: pickle.loads(pickle.dumps(d)), copy.deepcopy])
def test_copies_are_equal_and_read_only(squares: Dataset, remake) -> None:
    again = remake(squares)
    assert again == squares
    assert (again.name, again.source) == ("squares", "by hand")
    assert not again.inputs.flags.writeable


def test_equality_compares_examples_and_exactness_alone(squares: Dataset) -> None:
    assert squares == Dataset(range(10), [k * k for k in range(10)])
    assert squares != squares.to_float()
    assert squares != squares.take(9)
    assert squares != Dataset(np.arange(10), np.arange(10))
    assert squares != "squares"
    assert Dataset([Fraction(1, 2)], [1]) == Dataset([fmpq(2, 4)], [1])


# Cutting


def test_take_keeps_the_first_examples_and_shares_memory(squares: Dataset) -> None:
    first = squares.take(3)
    assert first.targets.ravel().tolist() == [0, 1, 4]
    assert np.shares_memory(first.inputs, squares.inputs)
    assert (first.name, first.source) == ("squares", "by hand")


@pytest.mark.parametrize("n", [0, -1, 11, 2.0, "3"])
def test_take_refuses_counts_that_it_does_not_have(squares: Dataset, n: int) -> None:
    with pytest.raises(InputError, match="number of examples must be a whole number from 1 to 10"):
        squares.take(n)


def test_indexing_gives_examples_and_datasets(squares: Dataset) -> None:
    x, y = squares[3]
    assert (x.tolist(), y.tolist()) == ([3], [9])
    assert squares[-2:].targets.ravel().tolist() == [64, 81]
    assert squares[[4, 1]].targets.ravel().tolist() == [16, 1]
    assert squares[squares.inputs[:, 0] > 7].targets.ravel().tolist() == [64, 81]
    assert [int(target[0]) for _, target in squares.take(3)] == [0, 1, 4]


def test_an_empty_slice_is_refused(squares: Dataset) -> None:
    with pytest.raises(DataError, match="no examples"):
        squares[10:]


def test_split_parts_the_examples_and_the_seed_decides_how(squares: Dataset) -> None:
    train, test = squares.split(7, seed=3)
    assert (len(train), len(test)) == (7, 3)
    both = sorted([*train.inputs.ravel().tolist(), *test.inputs.ravel().tolist()])
    assert both == list(range(10))
    assert np.array_equal(train.targets, train.inputs**2)
    assert squares.split(7, seed=3) == (train, test)
    assert squares.split(7, seed=4)[0] != train


def test_split_records_the_draw_in_the_source(squares: Dataset) -> None:
    train, test = squares.split(7, seed=3)
    assert train.source == "by hand; the draw of 7 from 10 with seed 3"
    assert test.source == "by hand; the rest of 7 from 10 with seed 3"


@pytest.mark.parametrize("n_train", [0, 10, 1.5])
def test_split_needs_an_example_on_both_sides(squares: Dataset, n_train: int) -> None:
    with pytest.raises(InputError, match="n_train must be a whole number from 1 to 9"):
        squares.split(n_train)


def test_split_of_one_example_says_that_there_are_too_few() -> None:
    with pytest.raises(InputError, match="too few examples"):
        Dataset([1], [1]).split(1)


# Classes


@pytest.mark.parametrize("other", [0, -1, 0.0, -1.0])
def test_class_labels_are_read_from_one_hot_and_signed_rows(other: float) -> None:
    targets = [[other, other, 1], [1, other, other]]
    assert Dataset([1, 2], targets).class_labels().tolist() == [2, 0]


@pytest.mark.parametrize("other", [0, -1])
def test_class_labels_of_one_column_are_0_and_1(other: int) -> None:
    assert Dataset([1, 2, 3], [1, other, 1]).class_labels().tolist() == [1, 0, 1]


@pytest.mark.parametrize("targets", [[[0, 2]], [[1, 1]], [[0, 0]], [[0.5, 0.5]], [3], [[1, 0, -1]]])
def test_class_labels_are_refused_for_a_regression(targets: list[object]) -> None:
    with pytest.raises(InputError, match=r"one-hot \(0 and 1\) or signed \(-1 and 1\) targets"):
        Dataset([1], targets).class_labels()


# Printing


def test_printing_is_one_line_that_says_what_it_is(squares: Dataset) -> None:
    line = "Dataset 'squares': 10 examples, inputs (1,), 1 target, exact; source: by hand"
    assert str(squares) == repr(squares) == line


def test_printing_without_a_name_leaves_it_out() -> None:
    data = Dataset(np.zeros((1, 1, 8, 8)), np.zeros((1, 10)))
    assert str(data) == "Dataset: 1 example, inputs (1, 8, 8), 10 targets, float"
