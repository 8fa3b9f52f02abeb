"""The search for mixed cells: regeneration from simplices, one equation after the other.

Enters: supports, and their liftings or a seed. Leaves: the raw arrays of all mixed cells, from
which ``mixed_cells`` makes its value. The work is done in ``mixed_cell_kernels``.

The start subdivision is that of n *slices*, copies of the unit simplex conv(0, e_1, ..., e_n);
their heights are such that its only mixed cell is made of the edges (0, e_i). Stage k replaces
slice k by d_k times itself, which only scales cells, and d_k large enough for this *scaled slice*
to contain support k. Then the heights of the scaled slice rise from far below those of the
support to far above, and every cell is followed: the normal moves along the tropical curve of the
other n - 1 blocks, and whenever a column of some block comes down to the cell, the cell gives way
to one or two others, or merges with another. Cells that still use the slice at the end belong to
roots at infinity. Cells are traced depth first through all stages, so that memory stays small.

Ties between columns that come down at the same time are decided by an infinitesimal random
perturbation of the heights. Cells of the target are checked against the unperturbed heights; if
these are not generic, new ones are drawn.

Source: A. N. Jensen, "Tropical homotopy continuation", arXiv:1601.02818 (the exchange of columns
and the regeneration). Different here: no tableau is carried, only the inverse of the edges, and
the points come into play sparse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polynet.errors import BudgetError, InputError

__all__ = ["MAX_EXPONENT", "MAX_LIFT", "RawCells", "find_cells"]

Array = NDArray[np.int64]
Batch = tuple[Array, Array, Array]

MAX_EXPONENT = 2**30
MAX_LIFT = 2**45

_STEPS_IN_CALL = 100_000  # A fraction of a second: how long an interrupt may have to wait.
_STEPS_FOR_CELL = 1_000
# Cells on the stack and cells found between two calls; the stack grows by doubling.
_DEPTH, _BATCH = 256, 4096
# Bits of random heights: as many as fit, so that they are generic at the first draw.
_MOST_BITS, _FEWEST_BITS, _FEWER_BITS = 30, 10, 4
_MAX_DRAWS = 20


@dataclass(frozen=True, slots=True)
class RawCells:
    """Mixed cells of ``liftings``: pairs of rows ``(k, n, 2)``, volumes, normals times volumes."""

    liftings: tuple[Array, ...]
    pairs: Array
    volumes: Array
    scaled_normals: Array


@dataclass(frozen=True, slots=True)
class _Columns:
    """The points of the supports, slices and scaled slices, in the order of the stages."""

    order: Array
    sparse: tuple[Array, Array, Array]
    blocks: Array
    scales: Array
    degree: int

    @staticmethod
    def of(supports: Sequence[Array]) -> _Columns:
        shifted = [support - support.min(axis=0) for support in supports]
        degrees = np.array([int(support.sum(axis=1).max()) for support in shifted])
        # Low degrees first: fewer cells between the stages.
        order = np.argsort(degrees, kind="stable")
        ordered, scales = [shifted[i] for i in order], degrees[order]
        n = len(ordered)
        simplex = np.concatenate([np.zeros((1, n), np.int64), np.eye(n, dtype=np.int64)])
        points = np.concatenate([*ordered, *([simplex] * n), *(d * simplex for d in scales)])
        used = points != 0
        variables = np.ascontiguousarray(np.nonzero(used)[1])
        sparse = (_starts(used.sum(axis=1)), variables, points[used])
        blocks = _starts([len(support) for support in ordered])
        return _Columns(order, sparse, blocks, scales, max(1, int(degrees.max())))

    def lifting(
        self, liftings: Sequence[Array] | None, span: int, rng: np.random.Generator
    ) -> Array:
        """The heights of all support points, block after block: those given, or below ``span``."""
        if liftings is None:
            return rng.integers(span, size=int(self.blocks[-1]))
        return np.concatenate([liftings[i] for i in self.order])

    def problem(self, lifting: Array, span: int, rng: np.random.Generator) -> tuple[Any, ...]:
        """What the kernel takes: columns, heights, perturbation, blocks, scales and sizes."""
        heights = self._with_slices(lifting, span, rng)
        noise = self._with_slices(rng.integers(span, size=len(lifting)), span, rng)
        largest = max(int(np.ptp(lifting)), 3 * span * self.degree)
        sizes = (float(self.degree), float(largest))
        return self.sparse, heights, noise, self.blocks, self.scales, *sizes

    def _with_slices(self, lifting: Array, span: int, rng: np.random.Generator) -> Array:
        # In slice i only 0 and e_i lie below ``span``: the normal of the start cell is then
        # within ``span`` of 0 in each entry, and all other points of the slice lie above it.
        n = len(self.scales)
        slices = rng.integers(2 * span, 3 * span, size=(n, n + 1))
        slices[:, 0] = rng.integers(span, size=n)
        slices[np.arange(n), np.arange(1, n + 1)] = rng.integers(span, size=n)
        scaled = self.scales[:, None] * slices
        return np.concatenate([lifting, slices.ravel(), scaled.ravel()])

    def start(self, depth: int) -> tuple[Array, ...]:
        """A stack with the cell of the slices, edges (0, e_i), at stage 0, where e_0 is scaled."""
        n, scale = len(self.scales), self.scales[0]
        pairs, inverses = np.zeros((depth, n, 2), np.int64), np.zeros((depth, n, n), np.int64)
        volumes, stages = np.zeros(depth, np.int64), np.zeros(depth, np.int64)
        pairs[0, :, 0] = self.blocks[-1] + np.arange(n) * (n + 1)
        pairs[0, :, 1] = pairs[0, :, 0] + np.arange(1, n + 1)
        pairs[0, 0] += n * (n + 1)
        inverses[0] = scale * np.eye(n, dtype=np.int64)
        inverses[0, 0, 0] = 1
        volumes[0] = scale
        return pairs, inverses, volumes, stages

    def in_given_order(self, lifting: Array, batches: Sequence[Batch]) -> RawCells:
        """Cells with blocks in the order of the supports, and rows in place of columns."""
        stacked, volumes, normals = (np.concatenate(parts) for parts in zip(*batches, strict=True))
        pairs = np.empty_like(stacked)
        pairs[:, self.order] = np.sort(stacked - self.blocks[:-1, None], axis=2)
        split = np.split(lifting, self.blocks[1:-1])
        position = np.argsort(self.order)
        return RawCells(tuple(split[i] for i in position), pairs, volumes, normals)


def _starts(sizes: Array | list[int]) -> Array:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


class _RejectedHeightsError(Exception):
    """The heights do not do; the status of the kernel says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def find_cells(
    supports: Sequence[Array],
    liftings: Sequence[Array] | None,
    *,
    seed: int,
    max_cells: int | None,
) -> RawCells:
    """All mixed cells of ``supports``, each ``(m_i, n)`` without repetitions.

    Heights are drawn until they are generic and no integer overflows. Raises ``InputError`` for
    given ``liftings`` that are not generic, ``BudgetError`` for more than ``max_cells`` cells, for
    a thousand steps for each of these, or where no heights do.
    """
    rng = np.random.default_rng(seed)
    columns = _Columns.of(supports)
    if min(len(support) for support in supports) == 1:
        # A monomial has no solution with nonzero coordinates, and its simplex would be a point.
        lifting = columns.lifting(liftings, 2**_MOST_BITS, rng)
        return columns.in_given_order(lifting, [_no_cells(len(supports))])
    # The heights of a scaled slice are below 3 * degree * 2^bits.
    bits = min(_MOST_BITS, 58 - columns.degree.bit_length())
    for _ in range(_MAX_DRAWS):
        lifting = columns.lifting(liftings, 2**bits, rng)
        try:
            batches = list(_search(columns, columns.problem(lifting, 2**bits, rng), max_cells))
        except _RejectedHeightsError as rejected:
            bits = _bits_after(rejected.status, bits, columns, are_given=liftings is not None)
        else:
            return columns.in_given_order(lifting, batches)
    raise BudgetError(
        f"{_MAX_DRAWS} random liftings below 2^{bits} were all not generic; the supports have too "
        "many points or too high a degree for machine integers"
    )


