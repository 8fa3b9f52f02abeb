"""The tasks that have names, and where their data come from.

A name, and for images a folder, enter; a :class:`~compare.task.Task` leaves, or a published
:class:`~compare.experiment.Experiment`. Images are the user's own files: ``data_root``, else the
folder that POLYNET_DATA names. torch is loaded for experiments alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from typing import Literal

from compare.experiment import Experiment
from compare.task import Task
from polynet import datasets
from polynet.dataset import Dataset
from polynet.errors import InputError
from polynet.named_networks import network

__all__ = ["NAMED_TASKS", "NamedTask", "TaskReference", "named_task", "resolved"]

_DIGITS_TRAINING = 1437  # of 1,797; the rest tests
_IMAGES = 100
_START_SCALE = 0.05
_SUBSPACE_METHODS = (
    "adam-N, published-N, offset-N, fastfood-N, lbfgs-N for N unknowns or full; least-N"
)


@dataclass(frozen=True, slots=True)
class NamedTask:
    """A task by name: what it is, and how it is made from the folder of the data.

    ``methods`` are those of an experiment, in words; empty where the named methods run.
    """

    name: str
    description: str
    make: Callable[[NamedTask, str | None], Task | Experiment]
    methods: str = ""

    @property
    def has_subspaces(self) -> bool:
        """Whether methods take a number of unknowns."""
        return self.methods == _SUBSPACE_METHODS


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


@lru_cache(maxsize=1)
def _mnist_images(root: str | None) -> tuple[Dataset, Dataset]:
    """Training and test images, in memory once for all tasks of a process."""
    return datasets.mnist(root), datasets.mnist(root, train=False)


def _mnist(entry: NamedTask, root: str | None, limit: int | None, batch: int | None) -> Task:
    train, test = _mnist_images(root)
    return Task(
        entry.name,
        network("mnist-conv"),
        train if limit is None else train.take(limit),
        test,
        start_scale=_START_SCALE,
        batch=batch,
        description=entry.description,
    )


def _mnist_100(entry: NamedTask, root: str | None) -> Task:
    return _mnist(entry, root, _IMAGES, None)


def _mnist_all(entry: NamedTask, root: str | None) -> Task:
    return _mnist(entry, root, None, 256)


def _subspace(entry: NamedTask, root: str | None, model: Literal["fc", "conv"]) -> Experiment:
    from compare.named_experiments import subspace

    return subspace(entry.name, entry.description, _mnist_images(root), model)


def _zoo(entry: NamedTask, root: str | None) -> Experiment:
    from compare.named_experiments import zoo

    return zoo(entry.name, entry.description, _mnist_images(root))


def _cifar_newton(entry: NamedTask, root: str | None) -> Experiment:
    from compare.named_experiments import cifar_newton

    images = datasets.cifar100(root), datasets.cifar100(root, train=False)
    return cifar_newton(entry.name, entry.description, images)


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
        NamedTask(
            "subspace-fc",
            "784-200-200-10 in random subspaces of its 199,210 weights, on MNIST",
            partial(_subspace, model="fc"),
            _SUBSPACE_METHODS,
        ),
        NamedTask(
            "subspace-conv",
            "a convolutional network in subspaces of its 21,840 weights, on MNIST",
            partial(_subspace, model="conv"),
            _SUBSPACE_METHODS,
        ),
        NamedTask(
            "zoo",
            "four small MNIST models, and polynomial networks of the same sizes",
            _zoo,
            "784-16-10, 784-32-10, 6@4x4-6@4x4-25-10, 8@4x4-16@4x4-32-10, each also -squares",
        ),
        NamedTask(
            "cifar100-newton",
            "the published Newton programs on CIFAR-100",
            _cifar_newton,
            "functional-inverse, fast_net(-224), slow_net(-damping-first, -test-overwrites)",
        ),
    )
}
"""The tasks by name, smallest first."""


@dataclass(frozen=True, slots=True)
class TaskReference:
    """A named task, to be made where it is used: other processes are not sent its data."""

    name: str
    root: str | None = None

    def resolve(self) -> Task | Experiment:
        """The task, made once in each process."""
        return named_task(self.name, self.root)


def resolved(task: Task | Experiment | TaskReference) -> Task | Experiment:
    """``task`` itself, or that of the name."""
    return task.resolve() if isinstance(task, TaskReference) else task


@lru_cache(maxsize=4)
def named_task(name: str, data_root: str | None = None) -> Task | Experiment:
    """The task or experiment called ``name``.

    Raises ``InputError`` for a name that none has, ``DataError`` where images are absent.

    >>> named_task("xor").network.n_parameters
    6
    """
    if name not in NAMED_TASKS:
        raise InputError(f"no task is called {name!r}; there are {', '.join(NAMED_TASKS)}")
    entry = NAMED_TASKS[name]
    return entry.make(entry, data_root)
