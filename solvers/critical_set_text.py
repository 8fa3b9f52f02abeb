"""A critical set as a plain table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from solvers.family import family_count
from solvers.number_text import counted, decimal, saturated, short_or_decimal
from solvers.outcome import Outcome

if TYPE_CHECKING:
    from solvers.critical_point import CriticalPoint
    from solvers.critical_set import CriticalSet
    from solvers.family import CriticalFamily

__all__ = ["PENALTY_ADVICE", "levels", "reasons", "table"]

PENALTY_ADVICE = (
    "A generic penalty (for each weight a positive l2 of its own) makes critical points isolated."
)

_PRINTED_ROWS = 60
_LONGEST = 40  # characters of an exact number that is printed as such


def table(found: CriticalSet) -> str:
    """Counts, one row for each family and each loss level, and what is proved."""
    lines = [_heading(found)]
    if found.families:
        lines.append("")
        lines += _aligned(
            ("family", "dimension", "degree", "loss", "kind", "index at samples", "real point"),
            [_family_row(i, family) for i, family in enumerate(found.families, start=1)],
        )
        lines.append(_sampling(found.families))
    if found.real:
        lines.append("")
        lines += _aligned(
            ("points", "loss", "kind", "index", "evidence", "one of them"),
            [_level_row(level) for level in levels(found.real)[:_PRINTED_ROWS]],
        )
        hidden = len(levels(found.real)) - _PRINTED_ROWS
        lines += [f"… and {counted(hidden, 'more level', 'more levels')}"] if hidden > 0 else []
    lines.append("")
    if found.least_loss is not None:
        least = found.least_loss_exact
        shown = short_or_decimal(_LONGEST, found.least_loss, 10, least)
        lines.append(f"{found.least_loss_name} {shown}: {found.least_loss_reason}")
    lines.append(f"completeness {found.completeness}")
    if found.orbits is not None and str(found.orbits) not in str(found.completeness):
        lines.append(str(found.orbits))
    lines += [f"note: {note}" for note in (*found.notes, *reasons(found))]
    engines = ", ".join(f"{name} {version}" for name, version in found.engines.items())
    lines.append(f"{found.solver} ({engines}), seed {found.seed}, {found.seconds:.2f} s")
    return "\n".join(lines)


def levels(points: Sequence[CriticalPoint]) -> list[list[CriticalPoint]]:
    """Points, ascending by loss, grouped where loss (to 12 digits), kind and index agree."""
    groups: dict[tuple[str, str, int], list[CriticalPoint]] = {}
    for point in points:
        loss = decimal(point.loss, 12, point.loss_exact, point.loss_enclosure)
        key = (loss, point.kind.value, point.index)
        groups.setdefault(key, []).append(point)
    return list(groups.values())


def reasons(found: CriticalSet) -> list[str]:
    """Why real points are not proved, each reason with the number of points that it holds for."""
    counts = Counter(point.reason for point in found.real if point.reason)
    return [
        f"{counted(count, 'real point is', 'real points are')} not proved: {reason}"
        for reason, count in counts.items()
    ]


def _heading(found: CriticalSet) -> str:
    if found.families:
        sizes = f"dimension {found.dimension}, degree {found.degree}"
        families = family_count([family.solutions for family in found.families])
        points = f"{found.n_real} real of {found.complex_count} isolated points"
        return f"The critical set is positive-dimensional ({sizes}): {families}; {points}."
    if found.outcome is Outcome.POSITIVE_DIMENSIONAL:
        return (
            f"The critical set is positive-dimensional, its families are not described; "
            f"{found.n_real} real of {found.complex_count} isolated points found. {PENALTY_ADVICE}"
        )
    if not found.outcome.solved:
        ended = f"{found.outcome.value}. {found.outcome.advice}"
        return f"{ended} Known: {_counts(found)}" if found.complex_count else ended
    return _counts(found)


def _counts(found: CriticalSet) -> str:
    many = found.complex_multiplicity
    text = counted(found.complex_count, "complex critical point", "complex critical points")
    if many is not None and many != found.complex_count:
        text += f" ({many} with multiplicity)"
    counts = ", ".join(f"{n} of index {k}" for k, n in found.index_counts.items())
    text += f", {found.n_real} real: {counts or 'none nondegenerate'}"
    return text + (f", {found.n_degenerate} degenerate." if found.n_degenerate else ".")


def _family_row(number: int, family: CriticalFamily) -> tuple[str, ...]:
    exact = family.loss_exact
    losses = ", ".join(decimal(value, 10) for value in family.losses)
    if exact is not None:
        losses = short_or_decimal(_LONGEST, saturated(exact), 10, exact)
    kind = "global minimum" if family.global_minimum else family.kind.value
    index = " or ".join(map(str, family.indices)) or "?"
    where = _point(family.representatives[0]) if family.representatives else "none found"
    kind = kind if family.representatives else "unknown"
    if family.solutions.real_dimension == -1:
        kind, index, where = "not real", "-", "none exists"
    return (
        str(number),
        str(family.dimension),
        str(family.degree),
        losses,
        kind,
        index,
        where,
    )


def _sampling(families: Sequence[CriticalFamily]) -> str:
    """Which families are proved to have samples on all connected components."""
    unknown = [
        str(number)
        for number, family in enumerate(families, start=1)
        if not (family.solutions.sampled_everywhere or family.solutions.real_dimension == -1)
    ]
    if not unknown:
        return "proved: samples lie on every connected component of the real points of each family"
    of_all = "" if len(unknown) == len(families) else f" of family {', '.join(unknown)}"
    return f"not proved: that samples lie on every connected component of the real points{of_all}"


def _level_row(level: Sequence[CriticalPoint]) -> tuple[str, ...]:
    point = level[0]
    loss = short_or_decimal(_LONGEST, point.loss, 10, point.loss_exact, point.loss_enclosure)
    return (
        str(len(level)),
        loss,
        point.kind.value,
        str(point.index),
        point.evidence.value,
        _point(point),
    )


def _point(point: CriticalPoint) -> str:
    words = [
        short_or_decimal(_LONGEST, float(x), 5, *point.known(j)) for j, x in enumerate(point.point)
    ]
    return "(" + ", ".join(words) + ")"


def _aligned(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (header, *rows)
    ]
