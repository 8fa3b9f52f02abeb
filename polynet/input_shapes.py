"""The shape of one example: checking it, and finding it from the layers alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from polynet.errors import ShapeError
from polynet.layers.chain import Chain
from polynet.layers.convolution import AvgPool2d, Conv2d
from polynet.layers.dense import Dense
from polynet.layers.layer import Layer, Shape, as_size
from polynet.layers.structure import Flatten, Residual

__all__ = ["checked_shape", "infer_input_shape"]

_MAX_SIDE = 512


def checked_shape(shape: Any) -> Shape:
    """``shape`` as a tuple of sizes; ``InputError`` where it is none."""
    entries = shape if isinstance(shape, Sequence) and not isinstance(shape, str) else (shape,)
    sizes = tuple(as_size(entry, "a size in input_shape") for entry in entries)
    if not sizes:
        raise ShapeError("input_shape is (); give the shape of one example, such as (2,)")
    return sizes


def infer_input_shape(chain: Chain, *, strict: bool = True) -> Shape | None:
    """The one shape that fits ``chain``, or None if several do.

    Where none fits, raises the ``ShapeError`` of the candidate that came furthest (with
    ``strict=False`` returns None).
    """
    fitting: list[Shape] = []
    failures: list[tuple[tuple[int, int], Shape, ShapeError]] = []
    for shape in _candidates(chain):
        try:
            chain.shapes(shape)
        except ShapeError as error:
            failures.append((_distance(chain, shape), shape, error))
        else:
            fitting.append(shape)
            if len(fitting) > 1:
                return None
    if fitting or not strict:
        return fitting[0] if fitting else None
    _, shape, reason = min(failures, key=lambda failure: failure[0])
    tried = "" if len(failures) == 1 else f"no input shape fits; with {shape} "
    raise ShapeError(f"{tried}{reason}") from None


def _candidates(chain: Chain) -> Iterator[Shape]:
    first = chain.layers[0]
    if isinstance(first, Dense):
        yield (first.n_in,)
        return
    layers = list(_leaves(chain.layers))
    leading = next((x for x in layers if isinstance(x, (Dense, Conv2d, AvgPool2d, Flatten))), None)
    if not isinstance(leading, (Conv2d, AvgPool2d)):
        yield from ((n,) for n in _lengths(layers))
    if not isinstance(leading, Dense):
        channels = next((x.in_channels for x in layers if isinstance(x, Conv2d)), 1)
        yield from ((channels, side, side) for side in range(1, _MAX_SIDE + 1))


def _lengths(layers: Sequence[Layer]) -> range:
    """Lengths of vectors to try: no layer makes a vector shorter before the first ``Dense``."""
    longest = next((layer.n_in for layer in layers if isinstance(layer, Dense)), 1)
    return range(1, max(longest, 2) + 1)


def _leaves(layers: Sequence[Layer]) -> Iterator[Layer]:
    for layer in layers:
        if isinstance(layer, Residual):
            yield from _leaves(layer.layers)
        else:
            yield layer


def _distance(chain: Chain, shape: Shape) -> tuple[int, int]:
    """How far ``shape`` is from fitting: layers not reached, then sizes that differ."""
    for position, layer in enumerate(chain.layers):
        try:
            shape = layer.output_shape(shape)
        except ShapeError:
            wanted = layer.n_in if isinstance(layer, Dense) else 0
            return len(chain.layers) - position, abs(int(np.prod(shape)) - wanted)
    return 0, 0
