"""Cells: equal starts, resuming, executors, refusals."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import compare
import solvers
from compare import ExactSteps, FirstOrder
from compare.comparison import Comparison
from polynet.errors import BudgetError, InputError
from tests.compare.cases import Halving, curved_xor


def seeds_in(diary: Path) -> list[int]:
    return [int(line) for line in diary.read_text().split()] if diary.exists() else []


def test_every_method_starts_from_the_same_weights(tmp_path):
    task = curved_xor(landscape=False)
    methods = [Halving(str(tmp_path / "a"), "a"), Halving(str(tmp_path / "b"), "b")]
    found = compare.run(task, methods, repeats=3, seed=5)
    assert [(cell.method, cell.key.seed) for cell in found.cells] == [
        (name, seed) for seed in (5, 6, 7) for name in "ab"
    ]
    for cell in found.cells:
        assert np.array_equal(cell.weights, task.start(cell.key.seed) / 2)


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path):
    task, diary = curved_xor(landscape=False), tmp_path / "diary"
    method = Halving(str(diary))
    with pytest.raises(KeyboardInterrupt):
        compare.run(task, [_Stopping(str(diary))], repeats=4, out=tmp_path / "out")
    assert seeds_in(diary) == [0, 1]
    found = compare.run(task, [method], repeats=4, out=tmp_path / "out")
    assert seeds_in(diary) == [0, 1, 2, 3]
    again = compare.run(task, [method], repeats=4, out=tmp_path / "out")
    assert seeds_in(diary) == [0, 1, 2, 3]
    assert [cell.last for cell in again.cells] == [cell.last for cell in found.cells]
    loaded = Comparison.load(tmp_path / "out" / task.name)
    assert [cell.last for cell in loaded.cells] == [cell.last for cell in found.cells]


class _Stopping(Halving):
    """Interrupted at its third run; its records are those of the method that it stands for."""

    def run(self, trial):
        if trial.seed == 2:
            raise KeyboardInterrupt
        return super().run(trial)

    def __repr__(self) -> str:
        return repr(Halving(self.diary))


def test_records_of_other_settings_are_not_mixed_in(tmp_path):
    task, method = curved_xor(landscape=False), Halving(str(tmp_path / "diary"))
    compare.run(task, [method], repeats=1, out=tmp_path)
    with pytest.raises(InputError, match=r"budget 60\.0, not 2\.0"):
        compare.run(task, [method], 2.0, repeats=1, out=tmp_path)
    with pytest.raises(InputError, match="fingerprint"):
        compare.run(replace(task, l2=1), [method], repeats=1, out=tmp_path)
    other = Halving(str(tmp_path / "other"))
    with pytest.raises(InputError, match="other settings"):
        compare.run(task, [other], repeats=1, out=tmp_path)
    more = compare.run(task, [method], repeats=3, out=tmp_path)
    assert len(more.cells) == 3


def test_an_executor_of_threads_gives_the_same(tmp_path):
    task, method = curved_xor(landscape=False), Halving(str(tmp_path / "diary"))
    with ThreadPoolExecutor(2) as executor:
        found = compare.run(task, [method], repeats=4, executor=executor)
    alone = compare.run(task, [method], repeats=4)
    assert [c.last for c in found.cells] == [c.last for c in alone.cells]


@pytest.mark.slow
def test_other_processes_give_the_same_weights():
    methods = [FirstOrder("sgd", learning_rate=0.05), ExactSteps("w", solvers.Coordinatewise())]
    arguments = {"passes": 4, "repeats": 2, "starts": 0}
    alone = compare.run("xor", methods, **arguments)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        spread = compare.run("xor", methods, executor=executor, **arguments)
    for one, other in zip(alone.cells, spread.cells, strict=True):
        assert one.key == other.key
        assert np.array_equal(one.weights, other.weights)


def test_what_a_method_cannot_do_is_on_record(tmp_path):
    class TooLarge(Halving):
        def run(self, trial):
            raise BudgetError("it does not fit; use less")

    found = compare.run(curved_xor(landscape=False), [TooLarge("")], repeats=1)
    assert found.cells[0].failure == "it does not fit; use less"
    assert "it does not fit" in str(found)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"budget": 0}, "budget is 0"),
        ({"repeats": 0}, "repeats"),
        ({"starts": -1}, "starts is -1"),
        ({"passes": 0}, "passes"),
        ({"methods": ["newton's"]}, "no method is called"),
        ({"methods": ["adam", "adam"]}, "two methods"),
        ({"methods": ["groebner"], "task": curved_xor(landscape=False)}, "groebner cannot run"),
        ({"methods": [Halving("", "a/b")]}, "called 'a/b'"),
        ({"device": "abacus"}, "no device"),
        ({"task": "nonsense"}, "no task"),
        ({"seed": -3}, r"seed is -3; .* from 0 to 4,294,967,295"),
        ({"seed": 1.5}, r"seed is 1\.5; .* whole number"),
        ({"seed": 2**32}, "seed is 4294967296"),
        ({"starts": 2.5}, r"starts is 2\.5"),
        ({"starts": None}, "starts is None"),
        ({"budget": "2s"}, r"budget is '2s'; .* such as 2\.0"),
        ({"budget": float("inf")}, "budget is inf"),
        ({"budget": float("nan")}, "budget is nan"),
        ({"budget": True}, "budget is True"),
        ({"passes": 1.5}, r"passes must be a whole number .* not 1\.5"),
        ({"repeats": "5"}, "repeats must be a whole number .* not '5'"),
        ({"threads": 0}, "threads must be"),
        ({"device": 3}, "device is 3"),
        ({"methods": []}, "methods is empty; name one at least"),
        ({"methods": "adam"}, "methods is 'adam'; give a list"),
        ({"methods": 5}, "methods is 5; give a list"),
        ({"methods": [5]}, "methods has 5; give names"),
        ({"methods": [FirstOrder]}, "give names"),
        ({"task": 5}, "task is 5; give the name"),
        ({"out": 5}, "out is 5; give the path"),
        ({"task": "digits", "data_root": 5}, "data_root is 5"),
    ],
)
def test_bad_arguments_are_refused_before_any_work(arguments: dict[str, object], message: str):
    with pytest.raises(InputError, match=message):
        compare.run(**({"task": curved_xor()} | arguments))


@pytest.mark.parametrize("inside", [".", "below", "one-square"])
def test_a_file_where_records_are_to_go_is_refused(inside: str, tmp_path):
    place = tmp_path / "out"
    place.mkdir()
    (place / "file").write_text("mine")
    out = {".": place / "file", "below": place / "file" / "below", "one-square": place}[inside]
    if inside == "one-square":
        (place / "file").rename(place / "one-square")
    with pytest.raises(InputError, match="is a file; give another folder"):
        compare.run(curved_xor(), ["adam"], out=out)


def test_progress_counts_every_cell(tmp_path):
    seen = []
    task = curved_xor(landscape=False)
    compare.run(task, [Halving(str(tmp_path / "d"))], repeats=2, out=tmp_path)
    compare.run(task, [Halving(str(tmp_path / "d"))], repeats=3, out=tmp_path, progress=seen.append)
    assert [(p.n_done, p.n_cells, p.kept) for p in seen] == [
        (1, 3, True),
        (2, 3, True),
        (3, 3, False),
    ]


def test_torch_is_not_loaded_before_a_baseline_runs():
    script = (
        "import sys, compare; compare.NAMED_METHODS, compare.NAMED_TASKS, compare.Task\n"
        "compare.run('xor', ['linewise-lbfgs'], 1.0, repeats=1, starts=0)\n"
        "assert 'torch' not in sys.modules"
    )
    root = str(Path(__file__).resolve().parents[2])
    subprocess.run([sys.executable, "-c", script], check=True, cwd=root)
