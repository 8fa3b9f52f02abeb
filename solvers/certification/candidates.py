"""Candidates as points, and the proof of each, one by one or spread over workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from flint import acb

from polynet.errors import InputError, ShapeError
from polynet.polynomial_evaluation import is_ball
from polynet.rational import is_exact, to_fmpq
from solvers.certification.ball_map import BallMap
from solvers.certification.boxes import Box
from solvers.certification.failure import Failure
from solvers.certification.isolation import Effort, Isolated, isolate

__all__ = ["Point", "isolate_all", "to_points"]

_CHUNK = 16

Point: TypeAlias = tuple[acb, ...]


def to_points(candidates: Any, n_variables: int) -> list[Point]:
    """The rows of ``candidates`` as points: exact for floats, balls of a rounding for rationals.

    ``candidates`` is ``(m, n_variables)``, or has such an array as ``solutions``. Raises
    ``InputError`` for what is no number, ``ShapeError`` for another shape.
    """
    table = getattr(candidates, "solutions", candidates)
    try:
        array = np.array(table, dtype=object)
    except ValueError as error:
        raise ShapeError(f"the candidates form no table: {error}") from None
    if array.size == 0:
        return []
    if array.ndim != 2 or array.shape[1] != n_variables:
        raise ShapeError(
            f"candidates have shape {array.shape}, but equations in {n_variables} variables need "
            f"(m, {n_variables})"
        )
    return [tuple(_to_ball(value) for value in row) for row in array]


def isolate_all(
    mapping: BallMap, points: Sequence[Point], effort: Effort, executor: Executor | None
) -> list[Isolated]:
    """``isolate`` for each point, in order."""
    found = [Isolated(None, Failure.NOT_FINITE, None, 0)] * len(points)
    finite = [place for place, point in enumerate(points) if all(x.is_finite() for x in point)]
    if executor is None:
        for place in finite:
            found[place] = isolate(mapping, points[place], effort)
        return found
    work: Callable[[Sequence[Box]], list[Isolated]] = partial(_isolate_chunk, mapping, effort)
    boxes = [Box(points[place]) for place in finite]
    chunks = [boxes[low : low + _CHUNK] for low in range(0, len(boxes), _CHUNK)]
    proofs = (one for part in executor.map(work, chunks) for one in part)
    for place, one in zip(finite, proofs, strict=True):
        found[place] = one
    return found


def _isolate_chunk(mapping: BallMap, effort: Effort, chunk: Sequence[Box]) -> list[Isolated]:
    return [isolate(mapping, box.coordinates, effort) for box in chunk]


def _to_ball(value: Any) -> acb:
    if is_ball(value):
        return acb(value)
    if is_exact(value):
        return acb(to_fmpq(value))
    try:
        if isinstance(value, (str, bytes)):  # complex() would read text, more likely a mistake
            raise TypeError
        return acb(complex(value))
    except (TypeError, ValueError):
        raise InputError(
            f"the candidate coordinate {value!r} of type {type(value).__name__} is no number; "
            "give complex, exact or ball numbers"
        ) from None
