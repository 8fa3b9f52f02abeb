"""The record of a study: what was asked, what was found, how sure it is, and what it ran on.

A :class:`Study` is plain numbers and text, so that it saves to ``study.json`` and loads back
equal, on another machine and without the objects that it came from. ``solvers.study`` makes it;
``solvers.study_text`` prints it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from polynet.atomic_file import write_text
from polynet.errors import DataError

__all__ = ["FORMAT", "VERSION", "FamilyRecord", "PointRecord", "Reach", "Study"]

FORMAT = "polynet study"
VERSION = 1


@dataclass(frozen=True, slots=True)
class PointRecord:
    """A critical point: floats for reading, exact or enclosing text where there is such.

    ``inertia`` counts the positive, negative and zero eigenvalues of the Hessian; ``exact`` are
    fractions, ``enclosure`` decimal balls, one for each weight, each empty where there is none.
    """

    kind: str
    index: int
    inertia: tuple[int, int, int]
    loss: float
    loss_exact: str | None
    evidence: str
    multiplicity: int
    point: tuple[float, ...]
    exact: tuple[str, ...] = ()
    enclosure: tuple[str, ...] = ()

    @property
    def level(self) -> tuple[float, int, str]:
        """Loss to nine digits, index and kind: symmetric copies of a point share it."""
        return (float(f"{self.loss:.9g}"), self.index, self.kind)


@dataclass(frozen=True, slots=True)
class FamilyRecord:
    """A component of critical points of positive dimension, with sample points on it.

    ``loss`` is None where no real value was found; ``generators`` are polynomials whose common
    zeros are the component.
    """

    kind: str
    dimension: int
    degree: int
    irreducible: bool
    real_dimension: int | None
    loss: float | None
    loss_exact: str | None
    global_minimum: bool
    generators: tuple[str, ...]
    samples: tuple[PointRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What a network can reach on the same data without penalty.

    No weights bring the loss below ``floor``; ``lowest`` is the least loss of a critical point,
    None where none was found. Both are exact text.
    """

    network: str
    description: str
    floor: str
    lowest: str | None

    @property
    def attained(self) -> bool:
        """Whether the floor is a loss that the network has somewhere."""
        return self.lowest == self.floor


@dataclass(frozen=True, slots=True)
class Study:
    """Every critical point of one loss, classified, with all that is needed to repeat it.

    ``inspection`` is the record that ``polynet.inspect(loss).to_dict()`` gives; ``floor`` is a
    number that the loss is never below, as text, exact for exact losses; ``versions`` are pairs
    of a package and its version. ``complex_count`` is None where it is not known.
    """

    name: str
    network: str
    parameter_names: tuple[str, ...]
    l2: tuple[str, ...]
    polynomial: str
    n_terms: int
    inspection: Mapping[str, Any]
    floor: str
    solver: str
    seed: int
    outcome: str
    advice: str
    completeness: str
    complex_count: int | None
    points: tuple[PointRecord, ...]
    families: tuple[FamilyRecord, ...]
    reach: tuple[Reach, ...]
    versions: tuple[tuple[str, str], ...]
    seconds: float

    @property
    def lowest(self) -> float | None:
        """The least loss of all points and families, or None where nothing was found."""
        losses = [point.loss for point in self.points]
        losses += [family.loss for family in self.families if family.loss is not None]
        return min(losses, default=None)

    def to_dict(self) -> dict[str, Any]:
        """The record as plain dicts, lists, numbers and text, headed by format and version."""
        return {"format": FORMAT, "version": VERSION} | asdict(self)

    def to_json(self) -> str:
        """``to_dict`` as text; ``from_json`` gives an equal study back."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Study:
        """The study that ``text`` records.

        Raises ``DataError`` where it is no JSON, no study, of a later version, or incomplete.
        """
        try:
            content = json.loads(text)
        except ValueError as error:
            raise DataError(f"this is not JSON: {error}") from None
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise DataError(f'this is no study: a study has the entry "format": "{FORMAT}"')
        if content.get("version") != VERSION:
            raise DataError(
                f"this study has version {content.get('version')!r}, and this program reads "
                f"version {VERSION}; read it with the polynet that wrote it"
            )
        try:
            return _study(content)
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"this study is incomplete or damaged: {error}") from None

    def save(self, path: Path) -> None:
        """Write the study to ``path`` as JSON, all of it or nothing."""
        write_text(path, self.to_json())

    @classmethod
    def load(cls, path: Path) -> Study:
        """The study in the file ``path``; raises as ``from_json`` and ``OSError``."""
        return cls.from_json(Path(path).read_text(encoding="utf-8"))

    def __str__(self) -> str:
        from solvers.study_text import study_text

        return study_text(self)


def _study(content: dict[str, Any]) -> Study:
    fields = {key: value for key, value in content.items() if key not in ("format", "version")}
    return Study(
        **fields
        | {
            "parameter_names": tuple(fields["parameter_names"]),
            "l2": tuple(fields["l2"]),
            "points": tuple(_point(point) for point in fields["points"]),
            "families": tuple(_family(family) for family in fields["families"]),
            "reach": tuple(Reach(**reach) for reach in fields["reach"]),
            "versions": tuple((name, version) for name, version in fields["versions"]),
        }
    )


def _point(fields: dict[str, Any]) -> PointRecord:
    tuples = ("inertia", "point", "exact", "enclosure")
    return PointRecord(**fields | {key: tuple(fields[key]) for key in tuples})


def _family(fields: dict[str, Any]) -> FamilyRecord:
    return FamilyRecord(
        **fields
        | {
            "generators": tuple(fields["generators"]),
            "samples": tuple(_point(point) for point in fields["samples"]),
        }
    )
