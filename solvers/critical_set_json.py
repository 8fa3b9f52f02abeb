"""The file format of critical sets: JSON, versioned, exact numbers as text.

One object with ``"format": "polynet-critical-set"`` and ``"version": 1``; the attributes of
``CriticalSet`` by name; each point an object with the attributes of ``CriticalPoint``. Rational
numbers are strings such as ``"4/3"``, floats JSON numbers that read back to the same double (text
in scientific notation such as ``"1.0e+400"`` where beyond the range of doubles),
polynomials the text that ``PolynomialSystem.from_strings`` reads, univariate polynomials lists of
rational coefficients, constant term first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from flint import fmpq_poly

from polynet.atomic_file import write_text
from polynet.errors import InputError
from polynet.polynomial_system import PolynomialSystem
from polynet.rational import to_fmpq
from solvers.completeness import Completeness, CompletenessStatus
from solvers.critical_point import CriticalPoint, Evidence, Inertia
from solvers.critical_set import CriticalSet
from solvers.family import CriticalFamily, SolutionFamily
from solvers.number_text import decimal, exact_text, fraction_of
from solvers.orbits import Orbits
from solvers.outcome import Outcome
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["FORMAT", "VERSION", "as_record", "dump", "from_record", "load"]

FORMAT = "polynet-critical-set"
VERSION = 1
_DIGITS = 17

Record = dict[str, Any]


def dump(found: CriticalSet, path: str | PathLike[str] | None) -> str:
    """``found`` as JSON text, also written to ``path`` where given."""
    text = json.dumps(as_record(found), indent=1, allow_nan=False)
    if path is not None:
        write_text(Path(path), text + "\n")
    return text


def load(source: str | PathLike[str]) -> CriticalSet:
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


def as_record(found: CriticalSet) -> Record:
    """``found`` as nested lists and mappings of JSON types."""
    completeness = found.completeness
    least = found.least_loss_exact
    return {
        "format": FORMAT,
        "version": VERSION,
        "names": list(found.names),
        "outcome": found.outcome.value,
        "complex_count": found.complex_count,
        "complex_multiplicity": found.complex_multiplicity,
        "n_real": found.n_real,
        "n_degenerate": found.n_degenerate,
        "index_counts": {str(index): count for index, count in found.index_counts.items()},
        "dimension": found.dimension,
        "degree": found.degree,
        "floor": _number_out(found.floor),
        "coercive": found.coercive,
        "least_loss": None if found.least_loss is None else _float_out(found.least_loss, least),
        "least_loss_exact": None if least is None else exact_text(least),
        "least_loss_proved": found.least_loss_proved,
        "least_loss_reason": found.least_loss_reason,
        "completeness": {
            "status": completeness.status.value,
            "reasons": list(completeness.reasons),
        },
        "orbits": _orbits_out(found.orbits),
        "notes": list(found.notes),
        "solver": found.solver,
        "engines": dict(found.engines),
        "seed": found.seed,
        "seconds": found.seconds,
        "real": [_point_out(point) for point in found.real],
        "families": [_family_out(family) for family in found.families],
    }


def from_record(record: Any) -> CriticalSet:
    """The set from what ``as_record`` made; derived entries are not read."""
    if not isinstance(record, Mapping) or record.get("format") != FORMAT:
        raise InputError(f"no critical set: the entry 'format' must be {FORMAT!r}")
    if record.get("version") != VERSION:
        raise InputError(
            f"version {record.get('version')!r} of {FORMAT} is not known; this reads {VERSION}"
        )
    try:
        return _set_in(record)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise InputError(f"a damaged critical set: {error!r}; write it again") from None


def _set_in(record: Mapping[str, Any]) -> CriticalSet:
    completeness = record["completeness"]
    return CriticalSet(
        names=tuple(record["names"]),
        outcome=_outcome_in(record["outcome"]),
        real=tuple(_point_in(point) for point in record["real"]),
        families=tuple(_family_in(family) for family in record["families"]),
        complex_count=record["complex_count"],
        complex_multiplicity=record["complex_multiplicity"],
        completeness=Completeness(
            CompletenessStatus(completeness["status"]), tuple(completeness["reasons"])
        ),
        floor=_number_in(record["floor"]),
        coercive=record["coercive"],
        dimension=record["dimension"],
        degree=record["degree"],
        solver=record["solver"],
        engines=dict(record["engines"]),
        seed=record["seed"],
        seconds=record["seconds"],
        orbits=_orbits_in(record.get("orbits")),
        notes=tuple(record.get("notes", ())),
    )


def _orbits_out(orbits: Orbits | None) -> Record | None:
    if orbits is None:
        return None
    return {
        "symmetries": list(orbits.symmetries),
        "labels": list(orbits.labels),
        "n_orbits": orbits.n_orbits,
        "sizes": {str(size): count for size, count in orbits.sizes.items()},
        "n_missing": orbits.n_missing,
        "same_loss": orbits.same_loss,
    }


def _orbits_in(record: Mapping[str, Any] | None) -> Orbits | None:
    if record is None:
        return None
    names, labels = tuple(record["symmetries"]), tuple(map(int, record["labels"]))
    return Orbits(names, labels, record["n_missing"], record["same_loss"])


def _outcome_in(value: str) -> Outcome:
    for outcome in Outcome:
        if outcome.value == value:
            return outcome
    raise ValueError(f"no outcome {value!r}")


def _point_out(point: CriticalPoint) -> Record:
    inertia = point.inertia
    places = range(len(point.point))
    return {
        "point": [_float_out(float(point.point[j]), *point.known(j)) for j in places],
        "loss": _float_out(point.loss, point.loss_exact, point.loss_enclosure),
        "kind": point.kind.value,
        "index": point.index,
        "inertia": [inertia.positive, inertia.negative, inertia.zero],
        "evidence": point.evidence.value,
        "exact": None if point.exact is None else [exact_text(x) for x in point.exact],
        "enclosure": list(point.enclosure),
        "loss_exact": _number_out(point.loss_exact),
        "loss_enclosure": point.loss_enclosure,
        "multiplicity": point.multiplicity,
        "reason": point.reason,
    }


def _point_in(record: Mapping[str, Any]) -> CriticalPoint:
    exact = record["exact"]
    loss = record["loss_exact"]
    return CriticalPoint(
        point=np.array(record["point"], dtype=np.float64),
        loss=float(record["loss"]),
        inertia=Inertia(*record["inertia"]),
        evidence=Evidence(record["evidence"]),
        exact=None if exact is None else tuple(fraction_of(x) for x in exact),
        enclosure=tuple(record["enclosure"]),
        loss_exact=None if loss is None else fraction_of(loss),
        loss_enclosure=record["loss_enclosure"],
        multiplicity=record["multiplicity"],
        reason=record.get("reason", ""),
    )


def _family_out(family: CriticalFamily) -> Record:
    component = family.solutions
    return {
        "dimension": family.dimension,
        "degree": family.degree,
        "irreducible": component.irreducible,
        "real_dimension": component.real_dimension,
        "kind": family.kind.value,
        "indices": list(family.indices),
        "losses": [_float_out(value, family.loss_exact) for value in family.losses],
        "loss_exact": _number_out(family.loss_exact),
        "global_minimum": family.global_minimum,
        "variables": list(component.names),
        "generators": [g.to_string() for g in component.generators],
        "samples": [
            {
                "minimal_polynomial": _coefficients(sample.minimal_polynomial),
                "numerators": [_coefficients(h) for h in sample.numerators],
            }
            for sample in component.samples
        ],
        "representatives": [_point_out(point) for point in family.representatives],
    }


def _family_in(record: Mapping[str, Any]) -> CriticalFamily:
    loss = record["loss_exact"]
    names, texts = tuple(record["variables"]), record["generators"]
    component = SolutionFamily(
        names=names,
        generators=PolynomialSystem.from_strings(texts, names).polynomials if texts else (),
        dimension=record["dimension"],
        degree=record["degree"],
        irreducible=record["irreducible"],
        samples=tuple(
            UnivariateRepresentation(
                _polynomial(sample["minimal_polynomial"]),
                tuple(_polynomial(h) for h in sample["numerators"]),
            )
            for sample in record["samples"]
        ),
        real_dimension=record["real_dimension"],
    )
    return CriticalFamily(
        solutions=component,
        losses=tuple(float(value) for value in record["losses"]),
        loss_exact=None if loss is None else fraction_of(loss),
        representatives=tuple(_point_in(point) for point in record["representatives"]),
        global_minimum=record["global_minimum"],
    )


def _float_out(value: float, exact: Fraction | None, ball: str = "") -> float | str:
    return value if isfinite(value) else decimal(value, _DIGITS, exact, ball)


def _number_out(value: Fraction | float | None) -> str | float | None:
    return exact_text(Fraction(value)) if isinstance(value, (Fraction, int)) else value


def _number_in(value: str | float | None) -> Fraction | float | None:
    return fraction_of(value) if isinstance(value, str) else value


def _coefficients(polynomial: fmpq_poly) -> list[str]:
    return [str(c) for c in polynomial.coeffs()]


def _polynomial(coefficients: Sequence[str]) -> fmpq_poly:
    return fmpq_poly([to_fmpq(fraction_of(c)) for c in coefficients])
