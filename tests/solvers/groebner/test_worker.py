"""The second process ends when it is to, however the first one does."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time

import pytest

from polynet.critical_system import critical_system
from solvers import Groebner
from tests.solvers.catalogue import generic_loss

_WORKER = [sys.executable, "-m", "solvers.groebner.worker"]
_SOLVES_LONG = """
from polynet.critical_system import critical_system
from solvers import Groebner, solve
from tests.solvers.catalogue import generic_loss
print("ready", flush=True)
solve(critical_system(generic_loss("square 2-2-1").expand()), Groebner(timeout=600))
"""


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)}


def test_worker_stops_itself_after_its_time() -> None:
    system = critical_system(generic_loss("square 2-2-1").expand())
    asked = pickle.dumps((system, Groebner(engine="flint"), time.time() + 0.2))
    start = time.perf_counter()
    finished = subprocess.run(
        _WORKER, input=asked, capture_output=True, env=environment(), timeout=30, check=False
    )
    assert (finished.returncode, finished.stdout) == (1, b"")
    assert finished.stderr.startswith(b"Timeout")
    assert time.perf_counter() - start < 10


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the time limit ends it")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_worker_ends_with_a_parent_that_is_killed(ending: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _SOLVES_LONG], stdout=subprocess.PIPE, env=environment()
    )
    assert parent.stdout is not None
    with parent.stdout:
        parent.stdout.readline()
        worker = _within(10, lambda: _children(parent.pid))
        time.sleep(1.5)  # until the worker computes
        parent.send_signal(ending)
        parent.wait(timeout=10)
    assert worker
    assert _within(5, lambda: not any(_runs(pid) for pid in worker))


def _within(seconds: float, condition):  # type: ignore[no-untyped-def]
    """What ``condition`` gives as soon as it is true, or when the time is over."""
    end = time.perf_counter() + seconds
    while not (value := condition()) and time.perf_counter() < end:
        time.sleep(0.05)
    return value


def _runs(pid: str) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", encoding="ascii") as file:
            return bool(file.read())  # empty once it has ended
    except FileNotFoundError:
        return False


def _children(pid: int) -> list[str]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return file.read().split()
