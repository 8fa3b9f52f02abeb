"""What a training run leaves: the weights, and what every pass did.

Saved as JSON (format ``polynet-training``, version 1): the fields of ``TrainingRecord``, passes as
objects. Floats are written so that they read back to the last bit, and ``train`` goes on from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import Enum
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polynet.rational import read_only
from solvers.record_format import RecordFormat, dump, load

__all__ = ["PassRecord", "StepCounts", "Stopped", "TrainingRecord"]

_FORMAT = RecordFormat("polynet-training", 1, "training record")


class Stopped(Enum):
    """Why training ended."""

    PASSES = "all passes done"
    SECONDS = "time is up"
    TARGET_LOSS = "target loss reached"
    TARGET_ACCURACY = "target accuracy reached"
    NO_PROGRESS = "no progress"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class StepCounts:
    """What the exact steps of one pass met.

    ``by_points[i]`` steps were along lines with i real critical points (0: the loss is constant
    there, the weight is rootless), ``maxima`` of those points were maxima of their line and
    ``saddles`` neither maxima nor minima; ``moved`` steps went anywhere, ``refused`` would have
    raised the loss by more than rounding.

    Steps in planes and subspaces count there alike, as restrictions to several unknowns. Theirs
    alone are ``n_complex``, the isolated complex critical points, and ``lost``, the steps whose
    critical points are not known to be all.
    """

    by_points: tuple[int, ...] = ()
    maxima: int = 0
    moved: int = 0
    refused: int = 0
    n_complex: int = 0
    saddles: int = 0
    lost: int = 0

    @property
    def steps(self) -> int:
        """Number of lines that were solved."""
        return sum(self.by_points)

    @property
    def n_real(self) -> int:
        """Number of real critical points, all steps together."""
        return sum(points * number for points, number in enumerate(self.by_points))

    @property
    def minima(self) -> int:
        """Number of real critical points that are minima of their restriction."""
        return self.n_real - self.maxima - self.saddles

    @property
    def rootless_share(self) -> float:
        """The share of lines without a critical point."""
        return self.by_points[0] / self.steps if self.steps else 0.0

    def __add__(self, other: StepCounts) -> StepCounts:
        length = max(len(self.by_points), len(other.by_points))
        padded = [
            counts.by_points + (0,) * (length - len(counts.by_points)) for counts in (self, other)
        ]
        return StepCounts(
            tuple(a + b for a, b in zip(*padded, strict=True)),
            self.maxima + other.maxima,
            self.moved + other.moved,
            self.refused + other.refused,
            self.n_complex + other.n_complex,
            self.saddles + other.saddles,
            self.lost + other.lost,
        )


@dataclass(frozen=True, slots=True)
class PassRecord:
    """The state after pass ``number`` (0: before the first).

    ``seconds`` are those of training so far, without the time to measure accuracies, which are
    shares in [0, 1], None where targets are no classes or no test data were given. ``batch`` is
    the number of examples of a batch, None where steps were taken on all examples at once.
    """

    number: int
    loss: float
    train_accuracy: float | None
    test_accuracy: float | None
    seconds: float
    counts: StepCounts = StepCounts()
    batch: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRecord:
    """Weights ``(n_parameters,)`` after training, and the way there.

    ``history`` has one entry for each pass, the first for the start. ``network`` is its text
    (``parse_network`` reads it) where it has one, ``input_shape`` the shape of one example,
    ``method`` the method as written; ``seed`` repeats the run.
    """

    network: str
    input_shape: tuple[int, ...]
    method: str
    form: str
    n_examples: int
    seed: int
    stopped: Stopped
    weights: NDArray[np.float64]
    history: tuple[PassRecord, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", read_only(np.array(self.weights, np.float64)))

    @property
    def loss(self) -> float:
        """The loss at the weights."""
        return self.history[-1].loss

    @property
    def train_accuracy(self) -> float | None:
        """The share of training examples classified rightly."""
        return self.history[-1].train_accuracy

    @property
    def test_accuracy(self) -> float | None:
        """The share of test examples classified rightly."""
        return self.history[-1].test_accuracy

    @property
    def seconds(self) -> float:
        """Seconds of training."""
        return self.history[-1].seconds

    @property
    def passes(self) -> int:
        """Number of passes done."""
        return self.history[-1].number

    @property
    def counts(self) -> StepCounts:
        """What the steps of all passes met, together."""
        total = StepCounts()
        for entry in self.history:
            total = total + entry.counts
        return total

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """The record as JSON text, also written to ``path`` where given."""
        content = {field.name: getattr(self, field.name) for field in fields(self)}
        content["stopped"] = self.stopped.value
        content["weights"] = self.weights.tolist()
        content["history"] = [asdict(entry) for entry in self.history]
        return dump({**_FORMAT.head, **content}, path)

    @classmethod
    def from_json(cls, source: str | PathLike[str]) -> TrainingRecord:
        """The record in JSON text or in a file of it; ``DataError`` where that is none."""
        where = "" if isinstance(source, str) and source.lstrip().startswith("{") else str(source)
        return _FORMAT.read(load(source), cls._from_content, where)

    @classmethod
    def _from_content(cls, content: Mapping[str, Any]) -> TrainingRecord:
        values = {field.name: content[field.name] for field in fields(cls)}
        values["input_shape"] = tuple(content["input_shape"])
        values["stopped"] = Stopped(content["stopped"])
        values["history"] = tuple(_pass(entry) for entry in content["history"])
        return cls(**values)

    def __str__(self) -> str:
        from solvers.training.text import record_text

        return record_text(self)

    __repr__ = __str__


def _pass(content: Mapping[str, Any]) -> PassRecord:
    counts = content["counts"]
    steps = StepCounts(**{**counts, "by_points": tuple(counts["by_points"])})
    return PassRecord(**{**content, "counts": steps})
