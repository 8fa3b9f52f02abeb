"""Methods of the experiments on MNIST: training in subspaces, L-BFGS there, and the zoo.

A trial enters; what the baselines do with it leaves as a :class:`~compare.method.MethodRun`.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Literal

from compare.baselines.classifier_record import ClassifierRecord
from compare.baselines.classifiers import CONVOLUTIONAL, FULLY_CONNECTED, Architecture
from compare.baselines.labelled_images import LabelledImages
from compare.baselines.minibatch import AdamSettings
from compare.baselines.projections import Convention
from compare.baselines.subspace import PUBLISHED, published_settings, train_in_subspace
from compare.baselines.subspace_lbfgs import lbfgs_in_subspace
from compare.baselines.subspace_minimum import least_in_subspace
from compare.baselines.zoo import POLYNOMIAL_ZOO, ZOO, ZooModel, polynomial_network, train_zoo_model
from compare.curve import CurvePoint
from compare.experiment import Experiment, ImageTrial
from compare.method import DIVERGED, Method, MethodRun
from polynet.errors import InputError

__all__ = ["InSubspace", "LeastInSubspace", "OfZoo", "subspace_method", "zoo_method"]

ModelName = Literal["fc", "conv"]
Family = Literal["adam", "published", "offset", "fastfood", "lbfgs"]

ARCHITECTURES: dict[ModelName, Architecture] = {"fc": FULLY_CONNECTED, "conv": CONVOLUTIONAL}
ZOO_ROWS: dict[str, ZooModel] = {row.name: row for row in (*ZOO, *POLYNOMIAL_ZOO)}

_CONVENTIONS: dict[Family, Convention] = {
    "adam": "orthonormal",
    "published": "orthonormal",
    "offset": "offset",
    "fastfood": "fastfood",
    "lbfgs": "orthonormal",
}
_WORDS: dict[Family, str] = {
    "adam": "Adam, theta = P w with P orthonormal",
    "published": "the same from the published start, with seed 123 by the published batches",
    "offset": "Adam, theta = theta_0 + P w with columns of length 1",
    "fastfood": "Adam, theta = theta_0 + P w with P by Fastfood",
    "lbfgs": "L-BFGS on all images, theta = P w with P orthonormal",
}
_GENERATOR = threading.Lock()
"""Dropout follows torch's one global generator, which runs in threads take in turns."""
_FEW_IMAGES = 50
_LOOKS_WITHIN = 10
_MOST_LEAST = 3


@dataclass(frozen=True, slots=True)
class InSubspace:
    """A classifier with ``unknowns`` numbers to find (None: all its weights), by one ``family``."""

    model: ModelName
    family: Family
    unknowns: int | None
    once: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """``adam-100``, ``lbfgs-full``."""
        return f"{self.family}-{'full' if self.unknowns is None else self.unknowns}"

    @property
    def description(self) -> str:
        """What trains, and where."""
        return _WORDS[self.family]

    def refusal(self, task: Experiment) -> str | None:
        """A subspace has no more unknowns than there are weights."""
        most = ARCHITECTURES[self.model].n_parameters
        if self.unknowns is None or 1 <= self.unknowns <= most:
            return None
        return f"a subspace of {most:,} weights has from 1 to as many unknowns"

    def run(self, trial: ImageTrial) -> MethodRun:
        """Train for the epochs of the trial; of L-BFGS each is a step, with its line search."""
        settings = self._settings(trial)
        train = (
            partial(lbfgs_in_subspace, steps=round(settings.epochs))
            if self.family == "lbfgs"
            else partial(train_in_subspace, settings=settings)
        )
        with _GENERATOR:
            record = train(
                ARCHITECTURES[self.model],
                *_images(trial),
                self.unknowns,
                _CONVENTIONS[self.family],
                seed=trial.seed,
                start="published" if self.family == "published" else "seeded",
            )
        return _run_of(record, self.family, self.unknowns or record.n_parameters)

    def _settings(self, trial: ImageTrial) -> AdamSettings:
        """Those of the published run to the batch where it is the published run."""
        own = _settings(trial)
        if self.family != "published" or trial.seed != trial.experiment.SEED:
            return own
        if self.unknowns not in PUBLISHED[self.model]:
            return own
        exact = published_settings(self.unknowns)
        same = (own.epochs, own.batch_size) == (exact.epochs, exact.batch_size)
        return exact if same else own


