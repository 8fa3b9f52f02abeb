"""``polynet compare`` and ``polynet report``."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from polynet.cli import main


def run(*arguments: str):
    return CliRunner().invoke(main, list(arguments), standalone_mode=True)


def test_the_list_names_tasks_and_methods():
    printed = run("compare", "list").output
    for name in ("xor-linear", "mnist-100", "adamw", "linewise-newton", "groebner"):
        assert name in printed


def test_a_comparison_is_printed_recorded_and_reported_anew(tmp_path):
    out = tmp_path / "page"
    words = ["compare", "xor", "--methods", "linewise-newton,linewise-cg", "--budget", "2s"]
    words += ["--repeats", "2", "--starts", "5", "--workers", "1", "--out", str(out)]
    first = run(*words)
    assert first.exit_code == 0, first.output
    assert "linewise-newton" in first.output
    assert len(list((out / "xor" / "cells").glob("*.json"))) == 4
    page = (out / "index.html").read_text("utf-8")
    (out / "index.html").unlink()
    assert run("report", str(out)).exit_code == 0
    assert (out / "index.html").read_text("utf-8") == page


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compare", "xor", "--budget", "soon"], "no duration"),
        (["compare", "xor", "--budget", "0s"], "no duration"),
        (["compare", "xnor"], "no task is called"),
        (["compare", "xor", "--methods", "sdg", "--workers", "1"], "no method is called"),
        (["report", "nowhere-at-all"], "no folder"),
    ],
)
def test_bad_input_is_one_line(words: list[str], message: str):
    refused = run(*words)
    assert refused.exit_code == 2
    assert message in refused.output
    assert len(refused.output.strip().splitlines()) == 1
