"""How a training record reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solvers.training.record import PassRecord, StepCounts, TrainingRecord

__all__ = ["counts_text", "pass_text", "record_text"]


def record_text(record: TrainingRecord) -> str:
    """The record in some lines: what, how far, and what the steps met."""
    return "\n".join(
        [
            f"{record.method} on {record.network}",
            f"{len(record.weights):,} weights, {record.n_examples:,} examples as {record.form}, "
            f"seed {record.seed}; {record.stopped.value}",
            pass_text(record.history[-1]),
            counts_text(record.counts),
        ]
    )


def pass_text(entry: PassRecord) -> str:
    """One pass in one line."""
    parts = [f"pass {entry.number}: loss {entry.loss:.6g}"]
    for name, share in (("training", entry.train_accuracy), ("test", entry.test_accuracy)):
        if share is not None:
            parts.append(f"{name} accuracy {100 * share:.2f} %")
    if entry.batch is not None:
        parts.append(f"batches of {entry.batch:,}")
    return ", ".join([*parts, f"{entry.seconds:.2f} s"])


def counts_text(counts: StepCounts) -> str:
    """How many lines had how many critical points."""
    parts = [
        f"{number:,} with {points}" for points, number in enumerate(counts.by_points) if number
    ]
    shown = ", ".join(parts) or "none"
    parts = [
        f"steps by number of real critical points: {shown}",
        f"{counts.minima:,} minima, {counts.maxima:,} maxima, {counts.saddles:,} saddles",
        f"{counts.moved:,} steps moved, {counts.refused:,} refused",
    ]
    if counts.n_complex:
        parts.insert(1, f"{counts.n_complex:,} complex critical points, {counts.n_real:,} real")
        parts.append(f"{counts.lost:,} with paths lost")
    return "; ".join(parts)
