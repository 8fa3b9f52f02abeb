"""Every method from every start: what is to be run, resumable, on any executor.

A task and methods enter; a :class:`~compare.comparison.Comparison` leaves. The record of a cell is
written whole when it ends, so that a run that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import asdict, dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

from compare.cells import CellJob, StartsJob
from compare.comparison import Comparison, Settings
from compare.experiment import Experiment
from compare.floors import floors_of
from compare.machine import this_machine
from compare.method import ManyStarts, Method
from compare.methods import chosen_methods
from compare.named_tasks import TaskReference, resolved
from compare.record import CellKey, CellRecord, StartsRecord
from compare.task import Task
from compare.task_facts import TaskFacts
from polynet.dataset import checked_count
from polynet.errors import InputError

__all__ = ["Progress", "run"]

N_STARTS = 1000


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
    random starts (0 for none), to see at which critical point each ends.

    ``task`` is a name (``polynet compare list``), a :class:`Task` or an :class:`Experiment`. A run
    of an experiment takes ``passes`` epochs, as many as published unless given, and no ``budget``.
    The first ``seed`` is 0 unless given, and the published 123 for experiments.

    ``methods`` are names or objects, None for the default ones. With ``out`` every record is
    written to the folder ``out/TASK`` when its cell ends, and cells that are there already are not
    run again. With ``executor`` cells run on it, elsewhere they run here one after another; each
    uses ``threads`` threads. Cells that share a machine share its memory bandwidth: for timings
    that matter give each a core of its own.

    Raises ``InputError`` for arguments that do not fit, and for records in ``out`` of other
    settings; ``DataError`` where data are absent.

    >>> found = run("xor", ["linewise-lbfgs"], budget=1.0, repeats=2, starts=0)
    >>> [round(cell.last.loss, 5) for cell in found.cells]
    [0.02995, 0.02995]
    """
    root = None if data_root is None else str(data_root)
    source = TaskReference(task, root) if isinstance(task, str) else task
    subject = resolved(source)
    settings = _checked(subject, budget, repeats, seed, passes, starts, device, threads)
    chosen = chosen_methods(subject, methods)
    facts = subject.facts()
    comparison = Comparison(facts, settings, this_machine(), floors_of(subject), (), ())
    folder = None if out is None else Path(out) / subject.name
    if folder is not None:
        comparison.prepare(folder)
    plan = _Plan(source, chosen, settings, facts)
    counter = _Counter(plan.n_cells, progress)
    cells = _run_all(plan.cell_jobs(), folder, executor, counter)
    ends = _run_all(plan.starts_jobs(cells), folder, executor, counter)
    return replace(comparison, cells=tuple(cells), starts=tuple(ends))


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """What is to be run: every method from every start, then those that can from many."""

    source: Task | Experiment | TaskReference
    methods: tuple[Method, ...]
    settings: Settings
    facts: TaskFacts

    @property
    def n_cells(self) -> int:
        """How many cells there are of both kinds."""
        return len(self.cell_jobs()) + len(self._from_many())

    def cell_jobs(self) -> list[CellJob]:
        """One run of each method from each start; just one of those that start nowhere."""
        return [
            CellJob(self.source, method, repeat, self._key(method, self.settings.seed + repeat))
            for repeat in range(self.settings.repeats)
            for method in self.methods
            if not (method.once and repeat)
        ]

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
        if self._report is not None:
            self._report(Progress(record, self._n_done, self._n_cells, kept))


def _run_all(
    jobs: Sequence[CellJob | StartsJob],
    folder: Path | None,
    executor: Executor | None,
    counter: _Counter,
) -> list[Any]:
    """The records of all jobs in order: those on file, and the others as they end."""
    records: dict[int, CellRecord | StartsRecord] = {}
    for number, job in enumerate(jobs):
        path = None if folder is None else folder / job.path
        if path is not None and path.exists():
            records[number] = _on_file(job, path)
            counter(records[number], kept=True)
    waiting = {number: job for number, job in enumerate(jobs) if number not in records}
    for number, record in _done(waiting, executor):
        if folder is not None:
            record.save(folder / jobs[number].path)
        records[number] = record
        counter(record, kept=False)
    return [records[number] for number in range(len(jobs))]


def _on_file(job: CellJob | StartsJob, path: Path) -> CellRecord | StartsRecord:
    """The record in ``path``, which must be that of the job."""
    record = job.load(path)
    if record.key != job.key:
        old, new = asdict(record.key), asdict(job.key)
        other = ", ".join(f"{name} {old[name]!r}" for name in old if old[name] != new[name])
        raise InputError(
            f"{path} is a record of other settings ({other}); give the same settings to go on "
            "from it, or another folder"
        )
    return record


def _done(
    waiting: dict[int, Any], executor: Executor | None
) -> Iterator[tuple[int, CellRecord | StartsRecord]]:
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


def _checked(  # what was given to run
    task: Task | Experiment,
    budget: float | None,
    repeats: int,
    seed: int | None,
    passes: int | None,
    starts: int,
    device: str,
    threads: int,
) -> Settings:
    """The settings, those of ``task`` where none were given; refused where they make no sense."""
    if budget is not None and not budget > 0:
        raise InputError(f"budget is {budget!r}; it is seconds for each run, more than 0")
    if starts < 0:
        raise InputError(f"starts is {starts!r}; it is a number of starts, 0 for none")
    if passes is not None:
        checked_count(passes, "passes")
    if device != "cpu":
        from compare.baselines.device import to_device

        to_device(device)
    if isinstance(task, Experiment):
        starts, passes = 0, task.epochs if passes is None else passes
        if budget is not None:
            raise InputError(
                f"{task.name} runs for epochs, as published, and was given a budget of "
                f"{budget:g} s; leave it out, or give passes (--epochs) for shorter runs"
            )
    return Settings(
        budget=task.BUDGET if budget is None else float(budget),
        repeats=checked_count(repeats, "repeats"),
        seed=task.SEED if seed is None else seed,
        passes=passes,
        n_starts=starts,
        device=device,
        threads=checked_count(threads, "threads"),
    )
