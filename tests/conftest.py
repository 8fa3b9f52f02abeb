"""What every test runs under: a headless plot backend, one repeatable hypothesis profile, data."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"

# Jobs that a script leaves in the background ignore interrupts, and so would all that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("polynet", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("polynet")


@pytest.fixture(scope="session")
def image_root() -> Path:
    """The folder above ``mnist`` and ``fashion``; skips the test where there is none.

    The images are not part of the project. A folder that ``POLYNET_DATA`` names has to hold them.
    """
    named = os.environ.get("POLYNET_DATA")
    root = Path(named or Path(__file__).resolve().parents[2] / "shared" / "data")
    if not (root / "mnist").is_dir() or not (root / "fashion").is_dir():
        if named:
            pytest.fail(f"POLYNET_DATA is {named}, which has no folders mnist and fashion")
        pytest.skip(f"no folders mnist and fashion in {root}; set POLYNET_DATA to their parent")
    return root


@pytest.fixture(scope="session")
def cifar_root(image_root: Path) -> Path:
    """The folder with images of CIFAR-100; skips the test where it is not beside the others.

    It is asked for by no variable: a part of CIFAR-100 is nothing that can be had elsewhere.
    """
    folder = image_root / "cifar100"
    if not folder.is_dir():
        pytest.skip(f"no images of CIFAR-100 in {folder}")
    return folder
