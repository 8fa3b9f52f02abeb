"""What a reader wants to know of a task, and the figures that were published of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from polynet.dataset import Dataset
from polynet.rational import float_array

__all__ = ["Published", "TaskFacts", "fingerprint_of"]


@dataclass(frozen=True, slots=True)
class Published:
    """A published test accuracy in percent, with ``unknowns`` numbers to find, after ``epochs``.

    ``methods`` are the names of those that do what was published.
    """

    methods: tuple[str, ...]
    unknowns: int
    percent: float
    epochs: int = 10


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """The task in words and sizes; ``l2`` and ``lower_bound`` are exact text.

    Models, losses and starts of an ``experiment`` are its own; ``n_parameters`` is 0 where every
    method has another model. ``published`` are the figures that were printed elsewhere.
    """

    name: str
    description: str
    network: str
    n_parameters: int
    n_examples: int
    n_test: int
    l2: str
    start: str
    batch: int | None
    landscape: bool
    lower_bound: str
    fingerprint: str
    experiment: bool = False
    loss: str = "sum of squared errors"
    arithmetic: str = "float64 for all methods"
    published: tuple[Published, ...] = ()


def fingerprint_of(words: Iterable[object], arrays: Iterable[object], *data: Dataset | None) -> str:
    """A hash of the ``repr`` of ``words``, of ``arrays`` and of ``data``: 16 hex digits."""
    parts = hashlib.sha256()
    for word in words:
        parts.update(repr(word).encode())
    for array in arrays:
        parts.update(np.ascontiguousarray(array).data)
    for one in data:
        if one is not None:
            for array in (one.inputs, one.targets):
                parts.update(np.ascontiguousarray(float_array(array)).data)
    return parts.hexdigest()[:16]
