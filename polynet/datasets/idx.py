"""Reader of IDX files, the format of MNIST: a magic number, the sizes, then plain bytes.

A path enters, an array of unsigned bytes and the MD5 of the whole content leave. The file may
be compressed with gzip or plain; which one is seen from its first two bytes, not its name.

Layout (Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits): two zero
bytes, one byte for the type of the numbers (8 for unsigned bytes), one byte for the number of
axes, one big-endian 32-bit size per axis, then the numbers in C order.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from polynet.errors import DataError

__all__ = ["IdxContent", "read_idx"]

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 8
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class IdxContent:
    """What an IDX file holds.

    ``array`` holds the first ``limit`` items as uint8, ``n_items`` says how many the file has,
    and ``md5`` is that of the whole uncompressed content.
    """

    array: NDArray[np.uint8]
    n_items: int
    md5: str


def read_idx(path: Path, n_axes: int, *, limit: int | None = None) -> IdxContent:
    """The array in the IDX file ``path``, which must have ``n_axes`` axes of unsigned bytes.

    The whole file is read and checked whatever the ``limit``, in pieces of 1 MiB, and only the
    first ``limit`` items are kept. Raises ``DataError`` with the reason where the file cannot
    be read or unpacked, is no IDX file of that kind, or is shorter or longer than it says.
    """
    try:
        with path.open("rb") as file:
            compressed = file.read(2) == _GZIP_MAGIC
            file.seek(0)
            if not compressed:
                return _read_stream(file, path, n_axes, limit)
            with gzip.GzipFile(fileobj=file) as unpacked:
                return _read_stream(unpacked, path, n_axes, limit)
    except EOFError:
        raise DataError(f"{path} is truncated: its gzip stream breaks off before its end") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is not a sound gzip file: {error}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None


def _read_stream(
    stream: IO[bytes] | gzip.GzipFile, path: Path, n_axes: int, limit: int | None
) -> IdxContent:
    header = stream.read(4 + 4 * n_axes)
    sizes = _sizes(header, path, n_axes)
    digest = hashlib.md5(header, usedforsecurity=False)
    expected = math.prod(sizes)
    n_kept = sizes[0] if limit is None else min(limit, sizes[0])
    n_bytes_kept = n_kept * math.prod(sizes[1:])
    # Grown as the bytes come, because a damaged header can announce any size.
    kept, seen = bytearray(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        kept += chunk[: max(0, n_bytes_kept - seen)]
        seen += len(chunk)
        if seen > expected:
            break
    if seen != expected:
        shape = " x ".join(f"{size:,}" for size in sizes)
        found = f"only {seen:,} follow: it is truncated" if seen < expected else "more bytes follow"
        raise DataError(
            f"{path} announces {shape} = {expected:,} bytes after its header, but {found}"
        )
    array = np.frombuffer(kept, dtype=np.uint8).reshape(n_kept, *sizes[1:])
    return IdxContent(array, sizes[0], digest.hexdigest())


def _sizes(header: bytes, path: Path, n_axes: int) -> tuple[int, ...]:
    """The size of each axis, from a header that must announce ``n_axes`` of unsigned bytes."""
    wanted = bytes([0, 0, _UNSIGNED_BYTE, n_axes])
    magic = header[:4]
    if magic != wanted:
        reason = f"it starts with {magic.hex(' ') or 'nothing'} in place of {wanted.hex(' ')}"
        if len(magic) == 4 and magic[:3] == wanted[:3]:
            reason = f"it holds an array with {magic[3]} axes"
        kind = {1: " (labels)", 3: " (images)"}.get(n_axes, "")
        raise DataError(f"{path} is not an IDX file of bytes with {n_axes} axes{kind}: {reason}")
    if len(header) < 4 + 4 * n_axes:
        raise DataError(f"{path} is truncated: it ends within its header")
    return tuple(int(size) for size in np.frombuffer(header, dtype=">u4", offset=4))
