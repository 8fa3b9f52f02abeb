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
from typing import TYPE_CHECKING

from compare.experiment import Experiment
from compare.task import Task
from compare.task_facts import Published
from polynet import datasets
from polynet.dataset import Dataset
from polynet.errors import InputError
from polynet.named_networks import network

if TYPE_CHECKING:
    from compare.classifier_methods import ModelName

__all__ = ["NAMED_TASKS", "NamedTask", "TaskReference", "named_task", "resolved"]

_DIGITS_TRAINING = 1437  # of 1,797; the rest tests
_IMAGES = 100
_START_SCALE = 0.05
_LIKELIHOOD = "mean negative log likelihood of the batches, averaged over the last 100 or so"
_SUBSPACE_METHODS = (
    "adam-N, published-N, offset-N, fastfood-N, lbfgs-N for N unknowns or full; least-N"
)
_SUBSPACE_WORDS: dict[ModelName, str] = {
    "fc": "784-200-200-10 with ReLU",
    "conv": "10 and 20 filters of 5x5, pooled by maxima, dropout, 50, 10, with ReLU",
}


@dataclass(frozen=True, slots=True)
class NamedTask:
    """A task by name: what it is, and how it is made from the folder of the data.

    ``methods`` are those of an experiment, in words; empty where the named methods run.
    """

    name: str
    description: str
    make: Callable[[NamedTask, str | None], Task | Experiment]
    methods: str = ""


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


def _subspace(entry: NamedTask, root: str | None, *, model: ModelName) -> Experiment:
    from compare.baselines.subspace import PUBLISHED
    from compare.classifier_methods import ARCHITECTURES, subspace_method

    architecture = ARCHITECTURES[model]
    n_parameters = architecture.n_parameters
    tensors = ", ".join(f"{deviation:g}" for deviation in architecture.deviations[::2])
    return Experiment(
        entry.name,
        *_mnist_images(root),
        method=partial(subspace_method, model),
        default=tuple(f"adam-{d}" for d in (3, 10, 30, 100, 300, "full")),
        network=_SUBSPACE_WORDS[model],
        n_parameters=n_parameters,
        start=f"normal, standard deviations {tensors} layer by layer, no biases",
        loss=_LIKELIHOOD,
        arithmetic="float32; L-BFGS and critical points float64",
        published=tuple(
            Published(
                (f"adam-{d or 'full'}", f"published-{d or 'full'}"), d or n_parameters, percent
            )
            for d, percent in PUBLISHED[model].items()
        ),
        description=entry.description,
    )


def _zoo(entry: NamedTask, root: str | None) -> Experiment:
    from compare.baselines.zoo import ZOO
    from compare.classifier_methods import ZOO_ROWS, zoo_method

    return Experiment(
        entry.name,
        *_mnist_images(root),
        method=zoo_method,
        default=tuple(ZOO_ROWS),
        network="as each is called; with squares: the polynomial network of the same size",
        n_parameters=0,
        start="torch's own for each layer",
        loss=_LIKELIHOOD,
        published=tuple(
            Published((row.name,), row.n_parameters, row.published)
            for row in ZOO
            if row.published is not None
        ),
        description=entry.description,
    )


def _cifar_newton(entry: NamedTask, root: str | None) -> Experiment:
    from compare.cifar_methods import cifar_method

    return Experiment(
        entry.name,
        datasets.cifar100(root),
        datasets.cifar100(root, train=False),
        method=cifar_method,
        default=("functional-inverse", "fast_net", "fast_net-224", "slow_net"),
        network="fast_net: 3072-100; slow_net: 50-50-100 behind a random projection of the pixels",
        n_parameters=0,
        start="normal; divided by 3172 for fast_net, by sqrt(50) for slow_net",
        loss="half the sum of squared errors of each batch before its step",
        arithmetic="float64 for all methods",
        batch=None,
        epochs=None,
        description=entry.description,
    )


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
