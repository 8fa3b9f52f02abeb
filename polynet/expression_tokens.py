"""One line of polynomial text as tokens, and errors that point into it.

Enters: a line of text. Leaves: tokens with their columns, or a ``ParseError`` with line, column
and a caret. Next stage: ``expression_parser``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from flint import fmpq, fmpz

from polynet.errors import ParseError

__all__ = ["Kind", "SourceLine", "Token", "number_value", "tokenize"]

_MAX_DECIMAL_EXPONENT = 10_000
_WINDOW = 72

_TOKEN = re.compile(
    r"(?P<space>[^\S\r\n]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<operator>\*\*|[-+*/^()=])"
)
_HINTS = {
    "−": "write the ASCII minus '-'",
    "–": "write the ASCII minus '-'",
    "×": "write '*' for a product",
    "·": "write '*' for a product",
    "÷": "write '/' for a division by a number",
    "²": "write '^2'",
    "³": "write '^3'",
    "…": "the text was abridged; print it with to_string()",
    ",": "decimals have a point, and equations stand on lines of their own",
    ";": "equations stand on lines of their own",
    "[": "only '(' and ')' group",
    "]": "only '(' and ')' group",
    "{": "only '(' and ')' group",
    "}": "only '(' and ')' group",
    "<": "inequalities are not equations; write '='",
    ">": "inequalities are not equations; write '='",
    "!": "write '=' for an equation; there are no factorials",
    "\n": "an equation takes one line; from_text reads several",
    "\r": "an equation takes one line; from_text reads several",
}


class Kind(Enum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    OPERATOR = "operator"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line; ``column`` counts from 0."""

    kind: Kind
    text: str
    column: int

    def __str__(self) -> str:
        if self.kind is Kind.END:
            return "the end of the line"
        return repr(self.text if len(self.text) <= 40 else self.text[:37] + "...")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of text with its number (from 1) and, if it came from one, the file."""

    text: str
    number: int
    file: str = ""

    def error(self, column: int, problem: str) -> ParseError:
        """A ``ParseError`` that names the place and shows it; ``column`` counts from 0."""
        return ParseError(self.located(column, problem))

    def located(self, column: int, problem: str) -> str:
        """``problem`` with line, column, the text around it and a caret."""
        where = f"{self.file}, " if self.file else ""
        start = max(0, column - _WINDOW // 2) if len(self.text) > _WINDOW else 0
        shown = "".join(c if c.isprintable() else " " for c in self.text[start : start + _WINDOW])
        before = "..." if start else ""
        after = "..." if start + _WINDOW < len(self.text) else ""
        caret = " " * (len(before) + column - start) + "^"
        return (
            f"{where}line {self.number}, column {column + 1}: {problem}\n"
            f"    {before}{shown}{after}\n    {caret}"
        )


def tokenize(line: SourceLine) -> list[Token]:
    """The tokens of ``line`` up to a ``#``, with an end token last.

    >>> [token.text for token in tokenize(SourceLine("2*x^3 - .5  # why", 1))]
    ['2', '*', 'x', '^', '3', '-', '.5', '']
    """
    body = line.text.partition("#")[0]
    tokens = []
    position = 0
    while position < len(body):
        match = _TOKEN.match(body, position)
        if match is None:
            raise line.error(position, _unknown(body[position]))
        position = match.end()
        kind = str(match.lastgroup)
        if kind == "number" and body[position : position + 1] == ".":
            raise line.error(position, f"the number {match[0][:40]!r} has a second decimal point")
        if kind != "space":
            tokens.append(Token(Kind(kind), match[0], match.start()))
    return [*tokens, Token(Kind.END, "", len(body.rstrip()))]


def _unknown(character: str) -> str:
    hint = _HINTS.get(character)
    if hint is None and character.isalpha():
        hint = "names are ASCII letters, digits and underscores, such as lambda_1"
    hint = hint or "a polynomial has + - * / ^ ( ) = numbers and names"
    return f"unknown character {character!r}; {hint}"


def number_value(line: SourceLine, token: Token) -> fmpq:
    """The exact value of a number token: ``1.25e-3`` is 1/800.

    >>> line = SourceLine("1.25e-3", 1)
    >>> number_value(line, tokenize(line)[0])
    1/800
    """
    mantissa, _, exponent = token.text.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    power = _decimal_exponent(line, token, exponent) - len(decimals)
    digits = fmpq(fmpz((whole + decimals).lstrip("0") or "0"))
    ten = fmpz(10) ** abs(power)
    return digits * ten if power >= 0 else digits / ten


def _decimal_exponent(line: SourceLine, token: Token, exponent: str) -> int:
    digits = exponent.lstrip("+-").lstrip("0") or "0"
    # The length first: Python refuses to read integers of thousands of digits.
    if len(digits) > 9 or int(digits) > _MAX_DECIMAL_EXPONENT:
        raise line.error(
            token.column,
            f"the power of ten in {token} exceeds the limit of {_MAX_DECIMAL_EXPONENT:,}; "
            "scale the equation",
        )
    return -int(digits) if exponent.startswith("-") else int(digits)
