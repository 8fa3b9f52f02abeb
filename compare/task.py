"""One task: a network, data, first weights and a loss, the same for every method.

Enters: what a user writes or ``named_tasks`` lists. Leaves: a :class:`Task`, on which the runner
runs methods; the loss, the first weights of each seed and the measures are the same for all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from compare.task_facts import TaskFacts, fingerprint_of
from polynet.collect import collect
from polynet.collected_loss import CollectedLoss, check_fit
from polynet.dataset import Dataset
from polynet.errors import InputError
from polynet.network import Network
from polynet.network_text import format_network
from polynet.rational import float_array

__all__ = ["Task", "Trial"]


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """The loss L(w) = sum_nk (f_k(x_n; w) - y_nk)^2 + sum_j l2_j w_j^2, and how to measure.

    Every method minimises this L from the same first weights. It is measured by L itself and by
    the shares of training and test examples that are classified rightly.

    Attributes
    ----------
    name
        What the task is called in records and tables: letters, digits, ``-``, ``_`` and ``.``.
    network, data, test
        The network, the training examples, and those that no method sees (None for none).
    l2
        One number, or one for each weight.
    start_scale
        The standard deviation of the first weights, which are normal with mean 0; None for
        1/sqrt(fan_in) in each layer.
    batch
        How many examples each step of a stochastic method takes; None for all.
    landscape
        Whether all critical points are to be found, and end points matched to them. Needs exact
        data and few weights.
    description
        One line for people.

    Raises ``InputError`` for a name that no file could have, ``ShapeError`` for data that do not
    fit the network.

    >>> import polynet as pn
    >>> task = Task("sum", pn.Network([pn.Dense(2, 1)]), pn.Dataset([[0, 1], [1, 1]], [1, 2]))
    >>> task.start(0).shape, task.loss().value([1, 1, 0])
    ((3,), Fraction(0, 1))
    """

    name: str
    network: Network
    data: Dataset
    test: Dataset | None = None
    l2: Any = 0
    start_scale: float | None = None
    batch: int | None = None
    landscape: bool = False
    description: str = ""

    BUDGET: ClassVar[float | None] = 60.0
    """Seconds of training of each run, where none are given."""
    SEED: ClassVar[int] = 0
    """The first seed where none is given."""

    def __post_init__(self) -> None:
        if (
            not self.name
            or not self.name.replace("-", "").replace("_", "").replace(".", "").isalnum()
        ):
            raise InputError(
                f"a task is called {self.name!r}; a name has letters, digits, '-', '_' and '.'"
            )
        if self.network.input_shape is None:
            bound = self.network.with_input_shape(self.data.input_shape)
            object.__setattr__(self, "network", bound)
        for data in (self.data, self.test):
            if data is not None:
                check_fit(self.network, data)
        if self.batch is not None and self.batch < 1:
            raise InputError(f"batch is {self.batch}; a step takes one example at least")

    def loss(self, *, exact: bool = True) -> CollectedLoss:
        """The loss: exact where the data and penalties are, unless floats are asked for."""
        if exact:
            return collect(self.network, self.data, l2=self.l2)
        return collect(self.network, self.data.to_float(), l2=self.penalties())

    def start(self, seed: int) -> NDArray[np.float64]:
        """The first weights ``(n_parameters,)`` of runs with this seed."""
        return self.network.random_weights(seed, self.start_scale)

    def penalties(self) -> NDArray[np.float64]:
        """The penalty of each weight ``(n_parameters,)``."""
        given = float_array(np.asarray(self.l2, object))
        return np.broadcast_to(given, (self.network.n_parameters,)).copy()

    def network_text(self) -> str:
        """The network in words that read back where they can."""
        try:
            return format_network(self.network)
        except InputError:
            return repr(self.network)

    def fingerprint(self) -> str:
        """A hash of all that decides the results: records of another task are not mixed in."""
        words = (repr(self.network), self.start_scale, self.batch, self.landscape)
        return fingerprint_of(words, (self.penalties(),), self.data, self.test)

    def facts(self) -> TaskFacts:
        """What a reader wants to know."""
        scale = "1/sqrt(fan in)" if self.start_scale is None else f"{self.start_scale:g}"
        return TaskFacts(
            name=self.name,
            description=self.description,
            network=self.network_text(),
            n_parameters=self.network.n_parameters,
            n_examples=len(self.data),
            n_test=0 if self.test is None else len(self.test),
            l2=str(self.l2),
            start=f"normal, mean 0, standard deviation {scale}",
            batch=self.batch,
            landscape=self.landscape,
            lower_bound=str(self.loss().lower_bound()) if self.landscape else "",
            fingerprint=self.fingerprint(),
        )

    def trial(
        self, seed: int, *, budget: float | None, passes: int | None, device: str = "cpu"
    ) -> Trial:
        """The run with this seed that methods are asked for; ``budget`` None for no limit."""
        seconds = math.inf if budget is None else budget
        return Trial(self, self.start(seed), seed, seconds, passes, device)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One run that is asked for: the task, first weights, and how long it may take.

    ``budget`` are seconds of training; ``passes`` ends it sooner where given. ``device`` is one of
    torch, ``"cpu"`` or ``"cuda"``, for methods that use it.
    """

    task: Task
    start: NDArray[np.float64]
    seed: int
    budget: float
    passes: int | None = None
    device: str = "cpu"
