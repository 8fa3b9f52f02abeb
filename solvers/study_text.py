"""A study as readable text, part by part, for the screen and for ``str``.

A :class:`~solvers.study_record.Study` enters; lines and table rows leave.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from solvers.study_record import FamilyRecord, PointRecord, Reach, Study

__all__ = [
    "FAMILY_COLUMNS",
    "POINT_COLUMNS",
    "family_rows",
    "loss_lines",
    "point_rows",
    "reach_lines",
    "result_lines",
    "study_text",
]

POINT_COLUMNS = ("kind", "index", "loss", "points", "weights")
FAMILY_COLUMNS = ("kind", "dimension", "degree", "loss", "a point of it")

_TERMS_SHOWN = 8
_WEIGHTS_SHOWN = 10
_KINDS = ("minimum", "maximum", "saddle", "degenerate")
_PLURALS = {"minimum": "minima", "maximum": "maxima", "saddle": "saddles"}


def study_text(study: Study) -> str:
    """All of it, with the tables aligned by spaces."""
    parts = [[f"{study.name}: {study.network}"]]
    if study.reach:
        parts.append(["What can be reached without penalty", *_indented(reach_lines(study.reach))])
    parts.append(loss_lines(study))
    parts.append(result_lines(study))
    if study.families:
        parts.append(_table(FAMILY_COLUMNS, family_rows(study)))
    if study.points:
        parts.append(_table(POINT_COLUMNS, point_rows(study)))
    return "\n\n".join("\n".join(part) for part in parts)


def reach_lines(reach: Iterable[Reach]) -> list[str]:
    """For each network the least loss that it can have, and whether it has it."""
    return [_reach_line(entry) for entry in reach]


def _reach_line(reach: Reach) -> str:
    if reach.attained:
        found = f"reaches {reach.floor}, and no weights get below that"
    elif reach.lowest is None:
        found = f"no weights get below {reach.floor}"
    else:
        found = f"no weights get below {reach.floor}; a critical point has {reach.lowest}"
    return f"{reach.network}: {found} ({reach.description})"


def loss_lines(study: Study) -> list[str]:
    """The polynomial, abridged, and what was known of it before solving."""
    facts = study.inspection
    bounds = f"Bézout {facts['bezout']}"
    if facts["multihomogeneous_bezout"] is not None:
        bounds += f", multihomogeneous {facts['multihomogeneous_bezout']}"
    return [
        f"L has {len(study.parameter_names)} weights, degree {facts['degree']}, "
        f"{_count(study.n_terms, 'monomial')}; {_penalty(study)}",
        f"L = {abridged(study.polynomial, study.n_terms)}",
        f"Bounds on isolated critical points: {bounds}. "
        f"Symmetries: {facts['symmetry']['discrete']} discrete.",
    ]


def _penalty(study: Study) -> str:
    values = sorted(set(study.l2), key=study.l2.index)
    if values == ["0"]:
        return "no penalty"
    return (
        f"penalty {values[0] if len(values) == 1 else ', '.join(study.l2)} on each squared weight"
    )


def abridged(polynomial: str, n_terms: int) -> str:
    """The first monomials of a polynomial in text, with the count of what is left out.

    >>> abridged("x^8 + x^7 - x^6 + x^5 + x^4 + x^3 + x^2 + x + 1", 9)
    'x^8 + x^7 - x^6 + x^5 + x^4 + x^3 + x^2 + x + … and 1 monomial more'
    """
    pieces = re.split(r" (?=[+-] )", polynomial)
    if len(pieces) <= _TERMS_SHOWN:
        return polynomial
    left_out = _count(n_terms - _TERMS_SHOWN, "monomial")
    return " ".join(pieces[:_TERMS_SHOWN]) + f" + … and {left_out} more"


def result_lines(study: Study) -> list[str]:
    """How the solve ended, the counts, the lowest loss, and how complete the list is."""
    lines = [_counts(study)]
    if study.families:
        lines.append(
            "The critical points are not isolated: they form "
            f"{_count(len(study.families), 'family')} of positive dimension."
        )
    if study.outcome != "solved":
        lines.append(f"Outcome: {study.outcome}. {study.advice}")
    lines.append(_lowest(study))
    lines.append(f"Completeness {study.completeness}.")
    return lines


def _counts(study: Study) -> str:
    kinds = Counter(point.kind for point in study.points)
    named = [_count(kinds[kind], kind) for kind in _KINDS if kinds[kind]]
    complex_count = "" if study.complex_count is None else f"{study.complex_count:,} complex, "
    text = f"Isolated critical points: {complex_count}{len(study.points):,} real"
    return text + (f": {', '.join(named)}." if named else ".")


def _lowest(study: Study) -> str:
    floor = f"no weights get below {study.floor}"
    if study.lowest is None:
        return f"Lowest loss: none found; {floor}."
    exact = {family.loss_exact for family in study.families if family.loss == study.lowest}
    exact |= {point.loss_exact for point in study.points if point.loss == study.lowest}
    attained = " and this is it" if study.floor in exact else ""
    shown = next((text for text in exact if text is not None), f"{study.lowest:.10g}")
    return f"Lowest loss: {shown}; {floor}{attained}."


def family_rows(study: Study) -> list[tuple[str, ...]]:
    """One row for each family, the lowest loss first."""
    ordered = sorted(study.families, key=lambda family: (family.loss is None, family.loss))
    return [_family_row(family) for family in ordered]


def _family_row(family: FamilyRecord) -> tuple[str, ...]:
    kind = "global minimum" if family.global_minimum else family.kind
    loss = family.loss_exact or ("none real" if family.loss is None else f"{family.loss:.8g}")
    sample = _weights(family.samples[0]) if family.samples else "no real point found"
    return (kind, str(family.dimension), str(family.degree), loss, sample)


def point_rows(study: Study) -> list[tuple[str, ...]]:
    """One row for each point; those of one loss, index and kind stand under one heading row."""
    rows: list[tuple[str, ...]] = []
    ordered = sorted(study.points, key=lambda point: point.level)
    for _, group in groupby(ordered, key=lambda point: point.level):
        points = list(group)
        first = points[0]
        loss = first.loss_exact if _short(first.loss_exact) else f"{first.loss:.8g}"
        head = (first.kind, _index(first), str(loss), str(len(points)))
        rows.append((*head, _weights(first)))
        rows += [("", "", "", "", _weights(point)) for point in points[1:]]
    return rows


def _index(point: PointRecord) -> str:
    zero = point.inertia[2]
    return f"{point.index} + {zero} flat" if zero else str(point.index)


def _short(text: str | None) -> bool:
    return text is not None and len(text) <= 12


def _weights(point: PointRecord) -> str:
    shown = point.exact if all(map(_short, point.exact)) else ()
    words = [*shown] or [_number(x) for x in point.point]
    more = f" … {len(words) - _WEIGHTS_SHOWN} more" if len(words) > _WEIGHTS_SHOWN else ""
    return " ".join(f"{word:>7}" for word in words[:_WEIGHTS_SHOWN]) + more


def _number(value: float) -> str:
    return "0" if value == 0 else f"{value:.4f}" if 1e-3 <= abs(value) < 1e4 else f"{value:.1e}"


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    plural = _PLURALS.get(noun, "families" if noun == "family" else noun)
    return f"{number:,} {plural if plural != noun or noun == 'degenerate' else noun + 's'}"


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (columns, *rows)
    ]
