"""Classifiers trained in random subspaces of their weights (the subspace networks).

Images, an architecture, a dimension and a seed enter; a ``SubspaceRecord`` with the accuracy on
the whole test set leaves. Source: S. Greydanus, subspace-nn, 2017; C. Li et al., ICLR 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np
import torch
from torch import Tensor, nn

from compare.baselines.classifier_record import ClassifierRecord
from compare.baselines.classifiers import Architecture
from compare.baselines.cost import with_cost
from compare.baselines.flat_module import FlatModule
from compare.baselines.labelled_images import LabelledImages
from compare.baselines.minibatch import AdamSettings, Checkpoint, train_by_adam
from compare.baselines.projections import Convention, Projection, projection
from compare.baselines.published_start import published_weights
from polynet.errors import InputError
from solvers.record_format import RecordFormat

__all__ = [
    "PUBLISHED",
    "PUBLISHED_LONGER",
    "Start",
    "SubspaceModel",
    "SubspaceRecord",
    "published_settings",
    "subspace_model",
    "train_in_subspace",
]

Start = Literal["seeded", "published"]

PUBLISHED: dict[str, dict[int | None, float]] = {
    "fc": {3: 10.0, 10: 12.0, 30: 21.0, 100: 51.0, 300: 75.0, 1000: 89.5, None: 97.76},
    "conv": {3: 9.0, 10: 13.0, 30: 30.0, 100: 54.0, 300: 78.0, 1000: 89.0, None: 98.52},
}
"""Published test accuracies in percent after 10 epochs; but for the last, read off figures.

In the order of the runs, which took batches and masks from one generator, one run after another.
"""

PUBLISHED_LONGER: dict[str, dict[int | None, float]] = {"conv": {1000: 93.5, None: 98.91}}
"""The same after 100 epochs, all printed."""


def published_settings(dimension: int | None) -> AdamSettings:
    """The settings of the published run of ``dimension`` unknowns, to the batch.

    With ``start="published"`` and seed 123 the run is the published one but for rounding: the same
    batches and dropout, and accuracies from the same 39 batches of test images every 100 steps.
    Raises ``InputError`` for a dimension that was not published.
    """
    dimensions = list(PUBLISHED["fc"])
    if dimension not in dimensions:
        raise InputError(f"dimension is {dimension}; published are {dimensions}, None for all")
    return AdamSettings(test_every=100, test_batches=39, earlier_runs=dimensions.index(dimension))


class SubspaceModel(nn.Module):
    """``architecture`` at the weights that ``weights()`` says; its own are not used.

    The unknowns of ``weights`` are the only parameters that require a gradient.
    """

    def __init__(self, architecture: nn.Module, weights: Projection) -> None:
        super().__init__()
        self.architecture = architecture.requires_grad_(False)
        self.weights = weights
        self.flat = FlatModule(architecture)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.flat.outputs(self.weights(), inputs)


@dataclass(frozen=True, slots=True)
class SubspaceRecord(ClassifierRecord):
    """One run with ``dimension`` unknowns (None: all weights); seconds include drawing them.

    ``start`` says whether theta_0 and the subspace were drawn from ``seed`` or are the published
    ones.
    """

    FORMAT: ClassVar[RecordFormat] = RecordFormat("polynet-subspace-run", 2, "subspace run")

    start: str
    convention: str
    dimension: int | None


def subspace_model(
    architecture: Architecture,
    dimension: int | None,
    convention: Convention = "orthonormal",
    *,
    seed: int,
    start: Start = "seeded",
    dtype: torch.dtype = torch.float32,
) -> SubspaceModel:
    """``architecture`` with ``dimension`` unknowns, its start and subspace drawn from ``seed``.

    ``start="published"`` takes those of the published program instead, whatever the seed. Raises
    ``InputError`` as ``projection`` does, for an unknown start, and for a published start in
    another convention than its own, ``"orthonormal"``.
    """
    weights: Projection
    if _is_published(start, convention):
        weights = published_weights(architecture, dimension).to(dtype)
    else:
        theta = architecture.start(torch.Generator().manual_seed(seed)).to(dtype)
        weights = projection(theta, dimension, convention, np.random.default_rng(seed))
    return SubspaceModel(architecture.module().to(dtype), weights)


def _is_published(start: Start, convention: Convention) -> bool:
    if start not in get_args(Start):
        raise InputError(f"start is {start!r}; it must be one of {', '.join(get_args(Start))}")
    if start == "published" and convention != "orthonormal":
        raise InputError(
            f"convention is {convention!r}; the published start has the subspace of 'orthonormal'"
        )
    return start == "published"


def train_in_subspace(
    architecture: Architecture,
    train: LabelledImages,
    test: LabelledImages,
    dimension: int | None,
    convention: Convention = "orthonormal",
    *,
    settings: AdamSettings | None = None,
    seed: int = 123,
    start: Start = "seeded",
) -> SubspaceRecord:
    """One of the published runs; the defaults are the published settings.

    ``start="published"`` has the published theta_0 and subspace, and ``seed`` gives the batches and
    dropout alone; with ``settings=published_settings(dimension)`` these are published, too.
    Raises ``InputError`` as ``subspace_model`` and ``train_by_adam`` do. Cost of a step: a forward
    and a backward pass, and 2 n d multiply-adds (fastfood: N log2 N).
    """
    chosen = AdamSettings() if settings is None else settings

    def run() -> tuple[Checkpoint, ...]:
        model = subspace_model(architecture, dimension, convention, seed=seed, start=start)
        return train_by_adam(model.to(train.inputs.device), train, test, chosen, seed=seed)

    history, cost = with_cost(run)
    return SubspaceRecord.of(
        (train, test),
        history,
        cost,
        model=architecture.name,
        start=start,
        convention=convention,
        dimension=dimension,
        n_parameters=architecture.n_parameters,
        epochs=chosen.epochs,
        seed=seed,
    )
