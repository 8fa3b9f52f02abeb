"""Runs of classifiers that are kept in files, so that a stopped benchmark goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import polynet as pn
from compare.baselines.json_record import JsonRecord
from compare.baselines.labelled_images import LabelledImages

__all__ = ["kept", "mnist_images"]

R = TypeVar("R", bound=JsonRecord)


def mnist_images(root: Path) -> tuple[LabelledImages, LabelledImages]:
    """All training and all test images; ``DataError`` where they are not there."""
    train, test = (pn.datasets.mnist(root, train=part) for part in (True, False))
    return LabelledImages.of(train), LabelledImages.of(test)


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
