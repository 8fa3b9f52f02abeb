"""One weight at a time, to the least point of its polynomial.

Restricted to one weight the loss is a polynomial whose degree is known; all its real critical
points are found, each is classified, and the least is taken. In a network without activations it
is a parabola (one minimum), or a constant where an input is dead: 'no solution'. Only what a step
changes is updated (``cones``), so that a pass costs what its cones weigh; from moments that does
not depend on the number of examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from polynet.collected_loss import CollectedLoss
from polynet.errors import BudgetError, InputError
from polynet.moment_form import MomentForm
from polynet.program import Program
from polynet.rational import float_array
from polynet.sample_form import SampleForm
from solvers.training.cones import Cones, cones_of
from solvers.training.method import FloatArray, Indices
from solvers.training.record import StepCounts

__all__ = ["Coordinatewise"]

_MAX_BYTES = 4 * 2**30

_TILE_BYTES = 2**20
"""Of the changes of a tile, about: what stays in the cache of a core."""

_MIN_LANES = 64
"""Of a tile, below which calls cost more than numbers."""


@dataclass(frozen=True, slots=True)
class Coordinatewise:
    """Exact steps in one weight after another; a pass takes each weight once.

    ``order`` is ``"random"`` (a new permutation each pass), ``"cyclic"`` or ``"greedy"``: by what
    each step would gain at the start of the pass, greatest first. Of equal minima the nearest is
    taken; a weight on which the loss does not depend stays. Raises ``BudgetError`` where the
    registers of all examples do not fit into 4 GiB.

    Samples whose inputs are float32 are gone through in that precision, in little more than half
    the time, with steps good to some six digits; whether the loss fell is asked in float64.

    Cost of a pass: for each weight the terms of its cone times the examples (samples), or its
    changed outputs times the input monomials (moments); greedy twice that.
    """

    order: Literal["cyclic", "random", "greedy"] = "random"

    def __post_init__(self) -> None:
        if self.order not in ("cyclic", "random", "greedy"):
            raise InputError(f"order is {self.order!r}; it must be cyclic, random or greedy")

    def stepper(self, loss: CollectedLoss, free: Indices) -> CoordinateStepper:
        """Exact steps in the weights ``free``."""
        data: _Samples | _MomentData
        if isinstance(loss.form, MomentForm):
            data = _MomentData(loss.form)
        elif isinstance(loss.form, SampleForm):
            data = _Samples(loss.form)
        else:
            raise InputError("coordinate steps need a loss held as moments or as samples")
        return CoordinateStepper(self.order, loss, np.asarray(free, np.int64), data)


class CoordinateStepper:
    """Passes over the weights ``free``; registers and residuals are made anew in each."""

    def __init__(
        self, order: str, loss: CollectedLoss, free: NDArray[np.int64], data: _Samples | _MomentData
    ) -> None:
        self._order, self._free, self._data = order, free, data
        self._penalties = float_array(loss.l2) / float(loss.scale)
        program = data.program
        self._cones = data.cones
        self._outputs = program.outputs.astype(np.int64)
        read = np.zeros(program.n_registers, np.bool_)
        read[program.left] = read[program.right] = True
        self._tape = (
            *(program.left, program.right, program.coefficients),
            *(self._cones.register_of_term, read),
        )
        slots = int(self._cones.n_registers[free].max())
        degree = max(1, int(self._cones.degree[free].max()))
        _check_memory(program, slots * degree, data.n_lanes, data.dtype.itemsize)
        self._scratch = (
            np.empty((slots, degree, data.n_lanes), data.dtype),
            np.empty(slots, np.int64),
            np.empty(slots, np.int64),
            np.full(program.n_registers, -1, np.int64),
        )

    def run_pass(
        self, weights: FloatArray, rng: np.random.Generator, number: int = 1
    ) -> tuple[FloatArray, StepCounts]:
        """One exact step in each weight."""
        scalars = np.concatenate([[1.0], weights])
        state = self._data.state(scalars)
        order = self._free
        if self._order == "random":
            order = rng.permutation(order)
        elif self._order == "greedy":
            gains = self._sweep(state, order, moving=False)[1]
            order = order[np.argsort(gains, kind="stable")]
        counts = self._sweep(state, order, moving=True)[0]
        by_points = tuple(int(n) for n in np.trim_zeros(counts[:-3], "b"))
        saddles, maxima, moved = (int(n) for n in counts[-3:])
        return scalars[1:].copy(), StepCounts(by_points, maxima, moved, saddles=saddles)

    def _sweep(
        self, state: tuple[Any, ...], order: NDArray[np.int64], *, moving: bool
    ) -> tuple[NDArray[np.int64], FloatArray]:
        cones, gains = self._cones, np.zeros(len(order))
        counts = self._data.sweep(
            self._tape,
            (cones.term_start, cones.terms, cones.output_start, cones.outputs),
            self._outputs,
            self._penalties,
            state,
            self._scratch,
            order,
            gains,
            moving,
        )
        return counts, gains


@lru_cache(maxsize=1)
def _sample_cones(program: Program) -> Cones:
    """The same for every batch and every block of layers."""
    return cones_of(program, np.arange(len(program.outputs)))


class _Samples:
    """The state of a loss held as samples: a lane for each example."""

    def __init__(self, form: SampleForm) -> None:
        from solvers.training.tape_kernels import sweep_samples

        self.program, self.sweep = form.program, sweep_samples
        single = all(block.inputs.dtype == np.float32 for block in form.blocks)
        self.dtype = np.dtype(np.float32 if single else np.float64)
        self._inputs = np.concatenate(
            [float_array(block.inputs).reshape(len(block.inputs), -1) for block in form.blocks]
        )
        self._targets = np.concatenate([float_array(block.targets) for block in form.blocks])
        self.n_lanes = len(self._inputs)
        self.cones = _sample_cones(self.program)
        changes = self.cones.n_registers * np.maximum(1, self.cones.degree)
        self._widths = _tile_widths(changes, self.dtype)
        self._lanes: NDArray[Any] | None = None

    def state(self, scalars: FloatArray) -> tuple[Any, ...]:
        """Scalars, lanes, residuals and widths of tiles at these weights."""
        if self._lanes is None:
            n_registers = self.program.n_inputs + self.program.n_nodes
            self._lanes = np.empty((n_registers, self.n_lanes), self.dtype)
            self._lanes[: self.program.n_inputs] = self._inputs.T
        outputs = _run(self.program, scalars, self._lanes)
        return scalars, self._lanes, (outputs - self._targets.T).astype(self.dtype), self._widths


class _MomentData:
    """The state of a loss held as moments: a single lane."""

    n_lanes, dtype = 1, np.dtype(np.float64)

    def __init__(self, form: MomentForm) -> None:
        from solvers.training.tape_kernels import sweep_moments

        self.program, self.sweep = form.weight_program, sweep_moments
        moments = form.moments.to_float()
        self._gram, self._cross = np.ascontiguousarray(moments.gram()), moments.cross
        size, n_outputs = self._cross.shape
        order = np.arange(size * n_outputs).reshape(size, n_outputs).T.ravel()
        self.cones = cones_of(self.program, order)

    def state(self, scalars: FloatArray) -> tuple[Any, ...]:
        """Scalars, lanes, (M q - b)' and M at these weights."""
        lanes = np.zeros((self.program.n_nodes, 1))
        values = _run(self.program, scalars, lanes)[:, 0].reshape(self._cross.shape)
        weighted = np.ascontiguousarray((self._gram @ values - self._cross).T)
        return scalars, lanes, weighted, self._gram


