"""Paths in a record: all columns come back, and what does not fit is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from polynet.polynomial_system import PolynomialSystem
from solvers import Groebner, Homotopy
from solvers.homotopy.path_record import path_entries, path_fields
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.solutions import HomotopySolutions


@pytest.fixture(scope="module")
def found() -> HomotopySolutions:
    """One regular path, two that end singular, and one to infinity."""
    system = PolynomialSystem.from_strings(["x^2*(x - 1)*(x*y - 1)", "y - 2"])
    return Homotopy(start="total-degree", seed=2).solve(system)


def _record(found: HomotopySolutions) -> dict[str, Any]:
    text = json.dumps(path_entries(found), allow_nan=False)
    return dict(json.loads(text))


def test_the_paths_are_of_every_kind(found: HomotopySolutions) -> None:
    # x^2 (x - 1)(2 x - 1): 0 twice, 1/2 and 1; the total degree is 5.
    counts = found.paths.counts.tolist()
    assert [counts[end] for end in (PathEnd.REGULAR, PathEnd.SINGULAR, PathEnd.AT_INFINITY)] == [
        2,
        2,
        1,
    ]


def test_what_was_written_comes_back(found: HomotopySolutions) -> None:
    fields = path_fields(_record(found), len(found.names), found.n_finite)
    for name, column in found.paths.columns.items():
        if name not in ("points", "fingerprints"):
            np.testing.assert_array_equal(fields["paths"].columns[name], column)
    assert fields["start"] == "total degree"
    assert fields["predicted"] == dict(found.predicted) == {"total degree": 5}
    assert fields["completeness"] == found.completeness
    np.testing.assert_array_equal(fields["path_of"], found.path_of)
    np.testing.assert_array_equal(fields["solution_of"], found.solution_of)
    with pytest.raises(ValueError, match="read-only"):
        fields["paths"].codes[0] = 0


def test_codes_are_explained_and_points_left_out(found: HomotopySolutions) -> None:
    paths = _record(found)["paths"]
    assert paths["ends"] == [
        "regular",
        "singular",
        "at_infinity",
        "failed",
        "excess",
        "untracked",
    ]
    assert "points" not in paths
    assert "fingerprints" not in paths


def test_numbers_that_json_lacks_are_text(found: HomotopySolutions) -> None:
    columns = {name: column.copy() for name, column in found.paths.columns.items()}
    columns["conditions"][:3] = [np.inf, np.nan, -np.inf]
    record = _record(replace(found, paths=PathTable.of_columns(columns, 2)))
    assert record["paths"]["conditions"][:3] == ["inf", "nan", "-inf"]
    back = path_fields(record, 2, found.n_finite)["paths"].conditions
    np.testing.assert_array_equal(back, columns["conditions"])


@pytest.mark.parametrize(("name", "value"), [("path_of", [0]), ("solution_of", [0, 0])])
def test_numbers_of_paths_that_do_not_fit_are_refused(
    found: HomotopySolutions, name: str, value: list[int]
) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        path_fields(_record(found) | {name: value}, 2, found.n_finite)


def test_columns_of_other_lengths_are_refused(found: HomotopySolutions) -> None:
    record = _record(found)
    record["paths"]["windings"].pop()
    with pytest.raises(ValueError, match="4 windings for 5 codes"):
        path_fields(record, 2, found.n_finite)


def test_unknown_ends_are_refused(found: HomotopySolutions) -> None:
    record = _record(found)
    record["paths"]["codes"][0] = len(PathEnd)
    with pytest.raises(ValueError, match="unknown codes"):
        path_fields(record, 2, found.n_finite)


def test_solutions_without_paths_have_no_entries() -> None:
    exact = Groebner().solve(PolynomialSystem.from_strings(["x^2 - 2"]))
    with pytest.raises(TypeError, match="SolutionSet keeps no paths"):
        path_entries(exact)
