"""The weights that bring a loss as low as any function of its inputs could: proved minima.

Enters: an exact collected loss. Leaves: ``FloorWeights``, all solutions of ``floor_system`` with an
exact real point among them. Where there is one, the lower bound is the least loss, and that is a
proof, however large the gradient system is: the residual system is far smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from solvers.algebraic_point import conjugate_points
from solvers.family import family_count
from solvers.groebner.solver import Groebner
from solvers.number_text import counted
from solvers.solution_set import SolutionSet
from solvers.univariate_representation import UnivariateRepresentation

if TYPE_CHECKING:
    from polynet.collected_loss import CollectedLoss
    from solvers.algebraic_number import AlgebraicNumber

__all__ = ["FloorWeights", "find_floor_weights"]


@dataclass(frozen=True, slots=True, eq=False)
class FloorWeights:
    """The weights at which a loss equals its proved lower bound, ``floor``.

    ``solutions`` are all of them over the complex numbers, isolated and in families; ``point`` is
    a real one, put into the equations exactly, the simplest that is known; None for none.
    """

    floor: Fraction
    solutions: SolutionSet
    point: UnivariateRepresentation | None

    @property
    def attained(self) -> bool | None:
        """Whether real weights have this loss, proved; None where neither is."""
        if self.point is not None:
            return True
        real = [family.has_real_points for family in self.solutions.families]
        finished = self.solutions.outcome.solved and not self.solutions.unproved
        return False if finished and all(known is False for known in real) else None

    @property
    def weights(self) -> tuple[AlgebraicNumber, ...] | None:
        """Real weights with this loss, exact, one number for each: ``point``, its first conjugate.

        Cost: ``UnivariateRepresentation.coordinate`` for each.
        """
        if self.point is None:
            return None
        return tuple(self.point.coordinate(0, j) for j in range(len(self.solutions.names)))

    @property
    def dimension(self) -> int | None:
        """The dimension of all of them; -1 where there are none, None where it is not known."""
        return self.solutions.dimension

    def __str__(self) -> str:
        found = self.solutions
        if self.attained is None:
            return f"loss {self.floor}: {found.outcome.value}. {found.outcome.advice}"
        if not self.attained:
            return f"no real weights have loss {self.floor}, which is proved"
        sets = [f"loss {self.floor} is the least, proved, and the weights that have it are"]
        if found.n_finite:
            sets.append(f"{counted(found.n_real, 'real point', 'real points')} and")
        if found.families:
            sets.append(f"{family_count(found.families)}, dimension/degree")
            sets.append(", ".join(f"{f.dimension}/{f.degree}" for f in found.families))
        return " ".join(sets).removesuffix(" and")


def find_floor_weights(loss: CollectedLoss, solver: Groebner | None = None) -> FloorWeights:
    """All weights at which ``loss`` equals ``loss.lower_bound()``: minima without the gradient.

    L is never below the bound, so that one exact real point is a proof of the least value; with
    the bound 0 such weights fit every example exactly. They are the solutions of
    ``loss.floor_system()``, whose degrees are about half of the gradient's. Weights with a penalty
    are zero there, so this is for losses without penalties, or with some on few weights.

    Parameters
    ----------
    loss
        A collected loss of exact data and weights.
    solver
        What solves the equations; ``Groebner()`` where None.

    Raises
    ------
    InputError
        For a loss that is not exact.

    Examples
    --------
    >>> from polynet import Dense, Network, collect, datasets
    >>> network = Network([Dense(2, 1, bias=False), Dense(1, 1, bias=False)])
    >>> found = find_floor_weights(collect(network, datasets.xor()))
    >>> print(found)
    loss 4/3 is the least, proved, and the weights that have it are 1 family, dimension/degree 1/2
    >>> [str(weight) for weight in found.weights]
    ['-1', '-1', '-1/3']
    """
    equations = loss.floor_system()
    found = (solver or Groebner()).solve(equations)
    known = [*conjugate_points(found), *(p for f in found.families for p in f.samples)]
    for point in sorted(known, key=lambda point: (point.degree, _length(point))):
        if point.n_real and all(point.vanishes(e.mpoly) for e in equations.polynomials):
            return FloorWeights(loss.lower_bound(), found, point)
    return FloorWeights(loss.lower_bound(), found, None)


def _length(point: UnivariateRepresentation) -> int:
    """How many bits the coordinates take, so that short ones are preferred."""
    return sum(
        int(c.p).bit_length() + int(c.q).bit_length() for h in point.numerators for c in h.coeffs()
    )
