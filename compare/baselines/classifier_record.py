"""What every run of a classifier on images leaves, whatever it was trained by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from compare.baselines.cost import Cost
from compare.baselines.json_record import JsonRecord
from compare.baselines.labelled_images import LabelledImages
from compare.baselines.minibatch import Checkpoint

__all__ = ["ClassifierRecord"]


@dataclass(frozen=True, slots=True)
class ClassifierRecord(JsonRecord):
    """One run of one model: what it was trained on, for how long, and the accuracy it ends at.

    Accuracies are shares from 0 to 1 of all test images; ``history`` has the checkpoints of the
    run, the last one at its end. Seconds are those of all of it, with what comes before training.
    """

    model: str
    n_parameters: int
    n_train: int
    n_test: int
    epochs: float
    seed: int
    test_accuracy: float
    history: tuple[Checkpoint, ...]
    seconds: float
    cpu_seconds: float
    threads: int

    @classmethod
    def of(
        cls,
        images: tuple[LabelledImages, LabelledImages],
        history: tuple[Checkpoint, ...],
        cost: Cost,
        **fields: Any,
    ) -> Self:
        """The record of a run on these training and test images; ``fields`` are the others."""
        train, test = images
        return cls(
            n_train=len(train),
            n_test=len(test),
            test_accuracy=history[-1].test_accuracy,
            history=history,
            seconds=cost.seconds,
            cpu_seconds=cost.cpu_seconds,
            threads=cost.threads,
            **fields,
        )
