"""The tasks that have names, and where their data come from.

A name, and for images a folder, enter; a :class:`~compare.task.Task` leaves. Images are the user's
own files: ``data_root``, else the folder that POLYNET_DATA names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from compare.task import Task
from polynet import datasets
from polynet.errors import InputError
from polynet.named_networks import network

__all__ = ["NAMED_TASKS", "NamedTask", "TaskReference", "named_task"]

_DIGITS_TRAINING = 1437  # of 1,797; the rest tests
_IMAGES = 100
_START_SCALE = 0.05


@dataclass(frozen=True, slots=True)
class NamedTask:
    """A task by name: what it is, and how it is made from the folder of the data."""

    name: str
    description: str
    make: Callable[[NamedTask, str | None], Task]


def _xor(entry: NamedTask, root: str | None) -> Task:
    return Task(
        entry.name,
        network("square"),
        datasets.xor(),
        l2=Fraction(1, 100),
        landscape=True,
        description=entry.description,
    )


def _xor_linear(entry: NamedTask, root: str | None) -> Task:
    return Task(
        entry.name,
        network("linear-deep"),
        datasets.xor(),
        landscape=True,
        description=entry.description,
    )


def _digits(entry: NamedTask, root: str | None) -> Task:
    train, test = datasets.digits(flat=True).split(_DIGITS_TRAINING, seed=0)
    return Task(
        entry.name,
        network("dense:64-32, square, dense:32-10"),
        train,
        test,
        batch=128,
        description=entry.description,
    )


def _mnist(entry: NamedTask, root: str | None, limit: int | None, batch: int | None) -> Task:
    return Task(
        entry.name,
        network("mnist-conv"),
        datasets.mnist(root, limit=limit),
        datasets.mnist(root, train=False),
        start_scale=_START_SCALE,
        batch=batch,
        description=entry.description,
    )


def _mnist_100(entry: NamedTask, root: str | None) -> Task:
    return _mnist(entry, root, _IMAGES, None)


def _mnist_all(entry: NamedTask, root: str | None) -> Task:
    return _mnist(entry, root, None, 256)


NAMED_TASKS: dict[str, NamedTask] = {
    entry.name: entry
    for entry in (
        NamedTask(
            "xor", "XOR by 2-2-1 with squares, penalty 1/100: all critical points known", _xor
        ),
        NamedTask(
            "xor-linear",
            "XOR by a linear network 2-2-2-1: all critical points are families",
            _xor_linear,
        ),
        NamedTask("digits", "1,437 of the 8x8 digits by 64-32-10 with squares", _digits),
        NamedTask(
            "mnist-100",
            "100 MNIST images, one 3x3 filter and a linear layer, 6,769 weights",
            _mnist_100,
        ),
        NamedTask("mnist", "all 60,000 MNIST images by the same network", _mnist_all),
    )
}
"""The tasks by name, smallest first."""


@dataclass(frozen=True, slots=True)
class TaskReference:
    """A named task, to be made where it is used: other processes are not sent its data."""

    name: str
    root: str | None = None

    def resolve(self) -> Task:
        """The task, made once in each process."""
        return named_task(self.name, self.root)


@lru_cache(maxsize=4)
def named_task(name: str, data_root: str | None = None) -> Task:
    """The task called ``name``.

    Raises ``InputError`` for a name that none has, ``DataError`` where images are absent.

    >>> named_task("xor").network.n_parameters
    6
    """
    if name not in NAMED_TASKS:
        raise InputError(f"no task is called {name!r}; there are {', '.join(NAMED_TASKS)}")
    entry = NAMED_TASKS[name]
    return entry.make(entry, data_root)
