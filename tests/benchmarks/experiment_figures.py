"""The published experiments as figures: run by ``compare``, beside what was published."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

import compare
from compare.comparison import Comparison
from compare.method import Method
from tests.benchmarks.figure import Figure, Settings

__all__ = ["accuracy_figures", "ran"]


def ran(
    task: str,
    settings: Settings,
    methods: Iterable[str | Method] | None = None,
    *,
    epochs: int | None = None,
) -> Comparison:
    """``task`` with the seeds, threads and folders of the settings; ``DataError`` without images.

    With ``epochs``, runs are shorter than published, and not kept.
    """
    return compare.run(
        task,
        methods,
        repeats=settings.seeds or 1,
        passes=epochs,
        threads=settings.threads,
        data_root=settings.image_root,
        out=settings.runs if epochs is None else None,
    )


def accuracy_figures(
    benchmark: str, comparison: Comparison, allowed: float | None = None
) -> list[Figure]:
    """The test accuracy in percent of each method: medians over seeds, and what was published.

    ``allowed`` are the points that a method may be off the published figure.
    """
    published = {
        method: figure.percent for figure in comparison.facts.published for method in figure.methods
    }
    return [
        figure
        for method in comparison.methods
        for figure in _figures(benchmark, comparison, method, published.get(method), allowed)
    ]


def _figures(
    benchmark: str,
    comparison: Comparison,
    method: str,
    published: float | None,
    allowed: float | None,
) -> list[Figure]:
    ends = [cell.last for cell in comparison.of(method) if cell.last is not None]
    shares = [100 * end.test_accuracy for end in ends if end.test_accuracy is not None]
    note = f"CPU {median(end.cpu_seconds for end in ends):.0f} s a run"
    if published is not None:
        note = f"published {published:g}; {note}"
    if len(shares) > 1:
        note += f"; {min(shares):.2f} to {max(shares):.2f} over {len(shares)} seeds"
    name = f"{comparison.facts.name}, {method}"
    found = [Figure(benchmark, f"{name}: test", median(shares), "%", note=note)]
    if published is not None and allowed is not None:
        off = abs(median(shares) - published)
        found.append(
            Figure(benchmark, f"{name}: points from published", off, "", "at most", allowed)
        )
    return found
