"""Printing: readable text that parses back, LaTeX, and abridgement with its count."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from polynet.errors import InputError, ParseError
from polynet.expression_parser import parse_polynomial
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_text import latex_name
from tests.polynet.polynomial_strategies import polynomials


@given(polynomials())
def test_printed_text_parses_back(p: SparsePolynomial) -> None:
    assert parse_polynomial(p.to_string(), p.names) == p
    assert parse_polynomial(str(p), p.names) == p


def test_printing_follows_the_written_mathematics() -> None:
    a, b = SparsePolynomial.variables(["w0_0_0", "w2_0_0"])
    p = 4 * a**2 * b - 2 * b + 1 - a / 3
    assert str(p) == "4*w0_0_0^2*w2_0_0 - 1/3*w0_0_0 - 2*w2_0_0 + 1"
    assert str(-p) == "-4*w0_0_0^2*w2_0_0 + 1/3*w0_0_0 + 2*w2_0_0 - 1"


def test_long_polynomials_are_abridged_with_the_count_left_out() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    p = (x + y + 1) ** 60  # C(62, 2) = 1891 terms
    assert p.to_string(2) == "x^60 + 60*x^59*y + … + 1,889 more terms"
    assert str(p).endswith(" + … + 1,851 more terms")
    assert "…" not in p.to_string()
    assert p.to_latex(2) == r"x^{60} + 60\,x^{59}\,y + \cdots + \text{1,889 more terms}"
    assert repr(p) == (
        "SparsePolynomial(x^60 + 60*x^59*y + 1770*x^58*y^2 + 34220*x^57*y^3 + "
        "487635*x^56*y^4 + 5461512*x^55*y^5 + … + 1,885 more terms in 2 variables: x, y)"
    )
    with pytest.raises(ParseError, match="abridged"):
        parse_polynomial(str(p))


def test_a_single_term_is_never_left_out() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    assert (x + y + 1).to_string(max_terms=2) == "x + y + 1"


def test_a_print_of_no_terms_is_refused() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    for max_terms in (0, -3):
        with pytest.raises(InputError, match="at least 1 term"):
            (x + y + 1).to_string(max_terms)


def test_latex_sets_fractions_signs_and_powers() -> None:
    x, w = SparsePolynomial.variables(["x", "w0_1_0"])
    p = -(w**2) * x + Fraction(1, 2) * w - x / 3 - 1
    assert p.to_latex() == (
        r"-x\,{w^{(0)}_{1,0}}^{2} - \frac{1}{3}\,x + \frac{1}{2}\,w^{(0)}_{1,0} - 1"
    )
    assert p._repr_latex_() == rf"$\displaystyle {p.to_latex()}$"
    assert (x - x).to_latex() == "0"
    assert (x - x - 5).to_latex() == "-5"
    assert (2 * x).to_latex() == r"2\,x"


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("w0_1_0", "w^{(0)}_{1,0}"),
        ("b12_3", "b^{(12)}_{3}"),
        ("c1_3", "c^{(1)}_{3}"),
        ("w0_1_2_3_4", "w^{(0)}_{1,2,3,4}"),
        ("w2_0_1_0", "w^{(2)}_{0,1,0}"),
        ("x", "x"),
        ("x1", "x_{1}"),
        ("x_1", "x_{1}"),
        ("x1_2", "x_{1,2}"),
        ("alpha", r"\alpha"),
        ("Omega_3", r"\Omega_{3}"),
        ("rate", r"\mathrm{rate}"),
        ("my_rate2", r"\mathrm{my\_rate2}"),
        ("_", r"\mathrm{\_}"),
        ("_x", r"\mathrm{\_x}"),
        ("x_", r"\mathrm{x\_}"),
        ("x1_", r"\mathrm{x1\_}"),
        ("rate2", r"\mathrm{rate2}"),
    ],
)
def test_latex_names(name: str, latex: str) -> None:
    assert latex_name(name) == latex


@given(polynomials())
def test_latex_is_balanced_and_has_no_double_superscript(p: SparsePolynomial) -> None:
    depth = 0
    for character in p.to_latex().replace(r"\_", ""):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert not any(name[-1:] == "^" for name in p.to_latex().split(r"\,"))
