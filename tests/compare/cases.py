"""Small tasks, an experiment and a method for tests of the runner."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import polynet as pn
from compare import Experiment, MethodRun, Task, Trial
from compare.classifier_methods import subspace_method
from compare.curve import CurvePoint
from compare.task_facts import Published
from tests.compare.baselines.image_cases import striped_dataset

__all__ = ["Halving", "curved_xor", "stripes", "two_classes"]


def curved_xor(**changes: object) -> Task:
    """XOR by one squared unit, with a penalty: 9 real critical points."""
    arguments = {"l2": [Fraction(k, 100) for k in (1, 2, 3)], "landscape": True} | changes
    layers = [pn.Dense(2, 1, bias=False), pn.Square(), pn.Dense(1, 1, bias=False)]
    return Task("one-square", pn.Network(layers), pn.datasets.xor(), **arguments)


def two_classes() -> Task:
    """Some digits, with test data and batches."""
    train, test = pn.datasets.digits(flat=True).split(60, seed=0)
    network = pn.Network([pn.Dense(64, 3), pn.Square(), pn.Dense(3, 10)])
    return Task("few-digits", network, train, test.take(40), l2=0.5, batch=16)


@dataclass(frozen=True)
class Halving:
    """Halves its weights once, and writes down in ``diary`` that it ran."""

    diary: str
    name: str = "halving"
    description: str = "halves"
    once: bool = False
    fails_at: int = -1

    def refusal(self, task: Task) -> str | None:
        return None

    def run(self, trial: Trial) -> MethodRun:
        if trial.seed == self.fails_at:
            raise KeyboardInterrupt
        with Path(self.diary).open("a") as file:
            file.write(f"{trial.seed}\n")
        weights = trial.start / 2
        loss = float(trial.task.loss(exact=False).value(weights))
        return MethodRun((CurvePoint(0.1, 0.1, 1, loss, None, None),), weights, "done")


def stripes(**changes: object) -> Experiment:
    """The subspace experiment on few images with a bright row that says the class."""
    arguments = {
        "data": striped_dataset(300),
        "test": striped_dataset(120, seed=1),
        "method": partial(subspace_method, "fc"),
        "default": ("adam-3", "adam-full"),
        "network": "784-200-200-10",
        "n_parameters": 199_210,
        "start": "normal",
        "loss": "mean negative log likelihood",
        "batch": 60,
        "epochs": 2,
        "published": (
            Published(("adam-3", "published-3"), 3, 10.0),
            Published(("adam-10", "published-10"), 10, 12.0),
            Published(("adam-full", "published-full"), 199_210, 97.76),
        ),
    }
    return Experiment("stripes", **{**arguments, **changes})  # type: ignore[arg-type]
