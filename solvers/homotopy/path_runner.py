"""Tracks the paths of a start system, batch by batch, on threads or any executor.

Enters: a ``StartSystem``. Leaves: a ``PathTable``. Batches come back in any order and are written
into the table as they do; an interrupt keeps what is there. Paths that met are tracked again with
more care, then paths that failed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.close_points import met_points
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.start_systems import StartSystem, Toric
from solvers.homotopy.tracker import Settings

__all__ = ["CAREFUL", "PathRunner", "track_batch"]

NORMAL = Settings()
CAREFUL = Settings(safety=0.15, trust=0.15, tolerance=1e-11, max_steps=20_000)
MOST_CAREFUL = Settings(safety=0.05, trust=0.05, tolerance=1e-12, max_steps=100_000)

_SAME = 1e-7

Batch = tuple[
    NDArray[np.int64], NDArray[np.float64], NDArray[np.complex128], NDArray[np.complex128]
]
Progress = Callable[[int, int], None]


def track_batch(start: StartSystem, paths: NDArray[np.int64], settings: Settings) -> Batch:
    """Track these paths of ``start`` on this thread: paths, info, end points, points at t = 0.1."""
    from solvers.homotopy.endgame import INFO, track_paths

    n, n_paths = start.tape.n_variables, len(paths)
    info = np.zeros((n_paths, len(INFO)))
    middle, ends = (np.zeros((n_paths, n), np.complex128) for _ in range(2))
    points = start.starts(paths)
    steps = np.zeros((n_paths, 2))
    reached = np.ones(n_paths, bool)
    if isinstance(points, Toric):
        track_paths(
            start.tape.arrays, points.table, points.weights, points.cells, points.places,
            points.points, settings, info, middle, ends,
        )  # fmt: skip
        reached, steps, points = info[:, 0] == PathEnd.REGULAR, info[:, 6:8].copy(), ends.copy()
    no_cells, no_places = np.full(n_paths, -1), np.zeros(n_paths)
    track_paths(
        start.tape.arrays, start.table, np.zeros((1, start.tape.n_terms)), no_cells, no_places,
        points, settings, info, middle, ends,
    )  # fmt: skip
    info[:, 6:8] += steps
    info[~reached, 0] = PathEnd.FAILED
    return paths, info, middle, ends


@dataclass(slots=True)
class PathRunner:
    """Fills ``table`` with the paths of ``start``; ``interrupted``: whether it was cut short."""

    start: StartSystem
    table: PathTable
    projection: NDArray[np.complex128]
    threads: int
    executor: Executor | None = None
    progress: Progress | None = None
    interrupted: bool = False

    @classmethod
    def of(
        cls,
        start: StartSystem,
        rng: np.random.Generator,
        *,
        threads: int | None = None,
        executor: Executor | None = None,
        progress: Progress | None = None,
    ) -> PathRunner:
        """A runner with an empty table."""
        n = start.tape.n_variables
        projection = np.exp(2j * np.pi * rng.random(n))
        table = PathTable.empty(start.n_paths, n)
        return cls(start, table, projection, threads or _cores(), executor, progress)

    def run(self) -> PathTable:
        """Track all paths that are not tracked yet, then again those that met or failed."""
        self._track(np.flatnonzero(self.table.codes == PathEnd.UNTRACKED), NORMAL)
        for settings in (CAREFUL, MOST_CAREFUL):
            doubtful = self.doubtful()
            if self.interrupted or not len(doubtful):
                break
            self._track(doubtful, settings)
        if not self.interrupted:
            # One of two paths that still end together has jumped: a solution is missing.
            met = self.met()
            self.table.codes[met[self.table.codes[met] == PathEnd.REGULAR]] = PathEnd.FAILED
        return self.table

    def met(self) -> NDArray[np.int64]:
        """Paths that were at the same place at t = 0.1, or end at the same regular solution."""
        table = self.table
        reached = np.flatnonzero((table.fingerprints != 0) & (table.codes != PathEnd.UNTRACKED))
        regular = np.flatnonzero(table.codes == PathEnd.REGULAR)
        together = reached[met_points(table.fingerprints[reached, None], 1e-9)]
        return np.union1d(together, regular[met_points(table.points[regular], _SAME)])

    def doubtful(self) -> NDArray[np.int64]:
        """Paths to track again: those that met, and those that failed."""
        return np.union1d(self.met(), np.flatnonzero(self.table.codes == PathEnd.FAILED))

    def _track(self, paths: NDArray[np.int64], settings: Settings) -> None:
        if not len(paths):
            return
        if self.executor is not None:
            self._submit(self.executor, paths, settings)
            return
        if self.threads == 1 or len(paths) < 8:
            try:
                for batch in self._batches(paths):
                    self._keep(track_batch(self.start, batch, settings))
            except KeyboardInterrupt:
                self.interrupted = True
            return
        with ThreadPoolExecutor(self.threads) as pool:
            self._submit(pool, paths, settings)

    def _submit(self, pool: Executor, paths: NDArray[np.int64], settings: Settings) -> None:
        """Keep a few batches in flight, so that an interrupt waits for no more than those."""
        batches = self._batches(paths)
        pending: set[Future[Batch]] = set()
        try:
            for batch in batches:
                pending.add(pool.submit(track_batch, self.start, batch, settings))
                if len(pending) >= 3 * self.threads:
                    pending = self._collect(pending)
            while pending:
                pending = self._collect(pending)
        except KeyboardInterrupt:
            self.interrupted = True
            for future in pending:
                future.cancel()

    def _collect(self, pending: set[Future[Batch]]) -> set[Future[Batch]]:
        done, rest = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            self._keep(future.result())
        return rest

    def _keep(self, batch: Batch) -> None:
        paths, info, middle, ends = batch
        self.table.fill(paths, info, ends)
        self.table.fingerprints[paths] = middle @ self.projection
        if self.progress is not None:
            tracked = len(self.table) - self.table.count(PathEnd.UNTRACKED)
            self.progress(tracked, len(self.table))

    def _batches(self, paths: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        size = int(np.clip(len(paths) // (8 * self.threads), 4, 256))
        return (paths[i : i + size] for i in range(0, len(paths), size))


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
