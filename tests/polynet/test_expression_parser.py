"""The parser: what text means, and that every kind of bad text has its own error."""

from __future__ import annotations

import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st

from polynet.errors import BudgetError, InputError, ParseError, PolynetError
from polynet.expression_parser import (
    parse_file,
    parse_polynomial,
    parse_polynomials,
    parse_text,
)
from polynet.polynomial import SparsePolynomial
from tests.polynet.polynomial_strategies import polynomials


def caret_of(error: pytest.ExceptionInfo[PolynetError]) -> str:
    """The character that the caret points at."""
    _, shown, caret = str(error.value).splitlines()[-3:]
    return shown[caret.index("^") : caret.index("^") + 1]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("x^2 + y**2 - 1", "x^2 + y^2 - 1"),
        ("-x^2", "-x^2"),
        ("(-x)^2", "x^2"),
        ("2^3^2 * x", "512*x"),
        ("1/3*x", "1/3*x"),
        ("x/3/2", "1/6*x"),
        ("x^1/2", "1/2*x"),
        ("x/(1/3)", "3*x"),
        ("2 - -3*x", "3*x + 2"),
        ("x--y", "x + y"),
        ("x*-y", "-x*y"),
        ("+x", "x"),
        ("-+-x", "x"),
        ("0.1*x + .5 + 5.", "1/10*x + 11/2"),
        ("1e-3*x + 1.5E+2", "1/1000*x + 150"),
        ("1.25e0", "5/4"),
        ("(x + y)*(x - y)", "x^2 - y^2"),
        ("x^2.0", "x^2"),
        ("x^(1 + 1)", "x^2"),
        ("x^0", "1"),
        ("0^0", "1"),
        ("x - x", "0"),
        ("x = y", "x - y"),
        ("x = 1/2 + y", "x - y - 1/2"),
        ("0 = 1", "-1"),
        ("007*x", "7*x"),
        ("\tx\u00a0+ 1  # a comment = 3 $", "x + 1"),
        ("lambda + if", "lambda + if"),
        ("w0_1_0*_a1", "w0_1_0*_a1"),
    ],
)
def test_text_means(text: str, meaning: str) -> None:
    assert parse_polynomial(text).to_string() == meaning


BAD = [
    ("x $ y", "unknown character", "$"),
    ("x & y", "unknown character", "&"),
    ("x, y", "equations stand on lines", ","),
    ("x²", r"write '\^2'", "²"),
    ("x − y", "ASCII minus", "−"),
    ("2·x", "'\\*' for a product", "·"),
    ("λ", "ASCII letters", "λ"),
    ("x[0]", r"only '\('", "["),
    ("x < 1", "inequalities", "<"),
    ("x\ny", "takes one line", " "),
    ("x\0", "unknown character", " "),
    ("(x + 1", "never closed", "("),
    ("x + (y*(z - 1)", "never closed", "("),
    ("(x + 1))", "closes nothing", ")"),
    ("x = (y", "never closed", "("),
    ("(x = y)", "before '\\(' is closed", "="),
    ("()", "expected here, and not '\\)'", ")"),
    ("x/y", "division by y", "y"),
    ("1/(x + y)", "division by x \\+ y", "("),
    ("x/0", "division by zero", "0"),
    ("x/(y - y)", "division by zero", "("),
    ("x/0.0", "division by zero", "0"),
    ("x^-1", "exponent -1 is negative", "-"),
    ("x^(1/2)", "exponent 1/2 is not a whole", "("),
    ("x**0.5", "exponent 1/2 is not a whole", "0"),
    ("x^y", "exponent contains a variable", "y"),
    ("2^x", "exponent contains a variable", "x"),
    ("x^1001", "exponent 1001 exceeds the limit of 1,000", "1"),
    ("x^" + "9" * 6000, "exceeds the limit of 1,000", "9"),
    ("x^2^10^10", "exceeds the limit", "1"),
    ("nan", "not a finite number", "n"),
    ("x + Inf", "not a finite number", "I"),
    ("-infinity", "not a finite number", "i"),
    ("sin(x)", "function call, and a polynomial has none$", "s"),
    ("f (x)", r"function call.*write f\*\(", "f"),
    ("2x", r"write 2\*x", "x"),
    ("x y", r"write x\*y", "y"),
    ("x 2", r"write x\*2", "2"),
    ("2(x + 1)", r"write 2\*\(", "("),
    ("(x)(y)", r"operator is missing", "("),
    ("(x)2", r"operator is missing", "2"),
    ("1_000", r"operator is missing", "_"),
    ("1.2.3", "second decimal point", "."),
    ("1..2", "second decimal point", "."),
    ("1e10001", "power of ten", "1"),
    ("1e-" + "9" * 6000, "power of ten", "1"),
    ("x +", "the end of the line", ""),
    ("* x", "expected here", "*"),
    ("x + * y", "expected here", "*"),
    ("x ^ ^ 2", "expected here", "^"),
    ("x =", "the end of the line", ""),
    ("= x", "expected here", "="),
    ("x = y = z", "second '='", "="),
    ("x == y", "comparison", "="),
    (".", "unknown character", "."),
    ("", "equation is empty", ""),
    ("  # nothing", "equation is empty", " "),
    ("(" * 101 + "x" + ")" * 101, "more than 100 deep", "("),
    ("(" * 100_000, "more than 100 deep", "("),
    ("2^" * 150 + "1", "more than 100 deep", "^"),
    ("x^3 + 2*x*y - 7/2 + … + 4 more terms", "abridged", "…"),
]


