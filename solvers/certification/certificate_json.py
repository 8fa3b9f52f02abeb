"""The file format of certificates: JSON, versioned.

One object with ``"format": "polynet-certificate"`` and ``"version": 1``; the attributes of
``Certificate`` and its counts by name; ``"candidates"`` with the attributes of each ``Verdict``
that differ from their defaults. A ball is text such as ``"[1.414213562373095 +/- 2e-16]"``, which
holds the exact value; bounds are JSON numbers.
"""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import Any

from polynet.atomic_file import write_text
from polynet.errors import InputError
from solvers.certification.certificate import Certificate, Verdict
from solvers.certification.failure import Failure

__all__ = ["FORMAT", "VERSION", "as_record", "dump", "from_record", "load"]

FORMAT = "polynet-certificate"
VERSION = 1

Record = dict[str, Any]

_FAILURES = {failure.value: failure for failure in Failure}


def dump(certificate: Certificate, path: str | PathLike[str] | None) -> str:
    """``certificate`` as JSON text, also written to ``path`` where given."""
    text = json.dumps(as_record(certificate), indent=1, allow_nan=False)
    if path is not None:
        write_text(Path(path), text + "\n")
    return text


def load(source: str | PathLike[str]) -> Certificate:
    """The certificate from JSON text (beginning with a brace) or from a file of it."""
    is_text = isinstance(source, str) and source.lstrip().startswith("{")
    text = str(source) if is_text else Path(source).read_text(encoding="utf-8")
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON ({error}); to_json writes what from_json reads") from None
    return from_record(record)


def as_record(certificate: Certificate) -> Record:
    """``certificate`` as nested lists and mappings of JSON types."""
    return {
        "format": FORMAT,
        "version": VERSION,
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
    found = (record.get("format"), record.get("version")) if isinstance(record, dict) else None
    if found != (FORMAT, VERSION):
        raise InputError(
            f"format and version are {found}, not {(FORMAT, VERSION)}; "
            "give a file that Certificate.to_json wrote"
        )
    try:
        return Certificate(
            names=tuple(record["names"]),
            verdicts=tuple(_verdict_in(entry) for entry in record["candidates"]),
            settings=record["settings"],
            engines=record["engines"],
            seconds=float(record["seconds"]),
            notes=tuple(record["notes"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"a damaged certificate: {error!r}; write it again with to_json") from None


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
