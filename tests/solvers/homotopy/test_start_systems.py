"""Start solutions solve their start systems, are all different, and are as many as predicted.

The numbers come by other routes: products of degrees, the coefficient that Morgan and Sommese's
number is (by sympy), areas of Minkowski sums (by scipy), and numbers in print.
"""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from polynet.polynomial_system import PolynomialSystem
from solvers.homotopy.mixed_cells import mixed_cells
from solvers.homotopy.start_systems import (
    LinearProduct,
    Polyhedral,
    StartSystem,
    Toric,
    TotalDegree,
)
from solvers.homotopy.target import Target

DENSE = ["x^2*y + 3*x*y - 2*y + 1", "2*x^2 + 6*x*y^3 - y^2 + x"]
BILINEAR = ["x*u - 2*y*v + 1", "x*v + 3*y*u - y - 1", "x*u + x*v + y - 5", "3*x*u + y*v - x - 7"]
CUBICS = ["x*y*z - 1", "x^2 + y*z", "x + y^3 - z"]
NO_W = ["x*u - 1", "x + 1", "u^2 - 2"]
CYCLIC_5 = [
    "a+b+c+d+e",
    "a*b+b*c+c*d+d*e+e*a",
    "a*b*c+b*c*d+c*d*e+d*e*a+e*a*b",
    "a*b*c*d+b*c*d*e+c*d*e*a+d*e*a*b+e*a*b*c",
    "a*b*c*d*e-1",
]


def _rng() -> np.random.Generator:
    return np.random.default_rng(11)


def _target(equations: list[str], names: str | None = None) -> Target:
    variables = None if names is None else names.split()
    return Target.of(PolynomialSystem.from_strings(equations, variables=variables), _rng())


def _values(start: StartSystem, t: float, points: NDArray[np.complex128]) -> NDArray[np.float64]:
    """|(1 - t) F_i + t G_i| over the sum of its terms' moduli, ``(k, n)``, term by term."""
    coefficients = start.table @ np.array([1.0, t])
    columns, first = [], 0
    for support in start.tape.supports:
        monomials = np.array(support)
        own = coefficients[first : first + len(monomials)]
        terms = own * np.prod(points[:, None, :] ** monomials[None], axis=2)
        columns.append(np.abs(terms.sum(axis=1)) / np.abs(terms).sum(axis=1))
        first += len(monomials)
    return np.stack(columns, axis=1)


def _distances(points: NDArray[np.complex128]) -> NDArray[np.float64]:
    apart = np.abs(points[:, None] - points[None]).max(axis=2)
    np.fill_diagonal(apart, np.inf)
    return np.asarray(apart)


def _all_starts(start: StartSystem) -> NDArray[np.complex128]:
    points = start.starts(np.arange(start.n_paths))
    assert isinstance(points, np.ndarray)
    return points


@pytest.mark.parametrize("equations", [DENSE, BILINEAR, ["x^7 - 3*x + 1"], ["x - 1", "y^2 - x"]])
def test_total_degree_starts_solve_the_start_system_and_are_all(equations: list[str]) -> None:
    start = TotalDegree(_target(equations), _rng())
    degrees = [sympy.Poly(text.replace("^", "**")).total_degree() for text in equations]
    assert start.n_paths == np.prod(degrees)
    points = _all_starts(start)
    assert _values(start, 1.0, points).max() < 1e-13
    assert _distances(points).min() > 1e-3


