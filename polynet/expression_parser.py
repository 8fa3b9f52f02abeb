"""Text of polynomial equations to polynomials, by a tokenizer and recursive descent.

Enters: equations as text. Leaves: exact ``SparsePolynomial``s in shared variables. Never ``eval``.

Grammar, one equation a line::

    file      = { [ "variables:" name { "," name } ] | [ equation ] [ "#" comment ] newline }
    equation  = sum [ "=" sum ]                lhs = rhs stands for lhs - rhs = 0
    sum       = product { ("+" | "-") product }
    product   = signed { ("*" | "/") signed }  division by nonzero constants only
    signed    = { "+" | "-" } power            so -x^2 is -(x^2)
    power     = atom [ ("^" | "**") signed ]   right associative; whole exponents from 0 on
    atom      = number | name | "(" sum ")"
    number    = 12  1.5  .5  1e-3              decimals are exact rationals
    name      = letters, digits, underscores   every name is a variable

A line ``variables: x, y`` before the equations fixes the variables and their order; without it
and without the argument, variables are ordered by first appearance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from pathlib import Path

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from polynet.errors import BudgetError, InputError, ParseError
from polynet.expression_tokens import Kind, SourceLine, Token, number_value, tokenize
from polynet.polynomial import SparsePolynomial, checked_names, is_name, polynomial_context
from polynet.polynomial_arithmetic import balanced_sum, checked_power, checked_product

__all__ = ["parse_file", "parse_polynomial", "parse_polynomials", "parse_text"]

MAX_EXPONENT = 1_000
MAX_DEPTH = 100
MAX_PARSED_TERMS = 1_000_000
_DIRECTIVE = "variables:"
_FUNCTIONS = frozenset({"abs", "cos", "exp", "log", "max", "min", "relu", "sin", "sqrt", "tanh"})


def parse_polynomial(text: str, variables: Sequence[str] | None = None) -> SparsePolynomial:
    """The polynomial of one text; ``lhs = rhs`` gives lhs - rhs.

    >>> print(parse_polynomial("(x + 1/2)^2 = y"))
    x^2 + x - y + 1/4
    """
    return parse_polynomials([text], variables)[0]


def parse_polynomials(
    equations: Iterable[str],
    variables: Sequence[str] | None = None,
    *,
    max_terms: int = MAX_PARSED_TERMS,
) -> tuple[SparsePolynomial, ...]:
    """The polynomials of these texts, one equation each, in shared variables.

    Raises ``ParseError`` for text that is no polynomial, with line (the position in
    ``equations``), column and a caret; ``BudgetError`` where an expansion is predicted to exceed
    ``max_terms``; ``InputError`` where ``equations`` is no sequence of texts.
    """
    if isinstance(equations, str):
        raise InputError("the equations are one text; give a list of texts, or use from_text")
    lines = [_source_line(text, i) for i, text in enumerate(equations, start=1)]
    for line in lines:
        if not line.text.partition("#")[0].strip():
            raise line.error(0, "the equation is empty; leave it out or write 0")
    return _parse_lines(lines, variables, max_terms)


def _source_line(text: object, number: int) -> SourceLine:
    if not isinstance(text, str):
        raise InputError(
            f"equation {number} is a {type(text).__name__}, not text; from_sympy takes expressions"
        )
    return SourceLine(text, number)


def parse_text(
    text: str,
    variables: Sequence[str] | None = None,
    *,
    max_terms: int = MAX_PARSED_TERMS,
    file: str = "",
) -> tuple[SparsePolynomial, ...]:
    """The polynomials of a text with one equation a line, ``#`` comments and blank lines.

    Raises as ``parse_polynomials`` does, and ``ParseError`` where there is no equation.
    """
    if not isinstance(text, str):
        raise InputError(f"the text is a {type(text).__name__}, not a str")
    unified = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [SourceLine(part, i, file) for i, part in enumerate(unified.split("\n"), start=1)]
    filled = [line for line in lines if line.text.partition("#")[0].strip()]
    declared, equations = _split_directive(filled)
    return _parse_lines(equations, declared if variables is None else variables, max_terms, file)


def parse_file(
    path: str | PathLike[str],
    variables: Sequence[str] | None = None,
    *,
    max_terms: int = MAX_PARSED_TERMS,
) -> tuple[SparsePolynomial, ...]:
    """The polynomials of a UTF-8 text file, as ``parse_text``; errors name the file."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ParseError(
            f"{path} is not UTF-8 text: byte {error.object[error.start]:#04x} at offset "
            f"{error.start}; save it as plain UTF-8 text"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"cannot read {str(path)!r}: {reason}; give a text file of equations"
        ) from None
    return parse_text(text, variables, max_terms=max_terms, file=str(path))


