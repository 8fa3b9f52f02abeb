"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from polynet.atomic_file import write_bytes, write_text


def test_text_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text("old, and longer than what comes")
    write_text(path, "new λ")
    assert path.read_text(encoding="utf-8") == "new λ"
    assert os.listdir(tmp_path) == ["record.json"]


def test_failure_keeps_the_old_file_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.json"
    path.write_text("old")

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_bytes(path, b"new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["record.json"]


def test_missing_folder_is_named_by_the_path_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "record.json"
    with pytest.raises(FileNotFoundError) as caught:
        write_text(path, "text")
    assert caught.value.filename == str(path)


def test_permissions_of_the_replaced_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text("old")
    path.chmod(0o640)
    write_text(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640
