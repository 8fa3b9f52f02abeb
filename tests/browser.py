"""A headless browser for tests of pages, which skip where none is installed, and only then."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = ["rendered", "screenshot"]

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 240


def _browser() -> str:
    """The browser; skips the test where there is none.

    No package of Python brings one, so that it can be asked of nobody. Fails where it has to be
    there: ``POLYNET_CHROMIUM`` names it.
    """
    named = os.environ.get("POLYNET_CHROMIUM")
    if named:
        return named
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(_PROGRAMS)} is installed")
    return found


def rendered(page: Path, *, width: int = 1240) -> str:
    """The document as the browser has it after loading ``page``, without any network."""
    return _run(page, "--dump-dom", f"--window-size={width},1000").decode("utf-8")


def screenshot(page: Path, picture: Path, *, width: int = 1240, height: int = 4000) -> None:
    """Draw ``page`` into the file ``picture``."""
    _run(page, f"--screenshot={picture}", f"--window-size={width},{height}", "--hide-scrollbars")


def _run(page: Path, *options: str) -> bytes:
    # Every host name leads nowhere, so that a page that asks for anything shows its lack.
    offline = "--host-resolver-rules=MAP * ~NOTFOUND"
    switches = ["--headless", "--no-sandbox", "--disable-gpu", offline]
    command = [_browser(), *switches, *options, page.resolve().as_uri()]
    finished = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
    return finished.stdout