def _split_directive(lines: list[SourceLine]) -> tuple[list[str] | None, list[SourceLine]]:
    if not lines or not lines[0].text.lstrip().startswith(_DIRECTIVE):
        return None, lines
    first = lines[0]
    listed = first.text.partition("#")[0].partition(":")[2]
    names = [name.strip() for name in listed.split(",")] if listed.strip() else []
    column = first.text.find(":") + 1
    seen: set[str] = set()
    for name in names:
        column = first.text.find(name, column)
        if name in seen or not is_name(name):
            problem = "is listed twice" if name in seen else "is no variable name"
            raise first.error(column, f"{name!r} {problem}")
        seen.add(name)
    return names, lines[1:]


def _parse_lines(
    lines: Sequence[SourceLine],
    variables: Sequence[str] | None,
    max_terms: int,
    file: str = "",
) -> tuple[SparsePolynomial, ...]:
    if not lines:
        where = f"{file}: " if file else ""
        raise ParseError(f"{where}no equations; write one a line, such as x^2 + y^2 - 1")
    tokens = [tokenize(line) for line in lines]
    if variables is None:
        found = (t.text for row in tokens for t in row if t.kind is Kind.NAME and is_name(t.text))
        variables = tuple(dict.fromkeys(found))
    names = checked_names(variables)
    ring = _Ring(polynomial_context(names), max_terms)
    return tuple(
        SparsePolynomial(names, _Parser(line, row, ring).equation())
        for line, row in zip(lines, tokens, strict=True)
    )


class _Ring:
    """What all lines share: the polynomials' context, its variables by name, and the budget."""

    def __init__(self, context: fmpq_mpoly_ctx, max_terms: int) -> None:
        self.constant = context.constant
        self.variables = dict(zip(context.names(), context.gens(), strict=True))
        self.max_terms = max_terms


