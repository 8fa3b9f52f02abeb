"""The files of CIFAR-100: the official Python pickles, and archives of a part of it.

A folder or a file enters; pixels and labels of one part leave, as bytes, checked. A pickle can run
code when it is read; here nothing but arrays, lists, numbers and text is let through.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polynet.datasets.mnist_files import ROOT_VARIABLE, RootPath
from polynet.errors import DataError

__all__ = ["CifarPart", "find_file", "read_archive", "read_pickle"]

_MD5 = {
    "train": "16019d7e3df5f24257cddd939b257f8d",
    "test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
}
_FOLDERS = ("", "cifar-100-python", "cifar100")
_ARCHIVE = "cifar100_subset.npz"
_ARRAY_PARTS = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("_codecs", "encode"),
}
"""All that a pickle of arrays asks for."""


@dataclass(frozen=True, slots=True, eq=False)
class CifarPart:
    """Pixels ``(n, 3, 32, 32)`` and both labels ``(n,)`` of one part, as uint8, and their file."""

    pixels: NDArray[np.uint8]
    fine: NDArray[np.uint8]
    coarse: NDArray[np.uint8]
    path: Path


def find_file(part: str, root: RootPath | None) -> Path:
    """The pickle of ``part`` ("train" or "test"), or an archive, that ``root`` names or holds.

    ``root`` (else the folder that POLYNET_DATA names) is a file, or a folder with the files in it
    or in its subfolder ``cifar-100-python`` or ``cifar100``; a pickle goes before an archive.
    Raises ``DataError`` that says what was looked for.
    """
    chosen = root if root is not None else os.environ.get(ROOT_VARIABLE)
    if not chosen:
        raise DataError(_absence(part, "no folder was given"))
    base = Path(chosen).expanduser()
    if base.is_file():
        return base
    candidates = [base / folder / name for name in (part, _ARCHIVE) for folder in _FOLDERS]
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise DataError(_absence(part, f"there is none in {base} or its subfolders"))
    return found


def read_pickle(path: Path, part: str, *, verify: bool) -> CifarPart:
    """The content of an official pickle, which must have the official MD5 unless not ``verify``.

    Raises ``DataError`` for a file that cannot be read, is another one, or asks to run code.
    """
    content = _bytes_of(path)
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if verify and md5 != _MD5[part]:
        other = next((name for name, known in _MD5.items() if known == md5), None)
        is_what = f"it is the {other} part" if other else f"its MD5 is {md5}, not {_MD5[part]}"
        raise DataError(
            f"{path} is not the official {part} file of CIFAR-100: {is_what}. Pass verify=False to "
            "read other data in the same format"
        )
    try:
        record = _ArrayUnpickler(io.BytesIO(content), encoding="bytes").load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError) as error:
        raise DataError(f"{path} is no sound pickle of arrays: {error}") from None
    pixels, fine, coarse = (
        _entry(record, key, path) for key in (b"data", b"fine_labels", b"coarse_labels")
    )
    return _checked(pixels, fine, coarse, path)


def read_archive(path: Path, part: str) -> CifarPart:
    """The arrays ``x_train`` ``(n, 32, 32, 3)``, ``fine_train``, ``coarse_train`` (or ``test``).

    Raises ``DataError`` for a file that is no such archive.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files if name.endswith(part)}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        raise DataError(f"{path} is no sound .npz archive of arrays: {error}") from None
    pixels, fine, coarse = (
        _entry(arrays, f"{name}_{part}", path) for name in ("x", "fine", "coarse")
    )
    if pixels.ndim == 4:
        pixels = pixels.transpose(0, 3, 1, 2)
    return _checked(pixels, fine, coarse, path)


class _ArrayUnpickler(pickle.Unpickler):
    """Arrays and plain data; ``UnpicklingError`` for whatever else a pickle asks for."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ARRAY_PARTS:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which data do not need")
        return super().find_class(module, name)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None


def _entry(record: Any, key: Any, path: Path) -> NDArray[Any]:
    if not isinstance(record, Mapping) or key not in record:
        shown = key.decode() if isinstance(key, bytes) else key
        raise DataError(f"{path} has no entry {shown!r}: it is no file of CIFAR-100")
    return np.asarray(record[key])


def _checked(
    pixels: NDArray[Any], fine: NDArray[Any], coarse: NDArray[Any], path: Path
) -> CifarPart:
    """The arrays, or ``DataError`` where kinds, sizes or ranges are not those of CIFAR-100."""
    n = len(pixels) if pixels.ndim else 0
    if pixels.dtype != np.uint8 or n == 0 or pixels.size != n * 3072:
        raise DataError(
            f"{path} holds pixels of type {pixels.dtype} and shape {pixels.shape}; bytes, 3 x 32 x "
            "32 for each of at least one image, are wanted"
        )
    for name, labels, n_classes in (("fine", fine, 100), ("coarse", coarse, 20)):
        if labels.shape != (n,) or labels.dtype.kind not in "iu":
            raise DataError(
                f"{path} holds {n:,} images but {name} labels of type {labels.dtype} and shape "
                f"{labels.shape}; one whole number for each image is wanted"
            )
        if labels.min() < 0 or labels.max() >= n_classes:
            raise DataError(f"{path} has {name} labels beyond 0 to {n_classes - 1}")
    shaped = np.ascontiguousarray(pixels).reshape(n, 3, 32, 32)
    return CifarPart(shaped, fine.astype(np.uint8), coarse.astype(np.uint8), path)


def _absence(part: str, looked: str) -> str:
    return (
        f"CIFAR-100's {part} file is missing: {looked}. Pass as root, or set {ROOT_VARIABLE} to, "
        f"the folder with the official Python pickle {part!r} (MD5 {_MD5[part]}) or the archive "
        f"{_ARCHIVE}, or the path of such a file; nothing is downloaded"
    )
