"""The records of a comparison, one file for each cell: written whole or not at all.

A cell is one run of one method from one start (:class:`CellRecord`), or the ends of many runs of it
(:class:`StartsRecord`). Formats ``polynet-comparison-cell``, version 2, and
``polynet-comparison-starts``, version 1: the fields below by name; ``study`` is a ``polynet-study``
record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from compare.curve import CurvePoint
from compare.field_types import checked_fields
from polynet.errors import DataError
from polynet.rational import read_only
from solvers.record_format import RecordFormat, dump, load
from solvers.study_record import Study

__all__ = ["CellKey", "CellRecord", "StartsRecord", "read_record"]

T = TypeVar("T")

_CELL = RecordFormat("polynet-comparison-cell", 2, "cell of a comparison")
_STARTS = RecordFormat("polynet-comparison-starts", 1, "record of many starts")


@dataclass(frozen=True, slots=True)
class CellKey:
    """What decides the result of a cell: a record with another key is not this cell's.

    ``task`` is the fingerprint of the task, ``method`` the ``repr`` of the method.
    """

    task: str
    method: str
    seed: int
    budget: float | None
    passes: int | None
    device: str
    threads: int


@dataclass(frozen=True, slots=True, eq=False)
class CellRecord:
    """One run of one method from one start.

    ``weights`` are the last ones, None where the network is not the task's or the run diverged.
    ``failure`` is what went wrong, empty where nothing did. ``findings`` are numbers by name that
    have no place on a curve; one that is not finite is left out of the file.
    """

    key: CellKey
    method: str
    repeat: int
    curve: tuple[CurvePoint, ...]
    weights: NDArray[np.float64] | None
    stopped: str
    setup_seconds: float
    settings: Mapping[str, float | str] = field(default_factory=dict)
    study: Study | None = None
    failure: str = ""
    findings: Mapping[str, float] = field(default_factory=dict)

    @property
    def last(self) -> CurvePoint | None:
        """The state at the end; None where there is none."""
        return self.curve[-1] if self.curve else None

    def save(self, path: Path) -> None:
        """Write the record to ``path``, all of it or nothing."""
        content: dict[str, Any] = {
            **_CELL.head,
            "key": asdict(self.key),
            "method": self.method,
            "repeat": self.repeat,
            "stopped": self.stopped,
            "failure": self.failure,
            "setup_seconds": self.setup_seconds,
            "settings": dict(self.settings),
            "curve": [asdict(point) for point in self.curve],
            "weights": None if self.weights is None else self.weights.tolist(),
            "study": None if self.study is None else self.study.to_dict(),
            "findings": {name: x for name, x in self.findings.items() if isfinite(x)},
        }
        dump(content, path)

    @classmethod
    def load(cls, path: Path) -> CellRecord:
        """The record in ``path``; ``DataError`` where it is none, or damaged."""
        return read_record(path, _CELL, _cell)

    def check_fits(self, path: Path, n_parameters: int) -> None:
        """``DataError`` where ``path`` is that of another run, or weights are too few or many."""
        if path.name != f"{self.method}-{self.repeat}.json":
            raise _damage(path, f"this is repeat {self.repeat} of {self.method}")
        known = None if self.study is None else self.study.critical
        points = [] if known is None else [point.point for point in known.real]
        points += [] if self.weights is None else [self.weights]
        _check_lengths(path, points, n_parameters)
        if known is not None and len(known.names) != n_parameters:
            raise _damage(path, f"its study is of {len(known.names)} weights, not {n_parameters}")


@dataclass(frozen=True, slots=True, eq=False)
class StartsRecord:
    """Where runs of one method from many starts end: ``ends`` ``(n_starts, n_parameters)``.

    Rows of diverged runs are NaN (null in the file).
    """

    key: CellKey
    method: str
    ends: NDArray[np.float64]
    seconds: float
    cpu_seconds: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "ends", read_only(np.array(self.ends, np.float64)))

    def save(self, path: Path) -> None:
        """Write the record to ``path``, all of it or nothing."""
        rows = [row.tolist() if np.isfinite(row).all() else None for row in self.ends]
        content: dict[str, Any] = {
            **_STARTS.head,
            "key": asdict(self.key),
            "method": self.method,
            "seconds": self.seconds,
            "cpu_seconds": self.cpu_seconds,
            "n_parameters": self.ends.shape[1],
            "ends": rows,
        }
        dump(content, path)

    @classmethod
    def load(cls, path: Path) -> StartsRecord:
        """The record in ``path``; ``DataError`` where it is none, or damaged."""
        return read_record(path, _STARTS, _starts)

    def check_fits(self, path: Path, n_parameters: int) -> None:
        """``DataError`` where ``path`` is that of other starts, or ends have too few weights."""
        if path.name != f"{self.method}-{len(self.ends)}.json":
            raise _damage(path, f"this is {len(self.ends)} ends of {self.method}")
        _check_lengths(path, self.ends[:1], n_parameters)


def read_record(
    path: Path, form: RecordFormat, build: Callable[[Mapping[str, Any]], T], remedy: str = ""
) -> T:
    """What ``build`` makes of the record in ``path``, with fields of the types that it declares.

    Raises ``DataError`` that names the file and says what to do where it is damaged.
    """
    try:
        return form.read(load(path), lambda record: checked_fields(build(record)))
    except DataError as error:
        raise _damage(path, str(error), remedy) from None


def _damage(path: Path, what: str, remedy: str = "") -> DataError:
    where = "" if str(path) in what else f"{path}: "
    remedy = remedy or "Delete this file, and polynet compare repeats its run."
    return DataError(f"{where}{what}. {remedy}")


def _check_lengths(path: Path, rows: Iterable[NDArray[np.float64]], n_parameters: int) -> None:
    for row in rows:
        if row.shape != (n_parameters,):
            raise _damage(path, f"weights of shape {row.shape}, not ({n_parameters},)")


def _cell(record: Mapping[str, Any]) -> CellRecord:
    weights, study = record["weights"], record["study"]
    return CellRecord(
        key=CellKey(**record["key"]),
        method=record["method"],
        repeat=record["repeat"],
        curve=tuple(CurvePoint(**point) for point in record["curve"]),
        weights=None if weights is None else np.array(weights, np.float64),
        stopped=record["stopped"],
        setup_seconds=record["setup_seconds"],
        settings=dict(record["settings"]),
        study=None if study is None else Study.from_dict(study),
        failure=record["failure"],
        findings=dict(record["findings"]),
    )


def _starts(record: Mapping[str, Any]) -> StartsRecord:
    missing = [np.nan] * record["n_parameters"]
    ends = np.array([missing if row is None else row for row in record["ends"]], np.float64)
    if ends.ndim != 2:
        raise ValueError(f"ends have shape {ends.shape}, not (n_starts, n_parameters)")
    return StartsRecord(
        key=CellKey(**record["key"]),
        method=record["method"],
        ends=ends,
        seconds=record["seconds"],
        cpu_seconds=record["cpu_seconds"],
    )
