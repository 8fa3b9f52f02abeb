"""The four small MNIST models of the published table, within 0.7 points of its accuracies."""

from __future__ import annotations

import polynet as pn
from tests.benchmarks.experiment_figures import accuracy_figures, ran
from tests.benchmarks.figure import Figure, Settings

__all__ = ["measure"]

_ALLOWED = 0.7  # points


def measure(settings: Settings) -> list[Figure]:
    """Test accuracies; ``--quick`` trains for one epoch and asks for nothing."""
    try:
        found = ran("zoo", settings, epochs=1 if settings.quick else None)
    except pn.DataError as error:
        return [Figure("zoo", "test accuracy", None, "%", note=str(error))]
    return accuracy_figures("zoo", found, None if settings.quick else _ALLOWED)
