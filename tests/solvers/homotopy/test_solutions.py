"""What a result says of its solutions and paths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polynet import PolynomialSystem
from polynet.errors import InputError
from solvers import CompletenessStatus, Homotopy, Outcome
from solvers.homotopy import result
from solvers.homotopy.path_table import PathEnd
from solvers.homotopy.progress import PathProgress
from solvers.homotopy.solutions import HomotopySolutions


def _solve(equations: list[str], **options: Any) -> HomotopySolutions:
    return Homotopy(**options).solve(PolynomialSystem.from_strings(equations))


FAT = ["x^2*(x - 1)", "y^2*(y - 1)^3"]


def test_the_table_has_a_row_for_each_solution() -> None:
    found = _solve(["x^2 + y^2 - 1", "x - y"])
    heading, *rows = found.table().splitlines()
    per_path = ["residual", "condition", "accuracy", "winding", "steps", "end", "path"]
    assert heading.split() == ["x", "y", "real", "multiplicity", *per_path]
    assert [row.split()[:4] for row in rows] == [
        ["-0.7071067812", "-0.7071067812", "real", "1"],
        ["0.7071067812", "0.7071067812", "real", "1"],
    ]
    assert all(row.split()[-2] == "regular" for row in rows)


def test_long_tables_are_abridged() -> None:
    found = _solve([f"x^30 - {2**15}"])
    assert len(found.table().splitlines()) == 22
    assert found.table().endswith("… and 10 more")
    assert len(found.table(max_rows=3).splitlines()) == 5
    assert len(found.table(max_rows=None).splitlines()) == 31
    assert len(found.table(max_rows=100).splitlines()) == 31


def test_counts_are_printed_as_an_equation() -> None:
    found = _solve(["x^2*y - 1", "x*y^2 - x"], start="total-degree")
    counts = found.paths.counts
    assert counts.sum() == 9
    assert (
        f"{counts[0]} finite + {counts[2]} at infinity + {counts[1]} singular + 0 failed"
        " = 9 tracked"
    ) in str(found)


def test_every_solution_knows_its_paths() -> None:
    found = _solve(FAT, start="total-degree")
    assert found.multiplicities.tolist() == [4, 6, 2, 3]
    assert np.bincount(found.solution_of).tolist() == found.multiplicities.tolist()
    assert found.solution_of[found.path_of].tolist() == [0, 1, 2, 3]
    assert (found.paths.codes == PathEnd.SINGULAR).sum() == 15
    assert found.windings.shape == found.residuals.shape == found.accuracies.shape == (4,)


def test_start_solutions_are_made_on_demand() -> None:
    found = _solve(["x^3 - 2", "y^2 - x"], start="total-degree")
    starts = np.array([found.start_of(path) for path in range(6)])
    assert len(np.unique(starts.round(9), axis=0)) == 6
    np.testing.assert_allclose(np.abs(starts), 1.0)
    with pytest.raises(InputError, match="no path 6; paths go from 0 to 5"):
        found.start_of(6)


def test_completeness_is_checked_by_the_path_count() -> None:
    found = _solve(["x^2 - 2"])
    assert found.completeness.status is CompletenessStatus.CHECKED
    assert str(found.completeness) == (
        "checked: path count: all 2 paths ended, none failed, no two met"
    )


def test_completeness_is_unknown_where_paths_were_not_tracked() -> None:
    def stop(now: PathProgress) -> None:
        raise KeyboardInterrupt

    found = _solve(["x^64 - 2"], progress=stop, threads=1)
    assert found.outcome is Outcome.INCOMPLETE
    assert (found.n_finite, found.n_untracked, found.n_failed) == (8, 56, 56)
    assert str(found.completeness) == "unknown: incomplete: 56 of 64 paths were not tracked"


def test_lone_singular_ends_are_kept_but_not_listed() -> None:
    found = _solve(["x*(x + y - 1)", "y*(x + y - 1)"], start="total-degree")
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert found.lone_ends.shape == (3, 2)
    np.testing.assert_allclose(found.lone_ends.sum(axis=1), 1.0, atol=1e-6)


@pytest.mark.parametrize("equations", [FAT, ["x^2*y - 1", "x*y^2 - x"], ["1e3*x^3 - 1", "y^2 - x"]])
def test_large_tables_give_their_points_to_the_solutions(
    equations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = _solve(equations, start="total-degree")
    monkeypatch.setattr(result, "_KEPT_POINTS", 0)
    large = _solve(equations, start="total-degree")
    assert large.paths.points.shape == (0, 2)
    np.testing.assert_array_equal(large.solutions, small.solutions)
    np.testing.assert_array_equal(large.solution_of, small.solution_of)


def test_results_are_read_only() -> None:
    found = _solve(["x^2 - 2"])
    for array in (found.solutions, found.multiplicities, found.paths.codes, found.paths.points):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_progress_counts_paths() -> None:
    calls: list[PathProgress] = []
    found = _solve(["x^64 - 2"], progress=calls.append, start="total-degree")
    assert [call.tracked for call in calls] == list(range(8, 65, 8))
    last = calls[-1]
    assert (last.total, last.finite, last.failed, last.left, last.round) == (64, 64, 0, 0, 0)
    assert last.seconds_left == 0.0
    assert found.n_finite == 64


def test_the_bar_is_drawn_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    _solve(["x^64 - 2"], progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "64/64 paths" in captured.err
    assert "64 finite" in captured.err
    _solve(["x^64 - 2"])
    assert capsys.readouterr().err == ""
