"""One classified critical point of a loss."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from solvers.number_text import decimal

__all__ = ["CriticalPoint", "Evidence", "Inertia", "Kind"]


class Kind(Enum):
    """What the Hessian says about a critical point."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    DEGENERATE = "degenerate"


class Evidence(Enum):
    """How sure a point and its kind are.

    ``EXACT``: rational or algebraic, by exact arithmetic. ``CERTIFIED``: proved by ball
    arithmetic. ``NUMERICAL``: floating point, not proved.
    """

    EXACT = "exact"
    CERTIFIED = "certified"
    NUMERICAL = "numerical"


@dataclass(frozen=True, slots=True)
class Inertia:
    """How many eigenvalues of a symmetric matrix are positive, negative and zero."""

    positive: int
    negative: int
    zero: int

    @property
    def kind(self) -> Kind:
        """The kind of a critical point with this Hessian."""
        if self.zero:
            # Two signs make a saddle whatever the rest; its index is then only bounded below.
            return Kind.DEGENERATE
        if not self.negative:
            return Kind.MINIMUM
        return Kind.MAXIMUM if not self.positive else Kind.SADDLE

    def __str__(self) -> str:
        return f"({self.positive}+, {self.negative}-, {self.zero} zero)"


@dataclass(frozen=True, slots=True, eq=False)
class CriticalPoint:
    """A real critical point, its loss and the inertia of the Hessian there.

    Attributes
    ----------
    point
        ``(n_parameters,)`` floats, each within one rounding of the true coordinate; infinite where
        that is beyond the range of floats.
    loss
        The loss there, as a float.
    inertia
        Of the Hessian.
    evidence
        How sure the point and its inertia are.
    exact
        The coordinates where all are rational, else None.
    enclosure
        For each coordinate a decimal ball ``[mid +/- radius]`` that holds it; empty where the
        point is numerical.
    loss_exact
        The loss where it is rational, else None.
    loss_enclosure
        A decimal ball that holds the loss; empty where the point is numerical.
    multiplicity
        Of the point as a solution of the gradient equations; 1 where nondegenerate, 0 where not
        known (isolated points beside families).
    reason
        Why nothing is proved of a numerical point; empty for others.
    """

    point: NDArray[np.float64]
    loss: float
    inertia: Inertia
    evidence: Evidence
    exact: tuple[Fraction, ...] | None = None
    enclosure: tuple[str, ...] = ()
    loss_exact: Fraction | None = None
    loss_enclosure: str = ""
    multiplicity: int = 1
    reason: str = ""

    def __post_init__(self) -> None:
        point = np.array(self.point, dtype=np.float64)
        point.setflags(write=False)
        object.__setattr__(self, "point", point)

    def known(self, j: int) -> tuple[Fraction | None, str]:
        """Coordinate ``j`` exactly, or None, and its enclosure, empty where there is none."""
        exact = None if self.exact is None else self.exact[j]
        return exact, self.enclosure[j] if self.enclosure else ""

    @property
    def kind(self) -> Kind:
        """Minimum, maximum or saddle; degenerate where the Hessian is singular."""
        return self.inertia.kind

    @property
    def index(self) -> int:
        """The number of negative eigenvalues of the Hessian."""
        return self.inertia.negative

    @property
    def degenerate(self) -> bool:
        """Whether the Hessian is singular."""
        return self.inertia.zero > 0

    def __str__(self) -> str:
        places = range(len(self.point))
        where = ", ".join(decimal(float(self.point[j]), 6, *self.known(j)) for j in places)
        loss = decimal(self.loss, 10, self.loss_exact, self.loss_enclosure)
        return f"{self.kind.value} of index {self.index}, loss {loss}, at ({where})"
