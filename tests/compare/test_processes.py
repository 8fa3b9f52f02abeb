"""Workers never outlive the process that made them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, signal, sys, time
from compare.processes import worker_processes

with worker_processes(2) as executor:
    print(executor.submit(pow, 2, 5).result(), flush=True)
    busy = [executor.submit(time.sleep, 3600) for _ in range(4)]
    while not busy[0].running():
        time.sleep(0.01)
    signal.raise_signal(signal.Signals(int(sys.argv[1])))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_workers_end_with_their_parent_in_the_middle_of_work(name: str):
    number = signal.Signals[name].value
    root = str(Path(__file__).resolve().parents[2])
    # Workers have the same standard output, so it is at its end when the last of them is gone.
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(number)],
        cwd=root,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == -number, done.stderr
    assert done.stdout == b"32\n"
