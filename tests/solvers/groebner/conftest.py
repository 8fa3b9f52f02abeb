"""Engines that several tests of the exact solver ask for."""

from __future__ import annotations

import pytest

from solvers.groebner.engines import Msolve
from tests.solvers.groebner.installed import installed


@pytest.fixture
def msolve() -> Msolve:
    engine = installed("msolve")
    assert isinstance(engine, Msolve)
    return engine
