"""A study as readable text, part by part, for the screen and for ``str``.

A :class:`~solvers.study_record.Study` enters; lines and table rows leave.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import isfinite
from typing import TypeAlias

from solvers.critical_point import CriticalPoint, Kind
from solvers.critical_set import CriticalSet
from solvers.critical_set_text import PENALTY_ADVICE, levels, reasons
from solvers.family import CriticalFamily, family_count
from solvers.number_text import counted, decimal, exact_text, short_or_decimal
from solvers.outcome import Outcome
from solvers.study_record import Reach, Study

__all__ = [
    "family_table",
    "loss_lines",
    "penalty_text",
    "point_table",
    "reach_lines",
    "result_lines",
    "study_text",
]

Row: TypeAlias = tuple[str, ...]

_HOMOTOPY_ADVICE = (
    "Homotopy continuation goes further: --method homotopy on the command line, "
    "find_critical_points(loss, Homotopy()) in Python; it needs critical points to be isolated."
)
_WIDTH = 100
_TERMS_SHOWN = 8
_DIGITS = 6  # characters of a weight
_SHORT = 8  # characters of a fraction that is shown as such
_KINDS = {
    Kind.MINIMUM: ("minimum", "minima"),
    Kind.MAXIMUM: ("maximum", "maxima"),
    Kind.SADDLE: ("saddle", "saddles"),
    Kind.DEGENERATE: ("degenerate", "degenerate"),
}


def study_text(study: Study) -> str:
    """All of it, with the tables aligned by spaces."""
    parts = [[f"{study.name}: {study.network}"]]
    if study.reach:
        parts.append(["What can be reached without penalty", *reach_lines(study.reach)])
    parts += [loss_lines(study), result_lines(study)]
    if study.critical.families:
        parts.append(_aligned(*family_table(study.critical, width=_WIDTH)))
    if study.critical.real:
        parts.append(_aligned(*point_table(study.critical, width=_WIDTH)))
    return "\n\n".join("\n".join(part) for part in parts)


def reach_lines(reach: Iterable[Reach]) -> list[str]:
    """For each network the least loss that it can have, whether it has it, and where."""
    return [line for entry in reach for line in (_reach_line(entry), *_reach_weights(entry))]


def _reach_weights(reach: Reach) -> list[str]:
    return [f"{'':<20}at ({', '.join(reach.weights)})"] if reach.weights else []


def _reach_line(reach: Reach) -> str:
    floor = f"no weights get below {reach.floor} (proved)"
    where = f" on a family of dimension {reach.dimension}" if reach.dimension else ""
    if reach.attained:
        floor += f"; reached{where}"
    elif reach.lowest is not None:
        floor += f"; the least critical value is {reach.lowest}{where}"
    return f"{reach.network + ':':<19} {floor}"


def loss_lines(study: Study) -> list[str]:
    """The polynomial, abridged, and what was known of it before solving."""
    facts = study.inspection
    bounds = f"Bézout {facts['bezout']}"
    if facts["multihomogeneous_bezout"] is not None:
        bounds += f", multihomogeneous {facts['multihomogeneous_bezout']}"
    return [
        f"L = {abridged(study.polynomial, study.n_terms)}",
        f"{facts['n_parameters']} weights, degree {facts['degree']}, "
        f"{counted(study.n_terms, 'monomial', 'monomials')}; {penalty_text(study.l2)}; "
        f"{facts['symmetry']['discrete']} discrete symmetries; "
        f"isolated critical points at most: {bounds}",
    ]


def penalty_text(l2: Sequence[str]) -> str:
    """The penalties in words."""
    if set(l2) == {"0"}:
        return "no penalty"
    if len(set(l2)) == 1:
        return f"penalty {l2[0]} on every squared weight"
    return f"penalties {', '.join(l2)} on the squared weights"


def abridged(polynomial: str, n_terms: int) -> str:
    """The first monomials of a polynomial in text, with the count of what is left out.

    >>> abridged("x^8 + x^7 - x^6 + x^5 + x^4 + x^3 + x^2 + x + 1", 9)
    'x^8 + x^7 - x^6 + x^5 + x^4 + x^3 + x^2 + x + … and 1 monomial more'
    """
    pieces = re.split(r" (?=[+-] )", polynomial)
    if len(pieces) <= _TERMS_SHOWN:
        return polynomial
    left_out = counted(n_terms - _TERMS_SHOWN, "monomial", "monomials")
    return " ".join(pieces[:_TERMS_SHOWN]) + f" + … and {left_out} more"


def result_lines(study: Study) -> list[str]:
    """How the solve ended, the counts, the lowest loss, and how complete the list is."""
    found = study.critical
    lines = []
    if found.families:
        families = family_count([family.solutions for family in found.families])
        lines.append(
            f"The critical points are not isolated: they form families of dimension up to "
            f"{found.dimension}: {families}. Kind and index of a family are those at its sample "
            f"points, and one of these is listed. {PENALTY_ADVICE}"
        )
    elif found.outcome is Outcome.POSITIVE_DIMENSIONAL:
        lines.append(
            f"The critical points are not isolated: some form families, which this solver does "
            f"not describe. {PENALTY_ADVICE}"
        )
    elif found.outcome is not Outcome.SOLVED:
        lines.append(f"Outcome: {found.outcome.value}. {found.outcome.advice}")
    if found.outcome is Outcome.BUDGET_SPENT:
        lines.append(_HOMOTOPY_ADVICE)
    if found.complex_count or (found.outcome.solved and not found.families):
        lines.append(_counts(study))
    if found.least_loss is not None:
        lines.append(
            f"{found.least_loss_name.capitalize()} "
            f"{_exact_or(found.least_loss_exact, found.least_loss)}; "
            f"{found.least_loss_reason}."
        )
    elif found.floor is not None:
        lines.append(f"No weights get below the proved lower bound {found.floor}.")
    if study.descent is not None:
        weights = " ".join(_number(x) for x in study.descent.weights)
        lines.append(
            f"Descent from {study.descent.n_starts} random starts reaches loss "
            f"{study.descent.loss:.3g}, at {weights}."
        )
    if found.outcome is not Outcome.BUDGET_SPENT:
        lines.append(f"Completeness {found.completeness}.")
    if found.orbits is not None and str(found.orbits) not in str(found.completeness):
        lines.append(f"{found.orbits}.")
    return lines + [f"Note: {note}." for note in (*found.notes, *reasons(found))]


def _counts(study: Study) -> str:
    found = study.critical
    kinds = Counter(point.kind for point in found.real)
    named = [counted(kinds[kind], *names) for kind, names in _KINDS.items() if kinds[kind]]
    text = f"Isolated critical points: {found.complex_count:,} complex"
    many = found.complex_multiplicity
    if many is not None and many != found.complex_count:
        text += f" ({many:,} with multiplicity)"
    return f"{text}, {found.n_real:,} real" + (f": {', '.join(named)}." if named else ".")


def family_table(found: CriticalSet, *, width: int) -> tuple[Row, list[Row]]:
    """Headings, and for each family, the lowest loss first, one row that ends in a real point."""
    names, shown = _names(found, width - 54)
    ordered = sorted(found.families, key=lambda family: (not family.losses, family.losses))
    rows = [_family_row(family, shown) for family in ordered]
    return ("family", "dimension", "degree", "loss", "index", names), rows


def _family_row(family: CriticalFamily, shown: int) -> Row:
    loss = _exact_or(family.loss_exact, family.loss) if family.losses else "not real"
    numbers = (str(family.dimension), str(family.degree), loss)
    if not family.representatives:
        return ("?", *numbers, "", "no real point found")
    kind = "global minimum" if family.global_minimum else family.kind.value
    index = " or ".join(map(str, family.indices))
    return (kind, *numbers, index, _weights(family.representatives[0], shown))


def point_table(found: CriticalSet, *, width: int) -> tuple[Row, list[Row]]:
    """Headings, and one row for each point; those of one loss, index and kind stand together."""
    names, shown = _names(found, width - 39)
    rows: list[Row] = []
    for level in levels(found.real):
        first = level[0]
        kind = first.kind.value + (f" ×{len(level)}" if len(level) > 1 else "")
        loss = _exact_or(first.loss_exact, first.loss, first.loss_enclosure)
        rows.append((kind, str(first.index), loss, _weights(first, shown)))
        rows += [("", "", "", _weights(point, shown)) for point in level[1:]]
    return ("kind", "index", "loss", names), rows


def _names(found: CriticalSet, width: int) -> tuple[str, int]:
    """The heading over weights, and how many of them go into ``width`` columns."""
    n = len(found.names)
    fit = max(1, (width + 1) // (_DIGITS + 1))
    shown = n if n <= fit else max(1, (width - 7) // (_DIGITS + 1))
    return _in_columns(found.names, shown), shown


def _weights(point: CriticalPoint, shown: int) -> str:
    words = [_number(float(x), *point.known(j)) for j, x in enumerate(point.point)]
    exact = [] if point.exact is None else [exact_text(x) for x in point.exact]
    if exact and all(len(word) <= _DIGITS for word in exact):
        words = exact
    return _in_columns(words, shown)


def _in_columns(words: Sequence[str], shown: int) -> str:
    more = f" … +{len(words) - shown}" if len(words) > shown else ""
    return " ".join(f"{word:>{_DIGITS}}" for word in words[:shown]) + more


def _exact_or(exact: Fraction | None, value: float, ball: str = "") -> str:
    return short_or_decimal(_SHORT, value, 9, exact, ball)


def _number(value: float, exact: Fraction | None = None, ball: str = "") -> str:
    if value == 0:
        return "0"
    if not isfinite(value):
        return decimal(value, 1, exact, ball)
    return f"{value:.3f}" if 1e-3 <= abs(value) < 100 else f"{value:.0e}"


def _aligned(columns: Row, rows: Sequence[Row]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (columns, *rows)
    ]
