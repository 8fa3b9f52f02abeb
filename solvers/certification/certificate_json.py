"""The file format of certificates: JSON, versioned.

One object with ``"format": "polynet-certificate"`` and ``"version": 1``; the attributes of
``Certificate`` and its counts by name; ``"candidates"`` with the attributes of each ``Verdict``
that differ from their defaults. A ball is text such as ``"[1.414213562373095 +/- 2e-16]"``, which
holds the exact value; bounds are JSON numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from solvers import record_format
from solvers.certification.certificate import Certificate, Verdict
from solvers.certification.failure import Failure
from solvers.record_format import Record, RecordFormat

__all__ = ["FORMAT", "as_record", "dump", "from_record", "load"]

FORMAT = RecordFormat("polynet-certificate", 1, "certificate")

_FAILURES = {failure.value: failure for failure in Failure}


def dump(certificate: Certificate, path: str | PathLike[str] | None) -> str:
    """``certificate`` as JSON text, also written to ``path`` where given."""
    return record_format.dump(as_record(certificate), path)


def load(source: str | PathLike[str]) -> Certificate:
    """The certificate from JSON text (beginning with a brace) or from a file of it."""
    return from_record(record_format.load(source))


def as_record(certificate: Certificate) -> Record:
    """``certificate`` as nested lists and mappings of JSON types."""
    return {
        **FORMAT.head,
        "names": list(certificate.names),
        "n_candidates": certificate.n_candidates,
        "n_certified": certificate.n_certified,
        "n_distinct": certificate.n_distinct,
        "n_real": certificate.n_real,
        "n_not_real": certificate.n_not_real,
        "missing_conjugates": list(certificate.missing_conjugates),
        "settings": dict(certificate.settings),
        "engines": dict(certificate.engines),
        "seconds": certificate.seconds,
        "notes": list(certificate.notes),
        "candidates": [_verdict_out(verdict) for verdict in certificate.verdicts],
    }


def from_record(record: Any) -> Certificate:
    """The inverse of ``as_record``; raises ``InputError`` for another format or version."""
    return FORMAT.read(record, _certificate_in)


def _certificate_in(record: Mapping[str, Any]) -> Certificate:
    return Certificate(
        names=tuple(record["names"]),
        verdicts=tuple(_verdict_in(entry) for entry in record["candidates"]),
        settings=record["settings"],
        engines=record["engines"],
        seconds=float(record["seconds"]),
        notes=tuple(record["notes"]),
    )


def _verdict_out(verdict: Verdict) -> Record:
    start: Record = {"status": verdict.status.value}
    if verdict.failure:
        start |= {"failure": verdict.failure.value, "advice": verdict.failure.advice}
    if not verdict.enclosure:
        return start | {"precision": verdict.precision}
    return start | {
        "solution": verdict.solution,
        "real": verdict.real,
        "radius": verdict.radius,
        "distance": verdict.distance,
        "precision": verdict.precision,
        "enclosure": [list(ball) for ball in verdict.enclosure],
    }


def _verdict_in(entry: Record) -> Verdict:
    failure = _FAILURES[entry["failure"]] if "failure" in entry else None
    if "enclosure" not in entry:
        return Verdict(failure, precision=int(entry["precision"]))
    return Verdict(
        failure,
        enclosure=tuple((str(real), str(imag)) for real, imag in entry["enclosure"]),
        real=entry["real"],
        solution=int(entry["solution"]),
        radius=float(entry["radius"]),
        distance=float(entry["distance"]),
        precision=int(entry["precision"]),
    )
