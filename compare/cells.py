"""The cells of a comparison: what is to be run in whatever process, and how.

A task and a method enter as a job that can be sent to other processes; its record leaves.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compare.experiment import Experiment
from compare.interrupts import interrupts_raised
from compare.method import ManyStarts, Method, MethodRun
from compare.named_tasks import TaskReference, resolved
from compare.record import CellKey, CellRecord, StartsRecord
from compare.stopwatch import Stopwatch
from compare.task import Task
from compare.threads import pinned_threads
from polynet.errors import InputError, PolynetError

__all__ = ["CellJob", "StartsJob", "run_cell", "run_starts"]

_START_SEED = 1_000_000
"""Seeds of the many starts begin here, away from those of the repeats."""


@dataclass(frozen=True, slots=True, eq=False)
class CellJob:
    """One run to be done, in whatever process."""

    task: Task | Experiment | TaskReference
    method: Method
    repeat: int
    key: CellKey

    @property
    def path(self) -> Path:
        """The place of its record in the folder of the task."""
        return Path("cells") / f"{self.method.name}-{self.repeat}.json"

    def load(self, path: Path) -> CellRecord:
        """Its record from before."""
        return CellRecord.load(path)

    def run(self) -> CellRecord:
        """Do it."""
        return run_cell(self)


@dataclass(frozen=True, slots=True, eq=False)
class StartsJob:
    """Runs from many starts to be done; ``settings`` are those that the first cell chose."""

    task: Task | Experiment | TaskReference
    method: Method
    key: CellKey
    n_starts: int
    settings: dict[str, float | str]

    @property
    def path(self) -> Path:
        """The place of its record in the folder of the task."""
        return Path("starts") / f"{self.method.name}-{self.n_starts}.json"

    def load(self, path: Path) -> StartsRecord:
        """Its record from before."""
        return StartsRecord.load(path)

    def run(self) -> StartsRecord:
        """Do it."""
        return run_starts(self)


def run_cell(job: CellJob) -> CellRecord:
    """One run, with threads pinned; what goes wrong for reasons of the input is in the record."""
    task, key = resolved(job.task), job.key
    trial = task.trial(key.seed, budget=key.budget, passes=key.passes, device=key.device)
    failure = ""
    with interrupts_raised(), pinned_threads(key.threads):
        begun = time.perf_counter()
        try:
            done = job.method.run(trial)
        except PolynetError as error:
            done = MethodRun((), None, "failed", time.perf_counter() - begun)
            failure = str(error)
    return CellRecord(
        key,
        job.method.name,
        job.repeat,
        done.curve,
        done.weights,
        done.stopped,
        done.setup_seconds,
        done.settings,
        done.study,
        failure,
        done.findings,
    )


def run_starts(job: StartsJob) -> StartsRecord:
    """The ends of runs from many starts, of seeds that no repeat uses."""
    task = resolved(job.task)
    first = _START_SEED + job.key.seed
    if not isinstance(job.method, ManyStarts) or isinstance(task, Experiment):
        raise InputError(f"{job.method.name} cannot be run from many starts")
    starts = np.array([task.start(first + i) for i in range(job.n_starts)])
    with interrupts_raised(), pinned_threads(job.key.threads):
        watch = Stopwatch()
        ends = job.method.ends(task, starts, job.settings)
        wall, cpu = watch.wall, watch.cpu
    return StartsRecord(job.key, job.method.name, ends, wall, cpu)
