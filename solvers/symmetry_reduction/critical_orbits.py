"""All critical points of a loss up to its scalings, stratum by stratum.

Enters: a loss without penalties (or with some, where others are free) and a solver. Leaves:
``CriticalOrbits``: for each stratum of ``gauge`` its isolated representatives, classified by the
Hessian of the whole loss, and the families that are left. Source of 'nondegenerate across the
orbit': Bott, 'Nondegenerate critical manifolds' (1954).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import fmpq_poly

from polynet.errors import InputError
from polynet.polynomial_system import PolynomialSystem
from solvers.algebraic_point import conjugate_points
from solvers.completeness import Completeness, CompletenessStatus
from solvers.critical_point import CriticalPoint, Kind
from solvers.family import CriticalFamily
from solvers.find import expanded_loss, is_algebraic, proved_floor
from solvers.groebner.value_split import ValueParts, split_by_value
from solvers.landscape_point import PointClassifier
from solvers.number_text import counted, decimal
from solvers.outcome import Outcome
from solvers.solve import solve
from solvers.symmetry_reduction.gauge import GaugeStratum, gauge_strata
from solvers.univariate_representation import UnivariateRepresentation

if TYPE_CHECKING:
    from solvers.protocol import Solver
    from solvers.solution_set import SolutionSet

__all__ = [
    "CriticalOrbit",
    "CriticalOrbits",
    "OrbitFamily",
    "StratumPoints",
    "find_critical_orbits",
]

# The one point without coordinates, for strata where every weight has a given value.
_NO_UNKNOWNS = UnivariateRepresentation(fmpq_poly([0, 1]), ())


@dataclass(frozen=True, slots=True)
class CriticalOrbit:
    """The critical points t^a w of one representative ``point``, ``dimension`` many parameters."""

    point: CriticalPoint
    dimension: int

    @property
    def loss(self) -> float:
        """The loss, the same on the orbit."""
        return self.point.loss

    @property
    def index(self) -> int:
        """The number of negative eigenvalues of the Hessian, the same on the orbit."""
        return self.point.index

    @property
    def nondegenerate(self) -> bool:
        """Whether the Hessian is nondegenerate across the orbit.

        Then near it there are no other critical points: it is a component of its own.
        """
        return self.point.inertia.zero == self.dimension

    @property
    def kind(self) -> Kind:
        """What the Hessian says across the orbit."""
        inertia = self.point.inertia
        if not self.nondegenerate:
            return Kind.DEGENERATE
        if inertia.positive and inertia.negative:
            return Kind.SADDLE
        return Kind.MAXIMUM if inertia.negative else Kind.MINIMUM


@dataclass(frozen=True, slots=True)
class OrbitFamily:
    """The orbits of a family of representatives, the part ``in_slice`` of a stratum.

    Each orbit has dimension ``orbit_dimension``.
    """

    in_slice: CriticalFamily
    orbit_dimension: int

    @property
    def dimension(self) -> int:
        """The dimension of the orbits together."""
        return self.in_slice.dimension + self.orbit_dimension

    @property
    def losses(self) -> tuple[float, ...]:
        """The real values of the loss on it, ascending."""
        return self.in_slice.losses

    @property
    def loss(self) -> float:
        """The least of ``losses``; NaN where there is none."""
        return self.in_slice.loss

    @property
    def representatives(self) -> tuple[CriticalPoint, ...]:
        """Classified real points on it."""
        return self.in_slice.representatives


@dataclass(frozen=True, slots=True)
class StratumPoints:
    """What a stratum holds.

    ``orbits`` come from the isolated real solutions of its system, ``families`` from solution sets
    of positive dimension; ``exact`` says whether the solver was.
    """

    stratum: GaugeStratum
    outcome: Outcome
    complex_count: int = 0
    orbits: tuple[CriticalOrbit, ...] = ()
    families: tuple[OrbitFamily, ...] = ()
    exact: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class CriticalOrbits:
    """The critical points of a loss up to its scalings.

    Attributes
    ----------
    names
        The weights.
    n_scalings
        How many independent scalings leave the loss as it is.
    strata
        The strata that have critical points (or may have some, where a solve did not finish).
    completeness
        Whether the orbits and families together are all critical points, and why.
    floor
        A proved lower bound on the loss, or None.
    """

    names: tuple[str, ...]
    n_scalings: int
    strata: tuple[StratumPoints, ...]
    completeness: Completeness
    floor: Fraction | float | None = None
    solver: str = ""
    seconds: float = 0.0

    @property
    def orbits(self) -> tuple[CriticalOrbit, ...]:
        """The real orbits of isolated representatives, ascending by loss."""
        found = [orbit for part in self.strata for orbit in part.orbits]
        return tuple(sorted(found, key=lambda orbit: (orbit.loss, -orbit.dimension)))

    @property
    def families(self) -> tuple[OrbitFamily, ...]:
        """What stays of positive dimension when the scalings are fixed, stratum by stratum."""
        return tuple(family for part in self.strata for family in part.families)

    @property
    def losses(self) -> tuple[float, ...]:
        """The losses of the orbits and of the families with known real points, ascending."""
        on_families = (f.loss for f in self.families if f.representatives)
        return tuple(sorted({orbit.loss for orbit in self.orbits}.union(on_families)))

    @property
    def complex_count(self) -> int:
        """The number of isolated complex representatives."""
        return sum(part.complex_count for part in self.strata)

    def __str__(self) -> str:
        lines = [
            f"{counted(len(self.orbits), 'real orbit', 'real orbits')} under "
            f"{counted(self.n_scalings, 'scaling', 'scalings')}, "
            f"{counted(len(self.families), 'family', 'families')} more, in "
            f"{counted(len(self.strata), 'stratum', 'strata')}",
            f"completeness {self.completeness}",
        ]
        for part in self.strata:
            lines.append(f"{part.stratum}:")
            lines += [f"  {line}" for line in _lines(part)]
        return "\n".join(lines)


def _lines(part: StratumPoints) -> Iterator[str]:
    for orbit in part.orbits:
        point = orbit.point
        loss = decimal(point.loss, 10, point.loss_exact, point.loss_enclosure)
        where = ", ".join(decimal(float(x), 6, *point.known(j)) for j, x in enumerate(point.point))
        yield (
            f"{orbit.kind.value} of index {orbit.index}, loss {loss}, orbit of dimension "
            f"{orbit.dimension} of ({where})"
        )
    for family in part.families:
        values = ", ".join(decimal(loss, 10) for loss in family.losses) or "none that is real"
        yield f"family, with its scalings of dimension {family.dimension}; loss {values}"
    if not part.outcome.solved:
        yield f"{part.outcome.value}: {part.outcome.advice}"


def find_critical_orbits(loss: Any, solver: Solver | None = None) -> CriticalOrbits:
    """All critical points of ``loss`` up to the scalings that leave it as it is.

    Scalings w_j -> t^{a_j} w_j come from hidden units whose activation is a power, wherever no
    penalty breaks them; they are read off the expanded loss.

    Parameters
    ----------
    loss
        An exact collected loss, or a ``SparsePolynomial``.
    solver
        What solves the system of each stratum; ``Groebner()`` where None.

    Raises
    ------
    InputError
        For a loss that is not exact, or that no scaling leaves as it is.

    Examples
    --------
    >>> from polynet import SparsePolynomial
    >>> w, v = SparsePolynomial.variables(["w", "v"])
    >>> print(find_critical_orbits((w * v - 1) ** 2))
    2 real orbits under 1 scaling, 0 families more, in 2 strata
    completeness proved: every stratum of the scalings was solved exactly
    w = 1:
      minimum of index 0, loss 0, orbit of dimension 1 of (1, 1)
    w = v = 0:
      saddle of index 1, loss 1, orbit of dimension 0 of (0, 0)
    """
    start = time.perf_counter()
    polynomial = expanded_loss(loss)
    strata = gauge_strata(polynomial)
    if len(strata) == 1:
        raise InputError(
            "no scaling of the weights leaves this loss as it is (penalties break those of hidden "
            "units), so there is no gauge to fix; use find_critical_points"
        )
    finder = _Finder(PointClassifier(polynomial), proved_floor(loss), solver)
    parts = [finder.points(stratum) for stratum in strata]
    return CriticalOrbits(
        names=polynomial.names,
        n_scalings=max(stratum.orbit_dimension for stratum in strata),
        strata=tuple(p for p in parts if p.complex_count or p.families or not p.outcome.solved),
        completeness=_completeness(parts),
        floor=finder.floor,
        solver=type(solver).__name__ if solver is not None else "Groebner",
        seconds=time.perf_counter() - start,
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    """Solves strata and classifies what is found by the Hessian of the whole loss."""

    classifier: PointClassifier
    floor: Fraction | float | None
    solver: Solver | None

    def points(self, stratum: GaugeStratum) -> StratumPoints:
        """The critical points of one stratum."""
        equations = [e for e in stratum.equations if not e.is_zero]
        if any(equation.degree == 0 for equation in equations):
            return StratumPoints(stratum, Outcome.INCONSISTENT)
        if not stratum.loss.n_variables:
            orbit = self._orbit(stratum, stratum.lifted(_NO_UNKNOWNS), 0, 1)
            return StratumPoints(stratum, Outcome.SOLVED, 1, (orbit,))
        found = solve(PolynomialSystem(tuple(equations or stratum.equations[:1])), self.solver)
        exact = is_algebraic(found)
        orbits = self._exact(stratum, found) if exact else self._rounded(stratum, found)
        parts = split_by_value(found.families, stratum.loss, seed=found.seed or 0)
        hidden = [
            self._orbit(stratum, point, root, 0)
            for point in map(stratum.lifted, parts.points)
            for root in range(point.n_real)
        ]
        return StratumPoints(
            stratum,
            found.outcome,
            found.n_finite + sum(point.degree for point in parts.points),
            (*orbits, *hidden),
            tuple(self._families(stratum, parts)),
            exact,
        )

    def _exact(self, stratum: GaugeStratum, found: SolutionSet) -> list[CriticalOrbit]:
        real = found.is_real
        points = [stratum.lifted(point) for point in conjugate_points(found)]
        return [
            self._orbit(stratum, points[i], int(root), int(multiplicity))
            for (i, root), multiplicity in zip(
                found.members[real], found.multiplicities[real], strict=True
            )
        ]

    def _rounded(self, stratum: GaugeStratum, found: SolutionSet) -> list[CriticalOrbit]:
        return [
            CriticalOrbit(
                self.classifier.numerical(
                    stratum.lifted_values(point), int(multiplicity), reason="numerical solver"
                ),
                stratum.orbit_dimension,
            )
            for point, multiplicity in zip(
                found.real_solutions, found.multiplicities[found.is_real], strict=True
            )
        ]

    def _orbit(
        self, stratum: GaugeStratum, point: UnivariateRepresentation, root: int, multiplicity: int
    ) -> CriticalOrbit:
        critical = self.classifier.algebraic(point, root, multiplicity)
        return CriticalOrbit(critical, stratum.orbit_dimension)

    def _families(self, stratum: GaugeStratum, parts: ValueParts) -> Iterator[OrbitFamily]:
        lifted = tuple((stratum.lifted_family(part), values) for part, values in parts.families)
        for family in self.classifier.families(ValueParts(lifted), self.floor):
            yield OrbitFamily(family, stratum.orbit_dimension)


def _completeness(parts: Sequence[StratumPoints]) -> Completeness:
    unsolved = [part for part in parts if not part.outcome.solved]
    if unsolved:
        reason = f"{counted(len(unsolved), 'stratum was', 'strata were')} not solved"
        return Completeness(CompletenessStatus.UNKNOWN, (reason, unsolved[0].outcome.advice))
    if not all(part.exact for part in parts):
        reason = "a numerical solver solved the strata, and nothing proves that it missed none"
        return Completeness(CompletenessStatus.UNKNOWN, (reason,))
    reason = "every stratum of the scalings was solved exactly"
    return Completeness(CompletenessStatus.PROVED, (reason,))
