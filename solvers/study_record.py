"""The record of a study: what was asked, what was found, how sure it is, and what it ran on.

A :class:`Study` saves to ``study.json`` and loads back equal, on another machine. ``solvers.study``
makes it; ``solvers.study_text`` prints it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from polynet.atomic_file import write_text
from polynet.errors import DataError
from solvers.critical_set import CriticalSet
from solvers.critical_set_json import as_record, from_record
from solvers.descent import Descent
from solvers.record_format import RecordFormat

__all__ = ["FORMAT", "Reach", "Study"]

FORMAT = RecordFormat("polynet-study", 1, "study")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a network can reach on the same data without penalty.

    No weights bring the loss below ``floor``; ``lowest`` is the least loss of a critical point,
    None where none was found. Both are exact text. ``dimension`` is that of the largest family
    of critical points with the least loss, 0 where there are only isolated ones. ``weights`` are
    some at the floor, as exact text; none where none are known.
    """

    network: str
    floor: str
    lowest: str | None
    dimension: int
    weights: tuple[str, ...] = ()

    @property
    def attained(self) -> bool:
        """Whether the floor is a loss that the network has somewhere."""
        return self.lowest == self.floor


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Every critical point of one loss, classified, with all that is needed to repeat it.

    ``polynomial`` is the loss in full, ``inspection`` what ``polynet.inspect(loss).to_dict()``
    gives, ``l2`` the penalty of each weight as text, exact where the loss is. ``versions`` maps
    packages to versions. ``descent`` is there where the critical points could not be found: what
    descent reaches instead. Two studies are equal where their records are.
    """

    name: str
    network: str
    l2: tuple[str, ...]
    polynomial: str
    n_terms: int
    inspection: Mapping[str, Any]
    critical: CriticalSet
    descent: Descent | None
    reach: tuple[Reach, ...]
    solver: str
    seed: int | None
    versions: Mapping[str, str]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """The record as plain dicts, lists, numbers and text, headed by format and version."""
        return {
            **FORMAT.head,
            "name": self.name,
            "network": self.network,
            "l2": list(self.l2),
            "polynomial": self.polynomial,
            "n_terms": self.n_terms,
            "inspection": dict(self.inspection),
            "reach": [asdict(entry) for entry in self.reach],
            "critical": as_record(self.critical),
            "descent": None if self.descent is None else _descent_out(self.descent),
            "solver": self.solver,
            "seed": self.seed,
            "versions": dict(self.versions),
            "seconds": self.seconds,
        }

    def to_json(self) -> str:
        """``to_dict`` as text; ``from_json`` gives an equal study back."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Study:
        """The study that ``text`` records.

        Raises ``DataError`` where it is no JSON, no study, of another version, or incomplete.
        """
        try:
            record = json.loads(text)
        except ValueError as error:
            raise DataError(f"this is not JSON: {error}") from None
        return cls.from_dict(record)

    @classmethod
    def from_dict(cls, record: Any) -> Study:
        """The study of which ``record`` is ``to_dict``; raises as ``from_json``."""
        return FORMAT.read(record, _study)

    def save(self, path: Path) -> None:
        """Write the study to ``path`` as JSON, all of it or nothing."""
        write_text(path, self.to_json())

    @classmethod
    def load(cls, path: Path) -> Study:
        """The study in the file ``path``; raises as ``from_json``, and ``OSError``."""
        try:
            return cls.from_json(Path(path).read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise DataError(f"{path} is not text in UTF-8: {error}") from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Study) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.name, self.network, self.l2, self.polynomial, self.seconds))

    def __str__(self) -> str:
        from solvers.study_text import study_text

        return study_text(self)


def _study(record: Mapping[str, Any]) -> Study:
    return Study(
        name=record["name"],
        network=record["network"],
        l2=tuple(record["l2"]),
        polynomial=record["polynomial"],
        n_terms=record["n_terms"],
        inspection=dict(record["inspection"]),
        critical=from_record(record["critical"]),
        descent=None if record["descent"] is None else _descent_in(record["descent"]),
        reach=tuple(map(_reach_in, record["reach"])),
        solver=record["solver"],
        seed=record["seed"],
        versions=dict(record["versions"]),
        seconds=record["seconds"],
    )


def _reach_in(record: Mapping[str, Any]) -> Reach:
    return Reach(**{**record, "weights": tuple(record.get("weights", ()))})


def _descent_out(descent: Descent) -> dict[str, Any]:
    return asdict(descent) | {"weights": list(descent.weights)}


def _descent_in(record: Mapping[str, Any]) -> Descent:
    return Descent(**{**record, "weights": tuple(record["weights"])})
