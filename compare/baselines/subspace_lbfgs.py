"""A classifier in a subspace by L-BFGS: how much of a low accuracy is the optimiser's fault."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from compare.baselines.classifiers import Architecture
from compare.baselines.cost import with_cost
from compare.baselines.labelled_images import LabelledImages
from compare.baselines.minibatch import Checkpoint, accuracy
from compare.baselines.projections import Convention
from compare.baselines.subspace import Start, SubspaceModel, SubspaceRecord, subspace_model
from compare.baselines.subspace_minimum import lbfgs

__all__ = ["lbfgs_in_subspace"]


def lbfgs_in_subspace(
    architecture: Architecture,
    train: LabelledImages,
    test: LabelledImages,
    dimension: int | None,
    convention: Convention = "orthonormal",
    *,
    steps: int = 100,
    seed: int = 123,
    start: Start = "seeded",
) -> SubspaceRecord:
    """The run of ``train_in_subspace`` by L-BFGS on all of ``train`` at once, without dropout.

    Start and subspace are those of Adam with the same ``seed`` or ``start``, in float64: the
    plateau around the published start is flat to float32. ``epochs`` of the record counts
    evaluations of the loss and its gradient. Cost: about 1.25 passes over ``train`` a step.
    """
    evaluations, inputs = 0, train.inputs.double()

    def run() -> tuple[SubspaceModel, float]:
        nonlocal evaluations
        model = subspace_model(
            architecture, dimension, convention, seed=seed, start=start, dtype=torch.float64
        )
        model.to(train.inputs.device).eval()
        (omega,) = (p for p in model.parameters() if p.requires_grad)

        def value(unknowns: Tensor) -> Tensor:
            nonlocal evaluations
            evaluations += 1
            outputs = model.flat.outputs(model.weights.at(unknowns), inputs)
            return functional.cross_entropy(outputs, train.labels)

        found = lbfgs(value, omega.detach(), steps=steps)
        omega.data = found
        return model, float(value(found))

    (model, loss), cost = with_cost(run)
    share = accuracy(model, LabelledImages(test.inputs.double(), test.labels))
    return SubspaceRecord.of(
        (train, test),
        (Checkpoint(steps, loss, share, cost.seconds, cost.cpu_seconds),),
        cost,
        model=f"{architecture.name}, L-BFGS",
        start=start,
        convention=convention,
        dimension=dimension,
        n_parameters=model.flat.n_parameters,
        epochs=evaluations,
        seed=seed,
    )
