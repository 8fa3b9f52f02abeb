"""``polynet study xor``: what it must show, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

import polynet as pn
from polynet.named_networks import network
from solvers.study_record import Study

Run = Callable[..., Result]


def test_default_lists_and_classifies_every_critical_point(run: Run) -> None:
    result = run("study", "xor")
    assert result.exit_code == 0
    words = " ".join(result.stdout.replace("│", " ").split())
    assert "no weights get below 4/3 (proved); reached on a family of dimension 4" in words
    assert "no weights get below 0 (proved); reached on a family of dimension 3" in words
    assert "257 complex (289 with multiplicity), 49 real" in words
    assert "5 minima, 36 saddles, 8 degenerate" in words
    record = Study.load(Path("study.json"))
    assert len(record.critical.real) == 49
    assert Path("study.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("net", "least"), [("linear", "4/3"), ("linear-deep", "4/3")])
def test_linear_networks_stay_above_four_thirds(run: Run, net: str, least: str) -> None:
    result = run("study", "xor", "--net", net)
    assert "The critical points are not isolated" in result.stdout
    assert f"Least loss {least}; no weights get below" in " ".join(result.stdout.split())


@pytest.mark.parametrize("net", ["square-1", "square"])
def test_squares_reach_zero(run: Run, net: str) -> None:
    result = run("study", "xor", "--net", net)
    assert "Least loss 0; no weights get below" in " ".join(result.stdout.split())


def test_reach_has_exact_weights_that_fit(run: Run) -> None:
    result = run("study", "xor", "--net", "square-1", "--l2", "1/100", "--reach")
    words = " ".join(result.stdout.replace("│", " ").split())
    assert "no weights get below 0 (proved); reached on a family of dimension 1 at (" in words
    (reach,) = Study.load(Path("study.json")).reach
    weights = np.array([Fraction(weight) for weight in reach.weights])
    loss = pn.collect(network("square-1"), pn.datasets.xor())
    assert loss.value(weights) == 0


def test_signs_divided_out_leave_the_counts_as_they_are(run: Run) -> None:
    result = run("study", "xor", "--net", "square-1", "--l2", "1/100,3/200,1/50", "--signs")
    assert "Isolated critical points: 21 complex, 9 real" in " ".join(result.stdout.split())


def test_signs_are_for_the_exact_solver(run: Run) -> None:
    result = run("study", "xor", "--net", "square-1", "--signs", "--method", "homotopy")
    assert result.exit_code == 2
    assert "--signs needs --method groebner" in result.stderr


def test_out_of_time_says_so_and_what_descent_reaches(run: Run) -> None:
    result = run("study", "xor", "--net", "square-bias", "--timeout", "1")
    assert result.exit_code == 0
    assert "budget spent" in result.stdout
    assert "Descent from 20 random starts reaches loss" in result.stdout


def test_record_goes_where_it_is_asked_for(run: Run) -> None:
    result = run(
        "study", "xor", "--net", "square-1", "--l2", "1/100,3/200,1/50",
        "--out", "deep/folder", "--json", "copy.json", "--seed", "3",
    )  # fmt: skip
    assert result.exit_code == 0
    record = Study.load(Path("deep/folder/study.json"))
    assert record == Study.load(Path("copy.json"))
    assert (record.critical.complex_count, record.seed) == (21, 3)
    assert record.l2 == ("1/100", "3/200", "1/50")


def test_json_on_the_screen_stands_alone(run: Run) -> None:
    result = run("study", "xor", "--net", "square-1", "--json", "-")
    assert Study.from_json(result.stdout) == Study.load(Path("study.json"))


def test_homotopy_certifies_what_it_lists(run: Run) -> None:
    result = run("study", "xor", "--net", "square-1", "--l2", "1/100", "--method", "homotopy")
    words = " ".join(result.stdout.split())
    assert "Isolated critical points: 21 complex, 9 real: 3 minima, 6 saddles." in words
    assert "all solutions are certified and distinct" in words
    record = Study.load(Path("study.json"))
    assert {point.evidence.value for point in record.critical.real} == {"certified"}
    assert record.critical.orbits is not None


def test_homotopy_says_that_there_are_families(run: Run) -> None:
    result = run("study", "xor", "--net", "square-1", "--method", "homotopy")
    words = " ".join(result.stdout.split())
    assert "some form families, which this solver does not describe" in words
    assert "Descent from 20 random starts reaches loss" in words


def test_out_of_time_names_the_other_method(run: Run) -> None:
    result = run("study", "xor", "--net", "square-bias", "--timeout", "1")
    assert "--method homotopy" in result.stdout
