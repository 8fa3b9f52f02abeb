"""Threads are pinned from the first call of a fresh process on, and put back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FIRST_CELL = """
import sys
import compare
from compare.curve import Recorder

seen, begin = [], Recorder.__init__

def noting(recorder, measure):
    seen.append(sys.modules["torch"].get_num_threads())
    begin(recorder, measure)

Recorder.__init__ = noting
assert "torch" not in sys.modules
compare.run("xor", ["adam"], 0.2, repeats=1, starts=0, threads=3)
# When libraries are loaded, at five learning rates, in the run; two of the critical points.
assert seen == [3] * 9, seen
assert sys.modules["torch"].get_num_threads() < 3
"""

FIRST_ENDS = """
import sys
import numpy as np
from compare import FirstOrder, named_task
from compare.threads import pinned_threads

task = named_task("xor")
with pinned_threads(3):
    assert "torch" not in sys.modules
    FirstOrder("lbfgs").ends(task, np.array([task.start(0)]), {})
    assert sys.modules["torch"].get_num_threads() == 3
    with pinned_threads(1):
        assert sys.modules["torch"].get_num_threads() == 1
    assert sys.modules["torch"].get_num_threads() == 3
assert sys.modules["torch"].get_num_threads() < 3
"""


@pytest.mark.parametrize("script", [FIRST_CELL, FIRST_ENDS], ids=("cell", "ends"))
def test_torch_is_pinned_before_its_first_call_and_put_back(script: str):
    root = str(Path(__file__).resolve().parents[2])
    # Nobody told, torch takes at most 2: not what is pinned, however many cores there are.
    left_alone = {**os.environ, "OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}
    subprocess.run([sys.executable, "-c", script], check=True, cwd=root, env=left_alone)
