"""A published experiment on images: models of its own, beside the figures that were printed.

Like a :class:`~compare.task.Task` it is run by the runner, seed by seed through its methods. But
models, starts and losses are those of the experiment, and a run has epochs, not seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from compare.method import Method
from compare.task_facts import Published, TaskFacts, fingerprint_of
from polynet.dataset import Dataset

__all__ = ["Experiment", "ImageTrial"]


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """Images, and the methods that classify them, each with the model that it trains.

    Attributes
    ----------
    name, description
        What it is called in records and tables, and one line for people.
    data, test
        The training images, and those that no method sees.
    method
        The method of a name; raises ``InputError`` for a name that none has.
    default
        The names of the methods that it is run through where none are named.
    network, n_parameters, start, loss, arithmetic
        In words, for readers; ``n_parameters`` is 0 where every method has a model of its own.
    batch
        Images in a step, of methods that take some at a time.
    epochs
        How long the published runs are; None where it depends on the method.
    published
        The figures that were printed.
    """

    name: str
    data: Dataset
    test: Dataset
    method: Callable[[str], Method]
    default: tuple[str, ...]
    network: str
    n_parameters: int
    start: str
    loss: str
    arithmetic: str = "float32"
    batch: int | None = 256
    epochs: int | None = 10
    published: tuple[Published, ...] = ()
    description: str = ""

    BUDGET: ClassVar[float | None] = None
    SEED: ClassVar[int] = 123
    """That of the published subspace runs."""

    def fingerprint(self) -> str:
        """A hash of all that decides the results but for the methods, who say so themselves."""
        return fingerprint_of((self.name, self.batch), (), self.data, self.test)

    def facts(self) -> TaskFacts:
        """What a reader wants to know."""
        return TaskFacts(
            name=self.name,
            description=self.description,
            network=self.network,
            n_parameters=self.n_parameters,
            n_examples=len(self.data),
            n_test=len(self.test),
            l2="",
            start=self.start,
            batch=self.batch,
            landscape=False,
            lower_bound="",
            fingerprint=self.fingerprint(),
            experiment=True,
            loss=self.loss,
            arithmetic=self.arithmetic,
            published=self.published,
        )

    def trial(
        self, seed: int, *, budget: float | None, passes: int | None, device: str = "cpu"
    ) -> ImageTrial:
        """The run with this seed that methods are asked for; there is no ``budget`` of seconds."""
        return ImageTrial(self, seed, passes, device)


@dataclass(frozen=True, slots=True, eq=False)
class ImageTrial:
    """One run of an experiment that is asked for; ``epochs`` None for the method's own."""

    experiment: Experiment
    seed: int
    epochs: int | None = None
    device: str = "cpu"
