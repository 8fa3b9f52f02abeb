"""Programs in floating point: outputs, adjoints and Taylor coefficients through the kernels.

What enters is a :class:`~polynet.program.Program` and weights as a series (a polynomial in one
formal variable with array coefficients); what leaves are outputs as a series and the pull-back
of cotangents. The loss forms (``moments``, ``samples``) are built on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from polynet.program import Program
from polynet.program_structure import output_degree

__all__ = ["ProgramMap", "Series"]

FloatArray: TypeAlias = NDArray[np.float64]
Series: TypeAlias = Sequence[FloatArray]

_PARALLEL_PRODUCTS = 1_000_000
"""Multiply-adds, about a millisecond of them, from which on several threads are used."""


@dataclass(frozen=True, slots=True)
class ProgramMap:
    """The map (weights, inputs) -> outputs of a program, with the interface of a ``Network``."""

    program: Program

    def evaluate(self, weights: Series, inputs: FloatArray, order: int | None) -> Series:
        """Outputs as a series of arrays ``(*lanes, N, n_outputs)``.

        ``weights[k]`` is ``(*lanes, n_weights)``, ``inputs`` ``(N, *shape)``; ``order``
        coefficients are kept (all, for None).
        """
        stacked, lanes = _stack(weights, order or output_degree(self.program) + 1)
        return _unstack(self._run(stacked, self._flat(inputs)), lanes)

    def linearize(
        self, weights: Series, inputs: FloatArray, order: int
    ) -> tuple[Series, Callable[[Series], Series]]:
        """Outputs, and the map from cotangents (a series like the outputs) to weight adjoints."""
        stacked, lanes = _stack(weights, order)
        flat = self._flat(inputs)
        outputs = _unstack(self._run(stacked, flat), lanes)

        def pull_back(cotangent: Series) -> Series:
            shape = (*lanes, flat.shape[0], len(self.program.outputs))
            parts = [np.broadcast_to(part, shape) for part in cotangent]
            parts += [np.zeros(shape)] * (order - len(parts))
            cotangents = np.stack([part.reshape(-1, *shape[-2:]) for part in parts], axis=1)
            kernel = _kernel("pull_back", self.program, stacked, flat)
            pulled = kernel(_tape(self.program), stacked, flat, np.ascontiguousarray(cotangents))
            return _unstack(pulled, lanes)

        return outputs, pull_back

    def _run(self, stacked: FloatArray, flat: FloatArray) -> FloatArray:
        kernel = _kernel("evaluate", self.program, stacked, flat)
        result: FloatArray = kernel(_tape(self.program), stacked, flat)
        return result

    def _flat(self, inputs: FloatArray) -> FloatArray:
        flat = np.asarray(inputs, np.float64).reshape(len(inputs), self.program.n_inputs)
        return np.ascontiguousarray(flat)


def _kernels() -> Any:
    """The compiled kernels, imported when first needed: numba takes a while to load."""
    from polynet import program_kernels

    return program_kernels


def _kernel(name: str, program: Program, stacked: FloatArray, flat: FloatArray) -> Any:
    """The kernel for this much work: on all threads where that pays for waking them."""
    kernels = _kernels()
    n_tasks = len(stacked) * -(-len(flat) // kernels.LANES)
    order = stacked.shape[2]
    products = len(stacked) * len(flat) * program.n_terms * order * (order + 1) // 2
    parallel = n_tasks > 1 and products > _PARALLEL_PRODUCTS
    return getattr(kernels, f"{name}_in_parallel" if parallel else name)


def _tape(program: Program) -> tuple[NDArray[np.generic], ...]:
    return (program.start, program.left, program.right, program.coefficients, program.outputs)


def _stack(weights: Series, order: int) -> tuple[FloatArray, tuple[int, ...]]:
    """Weights ``(D, n, order)`` with the lanes flattened into D, and the shape of the lanes."""
    kept = [np.asarray(part, np.float64) for part in weights[:order]]
    shape = np.broadcast_shapes(*(part.shape for part in kept))
    parts = [np.broadcast_to(part, shape).reshape(-1, shape[-1]) for part in kept]
    parts += [np.zeros_like(parts[0])] * (order - len(parts))
    return np.ascontiguousarray(np.stack(parts, axis=-1)), shape[:-1]


def _unstack(stacked: FloatArray, lanes: tuple[int, ...]) -> Series:
    """The series of a ``(D, K, ...)`` array, lanes restored."""
    return tuple(stacked[:, k].reshape(*lanes, *stacked.shape[2:]) for k in range(stacked.shape[1]))
