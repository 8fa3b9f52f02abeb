"""The live table shows what cells have reached."""

from __future__ import annotations

import io

import numpy as np
from rich.console import Console

from compare.curve import CurvePoint
from compare.progress_table import ProgressTable
from compare.record import CellKey, CellRecord
from compare.runner import Progress


def test_the_table_keeps_the_best_of_each_method():
    table = ProgressTable("digits")
    for repeat, (loss, share) in enumerate([(3.0, 0.5), (2.0, 0.75), (4.0, 0.25)]):
        key = CellKey("t", "M()", repeat, 1.0, None, "cpu", 1)
        curve = (CurvePoint(1.0, 1.0, 1, loss, None, share),)
        cell = CellRecord(key, "adam", repeat, curve, np.zeros(1), "done", 0.0)
        table.note(Progress(cell, repeat + 1, 7, kept=False))
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(table)
    shown = console.export_text()
    assert "3 of 7 runs" in shown
    assert [word in shown for word in ("adam", "2", "75.0")] == [True] * 3
