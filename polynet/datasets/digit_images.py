"""The 8x8 digits that come with scikit-learn: real images without any download."""

from __future__ import annotations

import numpy as np

from polynet.dataset import Dataset
from polynet.datasets.class_targets import TargetCoding, check_coding, class_targets
from polynet.errors import PolynetError

__all__ = ["digits"]


def digits(targets: TargetCoding = "one-hot", *, flat: bool = False) -> Dataset:
    """1,797 handwritten digits of 8x8 pixels, grey values k/16 scaled to [0, 1].

    Inputs ``(1797, 1, 8, 8)``, or ``(1797, 64)`` with ``flat``; targets ``(1797, 10)`` with 1
    at the digit and 0 ("one-hot") or -1 ("signed") elsewhere. Raises ``PolynetError`` where
    scikit-learn is not installed.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, 1998 (its test set), as scikit-learn ships it.
    """
    check_coding(targets)
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise PolynetError(
            f"digits() needs scikit-learn, which cannot be imported here ({error}): "
            "install it with `pip install scikit-learn`"
        ) from error
    bunch = load_digits()
    images = np.asarray(bunch.images, dtype=np.float64)[:, np.newaxis] / 16.0
    rows = class_targets(np.asarray(bunch.target), 10, targets)
    data = Dataset(images, rows, "digits", "scikit-learn load_digits (UCI optdigits, test set)")
    return data.flatten() if flat else data
