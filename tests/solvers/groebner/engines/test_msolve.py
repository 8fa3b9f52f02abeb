"""msolve is asked in a way that it cannot misread, and its answers are read exactly."""

from __future__ import annotations

import pytest
from flint import Ordering, fmpq, fmpz, fmpz_mpoly, fmpz_mpoly_ctx, fmpz_poly

from polynet.errors import InputError
from polynet.polynomial_system import PolynomialSystem
from solvers.groebner.basis import (
    flint_basis,
    integer_ring,
    leading_monomials,
    over_integers,
)
from solvers.groebner.engines import Budget, EngineUnfitError, Msolve, Parametrisation
from solvers.groebner.engines.msolve_output import read_parametrisation

pytestmark = pytest.mark.backend

_BUDGET = Budget(seconds=60)
# What msolve misreads without a word when it is written to it as it is here.
TRAPS = {
    "brackets": ["(x - 1)*(y + 2)", "(x + y)^2 - 3"],
    "powers by two stars": ["x**2 - 2", "y**3 - x"],
    "decimals": ["x^2 - 0.25", "1.5*y - x"],
    "repeated constants": ["x + 1 + 1", "2*3*y - 4*5 + x"],
    "repeated monomials": ["x*y + y*x - 2", "x + x - y"],
    "zero polynomials": ["x - x", "x^2 - 2", "y - x"],
    "fractions": ["x^2/3 - 1/2", "y - 2/7*x"],
}


def generators(*equations: str) -> tuple[list[fmpz_mpoly], fmpz_mpoly_ctx]:
    system = PolynomialSystem.from_strings(equations)
    ring = integer_ring(system.names)
    return [over_integers(p.mpoly, ring) for p in system.polynomials], ring


@pytest.mark.parametrize("equations", TRAPS.values(), ids=TRAPS)
def test_nothing_is_misread(msolve: Msolve, equations: list[str]) -> None:
    asked, ring = generators(*equations)
    assert msolve.basis(asked, ring, _BUDGET) == flint_basis(asked, ring)


def test_trivial_ideals(msolve: Msolve) -> None:
    ring = integer_ring(["x", "y"])
    x, y = ring.gens()
    one = (ring.constant(1),)
    assert msolve.basis([], ring, _BUDGET) == ()
    assert msolve.basis([x - x], ring, _BUDGET) == ()
    assert msolve.basis([x, ring.constant(-7)], ring, _BUDGET) == one
    assert msolve.basis([x * y - 1, x], ring, _BUDGET) == one


def test_coefficients_of_ten_thousand_digits(msolve: Msolve) -> None:
    large = fmpz(10) ** 10_000 + 7
    ring = integer_ring(["x", "y"])
    x, y = ring.gens()
    asked = [large * x * y - y + 1, y**2 - x]
    assert msolve.basis(asked, ring, _BUDGET) == flint_basis(asked, ring)


def test_degrees_that_overflow_are_refused(msolve: Msolve) -> None:
    """Asked all the same, it takes x^70000 for x^4464."""
    ring = integer_ring(["x", "y"])
    x, y = ring.gens()
    with pytest.raises(EngineUnfitError, match=r"degree 70,000 is above 4,096"):
        msolve.basis([x**70_000 - y, y**2 - 3], ring, _BUDGET)
    asked = [x**4_000 - y, y**2 - 3]
    assert msolve.basis(asked, ring, _BUDGET) == flint_basis(asked, ring)


def test_names_of_variables_mean_nothing(msolve: Msolve) -> None:
    ring = integer_ring(["A", "x1", "x0"])
    p, q, r = ring.gens()
    asked = [p**2 - 1, q**2 - 1, r - p * q]
    assert msolve.basis(asked, ring, _BUDGET) == flint_basis(asked, ring)
    found = msolve.parametrisation(asked, ring, _BUDGET, 0)
    assert found is not None
    points = {point.rational_point for point in found.factored()}
    assert points == {(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)}


