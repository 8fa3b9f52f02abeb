"""Classifiers trained in random subspaces of their weights (the subspace networks).

Images, an architecture, a dimension and a seed enter; a ``SubspaceRecord`` with the accuracy on
the whole test set leaves. Source: S. Greydanus, subspace-nn, 2017; C. Li et al., ICLR 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

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
from solvers.record_format import RecordFormat

__all__ = ["PUBLISHED", "SubspaceModel", "SubspaceRecord", "subspace_model", "train_in_subspace"]

PUBLISHED: dict[str, dict[int | None, float]] = {
    "fc": {3: 10.0, 10: 12.0, 30: 21.0, 100: 51.0, 300: 75.0, 1000: 89.5, None: 97.76},
    "conv": {3: 9.0, 10: 13.0, 30: 30.0, 100: 54.0, 300: 78.0, 1000: 89.0, None: 98.52},
}
"""Published test accuracies in percent after 10 epochs; but for the last, read off figures."""


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
    """One run with ``dimension`` unknowns (None: all weights); seconds include drawing them."""

    FORMAT: ClassVar[RecordFormat] = RecordFormat("polynet-subspace-run", 1, "subspace run")

    convention: str
    dimension: int | None


def subspace_model(
    architecture: Architecture,
    dimension: int | None,
    convention: Convention = "orthonormal",
    *,
    seed: int,
    dtype: torch.dtype = torch.float32,
) -> SubspaceModel:
    """``architecture`` at a random start, with ``dimension`` unknowns.

    Raises ``InputError`` as ``projection`` does.
    """
    start = architecture.start(torch.Generator().manual_seed(seed)).to(dtype)
    weights = projection(start, dimension, convention, np.random.default_rng(seed))
    return SubspaceModel(architecture.module().to(dtype), weights)


def train_in_subspace(
    architecture: Architecture,
    train: LabelledImages,
    test: LabelledImages,
    dimension: int | None,
    convention: Convention = "orthonormal",
    *,
    settings: AdamSettings | None = None,
    seed: int = 123,
) -> SubspaceRecord:
    """One of the published runs; the defaults are the published settings.

    Cost of a step: a forward and a backward pass, and 2 n d multiply-adds (fastfood: N log2 N).
    """
    chosen = AdamSettings() if settings is None else settings

    def run() -> tuple[Checkpoint, ...]:
        model = subspace_model(architecture, dimension, convention, seed=seed)
        return train_by_adam(model.to(train.inputs.device), train, test, chosen, seed=seed)

    history, cost = with_cost(run)
    return SubspaceRecord.of(
        (train, test),
        history,
        cost,
        model=architecture.name,
        convention=convention,
        dimension=dimension,
        n_parameters=architecture.n_parameters,
        epochs=chosen.epochs,
        seed=seed,
    )
