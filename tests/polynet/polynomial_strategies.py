"""Hypothesis strategies for polynomials, shared by the tests of everything that takes them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from polynet.polynomial import SparsePolynomial, is_name

identifiers = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True).filter(is_name)
name_lists = st.lists(identifiers, min_size=1, max_size=4, unique=True)
fractions = st.fractions(min_value=-50, max_value=50, max_denominator=12)


@st.composite
def polynomials(
    draw: st.DrawFn, names: tuple[str, ...] | None = None, max_exponent: int = 3, max_terms: int = 6
) -> SparsePolynomial:
    """A polynomial with small rational coefficients, the zero polynomial among them."""
    chosen = tuple(draw(name_lists)) if names is None else names
    exponents = st.tuples(*[st.integers(0, max_exponent)] * len(chosen))
    terms = draw(st.dictionaries(exponents, fractions, max_size=max_terms))
    return SparsePolynomial.from_terms(chosen, terms)


def points(n_variables: int) -> st.SearchStrategy[list[Fraction]]:
    """Exact points with one small rational for each variable."""
    small = st.fractions(min_value=-4, max_value=4, max_denominator=6)
    return st.lists(small, min_size=n_variables, max_size=n_variables)