@dataclass(frozen=True, slots=True)
class LeastInSubspace:
    """The least loss in a subspace, of a polynomial network on a few images.

    The network is ``polynomial_network(channels, *hidden, kernel=kernel)``. Its squared loss on 50
    images is a polynomial in the ``unknowns``, and all critical points of that are found; Adam and
    L-BFGS start beside them.
    """

    unknowns: int
    hidden: tuple[int, ...]
    channels: tuple[int, ...] = ()
    kernel: int = 4
    once: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """``least-2``."""
        return f"least-{self.unknowns}"

    @property
    def description(self) -> str:
        """What is found."""
        return f"all critical points in the subspace, with squares on {_FEW_IMAGES} images"

    def refusal(self, task: Experiment) -> str | None:
        """The number of paths is (2 D - 1)^unknowns for a network of degree D in its weights."""
        if 1 <= self.unknowns <= _MOST_LEAST:
            return None
        return f"the critical points are out of reach with more than {_MOST_LEAST} unknowns"

    def run(self, trial: ImageTrial) -> MethodRun:
        """Find them all; the findings are losses and counts."""
        network = polynomial_network(self.channels, *self.hidden, kernel=self.kernel)
        data = trial.experiment.data.take(_FEW_IMAGES)
        found = least_in_subspace(network, data, self.unknowns, seed=trial.seed)
        findings = {
            "loss at the start": found.start,
            "loss of Adam": found.adam,
            "loss of L-BFGS": found.lbfgs,
            "least loss": math.nan if found.least is None else found.least,
            "critical points": float(found.n_complex),
            "real critical points": float(found.n_real),
            "seconds of Adam": found.adam_seconds,
            "seconds of L-BFGS": found.lbfgs_seconds,
            "seconds for all critical points": found.least_seconds,
        }
        stopped = f"completeness {found.completeness.lower()}"
        return MethodRun((), None, stopped, findings=findings)


@dataclass(frozen=True, slots=True)
class OfZoo:
    """One of the small models, with ReLU or with squares."""

    name: str
    once: ClassVar[bool] = False

    @property
    def description(self) -> str:
        """What is trained."""
        kind = "polynomial, squares and means" if self._is_polynomial else "ReLU, as published"
        return f"{ZOO_ROWS[self.name].n_parameters:,} weights, {kind}"

    @property
    def _is_polynomial(self) -> bool:
        return ZOO_ROWS[self.name] in POLYNOMIAL_ZOO

    def refusal(self, task: Experiment) -> str | None:
        """None."""
        return None

    def run(self, trial: ImageTrial) -> MethodRun:
        """Train it for the epochs of the trial by Adam."""
        row, settings = ZOO_ROWS[self.name], _settings(trial)
        with _GENERATOR:
            record = train_zoo_model(row, *_images(trial), settings=settings, seed=trial.seed)
        activation = "squares" if self._is_polynomial else "ReLU"
        kind = "convolutional" if "@" in self.name else "dense"
        return _run_of(record, f"{kind}, {activation}", record.n_parameters)


_WITH_SQUARES: dict[ModelName, LeastInSubspace] = {
    "fc": LeastInSubspace(1, (200, 200)),
    "conv": LeastInSubspace(1, (50,), (10, 20), kernel=5),
}
"""Networks of the same sizes, with squares for ReLU and means for maxima."""


def subspace_method(model: ModelName, name: str) -> Method:
    """The method called ``adam-3``, ``offset-10``, ``fastfood-full``, ``lbfgs-30``, ``least-2``.

    Raises ``InputError`` for a name of another form.
    """
    found = re.fullmatch(r"(adam|published|offset|fastfood|lbfgs|least)-([0-9]{1,9}|full)", name)
    if found is None or found[0] == "least-full":
        raise InputError(
            f"no method is called {name!r}; there are adam-N, published-N, offset-N, fastfood-N, "
            "lbfgs-N and least-N for N unknowns, and full for N but in least-N"
        )
    unknowns = None if found[2] == "full" else int(found[2])
    if found[1] == "least" and unknowns is not None:
        return replace(_WITH_SQUARES[model], unknowns=unknowns)
    return InSubspace(model, found[1], unknowns)  # type: ignore[arg-type]


def zoo_method(name: str) -> Method:
    """The method of the model ``name``; raises ``InputError`` where there is none."""
    if name not in ZOO_ROWS:
        raise InputError(f"no model is called {name!r}; there are {', '.join(ZOO_ROWS)}")
    return OfZoo(name)


def _images(trial: ImageTrial) -> tuple[LabelledImages, LabelledImages]:
    train, test = (
        LabelledImages.of(data, device=trial.device)
        for data in (trial.experiment.data, trial.experiment.test)
    )
    return train, test


def _settings(trial: ImageTrial) -> AdamSettings:
    """The published settings, with a look at the test set after every epoch.

    A run of one epoch has ten within it. Looks draw no random numbers and are off the clock: the
    run is the same without them.
    """
    published = AdamSettings()
    batch = trial.experiment.batch or published.batch_size
    epochs = trial.epochs or published.epochs
    looks = 1 if epochs > 1 else _LOOKS_WITHIN
    every = max(len(trial.experiment.data) // (batch * looks), 1)
    return AdamSettings(epochs, batch, test_every=every)


def _run_of(record: ClassifierRecord, series: str, unknowns: int) -> MethodRun:
    """The record as a run, whose passes are its epochs."""
    last = record.history[-1]
    curve = tuple(
        CurvePoint(
            point.seconds,
            point.cpu_seconds,
            record.epochs * point.step / last.step,
            point.loss,
            None,
            point.test_accuracy,
        )
        for point in record.history
        if math.isfinite(point.loss)
    )
    settings: Mapping[str, float | str] = {"series": series, "unknowns": float(unknowns)}
    stopped = "all passes done" if math.isfinite(last.loss) else DIVERGED
    return MethodRun(curve, None, stopped, record.seconds - last.seconds, settings)
