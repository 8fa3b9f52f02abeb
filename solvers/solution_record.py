"""The file format of solution sets: JSON, versioned.

A :class:`~solvers.solution_set.SolutionSet` enters, a dict that ``json`` writes leaves, and back.
Floats are JSON numbers that read back to the same bits; NaN and infinite ones, and numbers beyond
the range of floats, are text. Polynomials are the text that ``PolynomialSystem.from_strings``
reads, univariate ones lists of rational coefficients, constant term first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from polynet.atomic_file import write_text
from polynet.errors import InputError
from solvers.critical_point import Evidence
from solvers.outcome import Outcome

if TYPE_CHECKING:
    from solvers.algebraic_point import AlgebraicPoint
    from solvers.family import SolutionFamily
    from solvers.solution_set import SolutionSet
    from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["FORMAT", "VERSION", "dump", "from_record", "load", "solution_record"]

FORMAT = "polynet-solutions"
VERSION = 1
_DIGITS = 17

Record = dict[str, Any]


def dump(found: SolutionSet, path: str | PathLike[str] | None) -> str:
    """``found`` as JSON text, also written to ``path`` where given."""
    text = json.dumps(solution_record(found), indent=1, allow_nan=False)
    if path is not None:
        write_text(Path(path), text + "\n")
    return text


def load(source: str | PathLike[str]) -> SolutionSet:
    """The set from JSON text (beginning with a brace or bracket) or from a file of it."""
    is_text = isinstance(source, str) and source.lstrip().startswith(("{", "["))
    try:
        record = json.loads(str(source) if is_text else _read(Path(source)))
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON ({error}); to_json writes what from_json reads") from None
    return from_record(record)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(
            f"cannot read {str(path)[:80]!r} ({error}); give a file that to_json wrote, or its text"
        ) from None


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
        "format": FORMAT,
        "version": VERSION,
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
        "families": [_family_out(family) for family in found.families],
        "representations": [_point_out(r) for r in found.representations],
        "members": found.members.tolist(),
        "solver": found.solver,
        "engines": dict(found.engines),
        "seed": found.seed,
        "seconds": found.seconds,
        "notes": list(found.notes),
    }
    if hasattr(found, "paths"):
        from solvers.homotopy.path_record import path_entries

        record |= path_entries(found)
    return record


def from_record(record: Any) -> SolutionSet:
    """The set from what ``solution_record`` made; raises ``InputError`` for anything else."""
    if not isinstance(record, Mapping) or record.get("format") != FORMAT:
        raise InputError(f"no solutions: the entry 'format' must be {FORMAT!r}")
    if record.get("version") != VERSION:
        raise InputError(
            f"version {record.get('version')!r} of {FORMAT} is not known; this reads {VERSION}"
        )
    try:
        return _set_in(record)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise InputError(f"damaged solutions: {error!r}; write them again") from None


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
        "families": tuple(_family_in(family) for family in record["families"]),
        "representations": tuple(_point_in(r) for r in record["representations"]),
        "members": np.array(record["members"], np.int64).reshape(-1, 2),
        "engines": dict(record["engines"]),
        "notes": tuple(record["notes"]),
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


def _family_out(family: SolutionFamily) -> Record:
    return {
        "dimension": family.dimension,
        "degree": family.degree,
        "irreducible": family.irreducible,
        "real_dimension": family.real_dimension,
        "variables": list(family.names),
        "generators": [generator.to_string() for generator in family.generators],
        "samples": [_representation_out(sample) for sample in family.samples],
    }


def _family_in(record: Mapping[str, Any]) -> SolutionFamily:
    from polynet.polynomial_system import PolynomialSystem
    from solvers.family import SolutionFamily

    names, texts = tuple(record["variables"]), record["generators"]
    return SolutionFamily(
        names=names,
        generators=PolynomialSystem.from_strings(texts, names).polynomials if texts else (),
        dimension=record["dimension"],
        degree=record["degree"],
        irreducible=record["irreducible"],
        samples=tuple(_representation_in(sample) for sample in record["samples"]),
        real_dimension=record["real_dimension"],
    )


def _point_out(point: AlgebraicPoint) -> Record:
    from solvers.symmetry_reduction.sign_orbit import SignOrbit

    if not isinstance(point, SignOrbit):
        return _representation_out(cast("UnivariateRepresentation", point))
    way = point.coordinates
    return {
        "invariants": _representation_out(point.invariants),
        "names": list(way.names),
        "squares": list(way.squares),
        "coordinates": [[c.place, sorted(c.roots)] for c in way.coordinates],
    }


def _point_in(record: Mapping[str, Any]) -> AlgebraicPoint:
    from solvers.symmetry_reduction.sign_orbit import Coordinate, SignCoordinates, SignOrbit

    if "invariants" not in record:
        return _representation_in(record)
    coordinates = tuple(Coordinate(place, frozenset(r)) for place, r in record["coordinates"])
    way = SignCoordinates(tuple(record["names"]), tuple(record["squares"]), coordinates)
    return SignOrbit(_representation_in(record["invariants"]), way)


def _representation_out(point: UnivariateRepresentation) -> Record:
    polynomials = [point.minimal_polynomial, *point.numerators]
    texts = [[str(c) for c in polynomial.coeffs()] for polynomial in polynomials]
    return {"minimal_polynomial": texts[0], "numerators": texts[1:]}


def _representation_in(record: Mapping[str, Any]) -> UnivariateRepresentation:
    from flint import fmpq_poly

    from polynet.rational import to_fmpq
    from solvers.number_text import fraction_of
    from solvers.univariate_representation import UnivariateRepresentation

    texts = [record["minimal_polynomial"], *record["numerators"]]
    first, *rest = [fmpq_poly([to_fmpq(fraction_of(c)) for c in text]) for text in texts]
    return UnivariateRepresentation(first, tuple(rest))
