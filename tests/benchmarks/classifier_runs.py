"""Runs of classifiers that are kept in files, so that a stopped benchmark goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from compare.baselines.json_record import JsonRecord

__all__ = ["kept"]

R = TypeVar("R", bound=JsonRecord)


def kept(kind: type[R], folder: Path | None, name: str, run: Callable[[], R]) -> R:
    """The record ``name`` of ``folder``, or that of ``run()``, which is then written there."""
    if folder is None:
        return run()
    path = folder / f"{name}.json"
    if path.exists():
        return kind.from_json(path)
    record = run()
    folder.mkdir(parents=True, exist_ok=True)
    record.to_json(path)
    return record
