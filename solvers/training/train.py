"""The one loop of training: passes of a method, watched.

Enters: a network, data and a method; leaves: a ``TrainingRecord``. Whatever the method, the run
stops by rules in plain terms, Ctrl-C keeps what was reached, and a record goes on where it ended.
What a pass is, and that nothing that rises is kept, is in ``passes``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from polynet.collect import collect
from polynet.collected_loss import CollectedLoss, check_fit
from polynet.dataset import Dataset, checked_count
from polynet.errors import InputError
from polynet.expression import NetworkLike
from polynet.loss import check_weights
from polynet.loss_form import Precision
from polynet.network import Network
from polynet.network_text import format_network
from solvers.homotopy.interrupts import Interrupt, deferred_interrupts
from solvers.training.accuracy import Accuracy
from solvers.training.batches import Batches
from solvers.training.batchwise import Batchwise
from solvers.training.method import FloatArray, TrainingMethod
from solvers.training.passes import Passes, PassPlan, PassResult
from solvers.training.progress import TrainingProgress, reporting
from solvers.training.record import PassRecord, StepCounts, Stopped, TrainingRecord

__all__ = ["Stopping", "train", "train_loss"]

_SAME = 1e-6
"""A relative difference of losses that rounding on another machine may make."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """When to stop before all passes are done.

    Asked between passes: after ``seconds`` of training; at a loss of ``loss`` or less; at a test
    accuracy (a share; of the training examples where there are no test data) of ``accuracy`` or
    more; when a pass on all examples makes the loss smaller by no more than the fraction
    ``least_progress``. After a pass over batches, whether by ``batch`` or by ``Batchwise``, the
    last is not asked: the next batches are others.
    """

    seconds: float | None = None
    loss: float | None = None
    accuracy: float | None = None
    least_progress: float = 0.0

    def __post_init__(self) -> None:
        for name in ("seconds", "loss", "least_progress"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise InputError(f"Stopping {name} is {value!r}; it must be a number >= 0")
        if self.accuracy is not None and not 0 <= self.accuracy <= 1:
            raise InputError(
                f"Stopping accuracy is {self.accuracy!r}; it is a share from 0 to 1 (0.98 for 98 %)"
            )

    def reason(self, history: list[PassRecord]) -> Stopped | None:
        """Why to stop after the passes so far; None to go on."""
        last = history[-1]
        reached = last.train_accuracy if last.test_accuracy is None else last.test_accuracy
        if self.accuracy is not None and reached is not None and reached >= self.accuracy:
            return Stopped.TARGET_ACCURACY
        if self.loss is not None and last.loss <= self.loss:
            return Stopped.TARGET_LOSS
        if self.seconds is not None and last.seconds >= self.seconds:
            return Stopped.SECONDS
        if len(history) > 1 and last.batch is None:
            before = history[-2].loss
            if before - last.loss <= self.least_progress * abs(before):
                return Stopped.NO_PROGRESS
        return None


def train(  # noqa: PLR0913  # the arguments of an experiment
    network: NetworkLike,
    data: Dataset,
    method: TrainingMethod,
    *,
    seed: int = 0,
    passes: int = 10,
    test: Dataset | None = None,
    l2: Any = 0,
    form: str | None = None,
    precision: Precision = "double",
    start: ArrayLike | TrainingRecord | None = None,
    stop: Stopping | None = None,
    batch: int | None = None,
    growth: float = 1.0,
    balance: bool = False,
    progress: TrainingProgress = None,
    checkpoint: str | PathLike[str] | None = None,
) -> TrainingRecord:
    """Train ``network`` on ``data`` by the exact steps of ``method``.

    The loss is that of ``collect(network, data, l2=l2, form=form, precision=precision)``; batches
    need the samples.
    ``start`` are weights ``(n_parameters,)``, or a record of the same loss to go on from; else
    random ones by ``seed``. ``progress`` is called after each pass, or True for a bar; with
    ``checkpoint`` the record so far is written to that file after each, which
    ``start=TrainingRecord.from_json(file)`` continues: to the same bits for methods that remember
    nothing from pass to pass (all but CG and L-BFGS directions, planes and subspaces of steps, and
    ``Batchwise``).

    Ctrl-C ends after the pass that it meets, a second one at once; the record of all passes done is
    returned.

    The loss never rises: a pass that raised it by more than rounding is taken back and counted as
    refused. With ``batch`` a pass goes through all examples in random batches of so many (times
    ``growth`` with each pass, until a batch is all of them), and the method takes a pass of its own
    on each: then the loss of the batch never rises by that, and what is recorded is the loss of all
    examples, which may. ``balance`` rescales hidden units after each pass (``balanced``).

    Raises ``InputError`` and ``ShapeError`` for arguments that do not fit, before any
    work.

    >>> import polynet as pn
    >>> net = pn.Network([pn.Dense(2, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])
    >>> from solvers import Coordinatewise
    >>> record = train(net, pn.datasets.xor(), Coordinatewise(), passes=30)
    >>> record.loss < 1e-5, record.train_accuracy
    (True, 1.0)
    """
    if isinstance(network, Network) and network.input_shape is None:
        network = network.with_input_shape(data.input_shape)
    if test is not None:
        check_fit(network, test)
    if batch is not None or isinstance(method, Batchwise):
        form = form or "samples"
    loss = collect(network, data.to_float(), l2=_as_floats(l2), form=form, precision=precision)
    return train_loss(
        loss,
        method,
        seed=seed,
        passes=passes,
        accuracies=(Accuracy(network, data), Accuracy(network, test)),
        start=start,
        stop=stop,
        batch=batch,
        growth=growth,
        balance=balance,
        progress=progress,
        checkpoint=checkpoint,
    )


def train_loss(  # noqa: PLR0913  # the arguments of an experiment
    loss: CollectedLoss,
    method: TrainingMethod,
    *,
    seed: int = 0,
    passes: int = 10,
    accuracies: tuple[Accuracy, Accuracy] | None = None,
    start: ArrayLike | TrainingRecord | None = None,
    stop: Stopping | None = None,
    batch: int | None = None,
    growth: float = 1.0,
    balance: bool = False,
    progress: TrainingProgress = None,
    checkpoint: str | PathLike[str] | None = None,
) -> TrainingRecord:
    """As ``train``, on a loss that is collected already: from moments it takes no examples."""
    none = Accuracy(loss.network, None)
    run = _Run(loss, method, seed, accuracies or (none, none))
    batches = _batches(batch, growth)
    weights, history = run.started(start)
    stop, passes = stop or Stopping(), checked_count(passes, "passes") + history[-1].number
    interrupt = Interrupt()
    with deferred_interrupts(interrupt), reporting(progress, passes) as report:
        steps = Passes(loss, method, seed, PassPlan(batches, balance))
        reason = stop.reason(history)
        while reason is None:
            number, begun = history[-1].number + 1, time.perf_counter()
            try:
                taken = steps.take(number, weights, history[-1].loss)
            except KeyboardInterrupt:  # asked for twice: the pass under way is dropped
                reason = Stopped.INTERRUPTED
                break
            weights = taken.weights
            seconds = history[-1].seconds + time.perf_counter() - begun
            history.append(run.measured(number, seconds, taken))
            reason = Stopped.INTERRUPTED if interrupt.asked else stop.reason(history)
            if reason is None and number >= passes:
                reason = Stopped.PASSES
            if checkpoint is not None:
                run.record(weights, history, reason or Stopped.INTERRUPTED).to_json(checkpoint)
            report(history[-1])
    return run.record(weights, history, reason)


@dataclass(frozen=True, slots=True)
class _Run:
    """What stays the same in one run."""

    loss: CollectedLoss
    method: TrainingMethod
    seed: int
    accuracies: tuple[Accuracy, Accuracy]

    def started(
        self, start: ArrayLike | TrainingRecord | None
    ) -> tuple[FloatArray, list[PassRecord]]:
        """The first weights and the history up to them."""
        if isinstance(start, TrainingRecord):
            weights = check_weights(start.weights, self.loss.n_parameters)
            self._check_same_loss(start, self.loss.value(weights))
            return weights, list(start.history)
        weights = self._first_weights() if start is None else np.asarray(start)
        weights = check_weights(weights, self.loss.n_parameters)
        before = PassResult(weights, self.loss.value(weights), StepCounts(), None)
        return weights, [self.measured(0, 0.0, before)]

    def _check_same_loss(self, start: TrainingRecord, value: float) -> None:
        """Refuse a record of another loss: its history would go on with other numbers."""
        rounding = _SAME * max(abs(start.history[0].loss), abs(start.loss))
        if abs(value - start.loss) > rounding:
            raise InputError(
                f"the record ended at loss {start.loss:.6g} on {start.n_examples:,} examples, "
                f"where this one is {value:.6g}: other data, targets or penalties; "
                "start=record.weights begins a new history from its weights"
            )

    def measured(self, number: int, seconds: float, taken: PassResult) -> PassRecord:
        """The record of one pass."""
        train_share, test_share = (accuracy.of(taken.weights) for accuracy in self.accuracies)
        return PassRecord(
            number, taken.loss, train_share, test_share, seconds, taken.counts, taken.batch
        )

    def record(
        self, weights: FloatArray, history: list[PassRecord], reason: Stopped
    ) -> TrainingRecord:
        """What is known so far."""
        return TrainingRecord(
            network=_text_of(self.loss.network),
            input_shape=tuple(self.loss.network.input_shape or ()),
            method=repr(self.method),
            form=self.loss.form.name,
            n_examples=self.loss.n_examples,
            seed=self.seed,
            stopped=reason,
            weights=weights,
            history=tuple(history),
        )

    def _first_weights(self) -> FloatArray:
        if isinstance(self.loss.network, Network):
            return self.loss.network.random_weights(self.seed)
        n = self.loss.n_parameters
        weights: FloatArray = np.random.default_rng(self.seed).standard_normal(n) / n**0.5
        return weights


def _batches(size: int | None, growth: float) -> Batches | None:
    if size is not None:
        return Batches(size, growth)
    if growth != 1.0:
        raise InputError(f"growth is {growth!r}, and there are no batches to grow; give batch")
    return None


def _text_of(network: NetworkLike) -> str:
    """The network as text that reads back where it can be."""
    if not isinstance(network, Network):
        return "a network built by hand"
    try:
        return format_network(network)
    except InputError:
        return repr(network)


def _as_floats(l2: Any) -> Any:
    """Penalties as floats, since training is in floats; what are none, ``collect`` refuses."""
    try:
        return np.asarray(l2, np.float64)[()]
    except (TypeError, ValueError):
        return l2
