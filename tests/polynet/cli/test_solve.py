"""``polynet solve`` on files of every kind."""

from __future__ import annotations

import json
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
    assert "2 isolated solutions: 2 real, 0 complex" in result.stdout
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
    assert "2 isolated solutions: 0 real, 2 complex" in result.stdout
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
