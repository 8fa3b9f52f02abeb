"""CIFAR-100 from the user's own copy of the official pickles, or from an archive of a part."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from polynet.dataset import Dataset, checked_count
from polynet.datasets.cifar_files import find_file, read_archive, read_pickle
from polynet.datasets.class_targets import TargetCoding, check_coding, class_targets
from polynet.datasets.mnist_files import RootPath
from polynet.errors import InputError

__all__ = ["cifar100"]

CifarLabels = Literal["fine", "coarse"]


def cifar100(
    root: RootPath | None = None,
    train: bool = True,  # noqa: FBT001, FBT002
    limit: int | None = None,
    *,
    labels: CifarLabels = "fine",
    targets: TargetCoding = "one-hot",
    verify: bool = True,
) -> Dataset:
    """Colour images of 100 kinds of things: 50,000 for training or 10,000 for test.

    Inputs ``(n, 3, 32, 32)`` in [0, 1] (bytes divided by 255), targets ``(n, 100)`` with 1 at the
    class, or ``(n, 20)`` with ``labels="coarse"``, and 0 ("one-hot") or -1 ("signed") elsewhere. At
    most the first ``limit`` examples are kept.

    ``root`` is a file, or a folder that has the official Python pickles ``train`` and ``test``, or
    an archive ``cifar100_subset.npz`` of some of the images, in itself or in its subfolder
    ``cifar-100-python`` or ``cifar100``; without it the folder is that of POLYNET_DATA. Pickles
    must be the official ones by MD5; ``verify=False`` accepts others. Archives (arrays ``x_train``
    ``(n, 32, 32, 3)``, ``fine_train``, ``coarse_train`` and the same for test) are never verified.

    Raises ``DataError`` where files are absent, damaged, of another kind, or ask to run code, and
    ``InputError`` for a ``limit`` below 1 and unknown ``labels`` or ``targets``. All 50,000 images
    take 1.2 GiB.

    Source: A. Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    check_coding(targets)
    if labels not in get_args(CifarLabels):
        raise InputError(f'labels must be "fine" or "coarse", not {labels!r}')
    if limit is not None:
        limit = checked_count(limit, "limit")
    name = "train" if train else "test"
    path = find_file(name, root)
    is_archive = path.suffix == ".npz"
    part = read_archive(path, name) if is_archive else read_pickle(path, name, verify=verify)
    chosen, n_classes = (part.fine, 100) if labels == "fine" else (part.coarse, 20)
    rows = class_targets(chosen[:limit], n_classes, targets)
    images = np.divide(part.pixels[:limit], 255.0)
    images.setflags(write=False)
    verified = verify and not is_archive
    source = f"CIFAR-100 {name} set{'' if verified else ' (not verified)'}, {path}"
    return Dataset(images, rows, f"cifar100 {name}", source)
