"""Positive-dimensional parts of a solution set, and what a loss does on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from polynet.polynomial import SparsePolynomial
from solvers.critical_point import CriticalPoint, Kind
from solvers.number_text import counted, decimal, exact_text
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["CriticalFamily", "SolutionFamily", "family_count"]

_BITS = 64
_DIGITS = 6
_SHOWN = 4  # points


@dataclass(frozen=True, slots=True)
class SolutionFamily:
    """A component of positive dimension of a solution set.

    Attributes
    ----------
    names
        The variables, in the order in which the generators have them (samples: as the system has).
    generators
        A reduced Gröbner basis of an ideal of the component, degree reverse lexicographic in
        ``names``; none where the component is the whole space.
    dimension, degree
        Of the component over the complex numbers.
    irreducible
        True where proved irreducible over Q; False means only 'not decomposed further': smaller
        components and isolated points may be hidden in it.
    samples
        Points on it with at least one real conjugate, the simplest first; empty where none was
        found.
    real_dimension
        An upper bound on the dimension of its real points that is below ``dimension`` where sums
        of squares among the generators force it (then samples are of the real points); -1 where
        there is none.
    sampled_everywhere
        Whether every connected component of its real points is proved to have a sample.
    """

    names: tuple[str, ...]
    generators: tuple[SparsePolynomial, ...]
    dimension: int
    degree: int
    irreducible: bool
    samples: tuple[UnivariateRepresentation, ...] = ()
    real_dimension: int | None = None
    sampled_everywhere: bool = False

    @property
    def has_real_points(self) -> bool | None:
        """Whether there are real points on it; None where neither is proved."""
        if self.real_dimension == -1:
            return False
        return True if self.samples else None

    def contains(self, point: UnivariateRepresentation) -> bool:
        """Whether the point, its coordinates in the order of ``names``, lies on it."""
        return all(point.vanishes(g.mpoly) for g in self.generators)

    def permuted(self, places: Sequence[int]) -> SolutionFamily:
        """The same component with coordinate ``places[j]`` of the samples at place j."""
        samples = tuple(sample.permuted(places) for sample in self.samples)
        return replace(self, samples=samples)

    def __str__(self) -> str:
        known = "irreducible over Q" if self.irreducible else "not decomposed further"
        return f"dimension {self.dimension}, degree {self.degree}, {known}"

    def details(self, *, most: int = 8) -> tuple[str, ...]:
        """Lines with its equations, ``most`` of them, and with what is known of real points."""
        lines = [f"{generator.to_string(most)} = 0" for generator in self.generators[:most]]
        if len(self.generators) > most:
            lines.append(f"… and {len(self.generators) - most:,} more equations")
        if self.has_real_points is False:
            lines.append("no real points")
        elif self.samples:
            everywhere = " on every connected component" if self.sampled_everywhere else ""
            points = ", ".join(map(_real_point, self.samples[:_SHOWN]))
            lines.append(f"real points{everywhere}, such as {points}")
        return tuple(lines)


def _real_point(sample: UnivariateRepresentation) -> str:
    """The first real one of the conjugates."""
    exact = sample.rational_point
    if exact is not None:
        return f"({', '.join(map(exact_text, exact))})"
    ball = sample.balls(_BITS)[0]
    return f"({', '.join(decimal(float(x.real), _DIGITS, ball=str(x.real)) for x in ball)})"


def family_count(families: Iterable[SolutionFamily]) -> str:
    """How many families there are, and how many of them may fall into more."""
    known = [family.irreducible for family in families]
    text = counted(len(known), "family", "families")
    if all(known):
        return text
    which = "" if len(known) == 1 else f"{known.count(False)} of them "
    return f"{text}, {which}not decomposed further"


@dataclass(frozen=True, slots=True)
class CriticalFamily:
    """A component of critical points; the loss is constant on each of its connected parts.

    Attributes
    ----------
    solutions
        The component.
    losses
        The real values of the loss on it, ascending (one, unless it is not decomposed further),
        without those below a proved bound: empty where no real point can lie on it.
    loss_exact
        The value where it is one rational number, else None.
    representatives
        Classified real points on it, the most generic first; empty where none was found.
    global_minimum
        Whether the value is proved to be the least of the loss.
    """

    solutions: SolutionFamily
    losses: tuple[float, ...]
    loss_exact: Fraction | None
    representatives: tuple[CriticalPoint, ...] = ()
    global_minimum: bool = False

    @property
    def dimension(self) -> int:
        """The dimension over the complex numbers."""
        return self.solutions.dimension

    @property
    def degree(self) -> int:
        """The degree."""
        return self.solutions.degree

    @property
    def loss(self) -> float:
        """The least real value of the loss on the family; NaN where there is none."""
        return self.losses[0] if self.losses else float("nan")

    @property
    def indices(self) -> tuple[int, ...]:
        """The numbers of negative Hessian eigenvalues met at the representatives, ascending.

        Only where the Hessian is nondegenerate across the family, if it is so anywhere.
        """
        regular = [p for p in self.representatives if p.inertia.zero == self.dimension]
        return tuple(sorted({point.index for point in regular or self.representatives}))

    @property
    def index(self) -> int | None:
        """The index where all representatives agree on it, else None."""
        return self.indices[0] if len(self.indices) == 1 else None

    @property
    def nondegenerate(self) -> bool:
        """Whether the Hessian is nondegenerate across the family at the first representative.

        Then the family is a manifold there, and the index is constant near it (Morse and Bott).
        """
        return bool(self.representatives) and self._across(self.representatives[0]) is not None

    @property
    def kind(self) -> Kind:
        """What the family consists of around its representatives.

        Minima where the value is proved to be the least of the loss. Else what the Hessian says
        across the family at the representatives where it decides, if these agree; else degenerate.
        """
        if self.global_minimum:
            return Kind.MINIMUM
        kinds = {kind for p in self.representatives if (kind := self._across(p)) is not None}
        return kinds.pop() if len(kinds) == 1 else Kind.DEGENERATE

    def _across(self, point: CriticalPoint) -> Kind | None:
        """The kind by the inertia across the family; None where that does not decide."""
        inertia = point.inertia
        if inertia.positive and inertia.negative:
            return Kind.SADDLE
        if inertia.zero != self.dimension:
            return None
        return Kind.MAXIMUM if inertia.negative else Kind.MINIMUM