@pytest.mark.parametrize(("text", "reason", "at"), BAD, ids=[repr(b[0][:24]) for b in BAD])
def test_bad_text_is_refused_with_its_reason_and_place(text: str, reason: str, at: str) -> None:
    with pytest.raises(ParseError, match=rf"(?m)^line 1, column \d+: .*{reason}") as error:
        parse_polynomial(text)
    assert caret_of(error) == at


def test_errors_name_line_and_column_and_show_the_place(tmp_path: Path) -> None:
    path = tmp_path / "system.txt"
    path.write_text("# a circle\nx^2 + y^2 - 1\n\nx - 3y  # oops\n", encoding="utf-8")
    with pytest.raises(ParseError) as error:
        parse_file(path)
    assert str(error.value) == (
        f"{path}, line 4, column 6: an operator is missing between '3' and 'y'; write 3*y\n"
        "    x - 3y  # oops\n"
        "         ^"
    )


def test_the_place_is_shown_in_very_long_lines() -> None:
    with pytest.raises(ParseError, match="column 5001") as error:
        parse_polynomial("x + " * 1250 + "$" + " + x" * 1000)
    assert caret_of(error) == "$"
    assert max(map(len, str(error.value).splitlines())) < 140


@pytest.mark.parametrize(
    "text",
    [
        "(a + b + c + d + f + g + h)^50",
        "(x + y)^1000*(z + w)^999",
        "((2^1000)^1000)^1000",
        "((x + 1)^1000)^1000",
        "((((x^1000)^1000)^1000)^1000)^1000",
    ],
)
def test_expansions_over_budget_are_refused_at_once_with_the_place(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(BudgetError, match=r"line 1, column \d+: .*(use|keep)") as error:
        parse_polynomial(text)
    assert caret_of(error) in "^*"
    assert time.perf_counter() - start < 5


def test_the_budget_can_be_chosen() -> None:
    with pytest.raises(BudgetError, match="66 terms, more than the budget of 50"):
        parse_polynomials(["(x + y + 1)^10"], max_terms=50)
    assert parse_polynomials(["(x + y + 1)^10"], max_terms=66)[0].n_terms == 66


def test_deep_but_allowed_nesting_parses() -> None:
    assert parse_polynomial("(" * 100 + "x" + ")" * 100).to_string() == "x"
    assert parse_polynomial("-" * 20_001 + "x").to_string() == "-x"


def test_coefficients_may_have_ten_thousand_digits() -> None:
    digits = "7" * 10_000
    p = parse_polynomial(f"{digits}*x - 1/{digits}")
    assert p.to_string() == f"{digits}*x - 1/{digits}"
    assert p.coefficients[0] == 7 * (10**10_000 - 1) // 9
    assert parse_polynomial(f"0.{digits}").coefficients[0] < 1


def test_long_sums_and_products_parse_quickly() -> None:
    start = time.perf_counter()
    sum_ = " + ".join(f"{i}*x{i}*x{i + 1}^2" for i in range(1, 1500))
    assert parse_polynomial(sum_).n_terms == 1499
    assert parse_polynomial("x*" * 5000 + "x").degree == 5001
    assert time.perf_counter() - start < 10


@given(polynomials(("x", "y"), max_exponent=2, max_terms=3), st.integers(0, 3))
def test_parsing_agrees_with_sympy(p: SparsePolynomial, n: int) -> None:
    text = f"({p})^{n}*(x - 1/3) - ({p})/7"
    by_sympy = sympy.sympify(text.replace("^", "**"), rational=True)
    assert parse_polynomial(text, ("x", "y")) == SparsePolynomial.from_sympy(by_sympy, ("x", "y"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-100, max_value=100))
def test_decimals_are_exact(value: object) -> None:
    assert parse_polynomial(f"{value}").evaluate([]) == Fraction(str(value))


def test_variables_come_in_order_of_first_appearance() -> None:
    b, a = parse_polynomials(["b + a", "c*a"])
    assert b.names == a.names == ("b", "a", "c")


def test_given_variables_fix_the_order_and_what_is_allowed() -> None:
    (p,) = parse_polynomials(["y + x"], ["x", "y", "z"])
    assert p.names == ("x", "y", "z")
    with pytest.raises(ParseError, match=r"'q' is not among the variables \(x, y, z\)"):
        parse_polynomial("x + q", ["x", "y", "z"])
    with pytest.raises(InputError, match="named twice"):
        parse_polynomial("x", ["x", "x"])


def test_text_has_comments_blank_lines_and_any_line_ends() -> None:
    text = "\ufeff# head\r\n\r\nx + y  # first\rx*y\n   \n# end"
    assert [p.to_string() for p in parse_text(text)] == ["x + y", "x*y"]


def test_a_variables_line_fixes_names_and_order() -> None:
    p, q = parse_text("# of the circle\nvariables: y, x, unused  # in this order\nx - y\n2")
    assert p.names == q.names == ("y", "x", "unused")
    assert parse_text("variables:\n3 = 3")[0].names == ()
    assert parse_text("variables: y, x\nx - y", ["x", "y"])[0].names == ("x", "y")
    assert parse_text("variables + 1")[0].names == ("variables",)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("variables: x, x\nx", "'x' is listed twice"),
        ("variables: x, 2y\nx", "'2y' is no variable name"),
        ("variables: x,\nx", "'' is no variable name"),
        ("variables: x y\nx", "'x y' is no variable name"),
        ("x\nvariables: x", "unknown character ':'"),
        ("variables: x\ny", "'y' is not among the variables"),
    ],
)
def test_bad_variables_lines_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_text(text)


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n  # comments", "variables: x, y\n"])
def test_text_without_equations_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ParseError, match="no equations; write one a line"):
        parse_text(text)
    path = tmp_path / "empty.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParseError, match=r"empty\.txt: no equations"):
        parse_file(path)


