"""``polynet solve`` on files of every kind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


def write(text: str) -> str:
    Path("system.txt").write_text(text, encoding="utf-8")
    return "system.txt"


def test_isolated_solutions_are_counted_and_listed(run: Run) -> None:
    result = run("solve", write("x^2 + y^2 = 1  # circle\n\nx - y\n"), "--json", "found.json")
    assert result.exit_code == 0
    assert "2 isolated solutions: 2 real, 0 not real" in result.stdout
    assert result.stdout.count("0.7071067812") == 4
    found = json.loads(Path("found.json").read_text())
    assert (found["format"], found["version"]) == ("polynet-solutions", 1)
    assert found["names"] == ["x", "y"]
    assert (found["n_finite"], found["n_real"], found["n_failed"]) == (2, 2, 0)
    for solution in found["solutions"]:
        (x, _), (y, _) = solution["value"]
        assert x == pytest.approx(y)
        assert x * x + y * y == pytest.approx(1)


def test_complex_solutions_show_both_parts(run: Run) -> None:
    result = run("solve", write("x^2 + 1\n"))
    assert "2 isolated solutions: 0 real, 2 not real" in result.stdout
    assert "1i" in result.stdout


def test_families_are_reported_as_families(run: Run) -> None:
    result = run("solve", write("x*y\n"))
    assert "positive-dimensional" in result.stdout
    assert "2 families" in result.stdout
    assert "dimension 1" in result.stdout


def test_contradiction_is_an_outcome(run: Run) -> None:
    result = run("solve", write("x\nx - 1\n"))
    assert result.exit_code == 0
    assert result.stdout.startswith("inconsistent: ")


def test_json_on_the_screen_stands_alone(run: Run) -> None:
    result = run("solve", write("x - 1/3\n"), "--json", "-")
    assert json.loads(result.stdout)["solutions"][0]["value"] == [[pytest.approx(1 / 3), 0]]


def test_variables_set_the_order(run: Run) -> None:
    result = run("solve", write("x - 1\ny - 2\n"), "--variables", "y,x", "--json", "-")
    assert json.loads(result.stdout)["solutions"][0]["value"] == [[2, 0], [1, 0]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x + \n", "line 1"),
        ("x\n__import__('os')\n", "line 2"),
        ("x^(1/2)\n", "line 1"),
        ("x^1000000000\n", "1000000000"),
        ("", "equation"),
        ("# nothing\n", "equation"),
    ],
)
def test_text_that_is_no_system_is_refused(run: Run, text: str, message: str) -> None:
    result = run("solve", write(text))
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_file_that_is_no_text_is_refused(run: Run) -> None:
    Path("binary.txt").write_bytes(b"\xff\xfe\x00x")
    result = run("solve", "binary.txt")
    assert result.exit_code == 2
    assert "binary.txt" in result.stderr


def test_homotopy_finds_the_same_solutions(run: Run) -> None:
    Path("circle.txt").write_text("x^2 + y^2 = 1\nx - y\n")
    exact, numerical = (
        run("solve", "circle.txt", "--method", method) for method in ("groebner", "homotopy")
    )
    assert numerical.exit_code == 0
    assert "2 isolated solutions: 2 real" in numerical.stdout
    assert "0.7071067812" in exact.stdout
    assert "0.7071067812" in numerical.stdout


def quadrics(n: int) -> str:
    """A file of n equations with 2^n solutions."""
    rows = [f"x{i}^2 - 1/{50 + i}*x{(i + 1) % n} - {i + 2}/{i + 1}" for i in range(n)]
    return write("\n".join(rows))


def test_every_option_of_the_homotopy_is_taken(run: Run) -> None:
    words = ["--method", "homotopy", "--start", "multihomogeneous", "--groups", "x0,x1,x2"]
    words += ["--threads", "1", "--max-paths", "8", "--checkpoint", "run.npz", "--no-progress"]
    result = run("solve", quadrics(3), *words, "--seed", "3", "--certify", "--json", "found.json")
    assert result.exit_code == 0
    assert "8 finite + 0 at infinity + 0 singular + 0 failed = 8 tracked" in result.stdout
    assert "checked: path count: all 8 paths ended" in result.stdout
    assert "8 of 8 candidates certified" in result.stdout
    found = json.loads(Path("found.json").read_text())
    assert (found["evidence"], found["start"]) == ("certified", "multihomogeneous")
    assert (found["certificate"]["format"], found["seed"]) == ("polynet-certificate", 3)
    assert len(found["paths"]["codes"]) == 8
    assert Path("run.npz").exists()


def _path_rows(output: str) -> list[list[str]]:
    lines = output.splitlines()
    head = next(i for i, line in enumerate(lines) if line.split()[:2] == ["path", "solution"])
    columns = ["residual", "condition", "accuracy", "winding", "steps", "end"]
    assert lines[head].split()[2:] == columns
    rows = [line.split() for line in lines[head + 2 :]]
    return [row for row in rows if row and row[0].isdigit()]


def test_paths_are_listed_where_asked_for(run: Run) -> None:
    """At y = 2: x^2 (x - 1)(2 x - 1), so one of five paths goes to infinity, and two meet at 0."""
    file = write("x^2*(x - 1)*(x*y - 1)\ny - 2\n")
    words = ["--method", "homotopy", "--start", "total-degree"]
    result = run("solve", file, *words, "--paths", "--json", "found.json")
    counts = "Paths: 2 finite + 1 at infinity + 2 singular + 0 failed = 5 tracked."
    assert counts in result.stdout
    rows = _path_rows(result.stdout)
    assert [row[0] for row in rows] == ["0", "1", "2", "3", "4"]
    ends = sorted(row[-1] for row in rows)
    assert ends == ["infinity", "regular", "regular", "singular", "singular"]
    found = json.loads(Path("found.json").read_text())
    for row, number in zip(rows, found["solution_of"], strict=True):
        assert row[1] == str(number) if number >= 0 else row[-2:] == ["at", "infinity"]
    (double,) = {row[1] for row in rows if row[-1] == "singular"}
    assert found["solutions"][int(double)]["multiplicity"] == 2
    assert [row[5] for row in rows if row[-1] == "singular"] == ["2", "2"]
    without = run("solve", file, *words).stdout
    assert counts in without
    assert "winding" not in without


def test_long_tables_of_paths_are_cut(run: Run) -> None:
    words = ["--method", "homotopy", "--start", "total-degree", "--paths"]
    result = run("solve", quadrics(6), *words)
    assert len(_path_rows(result.stdout)) == 50
    assert "… and 14 more paths; --json FILE writes them all" in result.stdout


def test_runs_without_paths_say_so(run: Run) -> None:
    result = run("solve", write("x\nx - 1\n"), "--method", "homotopy", "--paths")
    assert result.exit_code == 0
    assert "No paths were tracked." in result.stdout


def test_a_certificate_with_gaps_leaves_the_evidence_numerical(run: Run) -> None:
    result = run("solve", write("x^2\n"), "--method", "homotopy", "--certify", "--json", "f.json")
    assert "0 of 1 candidates certified" in result.stdout
    assert json.loads(Path("f.json").read_text())["evidence"] == "numerical"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--threads", "2"], "--threads needs --method homotopy"),
        (["--checkpoint", "a.npz"], "--checkpoint needs --method homotopy"),
        (["--paths"], "--paths needs --method homotopy"),
        (["--method", "homotopy", "--checkpoint", "no/a.npz"], "there is no folder"),
        (["--method", "homotopy", "--max-paths", "7"], "over max_paths=7"),
        (["--method", "homotopy", "--groups", "x0,x1"], "in exactly one group"),
        (["--method", "homotopy", "--groups", "x0||x1"], "empty name"),
        (["--method", "homotopy", "--threads", "0"], "--threads"),
        (["--method", "homotopy", "--start", "guess"], "guess"),
    ],
)
def test_bad_options_are_refused_in_one_line(run: Run, words: list[str], message: str) -> None:
    result = run("solve", quadrics(3), *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_interrupt_prints_what_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = str(Path(__file__).parents[3])
    monkeypatch.chdir(tmp_path)
    words = ["--method", "homotopy", "--start", "total-degree", "--checkpoint", "run.npz"]
    with subprocess.Popen(
        [sys.executable, "-m", "polynet", "solve", quadrics(16), *words],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": root, "PATH": ""},
    ) as process:
        while not Path("run.npz").exists():
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output.startswith("incomplete: ")
    assert "interrupted: " in output
    assert "not tracked = 65,536 paths" in output


def test_exact_prints_radicals_and_roots(run: Run) -> None:
    result = run("solve", write("x^2 - x - 1\ny^3 - y - 1\n"), "--exact")
    assert "x = (1 + sqrt(5))/2" in result.stdout
    assert "y = root of x^3 - x - 1 in [1.32, 1.33]" in result.stdout
    result = run("solve", "system.txt", "--exact", "--method", "homotopy")
    assert result.exit_code == 2
    assert "--exact needs --method groebner" in result.output


def test_rationalising_is_asked_for_and_reported(run: Run) -> None:
    result = run("solve", write("0.33333*x^2 - 3\n"), "--rationalise", "0.001", "--exact")
    assert "x = -3" in result.stdout
    assert "1 of 2 numbers changed" in result.stdout
    result = run("solve", "system.txt", "--rationalise", "0.001", "--method", "homotopy")
    assert result.exit_code == 2
    assert run("solve", "system.txt", "--rationalise", "0").exit_code == 2
