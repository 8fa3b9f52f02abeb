"""The files of MNIST and Fashion-MNIST: what they are called, what is in them, where they are.

A folder enters, the paths of one image file and one label file leave, for ``idx`` to read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from polynet.errors import DataError

__all__ = [
    "FASHION_MNIST",
    "MNIST",
    "ROOT_VARIABLE",
    "ImageSet",
    "KnownFile",
    "check_content",
    "find_files",
]

ROOT_VARIABLE = "POLYNET_DATA"

RootPath: TypeAlias = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One official file: its name without ``.gz``, and sizes in bytes and MD5s of both forms."""

    name: str
    gzip_size: int
    gzip_md5: str
    size: int
    md5: str

    def __str__(self) -> str:
        return (
            f"{self.name}.gz ({self.gzip_size:,} bytes, MD5 {self.gzip_md5}), "
            f"or unpacked {self.name} ({self.size:,} bytes, MD5 {self.md5})"
        )


@dataclass(frozen=True, slots=True)
class ImageSet:
    """A family of four IDX files: images and labels, for training and for test."""

    title: str
    folder: str
    train: tuple[KnownFile, KnownFile]
    test: tuple[KnownFile, KnownFile]


MNIST = ImageSet(
    title="MNIST",
    folder="mnist",
    train=(
        KnownFile(
            "train-images-idx3-ubyte",
            9_912_422,
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            47_040_016,
            "6bbc9ace898e44ae57da46a324031adb",
        ),
        KnownFile(
            "train-labels-idx1-ubyte",
            28_881,
            "d53e105ee54ea40749a09fcbcd1e9432",
            60_008,
            "a25bea736e30d166cdddb491f175f624",
        ),
    ),
    test=(
        KnownFile(
            "t10k-images-idx3-ubyte",
            1_648_877,
            "9fb629c4189551a2d022fa330f9573f3",
            7_840_016,
            "2646ac647ad5339dbf082846283269ea",
        ),
        KnownFile(
            "t10k-labels-idx1-ubyte",
            4_542,
            "ec29112dd5afa0611ce80d1b7f02629c",
            10_008,
            "27ae3e4e09519cfbb04c329615203637",
        ),
    ),
)

FASHION_MNIST = ImageSet(
    title="Fashion-MNIST",
    folder="fashion",
    train=(
        KnownFile(
            "train-images-idx3-ubyte",
            26_421_880,
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            47_040_016,
            "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        ),
        KnownFile(
            "train-labels-idx1-ubyte",
            29_515,
            "25c81989df183df01b3e8a0aad5dffbe",
            60_008,
            "9018921c3c673c538a1fc5bad174d6f9",
        ),
    ),
    test=(
        KnownFile(
            "t10k-images-idx3-ubyte",
            4_422_102,
            "bef4ecab320f06d8554ea6380940ec79",
            7_840_016,
            "8181f5470baa50b63fa0f6fddb340f0a",
        ),
        KnownFile(
            "t10k-labels-idx1-ubyte",
            5_148,
            "bb300cfdad3c16e7a12a480ee83cd310",
            10_008,
            "15d484375f8d13e6eb1aabb0c3f46965",
        ),
    ),
)


def find_files(
    image_set: ImageSet, wanted: tuple[KnownFile, KnownFile], root: RootPath | None
) -> tuple[Path, Path]:
    """The paths of both ``wanted`` files, gzip or plain, in the first folder that has both.

    Folders tried: ``root`` (or the environment variable POLYNET_DATA), then its subfolder
    named ``image_set.folder``. Raises ``DataError`` that lists the wanted files where no folder
    has both.
    """
    folders = _folders(image_set, root)
    for folder in folders:
        images, labels = (_present(folder, file) for file in wanted)
        if images is not None and labels is not None:
            return images, labels
    raise DataError(_absence(image_set, wanted, folders))


def check_content(image_set: ImageSet, wanted: KnownFile, path: Path, md5: str) -> None:
    """Raise ``DataError`` unless ``md5``, that of the unpacked content, is the official one."""
    if md5 == wanted.md5:
        return
    found = f"its unpacked content has MD5 {md5}, the official one {wanted.md5}"
    for other in (MNIST, FASHION_MNIST):
        for file in (*other.train, *other.test):
            if file.md5 == md5:
                found = f"it is {file.name} of {other.title}"
    raise DataError(
        f"{path} is not {wanted.name} of {image_set.title}: {found}. Pass verify=False to read "
        "other data in the same format"
    )


def _folders(image_set: ImageSet, root: RootPath | None) -> tuple[Path, ...]:
    chosen = root if root is not None else os.environ.get(ROOT_VARIABLE)
    if not chosen:
        return ()
    base = Path(chosen).expanduser()
    return base, base / image_set.folder


def _present(folder: Path, file: KnownFile) -> Path | None:
    candidates = (folder / f"{file.name}.gz", folder / file.name)
    return next((path for path in candidates if path.is_file()), None)


def _absence(
    image_set: ImageSet, wanted: tuple[KnownFile, KnownFile], folders: tuple[Path, ...]
) -> str:
    """The message for files that were not found: where it looked, and what it wants."""
    looked = "no folder was given"
    if folders:
        looked = "not found together in " + " or ".join(str(folder) for folder in folders)
        if not folders[0].exists():
            looked = f"the folder {folders[0]} does not exist"
    listing = "".join(f"\n  {file}" for file in wanted)
    return (
        f"{image_set.title} files are missing: {looked}. Pass their folder as root or set "
        f"{ROOT_VARIABLE}; nothing is downloaded. Wanted:{listing}"
    )
