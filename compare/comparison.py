"""A comparison: what was asked, every cell, and the summaries drawn from them.

Made by ``runner.run``; saved as a folder that ``report`` reads: ``task.json`` (format
``polynet-comparison``, version 2), ``cells/*.json`` and ``starts/*.json``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from compare.floors import Floor
from compare.machine import Machine
from compare.matching import CriticalMap
from compare.record import CellRecord, StartsRecord
from compare.task_facts import Published, TaskFacts
from polynet.errors import InputError
from solvers.record_format import RecordFormat, dump, load
from solvers.study_record import Study

__all__ = ["Comparison", "Settings", "method_place"]

_FORMAT = RecordFormat("polynet-comparison", 2, "comparison")
_TASK_FILE = "task.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all cells: seconds and passes for each run, first seed, device, threads.

    One of ``budget`` and ``passes`` is None where it is no limit.
    """

    budget: float | None
    repeats: int
    seed: int
    passes: int | None
    n_starts: int
    device: str
    threads: int


@dataclass(frozen=True, eq=False)
class Comparison:
    """One task through several methods: every cell, the floors, and where many starts end.

    Printed, it is the table of the methods; ``tables`` and ``report`` make the rest.
    """

    facts: TaskFacts
    settings: Settings
    machine: Machine
    floors: tuple[Floor, ...]
    cells: tuple[CellRecord, ...]
    starts: tuple[StartsRecord, ...]

    @property
    def methods(self) -> tuple[str, ...]:
        """The names of the methods, in the order they were given."""
        return tuple(dict.fromkeys(cell.method for cell in self.cells))

    def of(self, method: str) -> tuple[CellRecord, ...]:
        """The cells of one method, by repeat."""
        return tuple(cell for cell in self.cells if cell.method == method)

    @property
    def published(self) -> tuple[Published, ...]:
        """The published figures of runs as long as these; where there are none, the first ones."""
        figures = self.facts.published
        as_long = tuple(f for f in figures if f.epochs == self.settings.passes)
        return as_long or tuple(f for f in figures if f.epochs == figures[0].epochs)

    @property
    def study(self) -> Study | None:
        """All critical points, from the first method that found them; None where none did."""
        studies = (cell.study for cell in self.cells if cell.study is not None)
        return next((s for s in studies if s.critical.real or s.critical.families), None)

    @cached_property
    def critical_map(self) -> CriticalMap | None:
        """The critical points ready for end points to be looked up; None where none are known."""
        return None if self.study is None else CriticalMap(self.study.critical)

    def prepare(self, folder: Path) -> None:
        """Make ``folder`` ready for cells, or see that those in it are of this comparison.

        Raises ``InputError`` where they are of another task or of other settings.
        """
        path = folder / _TASK_FILE
        if path.exists():
            before = _FORMAT.read(load(path), _head, str(path))
            _check_same(path, before.facts, self.facts, {"fingerprint"})
            changeable = {"repeats", "n_starts"}
            kept = {name for name in asdict(self.settings) if name not in changeable}
            _check_same(path, before.settings, self.settings, kept)
        for part in ("cells", "starts"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        dump(self._head(), path)

    def _head(self) -> dict[str, Any]:
        """The record without the cells."""
        return {
            **_FORMAT.head,
            "facts": asdict(self.facts),
            "settings": asdict(self.settings),
            "machine": asdict(self.machine),
            "floors": [asdict(floor) for floor in self.floors],
        }

    @classmethod
    def load(cls, folder: Path) -> Comparison:
        """The comparison in ``folder``, with the cells that are done.

        Raises ``InputError`` where there is none, ``DataError`` for damaged records.
        """
        path = Path(folder) / _TASK_FILE
        if not path.exists():
            raise InputError(f"{folder} holds no comparison: there is no {path}")
        head = _FORMAT.read(load(path), _head, str(path))
        cells = [CellRecord.load(file) for file in sorted((path.parent / "cells").glob("*.json"))]
        starts = [StartsRecord.load(file) for file in (path.parent / "starts").glob("*.json")]
        most = {r.method: r for r in sorted(starts, key=lambda record: len(record.ends))}
        return cls(
            head.facts,
            head.settings,
            head.machine,
            head.floors,
            tuple(sorted(cells, key=lambda cell: (method_place(cell.method), cell.repeat))),
            tuple(sorted(most.values(), key=lambda record: method_place(record.method))),
        )

    def __str__(self) -> str:
        from compare.summary import methods_table

        return methods_table(self).to_text()


def _head(record: Mapping[str, Any]) -> Comparison:
    return Comparison(
        _facts(record["facts"]),
        Settings(**record["settings"]),
        Machine(**record["machine"]),
        tuple(Floor(**floor) for floor in record["floors"]),
        (),
        (),
    )


def _facts(record: Mapping[str, Any]) -> TaskFacts:
    published = tuple(
        Published(**{**figure, "methods": tuple(figure["methods"])})
        for figure in record["published"]
    )
    return TaskFacts(**{**record, "published": published})


def method_place(method: str) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Where a method stands in tables: the named ones in their order, then others by name.

    Numbers in names go by size.

    >>> sorted(["adam-full", "adam-30", "adam-3", "adam-10"], key=method_place)
    ['adam-3', 'adam-10', 'adam-30', 'adam-full']
    """
    from compare.methods import NAMED_METHODS

    names = list(NAMED_METHODS)
    words = re.findall(r"([0-9]*)([^0-9]*)", method)
    parts = tuple((int(number) if number else sys.maxsize, rest) for number, rest in words)
    return (names.index(method) if method in names else len(names), parts)


def _check_same(path: Path, before: Any, now: Any, names: set[str]) -> None:
    old, new = asdict(before), asdict(now)
    other = [
        f"{name} {old[name]!r}, not {new[name]!r}"
        for name in sorted(names)
        if old[name] != new[name]
    ]
    if other:
        raise InputError(
            f"{path} is of a comparison with {'; '.join(other)}; give the same settings to go on "
            "with it, or another folder"
        )
