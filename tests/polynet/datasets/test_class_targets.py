"""Target rows of class labels, and the way back."""

from __future__ import annotations

import numpy as np
import pytest

from polynet.dataset import Dataset
from polynet.datasets.class_targets import class_targets
from polynet.errors import InputError


def test_one_hot_rows_hold_one_1_among_0s() -> None:
    rows = class_targets(np.array([1, 0], dtype=np.uint8), 3, "one-hot")
    assert rows.tolist() == [[0, 1, 0], [1, 0, 0]]


def test_signed_rows_hold_one_1_among_minus_1s() -> None:
    assert class_targets(np.array([2]), 3, "signed").tolist() == [[-1, -1, 1]]


@pytest.mark.parametrize("coding", ["one-hot", "signed"])
def test_class_labels_inverts_class_targets(coding: str) -> None:
    labels = np.random.default_rng(0).integers(0, 10, size=50)
    data = Dataset(labels, class_targets(labels, 10, coding))
    assert np.array_equal(data.class_labels(), labels)


@pytest.mark.parametrize("coding", ["onehot", "", None, ["signed"]])
def test_an_unknown_coding_is_refused(coding: str) -> None:
    with pytest.raises(InputError, match='must be "one-hot" or "signed", not'):
        class_targets(np.array([0]), 2, coding)