def test_no_equations_at_all_are_refused() -> None:
    with pytest.raises(ParseError, match="no equations"):
        parse_polynomials([])


def test_a_single_text_or_other_things_are_refused() -> None:
    with pytest.raises(InputError, match="from_text"):
        parse_polynomials("x + 1")
    with pytest.raises(InputError, match="equation 2 is a int"):
        parse_polynomials(["x", 3])  # type: ignore[list-item]
    with pytest.raises(InputError, match="not a str"):
        parse_text(b"x")  # type: ignore[arg-type]


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.txt.*No such file"):
        parse_file(tmp_path / "missing.txt")
    with pytest.raises(InputError, match="cannot read"):
        parse_file(tmp_path)
    with pytest.raises(InputError, match="cannot read"):
        parse_file("with\0null")
    binary = tmp_path / "binary"
    binary.write_bytes(b"x + 1\n\xff\xfe")
    with pytest.raises(ParseError, match=r"not UTF-8 text: byte 0xff at offset 6"):
        parse_file(binary)


PIECES = [*"xyz0123456789+-*/^()= .e#\n", "**", "1/3", "x^2", "variables:", "nan", "(x+y)", "^9"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("(x+y)^9^2*(x+y)^99")
def test_no_likely_text_raises_anything_but_a_polynet_error(text: str) -> None:
    for parse in (parse_text, parse_polynomial):
        with suppress(PolynetError):
            parse(text)


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_a_polynet_error(text: str) -> None:
    for parse in (parse_text, parse_polynomial):
        with suppress(PolynetError):
            parse(text)
