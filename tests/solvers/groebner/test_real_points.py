"""Real points on every connected component of real solution sets whose components are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from flint import fmpz_mpoly

from polynet import PolynomialSystem
from solvers import solve
from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import Basis, flint_basis, integer_ring, over_integers
from solvers.groebner.real_points import RealPoints, real_points

RING = integer_ring(["x", "y", "z"])


def parsed(texts: Sequence[str]) -> Basis:
    polynomials = PolynomialSystem.from_strings(texts, ["x", "y", "z"]).polynomials
    return flint_basis([over_integers(p.mpoly, RING) for p in polynomials], RING)


def searched(texts: Sequence[str], *, prime: bool = False, seed: int = 0) -> RealPoints:
    return real_points(parsed(texts), RING, seed=seed, prime=prime)


def coordinates(found: RealPoints) -> np.ndarray:
    balls = [ball for point in found.points for ball in point.balls(64)[: point.n_real]]
    return np.array([[float(x.real.mid()) for x in ball] for ball in balls]).reshape(-1, 3)


Part = Callable[[np.ndarray], np.ndarray]
LINE = "z - 3*x - 1"  # plane curves, in space: the linear equation is solved for z

# Equations and one condition for each connected component of their real points; known by hand.
COMPONENTS: dict[str, tuple[tuple[str, ...], tuple[Part, ...]]] = {
    "hyperbola": (("x*y - 1", LINE), (lambda p: p[:, 0] > 0, lambda p: p[:, 0] < 0)),
    "oval and branch of a cubic": (
        ("y^2 - x^3 + x", LINE),
        (lambda p: p[:, 0] < 0.5, lambda p: p[:, 0] > 0.5),
    ),
    "isolated singular point and branch": (
        ("y^2 - x^3 + x^2", LINE),
        (lambda p: p[:, 0] == 0, lambda p: p[:, 0] > 0.5),
    ),
    "three small ovals": (
        ("((x^2 + y^2)*((x - 3)^2 + y^2)*(x^2 + (y - 3)^2) - 1/10)", LINE),
        (
            lambda p: p[:, 0] + p[:, 1] < 1,
            lambda p: p[:, 0] > 2,
            lambda p: p[:, 1] > 2,
        ),
    ),
    "two closed curves in space": (
        ("x^2 + y^2 - 1", "z^2 - x - 2"),
        (lambda p: p[:, 2] > 0, lambda p: p[:, 2] < 0),
    ),
    "two sheets": (("x^2 + y^2 - z^2 + 1",), (lambda p: p[:, 2] > 0, lambda p: p[:, 2] < 0)),
    "cone": (("x^2 + y^2 - z^2",), (lambda p: p[:, 2] == 0,)),
    "plane": (("x + 2*y - 5",), (lambda p: p[:, 0] == p[:, 0],)),
    "space": (("0",), (lambda p: p[:, 0] == p[:, 0],)),
    "a point alone": (("x^2 + x*y + y^2", LINE), (lambda p: p[:, 0] == 0,)),
    "nothing": (("x^2 + x*y + y^2 + 1", LINE), ()),
    "nothing, of degree four": (("x^4 + x*y + y^4 + 1", LINE), ()),
}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", COMPONENTS)
def test_every_connected_component_has_a_point(name: str, seed: int) -> None:
    texts, parts = COMPONENTS[name]
    found = searched(texts, seed=seed)
    assert found.complete
    points = coordinates(found)
    assert (len(points) > 0) == (len(parts) > 0)
    assert all(part(points).any() for part in parts)


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_points_solve_the_equations(name: str) -> None:
    texts, _ = COMPONENTS[name]
    polynomials = PolynomialSystem.from_strings(texts, ["x", "y", "z"]).polynomials
    for point in searched(texts).points:
        assert point.n_real > 0
        assert all(point.vanishes(p.mpoly) for p in polynomials)


def test_more_generators_than_the_codimension_need_a_prime_ideal() -> None:
    """Rank 1 of a matrix of forms: three quadrics in codimension two, no complete intersection."""
    ring = integer_ring(["a", "b", "c", "d", "e", "f"])
    a, b, c, d, e, f = ring.gens()
    piece = flint_basis([a * e - b * d, a * f - c * d, b * f - c * e], ring)
    unknown = real_points(piece, ring, seed=0)
    assert not unknown.complete
    found = real_points(piece, ring, seed=0, prime=True)
    assert found.complete
    assert found.points


def test_a_complete_intersection_is_recognised_from_any_basis() -> None:
    """Two quadrics in six unknowns, whose reduced basis has three elements."""
    ring = integer_ring(["a", "b", "c", "d", "p", "q"])
    a, b, c, d, p, q = ring.gens()
    piece = flint_basis([3 * (a * p + b * q) - 1, 3 * (c * p + d * q) - 1], ring)
    assert len(piece) == 3
    found = real_points(piece, ring, seed=0)
    assert found.complete
    assert found.points


def test_limits_leave_the_search_open() -> None:
    sphere: fmpz_mpoly = parsed(["x^7 + 3*x*y^6*z - y^7*z^3 + 5*z^9 - 2*x*y + 1"])[0]
    found = real_points((sphere,), RING, seed=0, algebra=Algebra())
    assert not found.complete


@pytest.mark.parametrize(
    ("equation", "real"),
    [
        ("x^2 + x*y + y^2 + 1", False),
        ("x^2 + x*y + y^2 - 1", True),
        ("x^4 + x*y + y^4 + 1", False),
    ],
)
def test_families_say_whether_they_have_real_points(equation: str, real: bool) -> None:
    (family,) = solve(PolynomialSystem.from_strings([equation], ["x", "y", "z"])).families
    assert family.has_real_points is real
    assert family.sampled_everywhere
    assert bool(family.samples) is real
