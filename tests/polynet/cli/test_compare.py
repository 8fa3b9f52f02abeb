"""``polynet compare`` and ``polynet report``."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from compare.named_tasks import NAMED_TASKS, NamedTask
from polynet.cli import main
from tests.compare.cases import stripes


def run(*arguments: str):
    return CliRunner().invoke(main, list(arguments), standalone_mode=True)


def test_the_list_names_tasks_and_methods():
    printed = run("compare", "list").output
    for name in ("xor-linear", "subspace-fc", "zoo", "cifar100-newton", "adamw", "groebner"):
        assert name in printed


def test_a_comparison_is_printed_recorded_and_reported_anew(tmp_path):
    out = tmp_path / "page"
    words = ["compare", "xor", "--methods", "linewise-newton,linewise-cg", "--budget", "2s"]
    words += ["--repeats", "2", "--starts", "5", "--workers", "1", "--out", str(out)]
    first = run(*words)
    assert first.exit_code == 0, first.output
    assert "linewise-newton" in first.output
    names = {path.stem for path in (out / "xor" / "cells").iterdir()}
    runs = {f"{method}-{k}" for method in ("linewise-newton", "linewise-cg") for k in (0, 1)}
    assert names == runs | {"groebner-0"}
    page = (out / "index.html").read_text("utf-8")
    (out / "index.html").unlink()
    assert run("report", str(out)).exit_code == 0
    assert (out / "index.html").read_text("utf-8") == page


@pytest.mark.slow
def test_a_subspace_is_run_recorded_and_reported_at_each_dimension(tmp_path, monkeypatch):
    monkeypatch.setitem(NAMED_TASKS, "stripes", NamedTask("stripes", "", lambda *_: stripes()))
    words = ["compare", "stripes", "--dimensions", "3,full", "--methods", "adam,offset"]
    words += ["--repeats", "1", "--epochs", "1", "--workers", "1", "--out", str(tmp_path)]
    done = run(*words)
    assert done.exit_code == 0, done.output
    cells = sorted(path.name for path in (tmp_path / "stripes" / "cells").iterdir())
    names = ("adam-3", "adam-full", "offset-3", "offset-full")
    assert cells == [f"{name}-0.json" for name in names]
    assert "published against measured" in (tmp_path / "index.html").read_text("utf-8")
    refused = run("compare", "stripes", "--budget", "2s", "--workers", "1")
    assert refused.exit_code == 2
    assert "runs for epochs" in refused.output


@pytest.mark.parametrize("task", ["subspace-conv", "zoo", "cifar100-newton"])
def test_absent_images_are_one_error_that_says_where_they_were_looked_for(task: str, tmp_path):
    refused = run("compare", "xor", task, "--data-root", str(tmp_path), "--out", str(tmp_path))
    assert refused.exit_code == 2
    assert refused.output.count("Error: ") == 1
    assert str(tmp_path) in refused.output
    assert not list(tmp_path.iterdir())


def test_arguments_of_all_tasks_are_checked_before_any_work(tmp_path):
    out = tmp_path / "page"
    for words, message in (
        (["xor", "digits", "--methods", "groebner"], "groebner cannot run on digits"),
        (["xor", "stripes", "--budget", "1s"], "stripes runs for epochs"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(NAMED_TASKS, "stripes", NamedTask("stripes", "", lambda *_: stripes()))
            refused = run("compare", *words, "--workers", "1", "--out", str(out))
        assert refused.exit_code == 2
        assert message in refused.output
        assert not out.exists()


def test_a_folder_of_other_settings_is_refused_before_any_work(tmp_path):
    words = ["--methods", "linewise-newton", "--repeats", "1", "--starts", "0", "--workers", "1"]
    words += ["--out", str(tmp_path)]
    assert run("compare", "digits", *words, "--budget", "0.1s").exit_code == 0
    refused = run("compare", "xor", "digits", *words, "--budget", "0.2s")
    assert refused.exit_code == 2
    assert "budget 0.1, not 0.2" in refused.output
    assert not (tmp_path / "xor").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compare", "xor", "--dimensions", "3"], "xor has no subspaces, and --dimensions is '3'"),
        (["compare", "xor", "--dimensions", "3"], "subspace-fc, subspace-conv"),
        (["compare", "xor", "--methods", ""], "no method is called ''"),
        (["compare", "xor", "--methods", "adam,"], "no method is called ''"),
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
