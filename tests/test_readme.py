"""The README shows true output: its Python session runs, its transcript is what is printed."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def test_the_python_session_prints_what_the_readme_says():
    results = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert results.attempted > 5
    assert results.failed == 0


def test_the_transcript_is_the_output_of_the_main_job(tmp_path):
    shown = re.search(r"```text\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert shown is not None
    finished = subprocess.run(
        [sys.executable, "-m", "polynet", "study", "xor", "--out", str(tmp_path)],
        env=os.environ | {"COLUMNS": "100", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    printed = iter(line.rstrip() for line in finished.stdout.splitlines())
    for line in shown.group(1).splitlines():
        if line != "…":  # lines left out
            assert line in printed, line
