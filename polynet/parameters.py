"""The one map among tensors of weights, names of single weights, and flat positions.

The order is torch's: tensor after tensor as in ``named_parameters()``, each in C order. A tensor
is ``"0.weight"``, nested ``"2.0.weight"``; the weight at ``[1, 0]`` of it has the identifier
``w0_1_0`` (``w2_0_1_0``), with ``b`` for ``bias`` and ``c`` for ``coefficients``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from polynet.errors import InputError, ShapeError
from polynet.layers.layer import Shape
from polynet.layers.series import Array

__all__ = ["ParameterLayout", "ParameterTensor", "Selector"]

Selector: TypeAlias = str | int | Sequence["str | int"]
"""A tensor, a layer, a single weight or a flat position; or several of them."""

_LETTERS = {"weight": "w", "bias": "b", "coefficients": "c"}

# Above this many names a misspelt one is compared with tensors and layers only.
_MAX_COMPARED = 20_000


@dataclass(frozen=True, slots=True)
class ParameterTensor:
    """One tensor of weights: its name, its shape, and where it starts in the flat vector."""

    name: str
    shape: Shape
    start: int

    @property
    def size(self) -> int:
        """Number of weights."""
        return int(np.prod(self.shape))

    @property
    def slice(self) -> slice:
        """Its place in the flat vector."""
        return slice(self.start, self.start + self.size)

    @property
    def layer(self) -> str:
        """The position of its layer, such as ``"0"`` or ``"2.0"``."""
        return self.name.rpartition(".")[0]

    @property
    def letter(self) -> str:
        """What the identifiers of its weights start with."""
        kind = self.name.rpartition(".")[2]
        return _LETTERS.get(kind, kind)

    @property
    def names(self) -> tuple[str, ...]:
        """The identifiers of its weights in C order."""
        stem = f"{self.letter}{self.layer.replace('.', '_')}"
        return tuple("_".join([stem, *map(str, at)]) for at in np.ndindex(self.shape))


@dataclass(frozen=True, slots=True)
class ParameterLayout:
    """The tensors of a network in order, and all ways to name its weights.

    >>> layout = ParameterLayout.of([("0.weight", (2, 2)), ("0.bias", (2,))])
    >>> layout.names
    ('w0_0_0', 'w0_0_1', 'w0_1_0', 'w0_1_1', 'b0_0', 'b0_1')
    >>> layout.index("w0_1_0"), layout.indices("0.bias").tolist(), layout.latex("w0_1_0")
    (2, [4, 5], 'w^{(0)}_{1,0}')
    """

    tensors: tuple[ParameterTensor, ...]

    @classmethod
    def of(cls, named_shapes: Iterable[tuple[str, Shape]]) -> ParameterLayout:
        """The layout of tensors given by name and shape, in order."""
        tensors, start = [], 0
        for name, shape in named_shapes:
            tensors.append(ParameterTensor(name, tuple(shape), start))
            start += tensors[-1].size
        return cls(tuple(tensors))

    @property
    def n_parameters(self) -> int:
        """Number of weights."""
        return self.tensors[-1].slice.stop if self.tensors else 0

    def __len__(self) -> int:
        return self.n_parameters

    @property
    def names(self) -> tuple[str, ...]:
        """The identifiers of all weights in flat order."""
        return _names(self)

    @property
    def layers(self) -> tuple[tuple[str, range], ...]:
        """The layers with weights and the flat positions of each: tensor and bias together."""
        ranges: dict[str, range] = {}
        for tensor in self.tensors:
            first = ranges.get(tensor.layer, range(tensor.start, tensor.start)).start
            ranges[tensor.layer] = range(first, tensor.slice.stop)
        return tuple(ranges.items())

    def index(self, name: str) -> int:
        """The flat position of the weight ``name``.

        Raises ``InputError`` for an unknown name, with the closest ones.
        """
        position = _positions(self).get(name)
        if position is None:
            raise InputError(self._unknown(name))
        return position

    def locate(self, index: int) -> tuple[ParameterTensor, tuple[int, ...]]:
        """The tensor and the multi-index of the weight at flat position ``index``."""
        position = self._flat(index)
        tensor = next(t for t in self.tensors if position < t.slice.stop)
        at = np.unravel_index(position - tensor.start, tensor.shape)
        return tensor, tuple(int(i) for i in at)

    def indices(self, selector: Selector) -> NDArray[np.intp]:
        """The flat positions of a selection, in the order given, each once.

        A string is a tensor (``"0.weight"``), a layer with all in it (``"0"``) or a single weight
        (``"w0_1_0"``); an int is a flat position. Raises ``InputError`` for anything unknown.
        """
        if isinstance(selector, str) or not isinstance(selector, Iterable):
            return self._selected(selector)
        parts = [self._selected(entry) for entry in selector]
        if not parts:
            raise InputError("the selection of weights is empty; name at least one")
        return np.array(list(dict.fromkeys(np.concatenate(parts).tolist())), np.intp)

    def split(self, weights: Array) -> list[Array]:
        """Flat weights ``(*lanes, n_parameters)`` as one view ``(*lanes, *shape)`` a tensor."""
        self._check_size(weights)
        lanes = weights.shape[:-1]
        return [weights[..., t.slice].reshape(*lanes, *t.shape) for t in self.tensors]

    def join(self, tensors: Sequence[Array]) -> Array:
        """The inverse of ``split``; lanes are broadcast."""
        if len(tensors) != len(self.tensors):
            raise ShapeError(f"{len(tensors)} tensors given where {len(self.tensors)} are wanted")
        if not tensors:
            return np.zeros(0)
        arrays = [np.asarray(values) for values in tensors]
        for tensor, values in zip(self.tensors, arrays, strict=True):
            if values.shape[max(values.ndim - len(tensor.shape), 0) :] != tensor.shape:
                raise ShapeError(
                    f"tensor {tensor.name} has shape {tensor.shape}, the array {values.shape}"
                )
        lanes = np.broadcast_shapes(
            *(v.shape[: v.ndim - len(t.shape)] for t, v in zip(self.tensors, arrays, strict=True))
        )
        joined = np.empty((*lanes, self.n_parameters), np.result_type(*arrays))
        for tensor, values in zip(self.tensors, arrays, strict=True):
            own_lanes = values.shape[: values.ndim - len(tensor.shape)]
            joined[..., tensor.slice] = values.reshape(*own_lanes, tensor.size)
        return joined

    def latex(self, name: str) -> str:
        """LaTeX for the weight ``name``: letter, layer above, indices below."""
        tensor, at = self.locate(self.index(name))
        letter = tensor.letter if len(tensor.letter) == 1 else rf"\mathrm{{{tensor.letter}}}"
        return f"{letter}^{{({tensor.layer})}}_{{{','.join(map(str, at))}}}"

    def _selected(self, entry: Any) -> NDArray[np.intp]:
        if isinstance(entry, (int, np.integer)) and not isinstance(entry, bool):
            return np.array([self._flat(int(entry))], np.intp)
        if not isinstance(entry, str):
            raise InputError(f"{entry!r} names no weights; give a name or a flat position")
        chosen = [
            t for t in self.tensors if t.name == entry or t.layer == entry or _inside(t, entry)
        ]
        if chosen:
            return np.concatenate([np.arange(t.slice.start, t.slice.stop) for t in chosen])
        return np.array([self.index(entry)], np.intp)

    def _flat(self, index: int) -> int:
        if not 0 <= index < self.n_parameters:
            raise InputError(
                f"there is no weight at position {index}; positions go from 0 to "
                f"{self.n_parameters - 1}"
            )
        return index

    def _check_size(self, weights: Array) -> None:
        if weights.ndim == 0 or weights.shape[-1] != self.n_parameters:
            raise ShapeError(
                f"the weights have shape {weights.shape}, and {self.n_parameters} numbers along "
                f"the last axis are wanted: {self._summary()}"
            )

    def _summary(self) -> str:
        shown = ", ".join(f"{t.name} {t.shape}" for t in self.tensors[:6])
        return (shown or "this network has none") + (", ..." if len(self.tensors) > 6 else "")

    def _unknown(self, name: str) -> str:
        known = [t.name for t in self.tensors] + [t.layer for t in self.tensors]
        if self.n_parameters <= _MAX_COMPARED:
            known.extend(self.names)
        closest = difflib.get_close_matches(name, dict.fromkeys(known), n=3, cutoff=0.4)
        hint = f"closest: {', '.join(closest)}" if closest else f"there are {self._summary()}"
        return f"no weight, tensor or layer is named {name!r}; {hint}"


def _inside(tensor: ParameterTensor, layer: str) -> bool:
    return tensor.layer.startswith(f"{layer}.")


# Layouts are values; their long lists of names are made when first asked for.
@lru_cache(maxsize=16)
def _names(layout: ParameterLayout) -> tuple[str, ...]:
    return tuple(name for tensor in layout.tensors for name in tensor.names)


@lru_cache(maxsize=16)
def _positions(layout: ParameterLayout) -> dict[str, int]:
    return {name: index for index, name in enumerate(_names(layout))}
