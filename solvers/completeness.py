"""Whether a set of critical points is complete, and by which check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from solvers.critical_point import CriticalPoint

__all__ = ["Completeness", "CompletenessStatus", "morse_sum"]


class CompletenessStatus(Enum):
    """``PROVED`` by exact algebra, ``CHECKED`` by a necessary condition, or ``UNKNOWN``."""

    PROVED = "proved"
    CHECKED = "checked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Completeness:
    """A statement about completeness with its reasons, strongest first."""

    status: CompletenessStatus
    reasons: tuple[str, ...]

    @property
    def proved(self) -> bool:
        """Whether completeness is proved."""
        return self.status is CompletenessStatus.PROVED

    @property
    def record(self) -> dict[str, Any]:
        """The status and the reasons in JSON types."""
        return {"status": self.status.value, "reasons": list(self.reasons)}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Completeness:
        """The statement that ``record`` is of."""
        return cls(CompletenessStatus(record["status"]), tuple(record["reasons"]))

    def __str__(self) -> str:
        return f"{self.status.value}: " + "; ".join(self.reasons)


def morse_sum(points: Iterable[CriticalPoint]) -> int | None:
    """The sum of (-1)^index over nondegenerate points; None where one is degenerate.

    For a coercive loss on R^n whose critical points are all nondegenerate it is 1. Source:
    Milnor, 'Morse Theory', section 5.
    """
    points = list(points)
    if any(point.degenerate for point in points):
        return None
    return sum(-1 if point.index % 2 else 1 for point in points)
