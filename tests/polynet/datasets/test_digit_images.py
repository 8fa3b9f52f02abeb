"""The 8x8 digits of scikit-learn, and what happens without scikit-learn."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import sklearn.datasets as sklearn_datasets

from polynet.datasets import digits
from polynet.errors import InputError, PolynetError


@pytest.mark.backend
def test_digits_are_the_images_of_scikit_learn_scaled_to_1() -> None:
    images, labels = sklearn_datasets.load_digits(return_X_y=True)
    data = digits()
    assert (data.inputs.shape, data.targets.shape) == ((1797, 1, 8, 8), (1797, 10))
    assert np.array_equal(data.inputs.reshape(1797, 64) * 16, images)
    assert (data.inputs.min(), data.inputs.max()) == (0.0, 1.0)
    assert np.array_equal(data.class_labels(), labels)
    assert data.source.startswith("scikit-learn load_digits")


@pytest.mark.backend
def test_flat_signed_digits_hold_the_same_images() -> None:
    data, flat = digits(), digits("signed", flat=True)
    assert np.array_equal(flat.inputs, data.inputs.reshape(1797, 64))
    assert np.array_equal(flat.targets, 2 * data.targets - 1)


def test_without_scikit_learn_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(PolynetError, match="install it with `pip install scikit-learn`"):
        digits()


def test_an_unknown_coding_is_refused() -> None:
    with pytest.raises(InputError, match='must be "one-hot" or "signed"'):
        digits("both")
