"""Mixed volumes and mixed cells: the path count and the start systems of polyhedral homotopies.

Enters: the supports of n polynomials in n variables, their exponent vectors. Leaves: the mixed
cells of a regular fine mixed subdivision, each of which gives a binomial start system with as
many solutions as its volume. ``start_systems`` solves these; ``mixed_cell_search`` finds the
cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.errors import InputError, ShapeError
from polynet.rational import read_only
from solvers.homotopy.mixed_cell_search import MAX_EXPONENT, MAX_LIFT, find_cells

__all__ = ["MixedCell", "MixedCells", "mixed_cells", "mixed_volume", "points_of_supports"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MixedCell:
    """One edge of every support, all on a common lower face of the lifted supports.

    With the inner normal v ``(n,)``, <a, v> + lift(a) over the points a of support i is least,
    and equal to ``heights[i]``, at exactly two of them: the rows ``pairs[i]`` ``(n, 2)``. Row i of
    ``edges`` ``(n, n)`` is the second minus the first, and ``volume`` = |det edges| is the number
    of solutions with nonzero coordinates of the n binomial equations.
    """

    pairs: IntArray
    edges: IntArray
    normal: FloatArray
    heights: FloatArray
    volume: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MixedCells:
    """All mixed cells of the subdivision that ``liftings`` induce on ``supports``.

    ``supports`` are the points ``(m_i, n)`` that were used, ``liftings`` their heights ``(m_i,)``;
    ``pairs`` ``(n_cells, n, 2)`` are rows of the supports, the smaller first. The exact inner
    normal of cell k is ``scaled_normals[k] / volumes[k]``. ``seed`` repeats the run.
    """

    supports: tuple[IntArray, ...]
    liftings: tuple[IntArray, ...]
    pairs: IntArray
    volumes: IntArray
    scaled_normals: IntArray
    seed: int

    @property
    def mixed_volume(self) -> int:
        """The sum of the volumes, whatever the lifting."""
        return sum(self.volumes.tolist())

    @property
    def normals(self) -> FloatArray:
        """The inner normals ``(n_cells, n)``, rounded."""
        return self.scaled_normals / self.volumes[:, None]

    @property
    def heights(self) -> FloatArray:
        """The least <a, v> + lift(a) over each support ``(n_cells, n)``."""
        normals = self.normals
        columns = []
        for i, (support, lifting) in enumerate(zip(self.supports, self.liftings, strict=True)):
            first = self.pairs[:, i, 0]
            columns.append((support[first] * normals).sum(axis=1) + lifting[first])
        return np.stack(columns, axis=1)

    def slacks(self, chosen: slice = slice(None)) -> tuple[FloatArray, ...]:
        """How far each point lies above the chosen cells, ``(n_chosen, m_i)`` for each support.

        <a, v> + lift(a) - heights, from exact integers: 0 at the two points of the pair and
        positive elsewhere. These are the powers of t in the toric homotopy
        sum_a c_a x^a t^slack(a), which starts at the binomial system of the cell.
        """
        volumes, normals = self.volumes[chosen, None], self.scaled_normals[chosen]
        slacks = []
        for i, (support, lifting) in enumerate(zip(self.supports, self.liftings, strict=True)):
            # Where sums wrap around, the differences are right: the search has bounded these.
            sums = normals @ support.T + volumes * lifting
            own = np.take_along_axis(sums, self.pairs[chosen, i, :1], axis=1)
            slacks.append((sums - own) / volumes)
        return tuple(slacks)

    def __len__(self) -> int:
        return len(self.volumes)

    def __getitem__(self, cell: int) -> MixedCell:
        pairs = self.pairs[cell]
        rows = list(zip(self.supports, self.liftings, pairs.tolist(), strict=True))
        edges = np.array([support[b] - support[a] for support, _, (a, b) in rows])
        normal = self.scaled_normals[cell] / self.volumes[cell]
        heights = np.array([support[a] @ normal + lifting[a] for support, lifting, (a, _) in rows])
        return MixedCell(pairs, edges, normal, heights, int(self.volumes[cell]))

    def __iter__(self) -> Iterator[MixedCell]:
        return (self[cell] for cell in range(len(self)))

    def __str__(self) -> str:
        return (
            f"mixed volume {self.mixed_volume:,} of {len(self.supports)} supports, in "
            f"{len(self):,} mixed cells"
        )

    def __repr__(self) -> str:
        return f"MixedCells({self})"


def mixed_cells(
    supports: Sequence[ArrayLike],
    liftings: Sequence[ArrayLike] | None = None,
    *,
    with_origin: bool = False,
    seed: int = 0,
    max_cells: int | None = None,
) -> MixedCells:
    """All mixed cells of a fine mixed subdivision of n supports in Z^n.

    Lift every point of every support; each cell of the lower hull of the Minkowski sum of the
    lifted supports that is a sum of n edges, one of each, is mixed (Huber and Sturmfels 1995, "A
    polyhedral method for solving sparse polynomial systems"). The cells are found by Jensen's
    tropical homotopy continuation (arXiv:1601.02818) in exact integer arithmetic: none is missed,
    and each is checked against all points.

    Parameters
    ----------
    supports
        n integer arrays ``(m_i, n)``, of any sign. Repeated rows are dropped.
    liftings
        One integer for each row of ``points_of_supports(supports, with_origin=...)``. When left
        out, integers below 2^30 (less, where determinants are large) are drawn until they are
        generic.
    with_origin
        Add the origin, as the last row, to each support that lacks it. The mixed volume then
        bounds the isolated solutions in C^n, those with zero coordinates included (Li and Wang
        1996, "The BKK root count in C^n").
    seed
        Seed of all that is drawn.
    max_cells
        Give up beyond so many cells, or a thousand steps of the search for each.

    Raises
    ------
    InputError
        For an empty support, exponents that are not integers, or given liftings that are not
        generic.
    ShapeError
        For supports that are not ``(m_i, n)`` for n of them, or liftings that do not fit.
    BudgetError
        When ``max_cells`` is exceeded, or determinants do not fit into machine integers.

    Notes
    -----
    About O(n^2 + sum_i m_i) operations for each step, and some tens of steps for each cell.

    Examples
    --------
    x y + x + y + 1 twice has unit squares for Newton polytopes: mixed volume 2.

    >>> square = [[0, 0], [1, 0], [0, 1], [1, 1]]
    >>> cells = mixed_cells([square, square], [[0, 0, 0, 1], [0, 3, 5, 7]])
    >>> print(cells)
    mixed volume 2 of 2 supports, in 2 mixed cells
    >>> cells.volumes
    array([1, 1])
    """
    points = points_of_supports(supports, with_origin=with_origin)
    lifts = None if liftings is None else _checked_liftings(liftings, points)
    raw = find_cells(points, lifts, seed=seed, max_cells=max_cells)
    return MixedCells(
        points,
        tuple(map(read_only, raw.liftings)),
        read_only(raw.pairs),
        read_only(raw.volumes),
        read_only(raw.scaled_normals),
        seed,
    )


def mixed_volume(
    supports: Sequence[ArrayLike],
    *,
    with_origin: bool = False,
    seed: int = 0,
    max_cells: int | None = None,
) -> int:
    """The mixed volume of the convex hulls of n supports in Z^n.

    A system with these supports has at most that many isolated solutions with nonzero
    coordinates, and just as many for almost all coefficients (Bernstein 1975, "The number of
    roots of a system of equations"). With the origin in each support, the same holds for
    isolated solutions in C^n. Arguments, cost and errors as for :func:`mixed_cells`.

    >>> line = [[0, 0], [1, 0], [0, 1]]
    >>> conic = [[0, 0], [2, 0], [0, 2]]
    >>> mixed_volume([line, line]), mixed_volume([line, conic]), mixed_volume([conic, conic])
    (1, 2, 4)
    >>> sparse = [[[1, 0], [0, 1]], [[1, 1], [2, 1]]]
    >>> mixed_volume(sparse), mixed_volume(sparse, with_origin=True)
    (1, 3)
    """
    points = points_of_supports(supports, with_origin=with_origin)
    return sum(find_cells(points, None, seed=seed, max_cells=max_cells).volumes.tolist())


def points_of_supports(
    supports: Sequence[ArrayLike], *, with_origin: bool = False
) -> tuple[IntArray, ...]:
    """The supports as the search takes them: checked, without repetitions, read-only.

    The first of equal rows stays, and the order is kept; the origin comes last where it is added.

    >>> points_of_supports([[[2], [1], [2]]], with_origin=True)
    (array([[2], [1], [0]]),)
    """
    arrays = tuple(supports)
    if not arrays:
        raise InputError("no supports, so no system; give one for each variable")
    points = [_checked_points(i, array, len(arrays)) for i, array in enumerate(arrays)]
    if with_origin:
        origin = np.zeros((1, len(arrays)), np.int64)
        points = [np.concatenate([rows, origin]) for rows in points]
    return tuple(_without_repetitions(rows) for rows in points)


def _without_repetitions(rows: IntArray) -> IntArray:
    _, first = np.unique(rows, axis=0, return_index=True)
    return read_only(rows[np.sort(first)])


def _checked_points(index: int, support: ArrayLike, n: int) -> IntArray:
    array = np.asarray(support)
    if array.size == 0:
        raise InputError(
            f"support {index} is empty: its equation is 0 = 0; leave the equation out, or give "
            "its exponents"
        )
    if array.ndim != 2 or array.shape[1] != n:
        raise ShapeError(
            f"support {index} has shape {array.shape}; {n} supports need exponents (m, {n}), as "
            "many equations as variables"
        )
    if array.dtype.kind not in "iu":
        raise InputError(f"support {index} has exponents of type {array.dtype}; use integers")
    if array.max() > MAX_EXPONENT or array.min() < -MAX_EXPONENT:
        raise InputError(f"support {index} has exponents beyond the limit of {MAX_EXPONENT:,}")
    return array.astype(np.int64)


def _checked_liftings(
    liftings: Sequence[ArrayLike], points: tuple[IntArray, ...]
) -> list[IntArray]:
    arrays = [np.asarray(lifting) for lifting in liftings]
    needed, given = [(len(rows),) for rows in points], [array.shape for array in arrays]
    if needed != given:
        raise ShapeError(
            f"liftings of shapes {given} for supports that need {needed}: one number for each "
            "row of points_of_supports"
        )
    for index, array in enumerate(arrays):
        if array.dtype.kind not in "iu":
            raise InputError(
                f"lifting {index} is of type {array.dtype}; scale and round it to integers"
            )
        if array.max() > MAX_LIFT or array.min() < -MAX_LIFT:
            raise InputError(f"lifting {index} has entries beyond the limit of {MAX_LIFT:,}")
    return [array.astype(np.int64) for array in arrays]