def _run(program: Program, scalars: FloatArray, lanes: NDArray[Any]) -> FloatArray:
    """Fill the nodes in ``lanes``; the outputs ``(n_outputs, n_lanes)``."""
    from solvers.training.tape_kernels import run_forward

    tape = (program.start, program.left, program.right, program.coefficients)
    width = _tile_widths(np.array(len(lanes)), lanes.dtype)
    run_forward(*tape, scalars, lanes, int(width))
    shared = program.outputs < len(scalars)
    values = np.empty((len(shared), lanes.shape[1]))
    values[~shared] = lanes[program.outputs[~shared] - len(scalars)]
    values[shared] = scalars[program.outputs[shared], None]
    return values


def _tile_widths(n_rows: Indices, dtype: np.dtype[Any]) -> Indices:
    """Lanes of a tile, where so many rows are gone through together."""
    widths: Indices = np.maximum(
        _MIN_LANES, _TILE_BYTES // (np.maximum(1, n_rows) * dtype.itemsize)
    )
    return widths


def _check_memory(program: Program, n_changes: int, n_lanes: int, n_bytes: int) -> None:
    registers = program.n_inputs + program.n_nodes
    needed = n_bytes * n_lanes * (registers + n_changes)
    if needed > _MAX_BYTES:
        raise BudgetError(
            f"coordinate steps would hold {registers:,} registers and {n_changes:,} changes for "
            f"{n_lanes:,} examples, {needed / 2**30:.1f} GiB of at most {_MAX_BYTES / 2**30:.0f}; "
            "use Linewise(), which needs no registers, or fewer examples"
        )
