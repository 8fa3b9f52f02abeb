"""Accuracy against the dimension of the subspace, measured beside published.

784-200-200-10 and the convolutional model on all of MNIST, 10 epochs, the whole test set.
``--quick`` has the dimensions 3 to 30 of the first; else 3 to 300 and all weights of both;
``--full`` 1000 too.
``--seeds`` repeats with other starts and subspaces; ``--runs`` names a folder of finished runs.
``--published`` has the published start and subspace, and the first seed the published batches too.
The least loss of small subspaces of a polynomial network stands beside Adam's and L-BFGS's.
"""

from __future__ import annotations

from statistics import median

import polynet as pn
from compare.baselines.classifiers import CONVOLUTIONAL, FULLY_CONNECTED, Architecture
from compare.baselines.labelled_images import LabelledImages
from compare.baselines.subspace import (
    PUBLISHED,
    Start,
    SubspaceRecord,
    published_settings,
    train_in_subspace,
)
from compare.baselines.subspace_minimum import least_in_subspace
from tests.benchmarks.classifier_runs import kept, mnist_images
from tests.benchmarks.figure import Figure, Settings

__all__ = ["measure"]

_FIRST_SEED = 123
_N_DIGITS = 50


def measure(settings: Settings) -> list[Figure]:
    """Test accuracies in percent for each model and dimension, and losses in small subspaces."""
    try:
        accuracies = [
            figure
            for architecture in (
                (FULLY_CONNECTED,) if settings.quick else (FULLY_CONNECTED, CONVOLUTIONAL)
            )
            for figure in accuracy_figures(architecture, settings)
        ]
    except pn.DataError as error:
        accuracies = [Figure("subspace", "test accuracy", None, "%", note=str(error))]
    return [*accuracies, *small_subspaces(settings)]


def accuracy_figures(architecture: Architecture, settings: Settings) -> list[Figure]:
    """One row for each dimension: the median over seeds."""
    images = mnist_images(settings.image_root)
    seeds = [_FIRST_SEED + k for k in range(settings.seeds or 1)]
    return [
        _row(
            architecture,
            dimension,
            [_run(architecture, images, dimension, seed, settings) for seed in seeds],
        )
        for dimension in _dimensions(settings)
    ]


def _run(
    architecture: Architecture,
    images: tuple[LabelledImages, LabelledImages],
    dimension: int | None,
    seed: int,
    settings: Settings,
) -> SubspaceRecord:
    to_the_batch = settings.published and seed == _FIRST_SEED
    start: Start = "published" if settings.published else "seeded"
    return kept(
        SubspaceRecord,
        settings.runs,
        f"{architecture.name}-{start}-{dimension or 'full'}-{seed}",
        lambda: train_in_subspace(
            architecture,
            *images,
            dimension,
            settings=published_settings(dimension) if to_the_batch else None,
            seed=seed,
            start=start,
        ),
    )


def _dimensions(settings: Settings) -> tuple[int | None, ...]:
    if settings.quick:
        return (3, 10, 30)
    return (3, 10, 30, 100, 300, *((1000,) if settings.full else ()), None)


def _row(
    architecture: Architecture, dimension: int | None, records: list[SubspaceRecord]
) -> Figure:
    shares = [100 * record.test_accuracy for record in records]
    note = f"published {PUBLISHED[architecture.name][dimension]:g}"
    if len(shares) > 1:
        note += f"; {min(shares):.2f} to {max(shares):.2f} over {len(shares)} seeds"
    note += f"; CPU {median(record.cpu_seconds for record in records):.0f} s a run"
    name = f"{architecture.name}, {dimension or 'all'} unknowns: test"
    return Figure("subspace", name, median(shares), "%", note=note)


def small_subspaces(settings: Settings) -> list[Figure]:
    """Losses on 50 digits in subspaces of 2 and 3 unknowns: the least, and what Adam ends above."""
    network = pn.Network([pn.Dense(64, 4), pn.Square(), pn.Dense(4, 10)])
    data = pn.datasets.digits(flat=True).take(_N_DIGITS)
    figures = []
    for dimension in (2,) if settings.quick else (2, 3):
        record = least_in_subspace(network, data, dimension)
        note = (
            f"start {record.start:.4f}, Adam {record.adam:.6f}, L-BFGS {record.lbfgs:.6f}; "
            f"{record.n_real} real of {record.n_complex} critical points, completeness "
            f"{record.completeness.lower()}"
        )
        name = f"64-4-10 with squares, {dimension} unknowns: least loss"
        figures.append(Figure("subspace", name, record.least, "", note=note))
    return figures
