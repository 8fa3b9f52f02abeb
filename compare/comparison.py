"""A comparison: what was asked, every cell, and the summaries drawn from them.

Made by ``runner.run``; saved as a folder that ``report`` reads: ``task.json`` (format
``polynet-comparison``, version 3), ``cells/*.json`` and ``starts/*.json``. A folder may hold
records of more methods, repeats and starts than were asked for last; those are left where they are
and are in no table, so that all that is shown belongs together.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from compare.floors import Floor
from compare.machine import Machine
from compare.matching import CriticalMap
from compare.record import CellRecord, StartsRecord, read_record
from compare.task_facts import Published, TaskFacts
from polynet.errors import InputError
from solvers.completeness import CompletenessStatus
from solvers.record_format import RecordFormat, dump
from solvers.study_record import Study

__all__ = ["ALL_POINTS", "Comparison", "Settings", "check_folder", "method_place"]

R = TypeVar("R", CellRecord, StartsRecord)

ALL_POINTS = "groebner"
"""The method that finds all critical points where none of the methods asked for does."""

_FORMAT = RecordFormat("polynet-comparison", 3, "comparison")
_TASK_FILE = "task.json"
_CHANGEABLE = {"methods", "repeats", "n_starts"}
"""Settings that may be others when a comparison goes on in the same folder."""
_REMEDY = "Delete this file, and polynet compare writes it anew and goes on with the records there."


@dataclass(frozen=True, slots=True)
class Settings:
    """What was asked for: seconds and passes for each run, first seed, device, threads, methods.

    One of ``budget`` and ``passes`` is None where it is no limit.
    """

    budget: float | None
    repeats: int
    seed: int
    passes: int | None
    n_starts: int
    device: str
    threads: int
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Comparison:
    """One task through several methods: every cell, the floors, and where many starts end.

    ``all_points`` is the run that found all critical points where they are needed and none of the
    methods finds them. Printed, it is the table of the methods; ``report`` makes the rest.
    """

    facts: TaskFacts
    settings: Settings
    machine: Machine
    floors: tuple[Floor, ...]
    cells: tuple[CellRecord, ...]
    starts: tuple[StartsRecord, ...]
    all_points: CellRecord | None = None

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
        """All critical points, from the first method that found them; None where none did.

        Points of which nothing says that they are all stand back behind those of other methods.
        """
        studies = [cell.study for cell in self._solved if cell.study is not None]
        known = [s for s in studies if s.critical.real or s.critical.families]
        return next((s for s in known if _complete(s)), known[0] if known else None)

    @property
    def wants_points(self) -> bool:
        """Whether all critical points are needed, and no method has found them."""
        return self.facts.landscape and (self.study is None or not _complete(self.study))

    @property
    def unmatched(self) -> str:
        """Why nothing can be said of where runs end, on a task where it should; else empty."""
        if not self.facts.landscape or self.study is not None:
            return ""
        tried = [
            f"{cell.method}: {cell.failure or cell.stopped}"
            for cell in self._solved
            if cell.failure or cell.study is not None
        ]
        return (
            "At which critical points runs end is not said, as these are not known "
            f"({'; '.join(tried) or 'not looked for yet'})."
        )

    @property
    def _solved(self) -> tuple[CellRecord, ...]:
        return self.cells if self.all_points is None else (*self.cells, self.all_points)

    @cached_property
    def critical_map(self) -> CriticalMap | None:
        """The critical points ready for end points to be looked up; None where none are known."""
        return None if self.study is None else CriticalMap(self.study.critical)

    def prepare(self, folder: Path) -> None:
        """Make ``folder`` ready for cells, and note there what is asked for."""
        for part in ("cells", "starts"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        dump(self._head(), folder / _TASK_FILE)

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
        """The comparison that was asked for last in ``folder``, with the cells that are done.

        Raises ``InputError`` where there is none, ``DataError`` that names the file for damaged
        records.
        """
        folder = Path(folder)
        path = folder / _TASK_FILE
        if not path.exists():
            raise InputError(f"{folder} holds no comparison: there is no {path}")
        head = read_record(path, _FORMAT, _head, _REMEDY)
        asked, size = head.settings, head.facts.n_parameters
        cells = [
            _fitting(CellRecord.load(path), path, size)
            for method, repeat, path in _numbered(folder / "cells")
            if method in asked.methods and repeat < asked.repeats
        ]
        starts = [
            _fitting(StartsRecord.load(path), path, size)
            for method, n_starts, path in _numbered(folder / "starts")
            if method in asked.methods and n_starts == asked.n_starts
        ]
        found = replace(
            head,
            cells=tuple(sorted(cells, key=lambda cell: (method_place(cell.method), cell.repeat))),
            starts=tuple(sorted(starts, key=lambda record: method_place(record.method))),
        )
        path = folder / "cells" / f"{ALL_POINTS}-0.json"
        if not found.wants_points or ALL_POINTS in asked.methods or not path.exists():
            return found
        return replace(found, all_points=_fitting(CellRecord.load(path), path, size))

    def __str__(self) -> str:
        from compare.summary import methods_table

        text = methods_table(self).to_text()
        return f"{text}\n\n{self.unmatched}" if self.unmatched else text


def _complete(study: Study) -> bool:
    """Whether the critical points are proved to be all, or a check has found none missing."""
    return study.critical.completeness.status is not CompletenessStatus.UNKNOWN


def _head(record: Mapping[str, Any]) -> Comparison:
    return Comparison(
        _facts(record["facts"]),
        _settings(record["settings"]),
        Machine(**record["machine"]),
        tuple(Floor(**floor) for floor in record["floors"]),
        (),
        (),
    )


def _settings(record: Mapping[str, Any]) -> Settings:
    return Settings(**{**record, "methods": tuple(record["methods"])})


def _numbered(folder: Path) -> Iterator[tuple[str, int, Path]]:
    """The files ``METHOD-NUMBER.json`` in ``folder``."""
    for path in folder.glob("*.json"):
        method, _, number = path.stem.rpartition("-")
        if number.isdecimal():
            yield method, int(number), path


def _fitting(record: R, path: Path, n_parameters: int) -> R:
    record.check_fits(path, n_parameters)
    return record


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


def check_folder(folder: Path, facts: TaskFacts, settings: Settings) -> None:
    """See that records in ``folder`` may be of a comparison of ``facts`` with ``settings``.

    Raises ``InputError`` where they are of another task or of other settings, where a file is in
    the way, and where nothing can be written; ``DataError`` where ``task.json`` is damaged.
    """
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        what = "cannot be written to" if there.is_dir() else "is a file"
        raise InputError(f"records cannot go to {folder}: {there} {what}; give another folder")
    path = folder / _TASK_FILE
    if path.exists():
        before = read_record(path, _FORMAT, _head, _REMEDY)
        _check_same(path, before.facts, facts, {"fingerprint"})
        kept = {name for name in asdict(settings) if name not in _CHANGEABLE}
        _check_same(path, before.settings, settings, kept)


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
