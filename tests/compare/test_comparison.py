"""What is shown of a folder of records, where its critical points come from, and damaged files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import compare
from compare import ExactSteps
from compare.comparison import Comparison
from compare.report import write_report
from compare.summary import all_tables, ends_table, levels_table, methods_table, starts_table
from polynet.errors import DataError, InputError
from solvers import Linewise
from tests.compare.cases import Halving, curved_xor

NEWTON, GAUSS_NEWTON = "linewise-newton", "linewise-gauss-newton"
WIDE = [NEWTON, GAUSS_NEWTON, "groebner"]


def request(out: Path, methods: list[str], **changes: int) -> Comparison:
    return compare.run(curved_xor(), methods, 0.1, **{"repeats": 2, "starts": 4} | changes, out=out)


def test_only_what_was_asked_for_last_is_shown(tmp_path):
    everything = request(tmp_path, WIDE)
    less = request(tmp_path, [GAUSS_NEWTON, "groebner"], repeats=1, starts=3)
    for found in (less, Comparison.load(tmp_path / "one-square")):
        assert set(found.methods) == {GAUSS_NEWTON, "groebner"}
        assert [cell.repeat for cell in found.cells] == [0, 0]
        table = starts_table(found)
        assert "where runs from 3 starts end" in table.title
        assert [column.heading for column in table.columns[3:]] == [GAUSS_NEWTON]
        assert sum(row[3] for row in table.rows) == 3
        assert {row[0]: row[1] for row in ends_table(found).rows} == {GAUSS_NEWTON: 1}
    seen = []
    task = curved_xor()
    again = compare.run(
        task, WIDE, 0.1, repeats=2, starts=4, out=tmp_path, progress=lambda p: seen.append(p.kept)
    )
    assert all(seen)
    curves = [{(c.method, c.repeat): c.curve for c in x.cells} for x in (everything, again)]
    assert curves[0] == curves[1]


def test_a_request_that_is_refused_leaves_the_folder_as_it_was(tmp_path):
    request(tmp_path, [NEWTON], starts=0)
    before = (tmp_path / "one-square" / "task.json").read_text("utf-8")
    other = ExactSteps(NEWTON, Linewise("newton", lines=2))
    with pytest.raises(InputError, match="other settings"):
        request(tmp_path, [other], starts=0, repeats=3)
    assert (tmp_path / "one-square" / "task.json").read_text("utf-8") == before


def test_all_critical_points_are_found_whatever_methods_are_named(tmp_path):
    found = request(tmp_path, [NEWTON])
    named = compare.run(curved_xor(), WIDE, 0.1, repeats=1, starts=0)
    assert found.methods == (NEWTON,)
    for one in (found, Comparison.load(tmp_path / "one-square")):
        assert one.all_points.method == "groebner"
        assert one.unmatched == ""
        points = [[p.point.tolist() for p in c.study.critical.real] for c in (one, named)]
        assert points[0] == points[1]
        assert len(points[0]) == 9
        assert sum(row[3] for row in starts_table(one).rows) == 4
        assert "Found by groebner" in levels_table(one).note
        assert [row[0] for row in methods_table(one).rows][-1] == NEWTON
    assert named.all_points is None
    assert "Found by" not in levels_table(named).note


def test_critical_points_that_were_found_once_are_kept(tmp_path):
    request(tmp_path, [NEWTON], starts=0)
    path = tmp_path / "one-square" / "cells" / "groebner-0.json"
    before = path.stat().st_mtime_ns
    found = request(tmp_path, [GAUSS_NEWTON, "groebner"], starts=0)
    assert path.stat().st_mtime_ns == before
    assert found.all_points is None
    assert found.study is not None


def test_without_critical_points_nothing_is_run_from_many_starts(tmp_path):
    inexact = curved_xor(l2=0.1)
    found = compare.run(inexact, [NEWTON], 0.1, repeats=1, starts=5, out=tmp_path)
    assert found.starts == ()
    for one in (found, Comparison.load(tmp_path / "one-square")):
        assert one.all_points.failure
        assert one.all_points.failure in one.unmatched
        assert str(one).endswith(one.unmatched)
        assert one.unmatched in methods_table(one).note
        assert not starts_table(one).rows
    write_report(tmp_path)
    assert "At which critical points runs end is not said" in (tmp_path / "index.html").read_text()


def test_a_method_that_does_not_find_them_all_is_followed_by_one_that_does(tmp_path):
    seen: list[tuple[int, int]] = []
    methods = [Halving(str(tmp_path / "d")), "homotopy"]
    found = compare.run(
        "xor-linear",
        methods,
        0.1,
        repeats=1,
        starts=0,
        out=tmp_path,
        progress=lambda p: seen.append((p.n_done, p.n_cells)),
    )
    assert found.of("homotopy")[0].stopped == "positive-dimensional"
    assert seen == [(1, 2), (2, 2), (3, 3)]
    for one in (found, Comparison.load(tmp_path / "xor-linear")):
        assert one.all_points.method == "groebner"
        assert len(one.study.critical.families) == 4


def test_a_task_without_a_landscape_needs_no_critical_points(tmp_path):
    found = compare.run(curved_xor(landscape=False), [Halving(str(tmp_path / "d"))], repeats=1)
    assert found.all_points is None
    assert found.unmatched == ""


DAMAGES = {
    "truncated": lambda text: text[:199],
    "empty": lambda text: "",
    "binary": lambda text: b"\xff\xfe\x00",
    "a list": lambda text: "[]",
    "null": lambda text: "null",
    "without entries": lambda text: text.split(",")[0] + "}",
    "another version": lambda text: text.replace('"version": ', '"version": 9'),
    "nested too deep": lambda text: "[" * 100_000,
    "not a number": lambda text: text.replace('"threads": 1', '"threads": NaN'),
}


@pytest.fixture
def folder(tmp_path) -> Path:
    request(tmp_path, [NEWTON], repeats=1)
    return tmp_path


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "name",
    [
        "task.json",
        "cells/linewise-newton-0.json",
        "cells/groebner-0.json",
        "starts/linewise-newton-4.json",
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(folder, name: str, damage: str):
    path = folder / "one-square" / name
    content = DAMAGES[damage](path.read_text("utf-8"))
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for use in (lambda: write_report(folder), lambda: request(folder, [NEWTON], repeats=1)):
        with pytest.raises(DataError, match="Delete this file") as raised:
            use()
        assert str(path) in str(raised.value)
    path.unlink()
    again = request(folder, [NEWTON], repeats=1)
    assert len(again.cells) == len(again.starts) == 1


def _wrong(value: object) -> object:
    return "oops" if isinstance(value, (int, float)) or value is None else 7


def _replaced(record: object, at: tuple[object, ...], value: object) -> object:
    if not at:
        return value
    copy = dict(record) if isinstance(record, dict) else list(record)
    copy[at[0]] = _replaced(copy[at[0]], at[1:], value)
    return copy


def _places(record: object, at: tuple[object, ...] = ()):
    yield at
    if isinstance(record, (dict, list)):
        entries = record.items() if isinstance(record, dict) else enumerate(record)
        for key, value in entries:
            yield from _places(value, (*at, key))


def test_a_wrong_type_anywhere_is_refused_by_name_or_does_no_harm(folder):
    task = folder / "one-square"
    rng = np.random.default_rng(0)
    n_refused = 0
    for path in sorted(task.rglob("*.json")):
        text = path.read_text("utf-8")
        places = list(_places(record := json.loads(text)))
        for place in rng.permutation(len(places))[:80]:
            at = places[place]
            old = record
            for key in at:
                old = old[key]
            path.write_text(json.dumps(_replaced(record, at, _wrong(old))), "utf-8")
            try:
                all_tables(Comparison.load(task))
            except InputError as error:
                assert str(path) in str(error), at  # noqa: PT017  # else it may do no harm
                n_refused += 1
        path.write_text(text, "utf-8")
    assert n_refused > 100


@pytest.mark.parametrize(
    ("name", "entry", "value", "message"),
    [
        ("cells/linewise-newton-0.json", "weights", [1.0, 2.0], r"shape \(2,\), not \(3,\)"),
        ("cells/linewise-newton-0.json", "repeat", 1, "repeat 1 of linewise-newton"),
        ("cells/linewise-newton-0.json", "method", "adam", "repeat 0 of adam"),
        ("cells/linewise-newton-0.json", "stopped", 3, "stopped is 3, not str"),
        ("cells/groebner-0.json", "weights", [1.0], r"shape \(1,\)"),
        ("starts/linewise-newton-4.json", "ends", [[1.0, 2.0]] * 4, r"shape \(2,\)"),
        ("starts/linewise-newton-4.json", "ends", [[1.0, 2.0, 3.0]], "1 ends of linewise-newton"),
        ("starts/linewise-newton-4.json", "ends", [1.0, 2.0, 3.0, 4.0], "n_parameters"),
    ],
)
def test_a_record_of_something_else_is_named(folder, name, entry, value, message):
    path = folder / "one-square" / name
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {entry: value}), "utf-8")
    for use in (lambda: write_report(folder), lambda: request(folder, [NEWTON], repeats=1)):
        with pytest.raises(DataError, match=message) as raised:
            use()
        assert str(path) in str(raised.value)


def test_a_wrong_loss_is_named_with_its_place(folder):
    path = folder / "one-square" / "cells" / "linewise-newton-0.json"
    record = json.loads(path.read_text("utf-8"))
    record["curve"][0]["loss"] = "small"
    path.write_text(json.dumps(record), "utf-8")
    with pytest.raises(DataError, match=r"curve\[0\]\.loss is 'small', not float"):
        Comparison.load(path.parents[1])
