"""MNIST and Fashion-MNIST from the user's own copies of the standard IDX files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from polynet.dataset import Dataset, checked_count
from polynet.datasets.class_targets import TargetCoding, check_coding, class_targets
from polynet.datasets.idx import IdxContent, read_idx
from polynet.datasets.mnist_files import (
    FASHION_MNIST,
    MNIST,
    ImageSet,
    RootPath,
    check_content,
    find_files,
)
from polynet.errors import DataError

__all__ = ["fashion_mnist", "mnist"]

_N_CLASSES = 10
_IMAGE_SHAPE = (28, 28)


def mnist(
    root: RootPath | None = None,
    train: bool = True,  # noqa: FBT001, FBT002
    limit: int | None = None,
    *,
    targets: TargetCoding = "one-hot",
    verify: bool = True,
) -> Dataset:
    """Handwritten digits, 60,000 for training or 10,000 for test, from IDX files.

    Inputs ``(n, 1, 28, 28)`` in [0, 1] (grey values divided by 255), targets ``(n, 10)`` with
    1 at the digit and 0 ("one-hot") or -1 ("signed") elsewhere, both float64. At most the first
    ``limit`` examples are kept.

    The files, gzip or plain, are looked for in ``root``, else in the folder that POLYNET_DATA
    names, and then in its subfolder ``mnist``. They are read to the end, and their content must
    be the official one by MD5; ``verify=False`` accepts other data in the same format.

    Raises ``DataError`` where files are absent (the message lists names, sizes and MD5s),
    truncated, damaged, of another kind, or do not belong together, and ``InputError`` for a
    ``limit`` below 1 or an unknown ``targets``. All 60,000 images take 0.35 GiB, and half a GiB
    at the peak.

    Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.
    """
    return _load(MNIST, root, train=train, limit=limit, coding=targets, verify=verify)


def fashion_mnist(
    root: RootPath | None = None,
    train: bool = True,  # noqa: FBT001, FBT002
    limit: int | None = None,
    *,
    targets: TargetCoding = "one-hot",
    verify: bool = True,
) -> Dataset:
    """Clothes in ten classes, in the same format and with the same arguments as ``mnist``.

    The subfolder tried after the folder itself is ``fashion``.

    Source: H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, arXiv:1708.07747.
    """
    return _load(FASHION_MNIST, root, train=train, limit=limit, coding=targets, verify=verify)


def _load(
    image_set: ImageSet,
    root: RootPath | None,
    *,
    train: bool,
    limit: int | None,
    coding: TargetCoding,
    verify: bool,
) -> Dataset:
    check_coding(coding)
    if limit is not None:
        limit = checked_count(limit, "limit")
    wanted = image_set.train if train else image_set.test
    paths = find_files(image_set, wanted, root)
    contents = tuple(
        read_idx(path, n_axes, limit=limit) for path, n_axes in zip(paths, (3, 1), strict=True)
    )
    _check_pair(paths, contents[0], contents[1])
    if verify:
        for file, path, content in zip(wanted, paths, contents, strict=True):
            check_content(image_set, file, path, content.md5)
    rows = class_targets(contents[1].array, _N_CLASSES, coding)
    part = "training" if train else "test"
    source = f"{image_set.title} {part} set{'' if verify else ' (not verified)'}, {paths[0].parent}"
    name = f"{image_set.folder} {'train' if train else 'test'}"
    return Dataset(_scaled(contents[0].array), rows, name, source)


def _check_pair(paths: tuple[Path, Path], images: IdxContent, labels: IdxContent) -> None:
    """Refuse images of another size, labels out of range, and files of unequal counts."""
    if images.array.shape[1:] != _IMAGE_SHAPE:
        found = " x ".join(str(size) for size in images.array.shape[1:])
        raise DataError(f"{paths[0]} holds images of {found} pixels, not 28 x 28")
    if images.n_items != labels.n_items:
        raise DataError(
            f"{paths[0]} holds {images.n_items:,} images but {paths[1]} {labels.n_items:,} "
            "labels: they do not belong together"
        )
    if images.n_items == 0:
        raise DataError(f"{paths[0]} holds no images")
    if labels.array.max() >= _N_CLASSES:
        where = int(np.argmax(labels.array >= _N_CLASSES))
        raise DataError(
            f"{paths[1]} holds the label {labels.array[where]} at position {where}; labels must "
            f"be 0 to {_N_CLASSES - 1}"
        )


def _scaled(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Grey values 0 to 255 as read-only floats in [0, 1] with an axis for the one channel."""
    images = np.empty((pixels.shape[0], 1, *pixels.shape[1:]), dtype=np.float64)
    # Dividing into the result needs no second float array.
    np.divide(pixels[:, np.newaxis], 255.0, out=images)
    images.setflags(write=False)
    return images
