"""All critical points of a loss, isolated or in families, classified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from os import PathLike

from solvers.completeness import Completeness, CompletenessStatus
from solvers.critical_point import CriticalPoint, Kind
from solvers.family import CriticalFamily
from solvers.number_text import counted, decimal
from solvers.orbits import Orbits
from solvers.outcome import Outcome

__all__ = ["CriticalSet"]

_PRINTED_POINTS = 60


@dataclass(frozen=True, slots=True, eq=False)
class CriticalSet:
    """The critical points of a loss over its weights.

    Attributes
    ----------
    names
        The weights.
    real
        The isolated real critical points, ascending by loss.
    families
        The components of positive dimension, descending by dimension.
    complex_count, complex_multiplicity
        Isolated complex critical points: distinct, and with multiplicity (None where not known).
    floor
        A proved lower bound on the loss, or None.
    coercive
        Whether the loss is known to grow to infinity in every direction: then its least value is
        attained, at a critical point.
    completeness
        Whether this is all, and why.
    orbits
        Of the isolated complex points under the symmetries of the network; None where none is
        known.
    notes
        What else to know: repairs, what was taken for what, what was not proved.
    """

    names: tuple[str, ...]
    outcome: Outcome
    real: tuple[CriticalPoint, ...]
    families: tuple[CriticalFamily, ...]
    complex_count: int
    complex_multiplicity: int | None
    completeness: Completeness
    floor: Fraction | float | None = None
    coercive: bool = False
    dimension: int | None = None
    degree: int | None = None
    solver: str = ""
    engines: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    seconds: float = 0.0
    orbits: Orbits | None = None
    notes: tuple[str, ...] = ()

    @property
    def minima(self) -> tuple[CriticalPoint, ...]:
        """The isolated nondegenerate minima, ascending by loss."""
        return tuple(point for point in self.real if point.kind is Kind.MINIMUM)

    @property
    def n_real(self) -> int:
        """The number of isolated real critical points."""
        return len(self.real)

    @property
    def n_degenerate(self) -> int:
        """The number of isolated real critical points with a singular Hessian."""
        return sum(point.degenerate for point in self.real)

    @property
    def index_counts(self) -> dict[int, int]:
        """How many nondegenerate real points have each index, ascending by index."""
        counts = Counter(point.index for point in self.real if not point.degenerate)
        return dict(sorted(counts.items()))

    @property
    def least_loss(self) -> float | None:
        """The least loss over all real critical points, isolated or in families; None for none."""
        return min((point.loss for point in self._points()), default=None)

    def _points(self) -> Iterator[CriticalPoint]:
        """The known real critical points, isolated or on families."""
        yield from self.real
        for family in self.families:
            yield from family.representatives

    @property
    def least_loss_exact(self) -> Fraction | None:
        """``least_loss`` where it is known to be a rational number."""
        least = self.least_loss
        return next((p.loss_exact for p in self._points() if p.loss == least), None)

    @property
    def least_loss_proved(self) -> bool:
        """Whether ``least_loss`` is proved to be the least value of the loss over all weights."""
        if self.least_loss is None:
            return False
        reached = self.floor is not None and self.least_loss_exact == self.floor
        complete = self.coercive and self.completeness.proved and not self.lower_candidates
        return reached or complete

    @property
    def lower_candidates(self) -> tuple[CriticalFamily, ...]:
        """Families that may have real points below ``least_loss``, none of which is known."""
        least = self.least_loss
        if least is None:
            return ()
        below = least - 1e-14 * max(1.0, min(abs(least), 1e300))
        possible = (f for f in self.families if f.solutions.real_dimension != -1)
        return tuple(f for f in possible if f.losses and f.losses[0] < below)

    @property
    def least_loss_reason(self) -> str:
        """Why ``least_loss`` is, or may not be, the least value of the loss."""
        if self.least_loss is None:
            return "no real critical point is known"
        if self.floor is not None and self.least_loss_exact == self.floor:
            return f"no weights get below: it equals the proved lower bound {self.floor}"
        if self.least_loss_proved:
            return "the loss is coercive, so its least value is at one of its critical points"
        return "; ".join(self._doubts())

    def _doubts(self) -> Iterator[str]:
        """Why the loss may be below ``least_loss`` somewhere, and how far below at most."""
        if lower := self.lower_candidates:
            value = decimal(min(family.loss for family in lower), 6)
            yield (
                f"{counted(len(lower), 'family', 'families')} may have real points with lower "
                f"values, down to {value}, though none is known"
            )
        if self.completeness.status is CompletenessStatus.CHECKED:
            yield "that no critical point is missing is checked, not proved"
        elif not self.completeness.proved:
            yield "some critical points may be missing"
        if not self.coercive:
            yield (
                "the loss is not known to be bounded below by it: it may take or approach lower "
                "values elsewhere"
            )
        if self.floor is not None:
            yield f"proved lower bound {self.floor}"

    @property
    def least_loss_name(self) -> str:
        """What ``least_loss`` is called: ``least loss`` only where that is proved."""
        return "least loss" if self.least_loss_proved else "least critical value"

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """The set as JSON text, also written to ``path``; ``from_json`` reads it back.

        The format is described in ``solvers.critical_set_json``.
        """
        from solvers.critical_set_json import dump

        return dump(self, path)

    @classmethod
    def from_json(cls, source: str | PathLike[str]) -> CriticalSet:
        """The set from JSON text or from a file of it; raises ``InputError`` for another format."""
        from solvers.critical_set_json import load

        return load(source)

    def __repr__(self) -> str:
        return (
            f"CriticalSet({self.outcome.value}: {self.n_real} real of {self.complex_count} "
            f"isolated, {counted(len(self.families), 'family', 'families')})"
        )

    def __str__(self) -> str:
        from solvers.critical_set_text import table

        return table(self)