class _Parser:
    """Recursive descent over one line; values are polynomials, so there is no tree to walk."""

    def __init__(self, line: SourceLine, tokens: list[Token], ring: _Ring) -> None:
        self._line = line
        self._tokens = tokens
        self._ring = ring
        self._next = 0
        self._depth = 0

    def equation(self) -> fmpq_mpoly:
        left = self._sum()
        if self._taken("="):
            if self._token.text == "=":
                raise self._error(self._token, "'==' is a comparison; an equation has a single '='")
            left = left - self._sum()
        token = self._token
        if token.text == "=":
            raise self._error(token, "a second '='; an equation has one, written lhs = rhs")
        if token.text == ")":
            raise self._error(token, "')' closes nothing; remove it or add '(' before")
        return left

    def _sum(self) -> fmpq_mpoly:
        summands = [self._product()]
        while self._token.text in ("+", "-"):
            minus = self._advance().text == "-"
            summand = self._product()
            summands.append(-summand if minus else summand)
        return balanced_sum(summands, self._ring.constant(0))

    def _product(self) -> fmpq_mpoly:
        value = self._signed()
        while self._token.text in ("*", "/"):
            operator = self._advance()
            start = self._token
            factor = self._signed()
            if operator.text == "/":
                factor = self._reciprocal(start, factor)
            value = self._budgeted(operator, checked_product, value, factor)
        self._refuse_juxtaposition()
        return value

    def _reciprocal(self, start: Token, divisor: fmpq_mpoly) -> fmpq_mpoly:
        if divisor.is_zero():
            raise self._error(start, "division by zero")
        if not divisor.is_constant():
            raise self._error(
                start,
                f"division by {divisor if len(divisor) < 4 else 'a polynomial'}; only division by "
                "a number gives a polynomial: multiply the equation by the denominator",
            )
        return self._ring.constant(1 / divisor.coefficient(0))

    def _refuse_juxtaposition(self) -> None:
        token = self._token
        if token.kind in (Kind.NUMBER, Kind.NAME) or token.text == "(":
            before = self._tokens[self._next - 1]
            product = f"{before.text[-20:]}*{token.text[:20]}"
            raise self._error(
                token, f"an operator is missing between {before} and {token}; write {product}"
            )

    def _signed(self) -> fmpq_mpoly:
        minus = False
        while self._token.text in ("+", "-"):
            minus ^= self._advance().text == "-"
        value = self._power()
        return -value if minus else value

    def _power(self) -> fmpq_mpoly:
        base = self._atom()
        if self._token.text not in ("^", "**"):
            return base
        operator = self._advance()
        start = self._token
        exponent = self._exponent(start, self._nested(operator, self._signed))
        return self._budgeted(operator, checked_power, base, exponent)

    def _exponent(self, start: Token, value: fmpq_mpoly) -> int:
        if not value.is_constant():
            raise self._error(start, "the exponent contains a variable; exponents are numbers")
        exponent = fmpq(0) if value.is_zero() else value.coefficient(0)
        if exponent.q != 1:
            raise self._error(start, f"the exponent {_brief(exponent)} is not a whole number")
        if exponent < 0:
            raise self._error(
                start,
                f"the exponent {_brief(exponent)} is negative; multiply the equation by the "
                "denominator",
            )
        if exponent > MAX_EXPONENT:
            raise self._error(
                start, f"the exponent {_brief(exponent)} exceeds the limit of {MAX_EXPONENT:,}"
            )
        return int(exponent.p)

    def _atom(self) -> fmpq_mpoly:
        token = self._advance()
        if token.kind is Kind.NUMBER:
            return self._ring.constant(number_value(self._line, token))
        if token.kind is Kind.NAME:
            return self._variable(token)
        if token.text != "(":
            raise self._error(
                token, f"a number, a variable or '(' is expected here, and not {token}"
            )
        value = self._nested(token, self._sum)
        if not self._taken(")"):
            if self._token.kind is Kind.END:
                raise self._error(token, "'(' is never closed; add ')'")
            raise self._error(self._token, f"{self._token} before '(' is closed by ')'")
        return value

    def _variable(self, token: Token) -> fmpq_mpoly:
        if self._token.text == "(":
            product = (
                "" if token.text in _FUNCTIONS else f"; for a product write {token.text}*(...)"
            )
            raise self._error(
                token, f"{token.text}(...) is a function call, and a polynomial has none{product}"
            )
        if not is_name(token.text):
            raise self._error(token, f"{token.text} is not a finite number")
        if token.text not in self._ring.variables:
            known = ", ".join(list(self._ring.variables)[:12]) or "none"
            raise self._error(
                token, f"{token} is not among the variables ({known}); add it to them"
            )
        return self._ring.variables[token.text]

    def _nested(self, token: Token, parse: Callable[[], fmpq_mpoly]) -> fmpq_mpoly:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(
                token, f"nested more than {MAX_DEPTH} deep; write the polynomial flatter"
            )
        value = parse()
        self._depth -= 1
        return value

    def _budgeted(
        self, token: Token, operation: Callable[..., fmpq_mpoly], left: fmpq_mpoly, right: object
    ) -> fmpq_mpoly:
        try:
            return operation(left, right, max_terms=self._ring.max_terms)
        except BudgetError as error:
            raise BudgetError(self._line.located(token.column, str(error))) from None

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _advance(self) -> Token:
        token = self._tokens[self._next]
        if token.kind is not Kind.END:
            self._next += 1
        return token

    def _taken(self, text: str) -> bool:
        if self._token.text != text:
            return False
        self._advance()
        return True

    def _error(self, token: Token, problem: str) -> ParseError:
        return self._line.error(token.column, problem)


def _brief(value: fmpq) -> str:
    text = str(value)
    return text if len(text) <= 24 else f"{text[:20]}..."
