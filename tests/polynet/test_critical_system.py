"""The gradient equations of a loss, and bounds on their solutions from degrees alone."""

from __future__ import annotations

import pytest
from hypothesis import given

from polynet.critical_system import critical_system, gradient_root_bounds
from polynet.errors import InputError, ShapeError
from polynet.expression_parser import parse_polynomial
from polynet.polynomial import SparsePolynomial
from tests.polynet.polynomial_strategies import polynomials

# (a u + b v - 1)^2 + (a v - b u)^2 with weights penalised: layers {a, b} and {u, v}.
LOSS = "(a*u + b*v - 1)^2 + (a*v - 2*b*u)^2 + a^2 + 2*b^2 + 3*u^2 + 5*v^2"


@given(polynomials(("x", "y", "z")))
def test_the_equations_are_the_gradient(p: SparsePolynomial) -> None:
    system = critical_system(p)
    assert system.names == p.names
    assert system.polynomials == p.gradient()


def test_a_polynomial_without_variables_is_refused() -> None:
    with pytest.raises(InputError, match="no gradient"):
        critical_system(SparsePolynomial.constant([], 1))


def test_bounds_without_expanding_are_those_of_the_expanded_system() -> None:
    loss = parse_polynomial(LOSS, ["a", "b", "u", "v"])
    groups = [["a", "b"], ["u", "v"]]
    system = critical_system(loss)
    bounds = gradient_root_bounds(
        loss.degree, [loss.degree_in_group(g) for g in groups], [len(g) for g in groups]
    )
    assert bounds.bezout == system.bezout_number == 3**4
    assert bounds.multihomogeneous == system.multihomogeneous_bezout(groups)
    # The coefficient of x^2 y^2 in (x + 2 y)^2 (2 x + y)^2 = (2 x^2 + 5 x y + 2 y^2)^2.
    assert bounds.multihomogeneous == 33
    assert bounds.least == 33
    assert bounds.groups == (2, 2)


def test_one_group_gives_the_bezout_number() -> None:
    bounds = gradient_root_bounds(4, [4], [5])
    assert bounds.bezout == bounds.multihomogeneous == bounds.least == 3**5


def test_the_mnist_network_is_bounded_without_expansion() -> None:
    bounds = gradient_root_bounds(4, [2, 2], [9, 6760])
    assert bounds.bezout == 3**6769
    assert bounds.multihomogeneous is not None
    assert bounds.least == bounds.multihomogeneous < bounds.bezout
    assert str(bounds) == (
        "Bezout about 4.3e3229, multihomogeneous about 2.1e34 (groups of 9, 6760)"
    )
    assert repr(gradient_root_bounds(4, [2, 2], [9, 100_000]))


def test_counts_over_budget_leave_the_bezout_number() -> None:
    bounds = gradient_root_bounds(8, [2] * 4, [300] * 4)
    assert bounds.multihomogeneous is None
    assert bounds.least == bounds.bezout == 7**1200
    assert "multihomogeneous over budget" in str(bounds)


@pytest.mark.parametrize(
    ("total", "degrees", "sizes", "reason"),
    [
        (4, [2, 0], [1, 1], "leave the group out"),
        (5, [2, 2], [1, 1], "from 2 to 4"),
        (1, [2, 2], [1, 1], "from 2 to 4"),
        (4, [2, 2], [1, 0], "from 1 on"),
    ],
)
def test_degrees_that_no_loss_has_are_refused(
    total: int, degrees: list[int], sizes: list[int], reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        gradient_root_bounds(total, degrees, sizes)


@pytest.mark.parametrize(("degrees", "sizes"), [([2], [1, 1]), ([], [])])
def test_every_group_has_a_degree_and_a_size(degrees: list[int], sizes: list[int]) -> None:
    with pytest.raises(ShapeError, match="at least one group"):
        gradient_root_bounds(4, degrees, sizes)
