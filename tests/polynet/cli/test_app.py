"""What every command has in common: help that teaches, and one line on bad input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

import polynet
from polynet.cli import main

Run = Callable[..., Result]


def commands(group: click.Command, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The words of every command and group below ``group``."""
    below = group.commands.items() if isinstance(group, click.Group) else ()
    return [words, *(found for name, c in below for found in commands(c, (*words, name)))]


@pytest.mark.parametrize("words", commands(main), ids=" ".join)
def test_every_command_explains_itself_by_example(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert f"Usage: {' '.join(('polynet', *words))}" in result.stdout
    assert f"\n    polynet {' '.join(words)}".rstrip() in result.stdout


def test_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").stdout == f"polynet, version {polynet.__version__}\n"


def test_no_command_shows_the_help(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert "polynet study xor" in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["study", "xor", "--nonsense"], "No such option '--nonsense'"),
        (["study", "xor", "--net", "cubic"], "no network is called 'cubic'"),
        (["study", "xor", "--net", "dense:2"], "cannot read the layer 'dense:2'"),
        (["study", "xor", "--net", "dense:3-1"], "the data have inputs of shape (2,)"),
        (["study", "xor", "--net", "dense:2-2"], "the data have 1 targets an example"),
        (["study", "xor", "--l2", "much"], "'much' is not a number"),
        (["study", "xor", "--l2", "1/0"], "'1/0' is not a number"),
        (["study", "xor", "--l2", "-1"], "l2 has the entry -1"),
        (["study", "xor", "--l2", "1,2"], "l2 has 2 entries, the network 6 weights"),
        (["study", "xor", "--seed", "-1"], "--seed"),
        (["study", "xor", "--timeout", "0"], "--timeout"),
        (["inspect", "nowhere"], "nowhere"),
        (["inspect", "nowhere", "--net", "linear"], "no data set is called 'nowhere'"),
        (["inspect", "parity:x", "--net", "linear"], "parity wants its number of bits"),
        (["inspect", "missing.npz", "--net", "linear"], "missing.npz: No such file"),
        (["inspect", "xor", "--json", "no/folder.json"], "there is no folder"),
        (["solve", "missing.txt"], "'missing.txt' does not exist"),
        (["solve", "."], "'.' is a directory"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_gets_one_line_and_status_2(run: Run, words: list[str], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_bug_is_not_mistaken_for_bad_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("polynet.inspection.inspect", fail)
    monkeypatch.setitem(vars(polynet), "inspect", fail)
    with pytest.raises(ZeroDivisionError):
        run("inspect", "xor")


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(polynet.__file__).parents[1])}


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, polynet.cli\n"
        "try: polynet.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'sympy', 'symengine', 'numba', 'matplotlib', 'rich', 'torch'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def wait_for_solver(pid: int) -> None:
    """Until the solving process has started below process ``pid``, or some seconds."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for _ in range(100):
        time.sleep(0.1)
        if children.exists() and children.read_text():
            return


def test_interrupt_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "polynet", "study", "xor", "--net", "product-bias"],
        env=environment(),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for_solver(process.pid)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.strip() == "Interrupted."
    assert list(tmp_path.iterdir()) == []
