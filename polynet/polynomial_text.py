"""Polynomials as readable text and as LaTeX.

Enters: an ``fmpq_mpoly``. Leaves: text that the parser reads back, or LaTeX in which the scalar
weight names of networks show their layer and index.
"""

from __future__ import annotations

import re

from flint import fmpq, fmpq_mpoly

from polynet.errors import InputError

__all__ = ["latex_name", "to_latex", "to_string"]

_LAYER_SCALAR = re.compile(r"([wbc])(\d+)_(\d+(?:_\d+)*)")
_INDEXED = re.compile(r"([A-Za-z]+?)_?(\d+(?:_\d+)*)")
_GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|"
    "upsilon|phi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega"
)


def to_string(mpoly: fmpq_mpoly, max_terms: int | None = None) -> str:
    """Readable text in descending order, abridged to ``max_terms`` terms and a count.

    One term more than ``max_terms`` is printed and not counted, as that is no longer.
    """
    head = _head(mpoly, max_terms)
    left_out = len(mpoly) - len(head)
    return f"{head} + … + {left_out:,} more terms" if left_out else str(head)


def to_latex(mpoly: fmpq_mpoly, max_terms: int | None = None) -> str:
    """LaTeX without delimiters, in the same order and abridged in the same way."""
    head = _head(mpoly, max_terms)
    names = [latex_name(name) for name in mpoly.context().names()]
    terms = [
        _latex_term(head.coefficient(i), _latex_powers(names, head.monomial(i)))
        for i in range(len(head))
    ]
    text = " + ".join(terms).replace("+ -", "- ") if terms else "0"
    left_out = len(mpoly) - len(head)
    return text + (rf" + \cdots + \text{{{left_out:,} more terms}}" if left_out else "")


def _head(mpoly: fmpq_mpoly, max_terms: int | None) -> fmpq_mpoly:
    if max_terms is None or len(mpoly) <= max_terms + 1:
        return mpoly
    if max_terms < 1:
        raise InputError(f"max_terms is {max_terms}; print at least 1 term, or None for all")
    leading = {mpoly.monomial(i): mpoly.coefficient(i) for i in range(max_terms)}
    return mpoly.context().from_dict(leading)


def latex_name(name: str) -> str:
    r"""LaTeX of one variable name.

    Weights of networks show layer and index; a letter or Greek name with numbers is indexed;
    anything else is set upright with its underscores escaped.

    >>> latex_name("w0_1_0"), latex_name("x12"), latex_name("beta_2"), latex_name("my_rate")
    ('w^{(0)}_{1,0}', 'x_{12}', '\\beta_{2}', '\\mathrm{my\\_rate}')
    """
    layered = _LAYER_SCALAR.fullmatch(name)
    if layered:
        letter, layer, index = layered.groups()
        return f"{letter}^{{({layer})}}_{{{index.replace('_', ',')}}}"
    indexed = _INDEXED.fullmatch(name)
    stem, index = indexed.groups() if indexed else (name, "")
    symbol = stem if len(stem) == 1 and stem != "_" else ""
    if _GREEK.fullmatch(stem):
        symbol = f"\\{stem}"
    if not symbol:
        return rf"\mathrm{{{name}}}".replace("_", r"\_")
    return f"{symbol}_{{{index.replace('_', ',')}}}" if index else symbol


def _latex_powers(names: list[str], exponents: tuple[int, ...]) -> list[str]:
    return [
        _latex_power(name, int(exponent))
        for name, exponent in zip(names, exponents, strict=True)
        if exponent
    ]


def _latex_power(name: str, exponent: int) -> str:
    if exponent == 1:
        return name
    base = f"{{{name}}}" if "^" in name else name  # LaTeX refuses a second superscript
    return f"{base}^{{{exponent}}}"


def _latex_term(coefficient: fmpq, powers: list[str]) -> str:
    sign, size = ("-", -coefficient) if coefficient < 0 else ("", coefficient)
    if size == 1 and powers:
        return sign + r"\,".join(powers)
    number = str(size.p) if size.q == 1 else rf"\frac{{{size.p}}}{{{size.q}}}"
    return sign + r"\,".join([number, *powers])
