"""Engines for tests, which skip where an optional one is not installed, and only then."""

from __future__ import annotations

import os

import pytest

from solvers.groebner.engines.choice import engine_named
from solvers.groebner.engines.failure import EngineMissingError
from solvers.groebner.engines.protocol import Engine

__all__ = ["installed"]


def installed(name: str) -> Engine:
    """The engine of that name; skips the test where it is not installed.

    Fails where it has to be there: named by ``POLYNET_<ENGINE>``, or among the words of
    ``POLYNET_REQUIRED_ENGINES``, by which ``.ci/run`` asks for what it has installed. An engine
    that is there and broken fails its tests.
    """
    try:
        return engine_named(name)
    except EngineMissingError as error:
        required = os.environ.get("POLYNET_REQUIRED_ENGINES", "").split()
        if name in required or os.environ.get(f"POLYNET_{name.upper()}"):
            raise
        pytest.skip(f"optional engine: {error}")
