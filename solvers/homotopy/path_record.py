"""The paths of a ``HomotopySolutions`` as entries of its JSON record, and back.

Columns of the path table are lists by name; ``ends`` names the codes. Points and fingerprints are
not written: finite paths end at solution ``solution_of``.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from solvers.completeness import Completeness
from solvers.homotopy.path_table import PathEnd, PathTable

if TYPE_CHECKING:
    from solvers.solution_set import SolutionSet

__all__ = ["path_entries", "path_fields"]

_LEFT_OUT = ("points", "fingerprints")

Record = dict[str, Any]


def path_entries(found: SolutionSet) -> Record:
    """What a record of solutions holds of their paths."""
    from solvers.homotopy.solutions import HomotopySolutions

    if not isinstance(found, HomotopySolutions):
        raise TypeError(f"{type(found).__name__} keeps no paths")
    columns = {
        name: [_out(value) for value in column.tolist()]
        for name, column in found.paths.columns.items()
        if name not in _LEFT_OUT
    }
    return {
        "start": found.start,
        "predicted": dict(found.predicted),
        "completeness": found.completeness.record,
        "paths": {"ends": [end.name.lower() for end in PathEnd], **columns},
        "path_of": found.path_of.tolist(),
        "solution_of": found.solution_of.tolist(),
    }


def path_fields(record: Mapping[str, Any], n: int, n_finite: int) -> Record:
    """The fields of ``HomotopySolutions`` from ``path_entries``; ``ValueError`` where damaged."""
    columns = {name: column for name, column in record["paths"].items() if name != "ends"}
    for name in ("residuals", "conditions", "accuracies", "last_t"):
        columns[name] = [float(value) for value in columns[name]]
    paths = PathTable.of_columns(columns, n)
    path_of = np.array(record["path_of"], np.int64)
    solution_of = np.array(record["solution_of"], np.int32)
    if len(path_of) not in (0, n_finite) or len(solution_of) not in (0, len(paths)):
        raise ValueError("numbers of paths and of solutions do not fit")
    return {
        "start": record["start"],
        "predicted": dict(record["predicted"]),
        "completeness": Completeness.of_record(record["completeness"]),
        "paths": paths.frozen(),
        "path_of": path_of,
        "solution_of": solution_of,
    }


def _out(value: float | int) -> float | int | str:
    return value if isfinite(value) else str(value)
