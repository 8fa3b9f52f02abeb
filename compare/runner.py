"""Every method from every start: what is to be run, resumable, on any executor.

A task and methods enter; a :class:`~compare.comparison.Comparison` leaves. ``prepared`` checks all
that is asked for, and the :class:`PreparedRun` that it gives does it. The record of a cell is
written whole when it ends, so that a run that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import asdict, dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

from compare.cells import CellJob, StartsJob
from compare.comparison import ALL_POINTS, Comparison, Settings, check_folder
from compare.experiment import Experiment
from compare.floors import floors_of
from compare.machine import this_machine
from compare.method import ManyStarts, Method
from compare.methods import NAMED_METHODS, chosen_methods
from compare.named_tasks import TaskReference, resolved
from compare.polynomial_methods import CriticalPoints
from compare.record import CellKey, CellRecord, StartsRecord
from compare.run_arguments import checked_path, checked_settings, checked_task
from compare.task import Task
from compare.task_facts import TaskFacts
from polynet.errors import InputError

__all__ = ["PreparedRun", "Progress", "prepared", "run"]

N_STARTS = 1000

Record: TypeAlias = CellRecord | StartsRecord


@dataclass(frozen=True, slots=True)
class Progress:
    """A cell that is done, ``n_done`` of ``n_cells``; ``kept``: its record was there already."""

    record: CellRecord | StartsRecord
    n_done: int
    n_cells: int
    kept: bool


def run(  # noqa: PLR0913  # the arguments of an experiment
    task: str | Task | Experiment,
    methods: Iterable[str | Method] | None = None,
    budget: float | None = None,
    repeats: int = 5,
    seed: int | None = None,
    *,
    passes: int | None = None,
    starts: int = N_STARTS,
    out: str | PathLike[str] | None = None,
    executor: Executor | None = None,
    device: str = "cpu",
    threads: int = 1,
    data_root: str | PathLike[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Comparison:
    """Run ``task`` through ``methods`` and say how they did.

    Every method trains from the same first weights, those of seeds ``seed``, ``seed + 1``, ... for
    each repeat, for ``budget`` seconds (60 unless given; and at most ``passes`` passes). On tasks
    for which all critical points are found, every method that can is also run from ``starts``
    random starts (0 for none), to see at which critical point each ends. Where none of ``methods``
    found all critical points there, ``groebner`` does, in ``all_points`` of what is returned; where
    that fails too, nothing is run from random starts.

    ``task`` is a name (``polynet compare list``), a :class:`Task` or an :class:`Experiment`. A run
    of an experiment takes ``passes`` epochs, as many as published unless given, and no ``budget``.
    The first ``seed`` is 0 unless given, and the published 123 for experiments.

    ``methods`` are names or objects, None for the default ones. With ``out`` every record is
    written to the folder ``out/TASK`` when its cell ends, and cells that are there already are not
    run again. Records there that are not asked for stay, and are no part of what is returned.

    With ``executor`` cells run on it, elsewhere they run here one after another; each uses
    ``threads`` threads. Cells that share a machine share its memory bandwidth: for timings that
    matter give each a core of its own.

    Raises ``InputError`` for arguments that do not fit, and for records in ``out`` of other
    settings; ``DataError`` where data are absent, and for damaged records. All of these come before
    any work.

    >>> found = run("xor", ["linewise-lbfgs"], budget=1.0, repeats=2, starts=0)
    >>> [round(cell.last.loss, 5) for cell in found.cells]
    [0.02995, 0.02995]
    """
    ready = prepared(
        task,
        methods,
        budget,
        repeats,
        seed,
        passes=passes,
        starts=starts,
        out=out,
        device=device,
        threads=threads,
        data_root=data_root,
    )
    return ready.run(executor, progress)


def prepared(  # noqa: PLR0913  # those of run
    task: str | Task | Experiment,
    methods: Iterable[str | Method] | None = None,
    budget: float | None = None,
    repeats: int = 5,
    seed: int | None = None,
    *,
    passes: int | None = None,
    starts: int = N_STARTS,
    out: str | PathLike[str] | None = None,
    device: str = "cpu",
    threads: int = 1,
    data_root: str | PathLike[str] | None = None,
) -> PreparedRun:
    """What ``run`` with these arguments is going to do: all checked, nothing done, nothing written.

    Raises what ``run`` raises for arguments, data and records.
    """
    source = checked_task(task, data_root)
    subject = resolved(source)
    chosen = chosen_methods(subject, methods)
    settings = checked_settings(
        subject,
        tuple(method.name for method in chosen),
        budget=budget,
        repeats=repeats,
        seed=seed,
        passes=passes,
        starts=starts,
        device=device,
        threads=threads,
    )
    plan = _Plan(source, chosen, settings, subject.facts())
    folder = None if out is None else checked_path(out, "out") / subject.name
    if folder is None:
        return PreparedRun(plan, None, {})
    check_folder(folder, plan.facts, settings)
    size = plan.facts.n_parameters
    jobs: list[CellJob | StartsJob]
    jobs = [*plan.cell_jobs(), *plan.points_jobs(), *plan.starts_jobs([])]
    kept = {job.path: _on_file(job, folder, size) for job in jobs if (folder / job.path).exists()}
    return PreparedRun(plan, folder, kept)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedRun:
    """A run whose arguments are checked: ``folder`` for its records, ``kept`` those that it has."""

    plan: _Plan
    folder: Path | None
    kept: Mapping[Path, Record]

    def run(
        self,
        executor: Executor | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Comparison:
        """Do what is not done yet, as :func:`run` says."""
        plan, machine = self.plan, this_machine()
        floors = floors_of(resolved(plan.source))
        found = Comparison(plan.facts, plan.settings, machine, floors, (), ())
        if self.folder is not None:
            found.prepare(self.folder)
        counter = _Counter(plan.n_cells, progress)
        cells = self._run_all(plan.cell_jobs(), executor, counter)
        found = replace(found, cells=tuple(cells))
        if found.wants_points:
            added = self._run_all(plan.points_jobs(), executor, counter)
            found = replace(found, all_points=next(iter(added), None))
        from_many = [] if found.unmatched else plan.starts_jobs(cells)
        return replace(found, starts=tuple(self._run_all(from_many, executor, counter)))

    def _run_all(
        self,
        jobs: Sequence[CellJob | StartsJob],
        executor: Executor | None,
        counter: _Counter,
    ) -> list[Any]:
        """The records of all jobs in order: those on file, and the others as they end."""
        records: dict[int, Record] = {}
        for number, job in enumerate(jobs):
            if job.path in self.kept:
                records[number] = self.kept[job.path]
                counter(records[number], kept=True)
        waiting = {number: job for number, job in enumerate(jobs) if number not in records}
        for number, record in _done(waiting, executor):
            if self.folder is not None:
                record.save(self.folder / jobs[number].path)
            records[number] = record
            counter(record, kept=False)
        return [records[number] for number in range(len(jobs))]


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """What is to be run: every method from every start, then those that can from many.

    In between all critical points are found, where they are needed and no method found them.
    """

    source: Task | Experiment | TaskReference
    methods: tuple[Method, ...]
    settings: Settings
    facts: TaskFacts

    @property
    def n_cells(self) -> int:
        """How many cells there are of both kinds."""
        solves = any(isinstance(method, CriticalPoints) for method in self.methods)
        points = [] if solves else self.points_jobs()
        return len(self.cell_jobs()) + len(points) + len(self._from_many())

    def cell_jobs(self) -> list[CellJob]:
        """One run of each method from each start; just one of those that start nowhere."""
        return [
            CellJob(self.source, method, repeat, self._key(method, self.settings.seed + repeat))
            for repeat in range(self.settings.repeats)
            for method in self.methods
            if not (method.once and repeat)
        ]

    def points_jobs(self) -> list[CellJob]:
        """What finds all critical points where they are needed and no method found them."""
        if not self.facts.landscape or ALL_POINTS in self.settings.methods:
            return []
        method = NAMED_METHODS[ALL_POINTS]
        return [CellJob(self.source, method, 0, self._key(method, self.settings.seed))]

    def starts_jobs(self, cells: Sequence[CellRecord]) -> list[StartsJob]:
        """Runs from many starts, with the settings that the first cell of the method chose."""
        chose = {cell.method: dict(cell.settings) for cell in cells if cell.repeat == 0}
        n_starts, seed = self.settings.n_starts, self.settings.seed
        return [
            StartsJob(self.source, m, self._key(m, seed), n_starts, chose.get(m.name, {}))
            for m in self._from_many()
        ]

    def _from_many(self) -> list[Method]:
        if not (self.facts.landscape and self.settings.n_starts):
            return []
        return [m for m in self.methods if isinstance(m, ManyStarts) and m.keeps_network]

    def _key(self, method: Method, seed: int) -> CellKey:
        s = self.settings
        task, budget = self.facts.fingerprint, s.budget
        return CellKey(task, repr(method), seed, budget, s.passes, s.device, s.threads)


class _Counter:
    """Counts cells for whoever watches."""

    def __init__(self, n_cells: int, report: Callable[[Progress], None] | None) -> None:
        self._n_cells, self._n_done, self._report = n_cells, 0, report

    def __call__(self, record: CellRecord | StartsRecord, *, kept: bool) -> None:
        self._n_done += 1
        self._n_cells = max(self._n_cells, self._n_done)
        if self._report is not None:
            self._report(Progress(record, self._n_done, self._n_cells, kept))


def _on_file(job: CellJob | StartsJob, folder: Path, n_parameters: int) -> Record:
    """The record of the job in ``folder``, which must be of the same settings."""
    path = folder / job.path
    record = job.load(path)
    record.check_fits(path, n_parameters)
    if record.key != job.key:
        old, new = asdict(record.key), asdict(job.key)
        other = ", ".join(f"{name} {old[name]!r}" for name in old if old[name] != new[name])
        raise InputError(
            f"{path} is a record of other settings ({other}); give the same settings to go on "
            "from it, or another folder"
        )
    return record


def _done(waiting: dict[int, Any], executor: Executor | None) -> Iterator[tuple[int, Record]]:
    """The jobs with their records, as they end."""
    if executor is None:
        for number, job in waiting.items():
            yield number, job.run()
        return
    futures = {executor.submit(_run_job, job): number for number, job in waiting.items()}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


def _run_job(job: CellJob | StartsJob) -> CellRecord | StartsRecord:
    return job.run()
