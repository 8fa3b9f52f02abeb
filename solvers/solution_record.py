"""Solution sets as plain numbers and text, for JSON files.

A :class:`~solvers.solution_set.SolutionSet` enters, a dict that ``json`` writes leaves.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from solvers.family import SolutionFamily
    from solvers.solution_set import SolutionSet

__all__ = ["solution_record"]

_DIGITS = 17


def solution_record(found: SolutionSet) -> dict[str, Any]:
    """Counts, outcome, solutions and families of ``found``.

    A solution is ``{"real": bool, "multiplicity": int, "value": [[re, im], ...]}`` with one pair
    for each variable in the order of ``names``; a number beyond the range of floats is text in
    scientific notation. Multiplicity 0 means that it is not known.
    """
    solutions = [
        {
            "real": bool(found.is_real[row]),
            "multiplicity": int(found.multiplicities[row]),
            "value": [list(_pair(found, row, column)) for column in range(len(found.names))],
        }
        for row in range(found.n_finite)
    ]
    return {
        "format": "polynet-solutions",
        "version": 1,
        "names": list(found.names),
        "outcome": found.outcome.value,
        "advice": found.outcome.advice,
        "evidence": found.evidence.value,
        "n_finite": found.n_finite,
        "n_real": found.n_real,
        "n_singular": found.n_singular,
        "n_at_infinity": found.n_at_infinity,
        "n_failed": found.n_failed,
        "dimension": found.dimension,
        "degree": found.degree,
        "solutions": solutions,
        "families": [_family(family) for family in found.families],
        "solver": found.solver,
        "engines": dict(found.engines),
        "seed": found.seed,
        "seconds": found.seconds,
        "notes": list(found.notes),
    }


def _pair(found: SolutionSet, row: int, column: int) -> tuple[float | str, float | str]:
    value = complex(found.solutions[row, column])
    if isfinite(value.real) and isfinite(value.imag):
        return value.real, value.imag
    return found.decimals(row, column, _DIGITS)


def _family(family: SolutionFamily) -> dict[str, Any]:
    return {
        "dimension": family.dimension,
        "degree": family.degree,
        "irreducible": family.irreducible,
        "real_dimension": family.real_dimension,
        "generators": [generator.to_string() for generator in family.generators],
    }
