"""Resultants and the bivariate route against the Gröbner solver and sympy."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from polynet import PolynomialSystem, SparsePolynomial
from polynet.errors import InputError
from solvers import Groebner
from solvers.groebner.resultant import resultant, solve_bivariate

X, Y = SparsePolynomial.variables(["x", "y"])


def random_polynomial(degree: int, rng: np.random.Generator) -> SparsePolynomial:
    terms = {
        (i, j): int(rng.integers(-9, 10)) for i in range(degree + 1) for j in range(degree + 1 - i)
    }
    return SparsePolynomial.from_terms(["x", "y"], terms)


def check(f: SparsePolynomial, g: SparsePolynomial) -> None:
    """Points and multiplicities as the Gröbner solver has them."""
    found = solve_bivariate(f, g)
    exact = Groebner().solve(PolynomialSystem((f, g)))
    rows = [
        (complex(x), complex(y), multiplicity)
        for point, multiplicity in zip(found.points, found.multiplicities, strict=True)
        for x, y in point.balls(60)
    ]
    assert len(rows) == exact.n_finite
    assert len(found.curves) == sum(family.dimension == 1 for family in exact.families)
    left = list(zip(exact.solutions.tolist(), exact.multiplicities.tolist(), strict=True))
    for x, y, multiplicity in rows:
        near = min(left, key=lambda row: abs(row[0][0] - x) + abs(row[0][1] - y))
        np.testing.assert_allclose(near[0], [x, y], atol=1e-9)
        assert near[1] in (0, multiplicity)
        left.remove(near)


@pytest.mark.parametrize("seed", range(4))
def test_random_systems(seed: int) -> None:
    rng = np.random.default_rng(seed)
    check(random_polynomial(2 + seed % 2, rng), random_polynomial(3, rng))


def test_gradients() -> None:
    rng = np.random.default_rng(5)
    loss = random_polynomial(4, rng) + X**4 + Y**4
    check(*loss.gradient())


@pytest.mark.parametrize(
    ("f", "g"),
    [
        (Y - X**2, Y),  # a tangent
        ((Y - X**2) * (X - 1), (Y + X**2) * (X - 1) ** 2 * (Y - 3)),  # a line and points
        (X**2 * (X - 1) ** 3, (Y - X) ** 2 * (Y - 2)),  # multiple points
        ((X**2 - 2) * (X - 1), (Y**2 - 2) * (Y - 1)),  # sums that coincide
        (X**2 - Y**3, Y**2 - X**3),  # cusps
        (X, X - 1),  # parallel
        (X * Y - 1, Y),  # meets at infinity only
        (X**2 + Y**2 - 1, X**2 + Y**2 - 1),
        (X * (X + Y - 2), X * (X - Y)),
        (SparsePolynomial.constant(["x", "y"], 0), X * Y),
        (SparsePolynomial.constant(["x", "y"], 3), X),
    ],
)
def test_special_positions(f: SparsePolynomial, g: SparsePolynomial) -> None:
    check(f, g)


def test_multiplicities_add_up_to_bezout() -> None:
    rng = np.random.default_rng(7)
    f, g = (random_polynomial(d, rng) + X**d + Y**d for d in (5, 6))
    found = solve_bivariate(f, g)
    pairs = zip(found.points, found.multiplicities, strict=True)
    assert sum(point.degree * m for point, m in pairs) == 30


def test_resultant_agrees_with_sympy() -> None:
    rng = np.random.default_rng(3)
    f, g = random_polynomial(3, rng), random_polynomial(2, rng) / 7
    x, y = sympy.symbols("x y")
    for name, symbol in (("x", x), ("y", y)):
        expected = sympy.resultant(f.to_sympy(), g.to_sympy(), symbol)
        assert sympy.expand(resultant(f, g, name).to_sympy() - expected) == 0


def test_what_cannot_be_is_refused() -> None:
    zero = SparsePolynomial.constant(["x", "y"], 0)
    with pytest.raises(InputError, match="every point"):
        solve_bivariate(zero, zero)
    with pytest.raises(InputError, match="two variables"):
        solve_bivariate(X.with_names(["x", "y", "z"]), Y.with_names(["x", "y", "z"]))
    with pytest.raises(InputError, match="no variable 'z'"):
        resultant(X, Y, "z")
