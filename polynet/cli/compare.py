"""``polynet compare``: tasks through every method, into records, tables and a page."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polynet.cli.output import console, table
from polynet.errors import InputError

if TYPE_CHECKING:
    from concurrent.futures import Executor


__all__ = ["compare"]

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


class _Seconds(click.ParamType[float]):
    """A duration: ``60``, ``60s``, ``2m``, ``0.5h``."""

    name = "SECONDS"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if isinstance(value, (int, float)):
            return float(value)
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|)", value.strip())
        if match is None or not float(match[1]):
            self.fail(f"{value!r} is no duration such as 60s, 2m or 0.5h", param, ctx)
        return float(match[1]) * _UNITS[match[2]]


@click.command(short_help="Tasks through every method: exact, first-order, ReLU.")
@click.argument("tasks", metavar="TASK...", nargs=-1, required=True)
@click.option("--methods", metavar="A,B,...", help="Their names; else all that fit the task.")
@click.option(
    "--budget",
    type=_Seconds(),
    help="Of training, for each run of each method: 60s unless given, 2m.",
)
@click.option(
    "--passes",
    "--epochs",
    type=click.IntRange(min=1),
    metavar="N",
    help="End runs sooner; experiments have epochs alone, as many as published unless given.",
)
@click.option(
    "--dimensions",
    metavar="3,10,full",
    help="Of subspaces: each of the methods (adam unless named) with so many unknowns.",
)
@click.option("--repeats", type=click.IntRange(min=1), default=5, show_default=True)
@click.option(
    "--starts",
    type=click.IntRange(min=0),
    default=1000,
    show_default=True,
    help="Where all critical points are found: random starts to see at which each run ends.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    help="Of the first run, the next one has the next: 0, or what was published (123).",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for records and the page; a run that was stopped goes on from there.",
)
@click.option(
    "--device", default="cpu", show_default=True, help="Of torch, for the baselines: cpu, cuda."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes that runs are spread over; one for each core.",
)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option(
    "--data-root",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the MNIST files (else POLYNET_DATA).",
)
def compare(
    tasks: tuple[str, ...],
    methods: str | None,
    budget: float | None,
    passes: int | None,
    dimensions: str | None,
    repeats: int,
    starts: int,
    seed: int | None,
    out: Path | None,
    device: str,
    workers: int | None,
    threads: int,
    data_root: Path | None,
) -> None:
    """Run each TASK through exact methods and baselines from the same first weights.

    With --out every run is recorded in full when it ends, and index.html is written there: tables,
    curves, and for XOR at which of all critical points each method ends. 'polynet compare list'
    names tasks and methods.

    \b
    Examples:
      polynet compare list
      polynet compare xor --budget 2s --out page
      polynet compare xor digits mnist-100 --budget 3s --out page
      polynet compare digits --methods adam,lbfgs,blockwise --repeats 3 --budget 10s
      polynet compare subspace-fc --dimensions 3,10,full --repeats 3 --out page
      polynet compare zoo cifar100-newton --repeats 1 --out page
    """
    if tasks == ("list",):
        _list()
        return
    from compare.machine import available_cores
    from compare.runner import prepared

    root = None if data_root is None else str(data_root)
    wanted = _wanted(methods, dimensions)
    for name in tasks:
        _check_dimensions(name, dimensions, root)
    runs = [  # what is wrong with any of them is said before any work
        prepared(
            name,
            wanted,
            budget,
            repeats,
            seed,
            passes=passes,
            starts=starts,
            out=out,
            device=device,
            threads=threads,
            data_root=root,
        )
        for name in tasks
    ]
    with _executor(workers or available_cores()) as executor:
        for name, ready in zip(tasks, runs, strict=True):
            with _shown(name) as progress:
                found = ready.run(executor, progress)
            click.echo(f"{found}\n")
    if out is not None:
        from compare.report import write_report

        click.echo(f"wrote {write_report(out)}")


def _wanted(methods: str | None, dimensions: str | None) -> list[str] | None:
    """The names of methods, each with each dimension where there are any; None for all."""
    names = None if methods is None else [name.strip() for name in methods.split(",")]
    if dimensions is None:
        return names
    sizes = [size.strip() for size in dimensions.split(",")]
    return [f"{name}-{size}" for name in names or ["adam"] for size in sizes]


def _check_dimensions(task: str, dimensions: str | None, root: str | None) -> None:
    """Refuse numbers of unknowns for a task that has no subspaces; names and data are checked too.

    Experiments with one model (``n_parameters``) have subspaces of its weights.
    """
    from compare.experiment import Experiment
    from compare.named_tasks import NAMED_TASKS, named_task

    subject = named_task(task, root)
    if dimensions is None or (isinstance(subject, Experiment) and subject.n_parameters):
        return
    others = ", ".join(name for name, entry in NAMED_TASKS.items() if entry.has_subspaces)
    raise InputError(
        f"{task} has no subspaces, and --dimensions is {dimensions!r}; leave it out, or take one "
        f"of the tasks that have some: {others}"
    )


@contextmanager
def _executor(workers: int) -> Iterator[Executor | None]:
    """Processes for the runs; none where one is enough."""
    if workers == 1:
        yield None
        return
    from compare.processes import worker_processes

    with worker_processes(workers) as executor:
        yield executor


@contextmanager
def _shown(task: str) -> Iterator[Any]:
    """A table that grows as runs end, on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.live import Live

    from compare.progress_table import ProgressTable

    made = ProgressTable(task)
    with Live(made, console=console(stderr=True), transient=True, refresh_per_second=4):
        yield made.note


def _list() -> None:
    from compare.methods import NAMED_METHODS
    from compare.named_tasks import NAMED_TASKS

    screen = console()
    screen.print(table(["task", ""], [(t.name, t.description) for t in NAMED_TASKS.values()]))
    experiments = [(entry.name, entry.methods) for entry in NAMED_TASKS.values() if entry.methods]
    screen.print(table(["experiment", "its own methods"], experiments))
    screen.print(table(["method", ""], [(name, _words(name)) for name in NAMED_METHODS]))


def _words(method: str) -> str:
    from compare.methods import NAMED_METHODS, ON_REQUEST

    known = NAMED_METHODS[method]
    return f"{known.description}{'; on request' if method in ON_REQUEST else ''}"
