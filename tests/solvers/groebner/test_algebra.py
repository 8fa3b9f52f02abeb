"""Bases, normal forms, splits, quotient rings and linear solving."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpq_mat, fmpz_mpoly, fmpz_mpoly_vec
from hypothesis import given
from hypothesis import strategies as st

from polynet import PolynomialSystem
from solvers.groebner.basis import (
    Limits,
    LimitsReachedError,
    NormalForms,
    flint_basis,
    integer_ring,
    over_integers,
    over_rationals,
    rational_ring,
)
from solvers.groebner.linear_solve import solve_columns
from solvers.groebner.multiplicity import multiplicities
from solvers.groebner.quotient import Quotient
from solvers.groebner.splitting import irreducible_factors, split
from solvers.groebner.zero_dimensional import NotSeparatingError, algebraic_points
from tests.solvers.catalogue import katsura


def basis_of(*equations: str, limits: Limits | None = None) -> tuple[fmpz_mpoly, ...]:
    """The reduced basis of equations in their variables by first appearance."""
    system = PolynomialSystem.from_strings(equations)
    ring = integer_ring(system.names)
    return flint_basis([over_integers(p.mpoly, ring) for p in system.polynomials], ring, limits)


@pytest.mark.parametrize("equations", [katsura(3), ("x^2*y - 1", "x*y^2 - x"), ("x*y", "x*z - y")])
def test_reduced_basis_is_that_of_sympy(equations: tuple[str, ...]) -> None:
    system = PolynomialSystem.from_strings(equations)
    symbols = sympy.symbols(system.names)
    expected = sympy.groebner(
        [p.to_sympy() for p in system.polynomials], *symbols, order="grevlex", domain="QQ"
    )
    ours = [
        sympy.Poly(sympy.sympify(str(g).replace("^", "**")), *symbols).monic()
        for g in basis_of(*equations)
    ]
    assert set(ours) == {sympy.Poly(g, *symbols, domain="QQ").monic() for g in expected.exprs}


def test_basis_is_certified_by_the_criterion_of_buchberger() -> None:
    basis = basis_of(*katsura(4))
    assert fmpz_mpoly_vec(list(basis), basis[0].context()).is_groebner()


def test_limits_stop_a_basis() -> None:
    with pytest.raises(LimitsReachedError):
        basis_of(*katsura(5), limits=Limits(8, 1000, 10000))


@given(st.lists(st.integers(-5, 5), min_size=4, max_size=4))
def test_normal_forms_have_exact_coefficients(coefficients: list[int]) -> None:
    basis = basis_of("2*x^2 - 3*y", "5*y^2 - x")
    rationals = rational_ring(["x", "y"])
    x, y = rationals.gens()
    remainder = NormalForms(basis, ["x", "y"])
    a, b, c, d = coefficients
    ideal = (2 * x**2 - 3 * y) * (a * x + b) + (5 * y**2 - x) * (c * y + d * x)
    assert remainder.contains(ideal)
    assert remainder(ideal + fmpq(1, 7) * x * y) == fmpq(1, 7) * x * y
    assert remainder(x**2) == fmpq(3, 2) * y


def test_split_pieces_have_the_solutions_of_the_whole() -> None:
    ring = integer_ring(["x", "y"])
    x, y = ring.gens()
    equations = [(x - 1) * (x - y) * y, (x**2 - 2) * (y - 3)]
    pieces = split(equations, ring)
    assert len({str(piece) for piece in pieces}) == len(pieces)
    rationals = rational_ring(["x", "y"])
    for piece in pieces:
        inside = NormalForms(piece, ["x", "y"])
        assert all(inside.contains(over_rationals(g, rationals)) for g in equations)


def test_factors_with_long_coefficients_are_found() -> None:
    ring = integer_ring(["x", "y"])
    x, y = ring.gens()
    large = 10**10 + 7
    assert sorted(map(str, irreducible_factors((x - large * y) ** 2 * (x + y)))) == [
        "x + y",
        f"x - {large}*y",
    ]


def test_multiplication_matrices_commute_and_reduce_modulo_primes() -> None:
    quotient = Quotient.of(basis_of(*katsura(3)), 4)
    assert quotient.size == 8
    first, second = quotient.multiplication([1, 0, 2, 0]), quotient.multiplication([0, 3, 0, 1])
    assert first * second == second * first
    prime = 9973
    reduced = quotient.multiplication_modulo([1, 0, 2, 0], prime)
    for i in range(8):
        for j in range(8):
            exact = first[i, j]
            assert int(reduced[i, j]) == int(exact.p) * pow(int(exact.q), -1, prime) % prime


def test_multiplicities_of_fat_points() -> None:
    basis = basis_of("x^2*(x - 1)", "y*(y - 1)^3")
    quotient = Quotient.of(basis, 2)
    points = algebraic_points(basis, basis[0].context(), (1, 5))
    found = {
        point.rational_point: multiplicity
        for point, multiplicity in zip(
            points, multiplicities(quotient, points, (1, 5)), strict=True
        )
    }
    assert found == {(0, 0): 2, (0, 1): 6, (1, 0): 1, (1, 1): 3}


def test_a_missing_point_is_noticed() -> None:
    basis = basis_of("x^2*(x - 1)", "y*(y - 1)^3")
    points = algebraic_points(basis, basis[0].context(), (1, 5))
    with pytest.raises(ArithmeticError, match="do not account"):
        multiplicities(Quotient.of(basis, 2), points[1:], (1, 5))


def test_a_form_with_equal_values_is_refused() -> None:
    basis = basis_of("x^2 - 2", "y^2 - 2")
    with pytest.raises(NotSeparatingError):
        algebraic_points(basis, basis[0].context(), (1, 1))
    assert sum(p.degree for p in algebraic_points(basis, basis[0].context(), (1, 2))) == 4


def test_linear_solving_agrees_with_flint() -> None:
    rng = np.random.default_rng(0)
    entries = [[fmpq(int(p), int(q)) for p, q in row] for row in rng.integers(1, 99, (7, 7, 2))]
    target = [fmpq(int(p), 12) for p in rng.integers(-9, 9, 7)]
    (found,) = solve_columns(entries, [target])
    expected = fmpq_mat(entries).transpose().solve(fmpq_mat([[t] for t in target]))
    assert found == expected.entries()
    with pytest.raises(ZeroDivisionError):
        solve_columns([[fmpq(1), fmpq(2)], [fmpq(2), fmpq(4)]], [[fmpq(1), fmpq(0)]])
