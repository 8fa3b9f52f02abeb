"""Truth tables: every row once, in counting order, with exact targets."""

from __future__ import annotations

import numpy as np
import pytest

from polynet.datasets import parity, xor
from polynet.errors import InputError


def test_xor_has_its_four_rows_in_counting_order() -> None:
    data = xor()
    assert data.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.targets.tolist() == [[0], [1], [1], [0]]
    assert data.exact
    assert str(data).startswith("Dataset 'xor': 4 examples, inputs (2,), 1 target, exact")


def test_no_linear_function_comes_nearer_to_xor_than_four_thirds() -> None:
    data = xor().to_float()
    weights, residual, *_ = np.linalg.lstsq(data.inputs, data.targets, rcond=None)
    assert weights.ravel() == pytest.approx([1 / 3, 1 / 3])
    assert residual == pytest.approx([4 / 3])


def test_parity_of_two_bits_is_xor() -> None:
    assert parity(2) == xor()


@pytest.mark.parametrize("n_bits", [1, 3, 6])
def test_parity_lists_every_row_and_counts_its_ones(n_bits: int) -> None:
    data = parity(n_bits)
    assert [int("".join(map(str, row)), 2) for row in data.inputs.tolist()] == [*range(2**n_bits)]
    assert data.targets.ravel().tolist() == [bin(row).count("1") % 2 for row in range(2**n_bits)]
    assert data.exact


@pytest.mark.parametrize("n_bits", [0, -1, 21, 2.0, "3"])
def test_parity_refuses_bits_out_of_range(n_bits: int) -> None:
    with pytest.raises(InputError, match="n_bits must be a whole number from 1 to 20, not"):
        parity(n_bits)