def _bits_after(status: int, bits: int, columns: _Columns, *, are_given: bool) -> int:
    """The bits of the next heights to draw, after a search that had to stop."""
    from solvers.homotopy.mixed_cell_kernels import DEGENERATE, OVERFLOW

    if status == DEGENERATE and are_given:
        raise InputError(
            "the liftings are not generic: a third lifted point of a support lies on a mixed "
            "cell; draw other integers, from a larger range"
        )
    if status != OVERFLOW:
        return bits
    if bits <= _FEWEST_BITS:
        raise BudgetError(
            f"supports of degree up to {columns.degree:,} in {len(columns.scales)} variables "
            "give determinants that, times the heights, exceed 63 bits; lower the degrees"
            + (" or the range of the liftings" if are_given else "")
        )
    return bits - _FEWER_BITS


def _search(columns: _Columns, problem: tuple[Any, ...], max_cells: int | None) -> Iterator[Batch]:
    """Run the kernel to its end, batch by batch; rejects the heights where it has to stop."""
    from solvers.homotopy.mixed_cell_kernels import DONE, FULL, PAUSED, search

    stack = columns.start(_DEPTH)
    n = stack[0].shape[1]
    found = (
        np.empty((_BATCH, n, 2), np.int64),
        np.empty(_BATCH, np.int64),
        np.empty((_BATCH, n), np.int64),
    )
    room = (*(np.empty(n, np.int64) for _ in range(4)), np.empty(n), np.empty(4, np.int64))
    counts = np.array([1, 0, 0])
    total, status = 0, PAUSED
    while status != DONE:
        status = search(problem, stack, counts, found, room, _STEPS_IN_CALL)
        if status not in (DONE, PAUSED, FULL):
            raise _RejectedHeightsError(status)
        new, counts[1] = int(counts[1]), 0
        total += new
        if max_cells is not None:
            _check_budget(total, int(counts[2]), max_cells)
        yield found[0][:new].copy(), found[1][:new].copy(), found[2][:new].copy()
        if counts[0] == len(stack[0]):
            stack = tuple(np.concatenate([part, np.zeros_like(part)]) for part in stack)


def _no_cells(n: int) -> Batch:
    return np.empty((0, n, 2), np.int64), np.empty(0, np.int64), np.empty((0, n), np.int64)


def _check_budget(cells: int, steps: int, max_cells: int) -> None:
    if cells > max_cells or steps > _STEPS_FOR_CELL * (max_cells + 100):
        raise BudgetError(
            f"more than {max_cells:,} mixed cells (found {cells:,} in {steps:,} steps); raise "
            "max_cells, or take another start system"
        )
