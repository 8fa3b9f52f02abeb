"""The four small MNIST models of the published table, within 0.7 points of its accuracies."""

from __future__ import annotations

from statistics import median

import polynet as pn
from compare.baselines.minibatch import AdamSettings
from compare.baselines.zoo import POLYNOMIAL_ZOO, ZOO, ZooModel, ZooRecord, train_zoo_model
from tests.benchmarks.classifier_runs import kept, mnist_images
from tests.benchmarks.figure import Figure, Settings

__all__ = ["measure"]

_FIRST_SEED = 123
_ALLOWED = 0.7  # points


def measure(settings: Settings) -> list[Figure]:
    """Parameters and test accuracies; ``--quick`` trains for one epoch and asks for nothing."""
    try:
        train, test = mnist_images(settings.image_root)
    except pn.DataError as error:
        return [Figure("zoo", "test accuracy", None, "%", note=str(error))]
    epochs = 1.0 if settings.quick else 10.0
    figures = []
    for position, row in enumerate((*ZOO, *POLYNOMIAL_ZOO)):
        records = [
            kept(
                ZooRecord,
                None if settings.quick else settings.runs,
                f"zoo-{position}-{seed}",
                lambda r=row, s=seed: train_zoo_model(
                    r, train, test, settings=AdamSettings(epochs=epochs), seed=s
                ),
            )
            for seed in range(_FIRST_SEED, _FIRST_SEED + (settings.seeds or 1))
        ]
        figures.append(_row(row, records, settings))
    return figures


def _row(row: ZooModel, records: list[ZooRecord], settings: Settings) -> Figure:
    share = median(100 * record.test_accuracy for record in records)
    cost = f"CPU {median(record.cpu_seconds for record in records):.0f} s"
    size = f"{records[0].n_parameters:,} parameters"
    if row.published is None:
        return Figure("zoo", f"{row.name}: test", share, "%", note=f"{size}; {cost}")
    off = abs(share - row.published)
    note = f"{size}; test {share:.2f} %, published {row.published:g}; {cost}"
    asked = (None, None) if settings.quick else ("at most", _ALLOWED)
    return Figure("zoo", f"{row.name}: points from published", off, "", *asked, note=note)
