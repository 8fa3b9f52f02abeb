"""The table of the families of critical points: what tells one component from another.

A :class:`~compare.comparison.Comparison` enters; a :class:`~compare.table.Table` leaves.
"""

from __future__ import annotations

from compare.comparison import Comparison
from compare.table import Column, Table, Value
from solvers.family import CriticalFamily

__all__ = ["families_table"]


def families_table(comparison: Comparison) -> Table:
    """Every component of positive dimension by its number; no rows where all points are isolated.

    Numbers are those of the printed critical set.
    """
    name, study = comparison.facts.name, comparison.study
    families = () if study is None else study.critical.families
    headings = ("family", "kind", "loss", "index", "dimension", "degree", "irreducible over Q")
    return Table(
        f"{name}-families",
        f"{name}: the families of critical points",
        [Column(heading, ".9g") for heading in headings],
        [_row(number, family) for number, family in enumerate(families, start=1)],
        "Dimension and degree are those of the component over the complex numbers, the index is "
        "that at its sample points. Where irreducibility is not known, it may fall into more.",
    )


def _row(number: int, family: CriticalFamily) -> list[Value]:
    losses = family.losses
    return [
        f"family {number}",
        _kind(family),
        losses[0] if len(losses) == 1 else " or ".join(f"{x:.9g}" for x in losses) or None,
        " or ".join(map(str, family.indices)) or None,
        family.dimension,
        family.degree,
        "yes" if family.solutions.irreducible else "not known",
    ]


def _kind(family: CriticalFamily) -> str:
    if family.solutions.real_dimension == -1:
        return "no real points"
    return family.kind.value if family.representatives else "unknown"
