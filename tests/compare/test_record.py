"""Records read back what was written."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from compare.curve import CurvePoint
from compare.record import CellKey, CellRecord, StartsRecord
from polynet.errors import DataError

KEY = CellKey("abc", "Method()", 3, 1.5, None, "cpu", 1)


def test_a_cell_reads_back(tmp_path):
    curve = (CurvePoint(0.0, 0.0, 0, 1 / 3, 0.5, None), CurvePoint(0.1, 0.2, 2, 0.1, 1.0, 0.9))
    cell = CellRecord(KEY, "m", 2, curve, np.array([1 / 3, 2.0]), "done", 0.25, {"a": 1.0})
    cell.save(tmp_path / "cell.json")
    read = CellRecord.load(tmp_path / "cell.json")
    assert (read.key, read.curve, read.settings) == (KEY, curve, {"a": 1.0})
    assert read.weights.tolist() == [1 / 3, 2.0]
    assert read.last == curve[-1]


def test_diverged_starts_read_back(tmp_path):
    ends = np.array([[1.0, 1 / 3], [np.nan, np.nan]])
    StartsRecord(KEY, "m", ends, 1.0, 0.5).save(tmp_path / "s.json")
    read = StartsRecord.load(tmp_path / "s.json")
    assert np.array_equal(read.ends, ends, equal_nan=True)
    assert asdict(read.key) == asdict(KEY)


def test_what_is_no_record_is_refused(tmp_path):
    path = tmp_path / "cell.json"
    path.write_text('{"format": "polynet-comparison-cell", "version": 2}')
    with pytest.raises(DataError, match="damaged"):
        CellRecord.load(path)
    path.write_text('{"format": "polynet-comparison-cell", "ver')
    with pytest.raises(DataError, match="not JSON"):
        CellRecord.load(path)
