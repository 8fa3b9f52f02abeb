"""Class labels as target rows: one-hot, or signed with -1 in place of 0."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from polynet.errors import InputError

__all__ = ["TargetCoding", "check_coding", "class_targets"]

TargetCoding: TypeAlias = Literal["one-hot", "signed"]

_VALUE_OF_OTHER_CLASSES = {"one-hot": 0.0, "signed": -1.0}


def check_coding(coding: object) -> None:
    """Raise ``InputError`` unless ``coding`` names a coding, before any file is read."""
    if coding not in list(_VALUE_OF_OTHER_CLASSES):
        raise InputError(f'targets must be "one-hot" or "signed", not {coding!r}')


def class_targets(
    labels: NDArray[Any], n_classes: int, coding: TargetCoding
) -> NDArray[np.float64]:
    """Rows, shape ``(n, n_classes)``, with 1 at the class and 0 (or -1) elsewhere.

    >>> class_targets(np.array([2, 0]), 3, "signed").tolist()
    [[-1.0, -1.0, 1.0], [1.0, -1.0, -1.0]]
    """
    check_coding(coding)
    rows = np.full((labels.size, n_classes), _VALUE_OF_OTHER_CLASSES[coding])
    rows[np.arange(labels.size), labels] = 1.0
    rows.setflags(write=False)
    return rows
