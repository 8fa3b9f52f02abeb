"""The table of paths: its counts add up, and it is as small as it says."""

from __future__ import annotations

import numpy as np
import pytest

from solvers.homotopy.path_table import PathEnd, PathTable


def test_a_new_table_is_untracked() -> None:
    table = PathTable.empty(5, 2)
    assert table.counts.tolist() == [0, 0, 0, 0, 0, 5]
    assert str(table).endswith("5 not tracked = 5 paths")


def test_rows_take_59_bytes_and_their_points() -> None:
    table = PathTable.empty(1000, 3)
    assert sum(column.nbytes for column in table.columns.values()) == 1000 * (59 + 16 * 3)


def test_filling_writes_every_column() -> None:
    table = PathTable.empty(4, 1)
    info = np.array([[1, 1e-9, 2e3, 1e-12, 3, 0.0, 40, 7]])
    table.fill(np.array([2]), info, np.array([[1 + 2j]]))
    row = {name: column[2].tolist() for name, column in table.columns.items()}
    assert row == {
        "codes": PathEnd.SINGULAR,
        "points": [1 + 2j],
        "fingerprints": 0,
        "residuals": 1e-9,
        "conditions": 2e3,
        "accuracies": 1e-12,
        "windings": 3,
        "last_t": 0.0,
        "accepted": 40,
        "rejected": 7,
    }
    assert table.counts.sum() == 4


def test_columns_make_the_table_again() -> None:
    table = PathTable.empty(3, 2)
    table.codes[:] = PathEnd.REGULAR
    table.points[:] = 1j
    back = PathTable.of_columns(table.columns, 2)
    for name, column in table.columns.items():
        np.testing.assert_array_equal(back.columns[name], column)
        assert back.columns[name].dtype == column.dtype


@pytest.mark.parametrize(
    "changes", [{"codes": [0, 6, 0]}, {"codes": [0, -1, 0]}, {"windings": [1]}, {"points": [[0j]]}]
)
def test_columns_that_do_not_fit_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"codes|broadcast|points"):
        PathTable.of_columns(PathTable.empty(3, 2).columns | changes, 2)


def test_a_frozen_table_is_read_only() -> None:
    table = PathTable.empty(3, 2).frozen(points=False)
    assert table.points.shape == (0, 2)
    with pytest.raises(ValueError, match="read-only"):
        table.codes[0] = 0
