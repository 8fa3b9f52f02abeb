"""The file format of solution sets: JSON, versioned.

A :class:`~solvers.solution_set.SolutionSet` enters, a dict that ``json`` writes leaves, and back.
Floats are JSON numbers that read back to the same bits; NaN and infinite ones, and numbers beyond
the range of floats, are text. Polynomials are the text that ``PolynomialSystem.from_strings``
reads, univariate ones lists of rational coefficients, constant term first.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from solvers import record_format
from solvers.critical_point import Evidence
from solvers.family_record import family_in, family_out
from solvers.outcome import Outcome
from solvers.point_record import point_in, point_out
from solvers.record_format import Record, RecordFormat

if TYPE_CHECKING:
    from solvers.solution_set import SolutionSet

__all__ = ["FORMAT", "dump", "from_record", "load", "solution_record"]

FORMAT = RecordFormat("polynet-solutions", 1, "solutions")
_DIGITS = 17


def dump(found: SolutionSet, path: str | PathLike[str] | None) -> str:
    """``found`` as JSON text, also written to ``path`` where given."""
    return record_format.dump(solution_record(found), path)


def load(source: str | PathLike[str]) -> SolutionSet:
    """The set from JSON text (beginning with a brace or bracket) or from a file of it."""
    return from_record(record_format.load(source))


def solution_record(found: SolutionSet) -> Record:
    """Counts, outcome, solutions, families and, where there are some, paths of ``found``.

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
    record = {
        **FORMAT.head,
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
        "families": [family_out(family) for family in found.families],
        "representations": [point_out(r) for r in found.representations],
        "members": found.members.tolist(),
        "solver": found.solver,
        "engines": dict(found.engines),
        "seed": found.seed,
        "seconds": found.seconds,
        "notes": list(found.notes),
        "unproved": list(found.unproved),
    }
    if hasattr(found, "paths"):
        from solvers.homotopy.path_record import path_entries

        record |= path_entries(found)
    return record


def from_record(record: Any) -> SolutionSet:
    """The set from what ``solution_record`` made; raises ``InputError`` for anything else."""
    return FORMAT.read(record, _set_in)


def _set_in(record: Mapping[str, Any]) -> SolutionSet:
    from solvers.solution_set import SolutionSet

    names, solutions = tuple(record["names"]), record["solutions"]
    values = [[complex(float(re), float(im)) for re, im in one["value"]] for one in solutions]
    fields: Record = {
        "names": names,
        "outcome": {o.value: o for o in Outcome}[record["outcome"]],
        "solutions": np.array(values, np.complex128).reshape(len(values), len(names)),
        "is_real": np.array([one["real"] for one in solutions], np.bool_),
        "multiplicities": np.array([one["multiplicity"] for one in solutions], np.int64),
        "evidence": Evidence(record["evidence"]),
        "families": tuple(family_in(family) for family in record["families"]),
        "representations": tuple(point_in(r) for r in record["representations"]),
        "members": np.array(record["members"], np.int64).reshape(-1, 2),
        "engines": dict(record["engines"]),
        "notes": tuple(record["notes"]),
        "unproved": tuple(record.get("unproved", ())),
    }
    plain = ("dimension", "degree", "n_at_infinity", "n_failed", "solver", "seed", "seconds")
    fields |= {name: record[name] for name in plain}
    if "paths" in record:
        from solvers.homotopy.path_record import path_fields
        from solvers.homotopy.solutions import HomotopySolutions

        return HomotopySolutions(**fields, **path_fields(record, len(names), len(solutions)))
    return SolutionSet(**fields)


def _pair(found: SolutionSet, row: int, column: int) -> tuple[float | str, float | str]:
    value = complex(found.solutions[row, column])
    if isfinite(value.real) and isfinite(value.imag):
        return value.real, value.imag
    return found.decimals(row, column, _DIGITS)
