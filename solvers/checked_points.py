"""Numerical solutions after examination, with every correction that was made counted.

``point_check`` makes a ``CheckedPoints`` of what a solver found. Next stage: the critical set, and
``numerical_completeness``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solvers.certification.certificate import Certificate
from solvers.critical_point import CriticalPoint
from solvers.number_text import counted
from solvers.orbits import Orbits, without_conjugate

__all__ = ["CheckedPoint", "CheckedPoints", "lost_conjugates"]

ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True, slots=True, eq=False)
class CheckedPoint:
    """One complex solution.

    Attributes
    ----------
    value
        ``(n,)``, the real ones with imaginary parts 0.
    real
        Whether it is real, proved where it is certified.
    multiplicity
        As an isolated solution.
    certified
        Whether a simple solution is proved to be there.
    critical
        The certified critical point where it is real and proved.
    reason
        Why there is no proof; empty where there is one.
    accuracy
        How far the true solution may be, relative to max(1, greatest coordinate).
    repaired
        Whether no path led there: an image of another solution.
    """

    value: ComplexArray
    real: bool
    multiplicity: int = 1
    certified: bool = False
    critical: CriticalPoint | None = None
    reason: str = ""
    accuracy: float = 1e-10
    repaired: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class CheckedPoints:
    """All isolated solutions after the checks, and what these changed.

    Attributes
    ----------
    points
        The isolated solutions.
    orbits
        Under the symmetries of the loss; None where none is known.
    duplicates
        Listed solutions that are proved to be others of the list, and were removed.
    corrected
        Listed solutions that were said to be real and are not, or the other way round.
    repaired_conjugates, repaired_images
        Solutions added as conjugates, and as images under symmetries.
    on_families
        Listed solutions and ends of paths that lie on families, and are not listed.
    family_dimension
        The greatest local dimension met there, 0 where none was.
    recovered
        Isolated singular ends of paths that the solver had left out.
    undecided
        Singular ends of paths near which no zero was found, or that were not examined.
    certificate
        The last certificate; None where certification was not asked for.
    """

    points: tuple[CheckedPoint, ...]
    orbits: Orbits | None = None
    duplicates: int = 0
    corrected: int = 0
    repaired_conjugates: int = 0
    repaired_images: int = 0
    on_families: int = 0
    family_dimension: int = 0
    recovered: int = 0
    undecided: int = 0
    certificate: Certificate | None = field(default=None, repr=False)

    @property
    def n_certified(self) -> int:
        """How many distinct solutions are proved."""
        return sum(point.certified for point in self.points)

    @property
    def multiplicity_sum(self) -> int:
        """The number of isolated solutions with multiplicity."""
        return sum(point.multiplicity for point in self.points)

    @property
    def conjugation_closed(self) -> bool:
        """Whether the conjugate of every solution is listed."""
        return not lost_conjugates(self.points)

    def notes(self) -> tuple[str, ...]:
        """Every correction in words."""
        dimension = f" of local dimension {self.family_dimension}" if self.family_dimension else ""
        notes = [
            (self.duplicates, "was listed twice and removed", "were listed twice and removed"),
            (self.corrected, "was wrongly said to be real or not", "were wrongly said to be"),
            (
                self.repaired_conjugates,
                "was missing and repaired: the conjugate of another",
                "were missing and repaired: conjugates of others",
            ),
            (
                self.repaired_images,
                "was missing and repaired: the image of another under a symmetry",
                "were missing and repaired: images of others under symmetries",
            ),
            (
                self.recovered,
                "is singular, isolated, and was left out by the solver",
                "are singular, isolated, and were left out by the solver",
            ),
            (
                self.on_families,
                f"lies on a family{dimension} and is not listed",
                f"lie on families{dimension} and are not listed",
            ),
        ]
        nouns = ("solution", "solutions")
        lines = [
            f"{counted(count, *nouns)} {one if count == 1 else many}"
            for count, one, many in notes
            if count
        ]
        if self.undecided:
            ends = counted(self.undecided, "singular end of a path", "singular ends of paths")
            lines.append(f"{ends} could not be confirmed as solutions, and are not listed")
        return tuple(lines)


def lost_conjugates(points: Sequence[CheckedPoint]) -> list[int]:
    """The places of the points whose complex conjugates are not among them."""
    if not points:
        return []
    values = np.array([p.value for p in points])
    return without_conjugate(values, np.array([p.accuracy for p in points]))
