"""All critical points of a loss, isolated or in families, classified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from os import PathLike

from solvers.completeness import Completeness
from solvers.critical_point import CriticalPoint, Kind
from solvers.family import CriticalFamily
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
        losses = [point.loss for point in self.real]
        losses += [p.loss for family in self.families for p in family.representatives]
        return min(losses, default=None)

    @property
    def least_loss_exact(self) -> Fraction | None:
        """``least_loss`` where it is known to be a rational number."""
        least = self.least_loss
        points = [*self.real, *(p for f in self.families for p in f.representatives)]
        return next((p.loss_exact for p in points if p.loss == least), None)

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
        below = least - 1e-14 * max(1.0, abs(least))
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
        bound = "" if self.floor is None else f"; proved lower bound {self.floor}"
        if self.coercive:
            return "the least critical value found; some real points may be missing" + bound
        return (
            "the least critical value; the loss is not known to be coercive, so it may come "
            "nearer to a lower value without reaching it" + bound
        )

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
            f"isolated, {len(self.families)} families)"
        )

    def __str__(self) -> str:
        from solvers.critical_set_text import table

        return table(self)
