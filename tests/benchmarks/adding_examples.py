"""One more example: what ``loss.add`` costs, and what the loss holds, early and late.

The same example is added to a loss of 100 and to one of 50,000 examples, in turns. Both time and
memory must be flat within a tenth.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import polynet as pn
from tests.benchmarks.exact_collection import N_INPUTS, NETWORK
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.mnist_network import layered, training_data
from tests.benchmarks.timing import interleaved_medians

__all__ = ["measure"]

EARLY, LATE = 100, 50_000
_FLAT = 1.1


def measure(settings: Settings) -> list[Figure]:
    """Ratios late / early for an exact loss and for a float one on images."""
    figures = _of("exact, 54 weights", NETWORK, integers(), settings)
    try:
        images = training_data(settings.image_root, LATE)
    except pn.DataError as error:
        return [*figures, Figure("add", "MNIST", None, "x", "at most", _FLAT, str(error))]
    return figures + _of("MNIST, 6,769 weights", layered(), images, settings)


def integers() -> pn.Dataset:
    """As many integer examples as are wanted late."""
    rng = np.random.default_rng(2)
    return pn.Dataset(rng.integers(-3, 4, (LATE, N_INPUTS)), rng.integers(-3, 4, LATE))


def _of(name: str, network: pn.Network, data: pn.Dataset, settings: Settings) -> list[Figure]:
    early = pn.collect(network, data.take(EARLY), form="moments")
    late = pn.collect(network, data, form="moments")
    x, y = data[7]
    times = interleaved_medians(
        {"early": partial(early.add, x, y), "late": partial(late.add, x, y)},
        10 * settings.rounds,
    )
    held = [held_bytes(loss) for loss in (early, late)]
    needed = [peak_bytes(partial(loss.add, x, y)) for loss in (early, late)]
    return [
        Figure("add", f"{name}: one example at {EARLY}", times["early"], "s"),
        Figure("add", f"{name}: one example at {LATE:,}", times["late"], "s"),
        _flat(f"{name}: time, late / early", times["late"] / times["early"]),
        Figure("add", f"{name}: data held at {LATE:,}", held[1] / 2**20, "MiB"),
        _flat(f"{name}: data held, late / early", held[1] / held[0]),
        _peak(f"{name}: peak memory of one add, late / early", needed, exact=late.exact),
    ]


def _flat(name: str, ratio: float) -> Figure:
    return Figure("add", name, ratio, "x", "at most", _FLAT)


def _peak(name: str, needed: Sequence[int], *, exact: bool) -> Figure:
    ratio = needed[1] / needed[0]
    if not exact:
        return _flat(name, ratio)
    shared = "no goal: Python shares integers up to 256, which early sums still are"
    return Figure("add", name, ratio, "x", note=shared)


def held_bytes(loss: Any) -> int:
    """Memory of the numbers that stand for the examples, each Python integer with its own size."""
    moments = loss.form.moments
    return _size(moments.values) + _size(moments.cross) + sys.getsizeof(moments.square_sum)


def _size(values: NDArray[Any]) -> int:
    boxed = sum(map(sys.getsizeof, values.ravel())) if values.dtype == object else 0
    return int(values.nbytes) + boxed


def peak_bytes(run: Callable[[], Any]) -> int:
    """The most memory that a call holds at one time, its result included."""
    run()
    tracemalloc.start()
    result = run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del result
    return peak
