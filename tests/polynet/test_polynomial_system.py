"""PolynomialSystem: construction, derived numbers, the Jacobian, text and its round trip."""

from __future__ import annotations

import pickle
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from polynet.errors import InputError, ParseError, ShapeError
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from tests.polynet.polynomial_strategies import polynomials

XY = ("x", "y")
systems = st.lists(polynomials(("x", "y", "unused")), min_size=1, max_size=4).map(
    lambda p: PolynomialSystem(tuple(p))
)


def circle_and_line() -> PolynomialSystem:
    return PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x - y"])


def test_a_system_knows_its_sizes_and_degrees() -> None:
    system = circle_and_line()
    assert system.names == XY
    assert (system.n_equations, system.n_variables, system.is_square) == (2, 2, True)
    assert system.degrees == (2, 1)
    assert system.bezout_number == 2
    assert system == PolynomialSystem.from_text("x^2 + y^2 = 1\nx = y")
    assert hash(system) == hash(PolynomialSystem.from_text("x^2 + y^2 = 1\nx = y"))


def test_strings_sympy_and_files_give_the_same_system(tmp_path: Path) -> None:
    x, y = sympy.symbols("x y")
    path = tmp_path / "circle.txt"
    path.write_text("# circle and line\nx**2 + y**2 - 1\nx - y\n", encoding="utf-8")
    assert PolynomialSystem.from_sympy([x**2 + y**2 - 1, sympy.Eq(x, y)]) == circle_and_line()
    assert PolynomialSystem.from_file(path) == circle_and_line()
    assert PolynomialSystem.from_file(str(path), ["y", "x"]).names == ("y", "x")


def test_sympy_systems_share_the_symbols_of_all_equations() -> None:
    a, b = sympy.symbols("a b")
    assert PolynomialSystem.from_sympy([b - 1, a]).names == ("a", "b")
    assert PolynomialSystem.from_sympy([b - 1, a], [b, a]).names == ("b", "a")
    assert PolynomialSystem.from_sympy([b - 1], iter([b, a])).names == ("b", "a")
    with pytest.raises(ParseError, match="sin"):
        PolynomialSystem.from_sympy([a, sympy.sin(b)])


@given(systems)
def test_text_reads_back_as_the_same_system(system: PolynomialSystem) -> None:
    assert PolynomialSystem.from_text(system.to_text()) == system
    assert pickle.loads(pickle.dumps(system)) == system


@given(systems)
def test_jacobian_has_the_derivatives(system: PolynomialSystem) -> None:
    jacobian = system.jacobian()
    assert len(jacobian) == system.n_equations
    for polynomial, row in zip(system.polynomials, jacobian, strict=True):
        assert row == tuple(polynomial.derivative(name) for name in system.names)


def test_with_names_reorders_all_equations() -> None:
    moved = circle_and_line().with_names(["y", "x", "z"])
    assert moved.names == ("y", "x", "z")
    assert str(moved.polynomials[1]) == "-y + x"


def test_bezout_number_of_systems_that_are_not_square() -> None:
    strings = PolynomialSystem.from_strings
    assert strings(["x^2 - 1", "x^3 - 1"]).bezout_number == 3
    assert strings(["x*y - 1", "x^3 - y", "x + y"]).bezout_number == 6
    assert strings(["x^2*y - z"]).bezout_number == 3
    assert strings(["x^2 - y", "0 = 0"]).bezout_number == 2
    assert strings(["x^2 - 1", "0 = 1"]).bezout_number == 0
    assert strings(["0 = 1"]).bezout_number == 0


def test_multihomogeneous_number_from_groups_of_names() -> None:
    # A v = s v with v = (1, u, w): bilinear in s and (u, w), so 3 eigenvalues; Bezout says 8.
    system = PolynomialSystem.from_strings(
        ["1 + 2*u + 3*w - s", "4 + 5*u + 6*w - s*u", "7 + 8*u - w - s*w"], ["s", "u", "w"]
    )
    assert system.multihomogeneous_bezout([["s"], ["u", "w"]]) == 3
    assert system.multihomogeneous_bezout([["s", "u", "w"]]) == system.bezout_number == 4


def test_multihomogeneous_numbers_need_a_partition_and_a_square_system() -> None:
    with pytest.raises(InputError, match="exactly one group"):
        circle_and_line().multihomogeneous_bezout([["x"]])
    with pytest.raises(InputError, match="exactly one group"):
        circle_and_line().multihomogeneous_bezout([["x", "y"], ["y"]])
    with pytest.raises(ShapeError, match="1 equations in 2 variables"):
        PolynomialSystem.from_strings(["x - y"]).multihomogeneous_bezout([["x"], ["y"]])


def test_a_system_prints_its_equations() -> None:
    assert str(circle_and_line()) == (
        "2 equations in 2 variables (x, y), degrees 2, 1\n  x^2 + y^2 - 1 = 0\n  x - y = 0"
    )
    assert repr(circle_and_line()) == "PolynomialSystem(2 equations in (x, y), degrees 2, 1)"
    assert circle_and_line()._repr_latex_() == (
        r"$\displaystyle \begin{aligned}x^{2} + y^{2} - 1 &= 0 \\ x - y &= 0\end{aligned}$"
    )


def test_long_systems_are_abridged_with_the_count_left_out() -> None:
    system = PolynomialSystem.from_strings([f"x{i} - {i}" for i in range(1500)])
    assert str(system).splitlines()[0] == (
        "1,500 equations in 1,500 variables (x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, "
        "… (1,500 in all)), degrees 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, … (1,500 in all)"
    )
    assert str(system).splitlines()[-1] == "  … 1,480 more equations"
    assert r"\text{1,480 more equations}" in system.to_latex()


def test_values_and_coefficients_stay_exact() -> None:
    system = PolynomialSystem.from_strings(["0.1*x + 1/3"])
    assert system.polynomials[0].evaluate([1]) == Fraction(13, 30)


def test_bad_systems_are_refused() -> None:
    x, y = SparsePolynomial.variables(XY)
    (z,) = SparsePolynomial.variables(["z"])
    with pytest.raises(InputError, match="at least one equation"):
        PolynomialSystem(())
    with pytest.raises(InputError, match="different variables"):
        PolynomialSystem((x, y, z))
    with pytest.raises(InputError, match="no SparsePolynomial"):
        PolynomialSystem(("x",))  # type: ignore[arg-type]
    assert PolynomialSystem([x, y]).polynomials == (x, y)  # type: ignore[arg-type]
