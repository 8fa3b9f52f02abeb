"""The IDX reader: gzip or plain, and every way in which a file can be wrong."""

from __future__ import annotations

import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest

from polynet.datasets.idx import read_idx
from polynet.errors import DataError

IMAGES = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)


def idx_bytes(array: np.ndarray) -> bytes:
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "images"


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("limit", [None, 1, 3, 99])
def test_the_first_items_are_read(path: Path, pack, limit: int | None) -> None:
    path.write_bytes(pack(idx_bytes(IMAGES)))
    content = read_idx(path, 3, limit=limit)
    assert np.array_equal(content.array, IMAGES[:limit])
    assert content.n_items == 4
    assert content.md5 == hashlib.md5(idx_bytes(IMAGES)).hexdigest()


def test_files_longer_than_a_chunk_are_read_in_order(path: Path) -> None:
    long = np.random.default_rng(0).integers(0, 256, size=(3, 1024, 1024), dtype=np.uint8)
    path.write_bytes(idx_bytes(long))
    assert np.array_equal(read_idx(path, 3).array, long)
    assert np.array_equal(read_idx(path, 3, limit=2).array, long[:2])


HEADER = idx_bytes(IMAGES)[:16]
BODY = idx_bytes(IMAGES)[16:]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file of bytes with 3 axes .images.: it starts with nothing"),
        (b"<html>not found</html>", "it starts with 3c 68 74 6d in place of 00 00 08 03"),
        (b"\0\0\x0d\x03" + HEADER[4:] + BODY, "it starts with 00 00 0d 03 in place of"),
        (idx_bytes(np.zeros(5, np.uint8)), "it holds an array with 1 axes"),
        (HEADER[:9], "is truncated: it ends within its header"),
        (HEADER, "announces 4 x 2 x 3 = 24 bytes after its header, but only 0 follow"),
        (HEADER + BODY[:-1], "24 bytes after its header, but only 23 follow: it is truncated"),
        (HEADER + BODY + b"\0", "24 bytes after its header, but more bytes follow"),
        (b"\0\0\x08\x03" + b"\xff" * 12 + BODY, "4,294,967,295 x .* but only 24 follow"),
        (gzip.compress(HEADER + BODY)[:30], "truncated: its gzip stream breaks off"),
        (gzip.compress(HEADER + BODY)[:5], "truncated: its gzip stream breaks off"),
        (gzip.compress(HEADER + BODY) + b"junk", "is not a sound gzip file: Not a gzipped file"),
        (b"\x1f\x8b" + b"\0" * 40, "is not a sound gzip file: Unknown compression method"),
        (gzip.compress(HEADER + BODY[:-1]), "only 23 follow: it is truncated"),
        (gzip.compress(gzip.compress(HEADER + BODY)), "it starts with 1f 8b"),
    ],
)
def test_wrong_files_are_refused_with_the_reason(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as refusal:
        read_idx(path, 3, limit=1)
    assert str(path) in str(refusal.value)


def test_a_flipped_bit_in_a_gzip_file_is_noticed(path: Path) -> None:
    content = bytearray(gzip.compress(idx_bytes(IMAGES)))
    content[-8] ^= 1  # the first byte of the checksum
    path.write_bytes(content)
    with pytest.raises(DataError, match="not a sound gzip file: CRC check failed"):
        read_idx(path, 3)


def test_a_damaged_deflate_stream_is_noticed(path: Path) -> None:
    content = bytearray(gzip.compress(idx_bytes(IMAGES)))
    content[10] |= 0b110  # a block type that does not exist
    path.write_bytes(content)
    with pytest.raises(DataError, match="not a sound gzip file: Error -3"):
        read_idx(path, 3)


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: No such file"):
        read_idx(tmp_path / "absent", 3)
    with pytest.raises(DataError, match="cannot be read: Is a directory"):
        read_idx(tmp_path, 3)
