"""The start and the subspace of the published subspace runs, number for number.

An architecture and a dimension enter; weights as a function of the unknowns leave. Source:
S. Greydanus, subspace-nn, 2017, which draws both from numpy's generator with seed 123.
"""

from __future__ import annotations

from math import prod

import numpy as np
import torch
from numpy.typing import NDArray

from compare.baselines.classifiers import Architecture
from compare.baselines.projections import FullSpace, Orthonormal, Reordered, check_dimension

__all__ = ["published_weights"]

_SEED = 123


def published_weights(architecture: Architecture, dimension: int | None) -> Reordered:
    """theta = P omega from the start and with the subspace of the published program, in float64.

    There the tensors of theta are drawn one after another in ``architecture.drawing_order``,
    matrices with inputs first; then the columns of the subspace. Raises ``InputError`` for a
    dimension that is not from 1 to the number of weights. Cost: QR, 2 n d^2 operations.
    """
    check_dimension(dimension, architecture.n_parameters)
    random = np.random.RandomState(_SEED)  # the generator that numpy keeps as it was
    shapes = architecture.shapes()
    order = architecture.drawing_order or tuple(range(len(shapes)))
    parts = [architecture.deviations[k] * random.standard_normal(prod(shapes[k])) for k in order]
    theta = torch.from_numpy(np.concatenate(parts))
    weights = FullSpace(theta) if dimension is None else Orthonormal(theta, dimension, random)
    return Reordered(weights, torch.from_numpy(_places(shapes, order)))


def _places(shapes: tuple[tuple[int, ...], ...], order: tuple[int, ...]) -> NDArray[np.int64]:
    """For each weight in the order of ``named_parameters``: where the program has it in theta."""
    blocks, start = [np.empty(0, np.int64)] * len(shapes), 0
    for k in order:
        stop = start + prod(shapes[k])
        blocks[k] = np.arange(start, stop)
        if len(shapes[k]) == 2:
            blocks[k] = blocks[k].reshape(shapes[k][::-1]).T.ravel()
        start = stop
    return np.concatenate(blocks)
