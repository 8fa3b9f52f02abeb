"""What planes and small subspaces gain over lines, and mini-batches over all examples.

For each method the loss at equal CPU seconds, since a busy machine lengthens the others, with the
number of steps in the note. ``starts``: from how many of 10 random starts XOR is solved with two
hidden squares, and in how many steps.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import polynet as pn
import solvers
from solvers.training.method import TrainingMethod
from solvers.training.record import PassRecord
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.mnist_network import layered, training_data

__all__ = ["measure"]

CPU_SECONDS, BATCH_CPU_SECONDS = 2.0, 10.0
STARTS = 10
SOLVED = 1e-6


def lines(direction: Any) -> solvers.Linewise:
    """One line search a pass."""
    return solvers.Linewise(direction, lines=1)


METHODS: dict[str, TrainingMethod] = {
    "lines, gradient": lines("gradient"),
    "lines, CG": lines("cg"),
    "lines, L-BFGS": lines("lbfgs"),
    "lines, Gauss-Newton": lines("gauss-newton"),
    "planes, gradient and last step": solvers.Planewise(lines("gradient")),
    "planes, L-BFGS and last step": solvers.Planewise(lines("lbfgs")),
    "planes, Gauss-Newton and last step": solvers.Planewise(lines("gauss-newton")),
    "planes, Gauss-Newton and random": solvers.Planewise(lines("gauss-newton"), "random"),
    "planes, Krylov": solvers.Subspacewise(2, "krylov", steps=1),
    "planes, random": solvers.Subspacewise(2, "random", steps=1),
    "three unknowns, gradient and two last steps": solvers.Subspacewise(3, "steps", steps=1),
    "three unknowns, random": solvers.Subspacewise(3, "random", steps=1),
}


def measure(settings: Settings) -> list[Figure]:
    """Losses at equal CPU seconds on the digits and MNIST, and the starts of XOR."""
    train, _ = pn.datasets.digits(flat=True).split(1437, seed=0)
    squares = pn.Network([pn.Dense(64, 32), pn.Square(), pn.Dense(32, 10)])
    figures = losses("digits", squares, train, METHODS)
    try:
        images = training_data(settings.image_root, 100 if settings.quick else 10_000)
    except pn.DataError as error:
        return [*figures, Figure("planes", "MNIST", None, "", note=str(error)), *starts()]
    few = losses("100 MNIST images", layered(), images.take(100), METHODS)
    return [*figures, *few, *([] if settings.quick else batches(images)), *starts()]


def losses(
    title: str,
    network: pn.Network,
    data: pn.Dataset,
    methods: dict[str, TrainingMethod],
    seconds: float = CPU_SECONDS,
    **options: Any,
) -> list[Figure]:
    """The loss that each method reaches in so many CPU seconds."""
    figures = []
    for name, method in methods.items():
        solvers.train(network, data.take(100), method, passes=2, form=options.get("form"))
        loss, passes = reached(network, data, method, seconds, **options)
        note = f"{passes} passes in {seconds:g} CPU s"
        figures.append(Figure("planes", f"{title}: {name}", loss, "", note=note))
    return figures


def reached(
    network: pn.Network, data: pn.Dataset, method: TrainingMethod, seconds: float, **options: Any
) -> tuple[float | None, int]:
    """The loss of the last pass that ends within so many CPU seconds, and its number."""
    found: list[tuple[float | None, int]] = [(None, 0)]
    begin = time.process_time()

    def note(entry: PassRecord) -> None:
        if time.process_time() - begin <= seconds:
            found.append((entry.loss, entry.number))

    # Wall-clock seconds are no fewer than CPU seconds on one thread, and the machine is shared.
    stop = solvers.Stopping(seconds=4 * seconds)
    solvers.train(network, data, method, passes=100_000, stop=stop, progress=note, **options)
    return found[-1]


def batches(images: pn.Dataset) -> list[Figure]:
    """Batches that double against all examples throughout, 784-16-10 with squares."""
    network = pn.Network([pn.Dense(784, 16), pn.Square(), pn.Dense(16, 10)])
    methods: dict[str, TrainingMethod] = {
        "ten L-BFGS lines a pass": solvers.Linewise("lbfgs", lines=10),
        "a Gauss-Newton line a pass": lines("gauss-newton"),
    }
    title, data = f"{len(images):,} MNIST images", images.flatten()
    whole: dict[str, Any] = {"seconds": BATCH_CPU_SECONDS, "form": "samples"}
    growing = {**whole, "batch": len(images) // 15, "growth": 2.0}
    return [
        *losses(f"{title}, all throughout", network, data, methods, **whole),
        *losses(f"{title}, in batches that double", network, data, methods, **growing),
    ]


def starts() -> list[Figure]:
    """Starts from which XOR is solved within 60 steps, and the median number of steps."""
    network = pn.Network([pn.Dense(2, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])
    figures = []
    for name, method in METHODS.items():
        records = [
            solvers.train(
                network,
                pn.datasets.xor(),
                method,
                passes=60,
                seed=seed,
                stop=solvers.Stopping(loss=SOLVED),
            )
            for seed in range(STARTS)
        ]
        share = 100 * sum(record.loss <= SOLVED for record in records) / STARTS
        note = f"median steps {median(record.passes for record in records):g}"
        figures.append(Figure("planes", f"XOR solved: {name}", share, "%", note=note))
    return figures
