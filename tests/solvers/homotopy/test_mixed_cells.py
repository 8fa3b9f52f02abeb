"""Mixed volumes in print, cells against their definition, volumes against Minkowski sums."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from math import prod

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from polynet.errors import BudgetError, InputError, ShapeError
from solvers.homotopy.mixed_cells import MixedCells, mixed_cells, mixed_volume, points_of_supports
from tests.solvers.homotopy.support_examples import (
    Supports,
    cyclic,
    katsura,
    linear_network,
    noon,
    simplices,
    small_supports,
)

SQUARE = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
Chosen = tuple[tuple[int, int], ...]


def lifted_values(
    support: NDArray[np.int64], lifting: NDArray[np.int64], normal: list[Fraction]
) -> list[Fraction]:
    return [
        sum((int(e) * v for e, v in zip(point, normal, strict=True)), Fraction(int(lift)))
        for point, lift in zip(support, lifting, strict=True)
    ]


def volume_by_definition(
    supports: Supports, liftings: list[NDArray[np.int64]], chosen: Chosen
) -> int:
    """The volume of a sum of edges if it is a mixed cell, and 0 if not, in rational arithmetic."""
    edges = [[int(e) for e in s[b] - s[a]] for s, (a, b) in zip(supports, chosen, strict=True)]
    matrix = flint.fmpq_mat(flint.fmpz_mat(edges))
    if matrix.det() == 0:
        return 0
    rises = [int(w[a]) - int(w[b]) for w, (a, b) in zip(liftings, chosen, strict=True)]
    solved = matrix.solve(flint.fmpq_mat(len(rises), 1, rises)).entries()
    normal = [Fraction(int(v.p), int(v.q)) for v in solved]
    for support, lifting, pair in zip(supports, liftings, chosen, strict=True):
        values = lifted_values(support, lifting, normal)
        if any(value <= values[pair[0]] for i, value in enumerate(values) if i not in pair):
            return 0
    return abs(int(matrix.det().p))


def cells_by_definition(supports: Supports, liftings: list[NDArray[np.int64]]) -> dict[Chosen, int]:
    choices = product(*(list(combinations(range(len(support)), 2)) for support in supports))
    volumes = {c: volume_by_definition(supports, liftings, c) for c in choices}
    return {chosen: volume for chosen, volume in volumes.items() if volume}


def as_dict(cells: MixedCells) -> dict[Chosen, int]:
    chosen = [tuple((a, b) for a, b in pairs) for pairs in cells.pairs.tolist()]
    found = dict(zip(chosen, cells.volumes.tolist(), strict=True))
    assert len(found) == len(cells)
    return found


def mixed_volume_of_sums(supports: Supports) -> int:
    """Inclusion and exclusion over the volumes of Minkowski sums, from floating-point hulls."""
    n = len(supports)
    total = 0.0
    for size in range(1, n + 1):
        for chosen in combinations(supports, size):
            points = np.zeros((1, n), np.int64)
            for support in chosen:
                points = np.unique((points[:, None] + support).reshape(-1, n), axis=0)
            total += (-1) ** (n - size) * hull_volume(points)
    assert abs(total - round(total)) < 1e-6
    return round(total)


def as_key(cells: MixedCells, cell: int) -> str:
    return str(cells.pairs[cell].tolist())


def slacks_of(cells: MixedCells, cell: int) -> list[NDArray[np.float64]]:
    return [rows[0] for rows in cells.slacks(slice(cell, cell + 1))]


def hull_volume(points: NDArray[np.int64]) -> float:
    from scipy.spatial import ConvexHull

    if np.linalg.matrix_rank(points - points[0]) < points.shape[1]:
        return 0.0
    return float(ConvexHull(points).volume)


@pytest.mark.parametrize(("n", "volume"), [(5, 70), (6, 156), (7, 924), (8, 2560), (9, 11016)])
def test_cyclic_roots_have_the_volume_in_print(n: int, volume: int) -> None:
    assert mixed_volume(cyclic(n)) == volume


@pytest.mark.parametrize("n", [1, 2, 5, 10])
def test_katsura_has_two_to_the_n(n: int) -> None:
    assert mixed_volume(katsura(n), with_origin=True) == 2**n


@pytest.mark.parametrize(("n", "roots"), [(3, 21), (4, 73), (5, 233)])
def test_noonburg_has_as_many_as_it_has_roots(n: int, roots: int) -> None:
    assert mixed_volume(noon(n)) == 3**n - 2 * n == roots


@pytest.mark.parametrize("degrees", [[7], [2, 5], [3, 1, 4], [1, 1, 1, 1], [2, 3, 2, 3, 2]])
def test_full_simplices_have_the_bezout_number(degrees: list[int]) -> None:
    cells = mixed_cells(simplices(degrees))
    assert cells.mixed_volume == prod(degrees)


# The column BKK of the tables of deep linear networks with generic diagonal regularisation.
NETWORKS = [
    ((1, 1, 1), 5),
    ((2, 1, 2), 33),
    ((3, 1, 3), 245),
    ((1, 2, 1), 25),
    ((2, 2, 2), 1089),
    ((2, 2, 3), 5329),
    ((2, 3, 2), 35937),
    ((3, 2, 3), 60025),
    ((1, 1, 1, 1), 17),
    ((2, 1, 1, 2), 129),
    ((1, 2, 2, 1), 1857),
    ((1, 1, 1, 1, 1), 49),
]


@pytest.mark.parametrize(("widths", "volume"), NETWORKS)
def test_deep_linear_networks_have_the_volume_in_print(
    widths: tuple[int, ...], volume: int
) -> None:
    assert mixed_volume(linear_network(widths), with_origin=True) == volume


def test_fifty_seeds_give_one_volume() -> None:
    network = linear_network((2, 2, 2))
    for seed in range(50):
        assert mixed_volume(cyclic(6), seed=seed) == 156
        assert mixed_volume(network, with_origin=True, seed=seed) == 1089


@settings(max_examples=300)
@given(small_supports(), st.integers(0, 2**30))
def test_cells_are_those_of_the_definition(supports: Supports, seed: int) -> None:
    cells = mixed_cells(supports, seed=seed)
    assert as_dict(cells) == cells_by_definition(list(cells.supports), list(cells.liftings))


@settings(max_examples=300)
@given(small_supports(), st.data())
def test_cells_of_small_liftings_are_right_or_refused(
    supports: Supports, data: st.DataObject
) -> None:
    # With heights from 0 to 20 many columns meet a cell at once on the way.
    points = list(points_of_supports(supports))
    liftings = [
        np.array(data.draw(st.lists(st.integers(0, 20), min_size=len(p), max_size=len(p))))
        for p in points
    ]
    try:
        cells = mixed_cells(points, liftings)
    except InputError:
        mixed_volume_without_ties = sum(cells_by_definition(points, liftings).values())
        assert mixed_volume_without_ties < mixed_volume(points)
    else:
        assert as_dict(cells) == cells_by_definition(points, liftings)


@settings(max_examples=150)
@given(small_supports(least=2))
def test_volumes_are_those_of_minkowski_sums(supports: Supports) -> None:
    assert mixed_volume(supports) == mixed_volume_of_sums(supports)


def test_volumes_of_many_random_polytopes_are_those_of_minkowski_sums() -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        n = 2 + seed % 2
        supports = [rng.integers(0, 7, (rng.integers(2, 9), n)) for _ in range(n)]
        assert mixed_volume(supports, seed=seed) == mixed_volume_of_sums(supports)


@settings(max_examples=60)
@given(small_supports(least=2), st.data())
def test_the_volume_does_not_see_order_translation_or_unimodular_maps(
    supports: Supports, data: st.DataObject
) -> None:
    n = len(supports)
    shear = np.eye(n, dtype=np.int64)
    shear[0, 1] = data.draw(st.integers(-3, 3))
    moved = [support @ shear + data.draw(st.integers(-5, 5)) for support in supports]
    shuffled = [moved[i] for i in data.draw(st.permutations(range(n)))]
    assert mixed_volume(shuffled) == mixed_volume(supports)


@given(small_supports(), st.integers(1, 4))
def test_the_volume_is_linear_in_each_support(supports: Supports, factor: int) -> None:
    scaled = [factor * supports[0], *supports[1:]]
    assert mixed_volume(scaled) == factor * mixed_volume(supports)


@pytest.mark.parametrize("supports", [cyclic(5), linear_network((2, 1, 2)), noon(4)])
def test_every_cell_holds_in_rational_arithmetic(supports: Supports) -> None:
    cells = mixed_cells(supports, with_origin=True)
    used = list(cells.supports)
    for chosen, volume in as_dict(cells).items():
        assert volume_by_definition(used, list(cells.liftings), chosen) == volume


def test_a_cell_carries_edges_normal_heights_and_slacks() -> None:
    cells = mixed_cells(cyclic(5), seed=3)
    assert np.allclose(cells.heights, [cell.heights for cell in cells])
    assert [len(rows) for rows in cells.slacks()] == [len(cells)] * 5
    for k, cell in enumerate(cells):
        assert cell.volume == round(abs(np.linalg.det(cell.edges)))
        assert np.array_equal(cell.pairs, cells.pairs[k])
        assert np.array_equal(cell.normal, cells.normals[k])
        normal = [Fraction(int(v), cell.volume) for v in cells.scaled_normals[k]]
        rows = zip(cells.supports, cells.liftings, cell.pairs, slacks_of(cells, k), strict=True)
        for i, (support, lifting, pair, slacks) in enumerate(rows):
            values = lifted_values(support, lifting, normal)
            least = min(values)
            assert float(least) == pytest.approx(cell.heights[i], rel=1e-12)
            assert np.array_equal(np.flatnonzero(slacks == 0), pair)
            assert np.allclose(slacks, [float(v - least) for v in values], rtol=1e-15, atol=0)
            assert np.array_equal(cell.edges[i], support[pair[1]] - support[pair[0]])


def test_an_interval_has_its_length() -> None:
    assert mixed_volume([[[-3], [1], [4], [0]]]) == 7
    cells = mixed_cells([[[0], [1], [2]]], [[5, 0, 5]])
    assert as_dict(cells) == {((0, 1),): 1, ((1, 2),): 1}
    assert sorted(cells.normals.ravel().tolist()) == [-5, 5]


@pytest.mark.parametrize(
    "supports",
    [
        [[[3]]],
        [SQUARE, [[2, 5]]],
        [[[0, 0], [1, 1]], [[0, 0], [3, 3], [2, 2]]],
        [[[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [2, 0, 0]], [[0, 0, 1], [0, 1, 0], [5, 5, 5]]],
    ],
)
def test_a_monomial_or_flat_supports_have_no_volume(supports: list[list[list[int]]]) -> None:
    cells = mixed_cells(supports)
    assert cells.mixed_volume == len(cells) == 0
    assert cells.normals.shape == cells.heights.shape == (0, len(supports))
    assert len(cells.liftings) == len(supports)


def test_slacks_are_exact_for_points_far_from_the_origin() -> None:
    near = mixed_cells(cyclic(5), seed=3)
    moved = [support - 10**9 for support in cyclic(5)]
    far = mixed_cells(moved, near.liftings)
    order = [as_key(far, k) for k in range(len(far))]
    for slacks, others in zip(near.slacks(), far.slacks(), strict=True):
        for k in range(len(near)):
            assert np.array_equal(slacks[k], others[order.index(as_key(near, k))])


def test_repeated_points_count_once() -> None:
    twice = np.concatenate([SQUARE, SQUARE[::-1]])
    assert np.array_equal(points_of_supports([twice, twice])[0], SQUARE)
    assert mixed_volume([twice, SQUARE]) == 2


def test_the_origin_comes_last_and_only_where_it_lacks() -> None:
    added, kept = points_of_supports([[[1, 0], [1, 1]], [[0, 0], [0, 1]]], with_origin=True)
    assert added.tolist() == [[1, 0], [1, 1], [0, 0]]
    assert kept.tolist() == [[0, 0], [0, 1]]


def test_the_same_seed_gives_the_same_cells_and_another_seed_others() -> None:
    first, again, other = (mixed_cells(cyclic(5), seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.pairs, again.pairs)
    assert np.array_equal(first.scaled_normals, again.scaled_normals)
    assert not np.array_equal(first.liftings[0], other.liftings[0])


def test_the_result_is_frozen_and_says_what_it_is() -> None:
    cells = mixed_cells(cyclic(5))
    assert str(cells).startswith("mixed volume 70 of 5 supports, in ")
    for array in (*cells.supports, *cells.liftings, cells.pairs, cells.volumes):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize(
    ("supports", "error", "reason"),
    [
        ([], InputError, "no supports"),
        ([SQUARE, []], InputError, "support 1 is empty"),
        ([SQUARE], ShapeError, "as many equations as variables"),
        ([[0, 1], [2, 3]], ShapeError, "as many equations as variables"),
        ([SQUARE, SQUARE / 2], InputError, "use integers"),
        ([SQUARE, SQUARE * 2**31], InputError, "beyond the limit"),
    ],
)
def test_supports_that_are_none_are_refused(
    supports: Supports, error: type[InputError], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        mixed_volume(supports)


@pytest.mark.parametrize(
    ("liftings", "error", "reason"),
    [
        ([[0, 1, 2, 3]], ShapeError, "that need"),
        ([[0, 1, 2, 3], [0, 1, 2]], ShapeError, "that need"),
        ([[0, 1, 2, 3], [0.5, 1, 2, 3]], InputError, "round it to integers"),
        ([[0, 1, 2, 3], [2**60, 1, 2, 3]], InputError, "beyond the limit"),
        ([[0, 0, 0, 0], [0, 0, 0, 0]], InputError, "not generic"),
    ],
)
def test_liftings_that_do_not_do_are_refused(
    liftings: list[list[int]], error: type[InputError], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        mixed_cells([SQUARE, SQUARE], liftings)


def test_more_cells_than_allowed_are_refused() -> None:
    found = len(mixed_cells(cyclic(6)))
    assert mixed_volume(cyclic(6), max_cells=found) == 156
    with pytest.raises(BudgetError, match="raise max_cells"):
        mixed_volume(cyclic(6), max_cells=found - 1)