def test_other_orders_are_refused(msolve: Msolve) -> None:
    ring = fmpz_mpoly_ctx.get(("x", "y"), Ordering.lex)
    with pytest.raises(InputError, match="does not know the order lex; use one of degrevlex"):
        msolve.basis(list(ring.gens()), ring, _BUDGET)


@pytest.mark.parametrize(
    ("equations", "distinct", "with_multiplicity"),
    [
        (["x^2 - 2", "y - x"], 2, 2),
        (["x^2 - y", "y^2 - 1"], 4, 4),
        (["x^2", "y^2"], 1, 4),
        (["(x - 1)^2*(x - 2)"], 2, 3),
        (["x^2 - 1", "y^2*(y - 1)"], 4, 6),
        (["x*y - 1", "x*y - 2"], 0, 0),
        (["2*x - 1", "3*y - 2", "7*z - 3"], 1, 1),
    ],
)
def test_parametrised_points_solve_the_system(
    msolve: Msolve, equations: list[str], distinct: int, with_multiplicity: int
) -> None:
    asked, ring = generators(*equations)
    found = msolve.parametrisation(asked, ring, _BUDGET, 1)
    assert found is not None
    assert (found.degree, found.multiplicity) == (distinct, with_multiplicity)
    assert found.is_consistent()
    assert sum(point.degree for point in found.factored()) == distinct
    for point in found.factored():
        for polynomial in asked:
            assert all(abs(complex(polynomial_at(polynomial, z))) < 1e-9 for z in point.balls(200))


def polynomial_at(polynomial: fmpz_mpoly, point: object) -> complex:
    coordinates = [complex(z) for z in point]  # type: ignore[attr-defined]
    total = 0j
    for exponents, coefficient in polynomial.terms():
        term = complex(int(coefficient))
        for z, e in zip(coordinates, exponents, strict=True):
            term *= z ** int(e)
        total += term
    return total


def test_infinitely_many_solutions_have_no_parametrisation(msolve: Msolve) -> None:
    asked, ring = generators("x*y", "z")
    assert msolve.parametrisation(asked, ring, _BUDGET, 0) is None


WRITTEN = """[0, [0,
3, 2, ['x0', 'x1', 'A'], [1,2,-2],
[1, [[2, [-8, 0, 9]], [1, [0, 18]], [[[0, [-8]], 1], [[0, [-40]], 10]]]]]]:
"""


def test_a_form_in_a_new_variable_is_expressed_by_the_coordinates() -> None:
    """x0 = 8/(18 t), x1 = 4/(18 t) on 9 t^2 = 8, by hand: x0 = t/2, x1 = t/4, t = x0/2 + 3 x1."""
    text = WRITTEN.replace("[1,2,-2]", "[1,6,-2]")
    found = read_parametrisation(text, ["x0", "x1"])
    assert found == Parametrisation(
        (fmpq(1, 2), fmpq(3)),
        fmpz_poly([-8, 0, 9]),
        found.numerators,
        2,  # type: ignore[union-attr]
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[0]",
        "[-1",
        "]",
        "garbage",
        WRITTEN,
        WRITTEN.replace("x0", "y"),
        WRITTEN.replace("[0, 18]", "[0, 1, 8]"),
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"nest|lists|variables|parameter|coefficients"):
        read_parametrisation(text, ["x0", "x1"])


def test_long_coefficients_modulo_a_prime(msolve: Msolve) -> None:
    """Two generators whose leading coefficients the prime does not divide, with many digits."""
    ring = integer_ring(["x", "y", "h"])
    x, y, h = ring.gens()
    generators = [
        8635675717744770737292119155560702715323431221187635745891 * x
        + 4180705561518321157171624819645309114239942662348829475089 * h,
        77347548521342706230962691464 * x * y + 1381948857460350407587996134539 * y * h,
    ]
    found = msolve.modular_basis(generators, ring, 2147483629, Budget(60))
    assert sorted(leading_monomials(found)) == [(0, 1, 1), (1, 0, 0)]
