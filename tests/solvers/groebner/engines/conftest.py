"""Engines that are programs of our own, to see what becomes of every way to fail."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from solvers.groebner.engines import Msolve


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Msolve]:
    """Writes a Python script that is found as msolve, and finds it."""

    def written(script: str) -> Msolve:
        program = tmp_path / "pretended-msolve"
        program.write_text(f"#!{sys.executable} -IS\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("POLYNET_MSOLVE", str(program))
        return Msolve.found()

    return written


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, to see that it stays empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder
