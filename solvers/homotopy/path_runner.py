"""Tracks the paths of a start system, batch by batch, on threads or any executor.

Enters: a ``StartSystem``. Leaves: a ``PathTable``. Batches come back in any order and are written
into the table as they do; an interrupt keeps what is there. Paths that failed near their end are
tracked again with more patience, those that met or failed before with more care.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.close_points import met_points
from solvers.homotopy.interrupts import Interrupt, deferred_interrupts
from solvers.homotopy.path_batches import Batch, Sender, batches_of, track_batch
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.progress import ProgressMeter, Reporter
from solvers.homotopy.start_systems import StartSystem
from solvers.homotopy.tracker import Settings

__all__ = [
    "CAREFUL",
    "MOST_CAREFUL",
    "NORMAL",
    "PATIENT",
    "PathRunner",
    "Progress",
    "RunState",
    "cores",
    "track_batch",
]

Progress = Reporter

NORMAL = Settings()
# Paths in stiff valleys are regular, and need nothing but many steps: no shorter ones, which would
# lead no further at three times the cost.
PATIENT = Settings(max_steps=30_000)
CAREFUL = Settings(safety=0.15, trust=0.15, tolerance=1e-11, max_steps=100_000)
MOST_CAREFUL = Settings(safety=0.05, trust=0.05, tolerance=1e-12, max_steps=300_000)
_ROUNDS = (NORMAL, PATIENT, CAREFUL, MOST_CAREFUL)

SECONDS_BETWEEN_SAVES = 10.0
PAUSE_PER_SAVE = 20.0
"""A save is followed by a pause of so many times its own length: it costs 5% at most."""

_SAME = 1e-7
_LOOK_SECONDS = 0.1  # how often a waiting run looks whether it is to stop

IntArray = NDArray[np.int64]
Numbered = list[tuple[int, IntArray]]


@dataclass(slots=True)
class RunState:
    """How far a run is: all that is needed to go on with it.

    ``round`` counts rounds, each with settings of its own, ``len(_ROUNDS)`` at the end; ``paths``
    are those of the round, and ``done`` says which batches of them are tracked.
    """

    table: PathTable
    round: int
    paths: IntArray
    done: NDArray[np.bool_]

    @classmethod
    def new(cls, n_paths: int, n: int) -> RunState:
        """Nothing is tracked yet."""
        done = np.zeros(len(batches_of(n_paths)), bool)
        return cls(PathTable.empty(n_paths, n), 0, np.arange(n_paths), done)

    @classmethod
    def ended(cls, table: PathTable) -> RunState:
        """Nothing is left to track."""
        return cls(table, len(_ROUNDS), np.empty(0, np.int64), np.empty(0, bool))

    @property
    def finished(self) -> bool:
        """Whether nothing is left to track."""
        return self.round >= len(_ROUNDS)

    def enter_round(self, number: int, paths: IntArray) -> None:
        """Go on to another round."""
        self.round = number
        self.paths, self.done = paths, np.zeros(len(batches_of(len(paths))), bool)


@dataclass(slots=True)
class PathRunner:
    """Fills ``table`` with the paths of ``start``; ``interrupted``: whether it was cut short.

    ``save`` is called now and then, and when the run ends or is cut short, with its state.
    """

    start: StartSystem
    state: RunState
    projection: NDArray[np.complex128]
    threads: int
    executor: Executor | None = None
    progress: Reporter | None = None
    save: Callable[[RunState], None] | None = None
    interrupted: bool = False
    note: str = ""
    _meter: ProgressMeter = field(init=False)
    _interrupt: Interrupt = field(init=False, default_factory=Interrupt)
    _next_save: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._meter = ProgressMeter(self.table)

    @classmethod
    def of(
        cls,
        start: StartSystem,
        rng: np.random.Generator,
        *,
        threads: int | None = None,
        executor: Executor | None = None,
        progress: Reporter | None = None,
    ) -> PathRunner:
        """A runner with an empty table."""
        n = start.tape.n_variables
        projection = np.exp(2j * np.pi * rng.random(n))
        state = RunState.new(start.n_paths, n)
        return cls(start, state, projection, threads or cores(), executor, progress)

    @property
    def table(self) -> PathTable:
        """The paths so far."""
        return self.state.table

    def resume(self, state: RunState) -> None:
        """Go on from ``state`` instead of from the start."""
        self.state = state

    def run(self) -> PathTable:
        """Track all paths that are not tracked yet, then again those that met or failed."""
        self._meter = ProgressMeter(self.table, self.progress)
        self._save()  # a file that cannot be written says so before any work
        with deferred_interrupts(self._interrupt), self._saved_at_the_end():
            while not self.state.finished and not self.interrupted:
                self._track_round()
                if not self.interrupted:
                    self._next_round()
        return self.table

    def met(self) -> IntArray:
        """Paths that were at the same place at t = 0.1, or end at the same regular solution."""
        table = self.table
        reached = np.flatnonzero((table.fingerprints != 0) & (table.codes != PathEnd.UNTRACKED))
        regular = np.flatnonzero(table.codes == PathEnd.REGULAR)
        together = reached[met_points(table.fingerprints[:, None], 1e-9, rows=reached)]
        return np.union1d(together, regular[met_points(table.points, _SAME, rows=regular)])

    def doubtful(self) -> IntArray:
        """Paths to track again: those that met, and those that failed."""
        return np.union1d(self.met(), np.flatnonzero(self.table.codes == PathEnd.FAILED))

    def _next_round(self) -> None:
        """Enter the next round that has paths, or end.

        Paths undecided near t = 0 are in the patient round alone: what it leaves lack digits.
        """
        doubtful, undecided = self.doubtful(), self.table.undecided
        rest = np.setdiff1d(doubtful, undecided)
        for number in range(self.state.round + 1, len(_ROUNDS)):
            again = undecided if _ROUNDS[number] is PATIENT else rest
            if len(again):
                self.state.enter_round(number, again)
                return
        self.state.enter_round(len(_ROUNDS), np.empty(0, np.int64))
        # One of two paths that still end together has jumped: a solution is missing.
        codes = self.table.codes
        codes[doubtful[codes[doubtful] == PathEnd.REGULAR]] = PathEnd.FAILED

    def _track_round(self) -> None:
        """The batches of this round that are not done."""
        state = self.state
        slices = batches_of(len(state.paths))
        batches = [(i, state.paths[slices[i]]) for i in np.flatnonzero(~state.done).tolist()]
        left = sum(len(paths) for _, paths in batches)
        self._meter.start_round(state.round, left)
        try:
            if self.executor is not None:
                self._spread(self.executor, batches, _workers(self.executor))
            elif self.threads == 1 or left < 8:
                self._track_here(batches)
            else:
                with ThreadPoolExecutor(self.threads) as pool:
                    self._spread(pool, batches, self.threads)
        except KeyboardInterrupt:
            self.interrupted = True
        except BrokenExecutor as error:
            self.interrupted = True
            self.note = f"the executor broke, and what it had not done is not tracked: {error}"

    def _track_here(self, batches: Numbered) -> None:
        settings = _ROUNDS[self.state.round]
        for number, paths in batches:
            self._keep(number, track_batch(self.start, paths, settings))
            if self.interrupted:
                break

    def _spread(self, executor: Executor, batches: Numbered, workers: int) -> None:
        """Keep a few batches in flight, so that an interrupt waits for no more than those."""
        settings = _ROUNDS[self.state.round]
        sender = Sender(executor, self.start, workers)
        waiting = iter(batches)
        flying: dict[Future[Batch | None], tuple[int, IntArray]] = {}
        try:
            while True:
                for number, paths in islice(waiting, 3 * workers - len(flying)):
                    flying[sender.submit(paths, settings)] = number, paths
                if not flying or self.interrupted:
                    break
                for future in wait(flying, _LOOK_SECONDS, FIRST_COMPLETED).done:
                    number, paths = flying.pop(future)
                    batch = future.result()
                    if batch is None:
                        flying[sender.submit(paths, settings, whole=True)] = number, paths
                    else:
                        self._keep(number, batch)
                if self._interrupt.asked:
                    self.interrupted = True
        finally:
            self._land(flying)

    def _land(self, flying: dict[Future[Batch | None], tuple[int, IntArray]]) -> None:
        """Keep what is in flight and ends well, where a round is left early."""
        for future in flying:
            future.cancel()
        for future, (number, _) in flying.items():
            if not future.cancelled() and future.exception() is None:
                batch = future.result()
                if batch is not None:
                    self._write(number, batch)

    def _write(self, number: int, batch: Batch) -> None:
        paths, info, middle, ends = batch
        self.table.fill(paths, info, ends)
        self.table.fingerprints[paths] = middle @ self.projection
        self.state.done[number] = True

    def _keep(self, number: int, batch: Batch) -> None:
        self._write(number, batch)
        if self._interrupt.asked:
            self.interrupted = True
        if self.save is not None and time.monotonic() >= self._next_save:
            self._save()
        self._meter.advance(len(batch[0]))

    def _save(self) -> None:
        """Save, and not again before the pause is over."""
        if self.save is not None:
            begin = time.monotonic()
            self.save(self.state)
            now = time.monotonic()
            self._next_save = now + max(SECONDS_BETWEEN_SAVES, PAUSE_PER_SAVE * (now - begin))

    @contextmanager
    def _saved_at_the_end(self) -> Iterator[None]:
        """Save however the run ends, errors among the ways."""
        try:
            yield
        finally:
            self._save()


def _workers(executor: Executor) -> int:
    """How many batches ``executor`` works on at once, as far as it says so."""
    return int(getattr(executor, "_max_workers", 0)) or cores()


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
