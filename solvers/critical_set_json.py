"""The file format of critical sets: JSON, versioned, exact numbers as text.

One object with ``"format": "polynet-critical-set"`` and ``"version": 1``; the attributes of
``CriticalSet`` by name; each point an object with the attributes of ``CriticalPoint``. Rational
numbers are strings such as ``"4/3"``, floats JSON numbers that read back to the same double (text
in scientific notation such as ``"1.0e+400"`` where beyond the range of doubles),
polynomials the text that ``PolynomialSystem.from_strings`` reads, univariate polynomials lists of
rational coefficients, constant term first.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from os import PathLike
from typing import Any

import numpy as np

from solvers import record_format
from solvers.completeness import Completeness
from solvers.critical_point import CriticalPoint, Evidence, Inertia
from solvers.critical_set import CriticalSet
from solvers.family import CriticalFamily
from solvers.family_record import family_in, family_out
from solvers.number_text import decimal, exact_text, fraction_of
from solvers.orbits import Orbits
from solvers.outcome import Outcome
from solvers.record_format import Record, RecordFormat

__all__ = ["FORMAT", "as_record", "dump", "from_record", "load"]

FORMAT = RecordFormat("polynet-critical-set", 1, "critical set")
_DIGITS = 17


def dump(found: CriticalSet, path: str | PathLike[str] | None) -> str:
    """``found`` as JSON text, also written to ``path`` where given."""
    return record_format.dump(as_record(found), path)


def load(source: str | PathLike[str]) -> CriticalSet:
    """The set from JSON text (beginning with a brace or bracket) or from a file of it."""
    return from_record(record_format.load(source))


def as_record(found: CriticalSet) -> Record:
    """``found`` as nested lists and mappings of JSON types."""
    least = found.least_loss_exact
    return {
        **FORMAT.head,
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
        "completeness": found.completeness.record,
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
    return FORMAT.read(record, _set_in)


def _set_in(record: Mapping[str, Any]) -> CriticalSet:
    return CriticalSet(
        names=tuple(record["names"]),
        outcome=_outcome_in(record["outcome"]),
        real=tuple(_point_in(point) for point in record["real"]),
        families=tuple(_family_in(family) for family in record["families"]),
        complex_count=record["complex_count"],
        complex_multiplicity=record["complex_multiplicity"],
        completeness=Completeness.of_record(record["completeness"]),
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
    return family_out(family.solutions) | {
        "kind": family.kind.value,
        "indices": list(family.indices),
        "losses": [_float_out(value, family.loss_exact) for value in family.losses],
        "loss_exact": _number_out(family.loss_exact),
        "global_minimum": family.global_minimum,
        "representatives": [_point_out(point) for point in family.representatives],
    }


def _family_in(record: Mapping[str, Any]) -> CriticalFamily:
    loss = record["loss_exact"]
    return CriticalFamily(
        solutions=family_in(record),
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
