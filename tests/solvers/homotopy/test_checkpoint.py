"""Checkpoint files: what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polynet import PolynomialSystem
from polynet.errors import InputError
from solvers import Homotopy
from solvers.homotopy.solutions import HomotopySolutions


def _solve(file: Path, equations: str = "x^3 - 2", **options: Any) -> HomotopySolutions:
    return Homotopy(checkpoint=file, **options).solve(PolynomialSystem.from_strings([equations]))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of a finished run."""
    path = tmp_path / "run.npz"
    assert _solve(path).n_finite == 3
    return path


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"equations": "x^3 - 3"}, r"equations '\w+' there, '\w+' here"),
        ({"equations": "y^3 - 2"}, r"equations '\w+' there, '\w+' here"),
        ({"seed": 1}, "seed 0 there, 1 here"),
        ({"start": "polyhedral"}, "start 'auto' there, 'polyhedral' here"),
        ({"groups": [["x"]]}, "groups 'auto' there, 'x' here"),
    ],
)
def test_the_file_of_another_run_is_refused(
    file: Path, options: dict[str, Any], message: str
) -> None:
    before = file.read_bytes()
    with pytest.raises(InputError, match=message):
        _solve(file, **options)
    assert file.read_bytes() == before


def test_threads_and_budget_may_differ(file: Path) -> None:
    assert _solve(file, threads=1, max_paths=3).n_finite == 3


@pytest.mark.parametrize("content", [b"", b"no file of arrays", b"PK\x03\x04 and no more"])
def test_a_corrupt_file_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        _solve(file)


def test_a_cut_file_is_refused(file: Path) -> None:
    whole = file.read_bytes()
    for size in range(0, len(whole), 97):
        file.write_bytes(whole[:size])
        with pytest.raises(InputError, match="cannot be read"):
            _solve(file)


def _changed(file: Path, **changes: Any) -> None:
    with np.load(file) as arrays:
        content = dict(arrays)
    header = json.loads(bytes(content["header"]))
    header.update({name: value for name, value in changes.items() if name in header})
    content.update({name: value for name, value in changes.items() if name in content})
    content["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(file, **content)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 2}, "checkpoint 2"),
        ({"format": "else"}, "format else"),
        ({"fingerprint": "0"}, "another version wrote it"),
        ({"codes": np.full(3, 99)}, "unknown codes"),
        ({"points": np.zeros((2, 1))}, "shape"),
        ({"done": np.zeros(7, bool), "paths": np.zeros(0, int)}, "different lengths"),
    ],
)
def test_a_damaged_file_is_refused(file: Path, changes: dict[str, Any], message: str) -> None:
    _changed(file, **changes)
    with pytest.raises(InputError, match=message):
        _solve(file)


def test_arrays_of_something_else_are_refused(file: Path) -> None:
    np.savez(file, inputs=np.zeros(3))
    with pytest.raises(InputError, match="cannot be read"):
        _solve(file)


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    calls: list[object] = []
    with pytest.raises(InputError, match="there is no folder"):
        _solve(tmp_path / "none" / "run.npz", progress=calls.append)
    with pytest.raises(InputError, match="is a folder; name a file in it"):
        _solve(tmp_path, progress=calls.append)
    assert not calls