def _multihomogeneous_number(degrees: list[list[int]], sizes: list[int]) -> int:
    """The coefficient of prod_g a_g^sizes[g] in prod_i sum_g degrees[i][g] a_g."""
    symbols = sympy.symbols(f"a:{len(sizes)}")
    product = sympy.prod([sum(d * a for d, a in zip(row, symbols, strict=True)) for row in degrees])
    return int(sympy.Poly(sympy.expand(product), *symbols).coeff_monomial(
        sympy.prod([a**size for a, size in zip(symbols, sizes, strict=True)])
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("equations", "names", "groups", "degrees"),
    [
        (BILINEAR, "x y u v", [[0, 1], [2, 3]], [[1, 1]] * 4),
        (DENSE, "x y", [[0], [1]], [[2, 1], [2, 3]]),
        (DENSE, "x y", [[0, 1]], [[3], [4]]),
        (CUBICS, "x y z", [[0], [1, 2]], [[1, 2], [2, 2], [1, 3]]),
        (NO_W, "x u w", [[0], [1], [2]], [[1, 1, 0], [1, 0, 0], [0, 2, 0]]),
    ],
)
def test_linear_product_starts_solve_the_start_system_and_are_all(
    equations: list[str], names: str, groups: list[list[int]], degrees: list[list[int]]
) -> None:
    start = LinearProduct(_target(equations, names), groups, _rng())
    number = _multihomogeneous_number(degrees, [len(group) for group in groups])
    assert start.n_paths == number
    if number:
        points = _all_starts(start)
        assert points.shape == (number, len(names.split()))
        assert _values(start, 1.0, points).max() < 1e-12
        assert _distances(points).min() > 1e-6


def _area(points: NDArray[np.int64]) -> float:
    return float(ConvexHull(points).volume)


def _mixed_area(equations: list[str]) -> float:
    """area(P + Q) - area(P) - area(Q) of the Newton polygons with the origin."""
    first, second = (
        np.array([*sympy.Poly(text.replace("^", "**"), *sympy.symbols("x y")).monoms(), (0, 0)])
        for text in equations
    )
    total = (first[:, None] + second[None]).reshape(-1, 2)
    return _area(total) - _area(first) - _area(second)


PLANE = [
    DENSE,
    ["1 + x + y + x*y", "2 + 3*x - y + 5*x*y"],
    ["1 + x^3*y + x*y^2", "x^2 + y^5 - x^4*y^4 + 1"],
    ["x^6 + y + x*y", "x + y^4 + 1"],
]


def _polyhedral(equations: list[str]) -> Polyhedral:
    target = _target(equations)
    return Polyhedral(target, mixed_cells(target.supports, with_origin=True, seed=1), _rng())


@pytest.mark.parametrize("equations", PLANE)
def test_polyhedral_paths_are_as_many_as_the_mixed_area(equations: list[str]) -> None:
    assert _polyhedral(equations).n_paths == pytest.approx(_mixed_area(equations))


def test_polyhedral_paths_of_cyclic_5_are_70() -> None:
    assert _polyhedral(CYCLIC_5).n_paths == 70


SQUARES = ["x^2 + 2", "3*y^4 - 1"]
"""One cell with 2 times 4 solutions."""


@pytest.mark.parametrize("equations", [*PLANE, SQUARES, CYCLIC_5])
def test_toric_starts_solve_their_equations_up_to_the_first_power_of_t(
    equations: list[str],
) -> None:
    """sum_a c_a t^w_a y^a = 0 with w_a = 0 on the cell, and 1 at the least off it."""
    start = _polyhedral(equations)
    toric = start.starts(np.arange(start.n_paths))
    assert isinstance(toric, Toric)
    assert _toric_values(start, toric, np.exp(toric.places[0])).max() < 1e-5
    on_cell = np.isclose(toric.weights, 0)
    assert (on_cell.sum(axis=1) == 2 * start.tape.n_variables).all()
    if not on_cell.all():
        off_cell = np.where(on_cell, np.inf, toric.weights).min(axis=1)
        np.testing.assert_allclose(off_cell, 1)
    for cell in np.unique(toric.cells):
        own = toric.points[toric.cells == cell]
        assert len(own) == 1 or _distances(own).min() > 1e-3


def _toric_values(start: StartSystem, toric: Toric, t: float) -> NDArray[np.float64]:
    coefficients = toric.table[:, 0] * t ** toric.weights[toric.cells]
    values, first = [], 0
    for support in start.tape.supports:
        monomials = np.array(support)
        own = coefficients[:, first : first + len(monomials)]
        terms = own * np.prod(toric.points[:, None, :] ** monomials[None], axis=2)
        values.append(np.abs(terms.sum(axis=1)) / np.abs(terms).sum(axis=1))
        first += len(monomials)
    return np.stack(values, axis=1)


@pytest.mark.parametrize("kind", ["total degree", "multihomogeneous", "polyhedral"])
def test_the_homotopy_ends_at_the_target_and_paths_can_be_had_in_any_order(kind: str) -> None:
    target = _target(PLANE[1])
    start: StartSystem = {
        "total degree": lambda: TotalDegree(target, _rng()),
        "multihomogeneous": lambda: LinearProduct(target, [[0], [1]], _rng()),
        "polyhedral": lambda: _polyhedral(PLANE[1]),
    }[kind]()
    assert start.name == kind
    # (x + 1)(y + 1), and 2 + 3 x - y + 5 x y is -6 y - 1 at x = -1, and 3 - 2 x at y = -1.
    solutions = np.array([[-1, -1 / 6], [3 / 2, -1]], np.complex128) / np.exp2(target.scales)
    assert _values(start, 0.0, solutions).max() < 1e-14
    everything, some = start.starts(np.arange(start.n_paths)), start.starts(np.array([1, 0]))
    if isinstance(everything, Toric):
        assert isinstance(some, Toric)
        everything, some = everything.points, some.points
    assert isinstance(some, np.ndarray)
    np.testing.assert_array_equal(some, everything[[1, 0]])
