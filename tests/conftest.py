"""What every test runs under: a headless plot backend, one repeatable hypothesis profile, data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"

settings.register_profile("polynet", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("polynet")


@pytest.fixture(scope="session")
def image_root() -> Path:
    """The folder above ``mnist`` and ``fashion``; skips the test where there is none."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    root = Path(os.environ.get("POLYNET_DATA") or beside)
    if not (root / "mnist").is_dir() or not (root / "fashion").is_dir():
        pytest.skip(f"no folders mnist and fashion in {root}; set POLYNET_DATA to their parent")
    return root
