"""Tracks the paths of many targets, chunk by chunk, on threads or any executor.

Enters: ``ParameterPaths`` and target parameters. Leaves: a ``TargetRow`` of each target. Each
target is tracked on one thread; an interrupt keeps what is there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.followed import Tracking, follow, settle
from solvers.homotopy.followed_targets import TargetRow
from solvers.homotopy.parameter_start import ParameterPaths
from solvers.homotopy.path_runner import cores
from solvers.homotopy.progress import PathProgress, Reporter

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


@dataclass(slots=True)
class _Meter:
    """Sums over the targets tracked so far; those of a later round replace what is there."""

    round: int = 0
    left: int = 0
    done: int = 0
    n_paths: int = 0
    tracked: int = 0
    finite: int = 0
    singular: int = 0
    at_infinity: int = 0
    begin: float = 0.0
    round_begin: float = 0.0

    def start_round(self, number: int, n_targets: int, n_paths: int) -> None:
        """A round of ``n_targets`` targets, each with ``n_paths`` paths, begins."""
        self.round_begin = time.perf_counter()
        self.begin = self.begin or self.round_begin
        self.round, self.left, self.done, self.n_paths = number, n_targets, 0, n_paths

    def replace(self, old: TargetRow, new: TargetRow) -> None:
        """``new`` is the row of a target that had ``old``, which was not tracked in round 0."""
        self.left, self.done = self.left - 1, self.done + 1
        if self.round == 0:
            self.tracked += self.n_paths
        self.finite += new.n_finite_paths - old.n_finite_paths
        self.singular += new.n_singular_paths - old.n_singular_paths
        self.at_infinity += new.n_at_infinity - old.n_at_infinity

    def now(self, n_targets: int) -> PathProgress:
        """What a progress callable is told."""
        now = time.perf_counter()
        return PathProgress(
            tracked=self.tracked,
            total=n_targets * self.n_paths,
            finite=self.finite - self.singular,
            singular=self.singular,
            at_infinity=self.at_infinity,
            failed=self.tracked - self.finite - self.at_infinity,
            round=self.round,
            left=self.left * self.n_paths,
            seconds=now - self.begin,
            seconds_left=(now - self.round_begin) / self.done * self.left,
        )


@dataclass(slots=True, eq=False)
class ManyTargets:
    """Fills ``rows`` with the targets ``points``; ``interrupted``: whether it was cut short."""

    points: ComplexArray
    rows: list[TargetRow]
    threads: int
    executor: Executor | None = None
    progress: Reporter | None = None
    interrupted: bool = False
    _meter: _Meter = field(default_factory=_Meter)

    @classmethod
    def of(
        cls,
        paths: ParameterPaths,
        points: ComplexArray,
        threads: int | None,
        *,
        executor: Executor | None = None,
        progress: Reporter | None = None,
    ) -> ManyTargets:
        """With no target tracked yet."""
        rows = [TargetRow.untracked(*paths.solutions.shape) for _ in points]
        return cls(points, rows, threads or cores(), executor, progress)

    def doubtful(self) -> IntArray:
        """Targets that should be reached by another way."""
        return np.array([i for i, row in enumerate(self.rows) if row.doubtful], np.int64)

    def track(self, paths: ParameterPaths, chosen: IntArray, detours: DetourPaths = ()) -> None:
        """Follow ``paths`` to the ``chosen`` targets, and ``detours`` where that leaves doubts."""
        self._meter.start_round(1 if detours else 0, len(chosen), len(paths.solutions))
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
            self._meter.replace(self.rows[number], row)
            self.rows[number] = row
        if self.progress is not None:
            self.progress(self._meter.now(len(self.rows)))

    def _chunks(self, chosen: IntArray) -> Iterator[IntArray]:
        size = int(np.clip(len(chosen) // (8 * self.threads), 1, 32))
        return (chosen[i : i + size] for i in range(0, len(chosen), size))
