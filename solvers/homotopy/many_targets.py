"""Tracks the paths of many targets, chunk by chunk, on threads or any executor.

Enters: ``ParameterPaths`` and target parameters. Leaves: a ``TargetRow`` of each target. Each
target is tracked on one thread; an interrupt keeps what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.followed import Tracking, follow, settle
from solvers.homotopy.followed_targets import TargetRow
from solvers.homotopy.parameter_start import ParameterPaths
from solvers.homotopy.path_runner import cores

__all__ = ["ManyTargets", "follow_chunk"]

ComplexArray = NDArray[np.complex128]
IntArray = NDArray[np.int64]
Chunk = tuple[IntArray, list[TargetRow]]
DetourPaths = tuple[ParameterPaths | None, ...]


def follow_chunk(
    paths: ParameterPaths, numbers: IntArray, points: ComplexArray, detours: DetourPaths
) -> Chunk:
    """Follow ``paths`` to each of ``points`` on this thread; the rows with their ``numbers``.

    Doubts are left where there are no ``detours``.
    """
    rows = []
    for point in points:
        if detours:
            followed, _ = settle(paths, point, detours, Tracking())
        else:
            followed = follow(paths, point, Tracking())
        if followed.interrupted:
            raise KeyboardInterrupt
        rows.append(TargetRow.of(followed))
    return numbers, rows


@dataclass(slots=True, eq=False)
class ManyTargets:
    """Fills ``rows`` with the targets ``points``; ``interrupted``: whether it was cut short."""

    points: ComplexArray
    rows: list[TargetRow]
    threads: int
    executor: Executor | None = None
    progress: Callable[[int, int], None] | None = None
    interrupted: bool = False
    _done: int = 0

    @classmethod
    def of(
        cls,
        paths: ParameterPaths,
        points: ComplexArray,
        threads: int | None,
        *,
        executor: Executor | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> ManyTargets:
        """With no target tracked yet."""
        rows = [TargetRow.untracked(*paths.solutions.shape) for _ in points]
        return cls(points, rows, threads or cores(), executor, progress)

    def doubtful(self) -> IntArray:
        """Targets that should be reached by another way."""
        return np.array([i for i, row in enumerate(self.rows) if row.doubtful], np.int64)

    def track(self, paths: ParameterPaths, chosen: IntArray, detours: DetourPaths = ()) -> None:
        """Follow ``paths`` to the ``chosen`` targets, and ``detours`` where that leaves doubts."""
        if self.executor is not None:
            self._submit(self.executor, paths, chosen, detours)
        elif self.threads == 1:
            try:
                for numbers in self._chunks(chosen):
                    self._keep(follow_chunk(paths, numbers, self.points[numbers], detours))
            except KeyboardInterrupt:
                self.interrupted = True
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                self._submit(pool, paths, chosen, detours)

    def _submit(
        self, pool: Executor, paths: ParameterPaths, chosen: IntArray, detours: DetourPaths
    ) -> None:
        """Keep a few chunks in flight, so that an interrupt waits for no more than those."""
        pending: set[Future[Chunk]] = set()
        try:
            for numbers in self._chunks(chosen):
                points = self.points[numbers]
                pending.add(pool.submit(follow_chunk, paths, numbers, points, detours))
                if len(pending) >= 3 * self.threads:
                    pending = self._collect(pending)
            while pending:
                pending = self._collect(pending)
        except KeyboardInterrupt:
            self.interrupted = True
            for future in pending:
                future.cancel()

    def _collect(self, pending: set[Future[Chunk]]) -> set[Future[Chunk]]:
        done, rest = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            self._keep(future.result())
        return rest

    def _keep(self, chunk: Chunk) -> None:
        for number, row in zip(*chunk, strict=True):
            self.rows[number] = row
        self._done = min(self._done + len(chunk[0]), len(self.rows))
        if self.progress is not None:
            self.progress(self._done, len(self.rows))

    def _chunks(self, chosen: IntArray) -> Iterator[IntArray]:
        size = int(np.clip(len(chosen) // (8 * self.threads), 1, 32))
        return (chosen[i : i + size] for i in range(0, len(chosen), size))
