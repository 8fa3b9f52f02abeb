"""What a pass costs against the number of examples and of weights, and the memory of a run.

Exponents are slopes of log(seconds) on log(size), least squares over the sizes shown; seconds are
processor time of one pass, the least of several, since other programs lengthen the clock's. From
moments the examples should not matter (0), from samples they should count once (1); weights should
count once. Memory is the peak of a whole process that reads its data, trains and measures.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import polynet as pn
import solvers
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.mnist_collection import peak_mib
from tests.benchmarks.mnist_network import layered, training_data
from tests.benchmarks.timing import least_cpu

__all__ = ["measure"]

Seconds = Mapping[int, float]
"""Processor seconds of a pass, by size."""

LINEAR, FLAT = 1.1, 0.1

RUNS = ("published", "all images from moments", "all images along lines", "digits")


def measure(settings: Settings) -> list[Figure]:
    """Exponents, each with its table in the note, and memory."""
    figures = weights_from_samples(settings) + weights_from_moments(settings)
    try:
        images = training_data(settings.image_root)
    except pn.DataError as error:
        return [*figures, Figure("costs", "passes on MNIST", None, "", note=str(error))]
    figures += examples_from_samples(images, settings) + examples_from_moments(images, settings)
    return [*figures, *lines(images, settings), *memory(settings)]


def exponent(name: str, of: str, seconds: Seconds, most: float) -> Figure:
    """The slope of log(seconds) on log(size), and the greatest that was asked for."""
    sizes = np.log(list(seconds))
    slope = float(np.polyfit(sizes, np.log(list(seconds.values())), 1)[0])
    table = ", ".join(f"{size:,}: {1e3 * value:.3g} ms" for size, value in seconds.items())
    return Figure("costs", f"{name}, by {of}: exponent", slope, "", "at most", most, table)


def pass_seconds(loss: pn.CollectedLoss, method: solvers.Coordinatewise, rounds: int) -> float:
    """Of a pass from the same weights each time."""
    stepper = method.stepper(loss, np.arange(loss.n_parameters))
    weights = np.random.default_rng(0).standard_normal(loss.n_parameters) / 20
    return least_cpu(lambda: stepper.run_pass(weights, np.random.default_rng(0)), rounds)


def examples_from_samples(images: pn.Dataset, settings: Settings) -> list[Figure]:
    """The published network, weight by weight, on more and more images."""
    network = layered().with_input_shape(images.input_shape)
    sizes = (400, 800, 1_600) if settings.quick else (800, 1_600, 3_200, 6_400)
    seconds = {
        n: pass_seconds(
            pn.collect(network, images.take(n), form="samples"),
            solvers.Coordinatewise("cyclic"),
            settings.rounds,
        )
        for n in sizes
    }
    return [exponent("coordinate pass from samples", "examples", seconds, LINEAR)]


def examples_from_moments(images: pn.Dataset, settings: Settings) -> list[Figure]:
    """The same from moments, which are as large for all images as for a thousand."""
    network = layered().with_input_shape(images.input_shape)
    seconds = {
        n: pass_seconds(
            pn.collect(network, images.take(n), form="moments"),
            solvers.Coordinatewise("cyclic"),
            settings.rounds,
        )
        for n in (1_000, 8_000, 60_000)
    }
    return [exponent("coordinate pass from moments", "examples", seconds, FLAT)]


def weights_from_samples(settings: Settings) -> list[Figure]:
    """64-h-10 with squares on 1,437 digits, by coordinates, for wider and wider layers."""
    data = pn.datasets.digits(flat=True).take(1_437).to_float()
    seconds = {}
    for h in (8, 16, 32, 64):
        network = pn.Network([pn.Dense(64, h), pn.Square(), pn.Dense(h, 10)])
        loss = pn.collect(network, data, form="samples")
        method = solvers.Coordinatewise("cyclic")
        seconds[network.n_parameters] = pass_seconds(loss, method, settings.rounds)
    return [exponent("coordinate pass from samples", "weights", seconds, LINEAR)]


def weights_from_moments(settings: Settings) -> list[Figure]:
    """Linear 64-h-10 on the digits, from moments."""
    data = pn.datasets.digits(flat=True).to_float()
    seconds = {}
    for h in (4, 8, 16, 32):
        network = pn.Network([pn.Dense(64, h, bias=False), pn.Dense(h, 10, bias=False)])
        loss = pn.collect(network, data, form="moments")
        method = solvers.Coordinatewise("cyclic")
        seconds[network.n_parameters] = pass_seconds(loss, method, settings.rounds)
    return [exponent("coordinate pass from moments", "weights", seconds, LINEAR)]


def lines(images: pn.Dataset, settings: Settings) -> list[Figure]:
    """784-h-10 with squares: one exact line search, against images and against weights."""

    def seconds(n: int, h: int) -> tuple[int, float]:
        network = pn.Network([pn.Flatten(), pn.Dense(784, h), pn.Square(), pn.Dense(h, 10)])
        network = network.with_input_shape(images.input_shape)
        loss = pn.collect(network, images.take(n), form="samples")
        stepper = solvers.Linewise("gradient", lines=1).stepper(loss, np.arange(loss.n_parameters))
        weights = network.random_weights(0)
        run = least_cpu(
            lambda: stepper.run_pass(weights, np.random.default_rng(0)), settings.rounds
        )
        return loss.n_parameters, run

    by_images = {n: seconds(n, 16)[1] for n in (1_024, 2_048, 4_096, 8_192)}
    by_weights = dict(seconds(2_048, h) for h in (16, 32, 64, 128))
    return [
        exponent("a line from samples", "examples", by_images, LINEAR),
        exponent("a line from samples", "weights", by_weights, LINEAR),
    ]


def memory(settings: Settings) -> list[Figure]:
    """Peaks of whole processes."""
    figures = []
    for name in RUNS:
        peak, loss = _in_own_process(name, settings.image_root)
        figures.append(
            Figure("costs", f"peak memory, {name}", peak, "MiB", note=f"loss {loss:.4g} at the end")
        )
    return figures


def _in_own_process(name: str, root: Path) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.training_costs", name, str(root)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    peak, loss = json.loads(done.stdout)
    return peak, loss


def _train(name: str, root: Path) -> tuple[float, float]:
    """One of ``RUNS``; the peak in MiB and the last loss."""
    if name == "digits":
        data, test = pn.datasets.digits(flat=True).split(1_437, seed=0)
        network = pn.Network([pn.Dense(64, 32), pn.Square(), pn.Dense(32, 10)])
    else:
        data = training_data(root, 100 if name == "published" else None)
        test = pn.datasets.mnist(root, train=False)
        wide = [pn.Flatten(), pn.Dense(784, 16), pn.Square(), pn.Dense(16, 10)]
        network = pn.Network(wide) if name == "all images along lines" else layered()
    coordinates = name in ("published", "all images from moments")
    method = solvers.Coordinatewise() if coordinates else solvers.Linewise(lines=2)
    record = solvers.train(network, data, method, passes=2, test=test)
    return peak_mib(), record.loss


if __name__ == "__main__":
    print(json.dumps(_train(sys.argv[1], Path(sys.argv[2]))))
