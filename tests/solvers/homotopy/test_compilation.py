"""Separate kernels from process to process: what is kept, and what is linked anew."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from solvers.homotopy.compilation import entry

REPOSITORY = Path(__file__).resolve().parents[3]
INNER = """
from solvers.homotopy.compilation import separate
@separate
def inner(vector, factor):
    return vector[0] * factor
"""
MIDDLE = """
from inner import inner
from solvers.homotopy.compilation import compiled
@compiled
def middle(vector, factor):
    return inner(vector, factor)
"""
OUTER = """
from inner import inner
from middle import middle
from solvers.homotopy.compilation import entry
@entry
def outer(vector):
    return middle(vector, 2.0) + inner(vector, 1)
"""
PROGRAM = "import numpy, outer; print(outer.outer(numpy.array([5.0, 1.0])))"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inner.py").write_text(INNER)
    (tmp_path / "middle.py").write_text(MIDDLE)
    (tmp_path / "outer.py").write_text(OUTER)
    return tmp_path


def _printed(folder: Path) -> float:
    """What the program prints in a new process."""
    environment = os.environ | {
        "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{folder}",
        "NUMBA_CACHE_DIR": str(folder / "cache"),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, env=environment
    )
    return float(done.stdout)


def _kept(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (folder / "cache").rglob("*.nb*")}


def test_a_second_process_compiles_nothing(folder: Path) -> None:
    assert _printed(folder) == 15.0
    kept = _kept(folder)
    assert any(name.startswith("inner") for name in kept)

    assert _printed(folder) == 15.0

    assert _kept(folder) == kept


def test_a_kept_caller_calls_the_kernel_as_it_is_now(folder: Path) -> None:
    assert _printed(folder) == 15.0
    caller = {name: at for name, at in _kept(folder).items() if name.startswith("outer")}

    (folder / "inner.py").write_text(INNER.replace("* factor", "* factor + 100.0"))

    assert _printed(folder) == 215.0
    assert caller.items() <= _kept(folder).items()


def test_a_changed_caller_still_links_what_its_unchanged_parts_call(folder: Path) -> None:
    assert _printed(folder) == 15.0

    (folder / "outer.py").write_text(OUTER.replace("inner(vector, 1)", "1.0"))

    assert _printed(folder) == 11.0
    assert _printed(folder) == 11.0


def test_the_garbage_collector_is_on_again_after_compiling() -> None:
    @entry
    def fail(vector):  # type: ignore[no-untyped-def]
        return vector.no_such_attribute

    with pytest.raises(Exception, match="no_such_attribute"):
        fail(np.ones(2))

    assert gc.isenabled()
