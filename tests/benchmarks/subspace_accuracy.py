"""Accuracy against the dimension of the subspace, measured beside published.

784-200-200-10 and the convolutional model on all of MNIST, 10 epochs, the whole test set.
``--quick`` has the dimensions 3 to 30 of the first; else 3 to 300 and all weights of both;
``--full`` 1000 too.
``--seeds`` repeats with other starts and subspaces; ``--runs`` names a folder of finished runs.
``--published`` has the published start and subspace, and the first seed the published batches too.
The least loss of small subspaces of a polynomial network stands beside Adam's and L-BFGS's.
"""

from __future__ import annotations

import polynet as pn
from compare.baselines.subspace_minimum import least_in_subspace
from tests.benchmarks.experiment_figures import accuracy_figures, ran
from tests.benchmarks.figure import Figure, Settings

__all__ = ["measure"]

_N_DIGITS = 50


def measure(settings: Settings) -> list[Figure]:
    """Test accuracies in percent for each model and dimension, and losses in small subspaces."""
    family = "published" if settings.published else "adam"
    methods = [f"{family}-{dimension}" for dimension in _dimensions(settings)]
    tasks = ("subspace-fc",) if settings.quick else ("subspace-fc", "subspace-conv")
    try:
        accuracies = [
            figure
            for task in tasks
            for figure in accuracy_figures("subspace", ran(task, settings, methods))
        ]
    except pn.DataError as error:
        accuracies = [Figure("subspace", "test accuracy", None, "%", note=str(error))]
    return [*accuracies, *small_subspaces(settings)]


def _dimensions(settings: Settings) -> tuple[int | str, ...]:
    if settings.quick:
        return (3, 10, 30)
    return (3, 10, 30, 100, 300, *((1000,) if settings.full else ()), "full")


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
