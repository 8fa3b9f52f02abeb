"""Any exact solver, on smaller systems: sign flips divided out, solutions put back.

Enters: a ``PolynomialSystem``. Its strata under sign flips (``sign_reduction``) are solved in
invariants; over each solution there lie 2^k, one for each choice of signs. Leaves: a
``SolutionSet`` of all of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from flint import ctx, fmpq_poly

from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from solvers.algebraic_point import conjugate_points
from solvers.certification.ball_map import SparseMap
from solvers.critical_point import Evidence
from solvers.groebner.solver import Groebner
from solvers.listed_points import ListedPoints
from solvers.outcome import Outcome
from solvers.solution_set import SolutionSet
from solvers.solve import solve
from solvers.symmetry_reduction.sign_orbit import SignOrbit
from solvers.symmetry_reduction.sign_reduction import SignStratum, sign_strata
from solvers.univariate_representation import UnivariateRepresentation

if TYPE_CHECKING:
    from solvers.algebraic_point import AlgebraicPoint
    from solvers.protocol import Solver

__all__ = ["UpToSigns"]

_ACCURACIES = (64, 256, 1024)  # bits, to tell a determinant from zero
# The point of a stratum without coordinates.
_ORIGIN = UnivariateRepresentation(fmpq_poly([0, 1]), ())
_FEW = 16  # points, to be made conjugates by one polynomial


@dataclass(frozen=True, slots=True)
class UpToSigns:
    """Solves by ``solver`` (default ``Groebner()``), once for all solutions that differ by signs.

    For systems that flips of signs leave as they are, such as the critical equations of a network
    with even activations and penalties: with k independent flips the systems have 2^k times fewer
    solutions. Systems without, and those whose solutions are not isolated, go to ``solver`` as
    they are.

    Examples
    --------
    >>> system = PolynomialSystem.from_strings(["x^2*y - 2", "x^2 - y^2 - 1"])
    >>> found = UpToSigns().solve(system)
    >>> found.n_finite, found.n_real
    (6, 2)
    """

    exact: ClassVar[bool] = True
    solver: Solver | None = None

    def solve(self, system: PolynomialSystem) -> SolutionSet:
        """All solutions of ``system``, exact.

        Raises ``InputError`` where ``solver`` is a numerical one.
        """
        start = time.perf_counter()
        strata = sign_strata(system)
        found = None if len(strata) == 1 else self._by_strata(system, strata)
        if found is None:
            found = solve(system, self.solver)
        return replace(found, seconds=time.perf_counter() - start)

    def _by_strata(self, system: PolynomialSystem, strata: list[SignStratum]) -> SolutionSet | None:
        """The solutions by strata; None where there are families."""
        lifted = _Lifted(system)
        for stratum in strata:
            found = self._in_stratum(stratum)
            if found is None or found.outcome is Outcome.POSITIVE_DIMENSIONAL:
                return None
            if not found.outcome.solved:
                return replace(
                    _bare(system.names, found.outcome),
                    solver=found.solver,
                    engines=found.engines,
                    notes=found.notes,
                )
            lifted.add(stratum, found)
        return lifted.solution_set()

    def _in_stratum(self, stratum: SignStratum) -> SolutionSet | None:
        """The solutions of the reduced system; None where all of space solves it."""
        nonzero = tuple(e for e in stratum.equations if not e.is_zero)
        if any(e.degree == 0 for e in nonzero):
            return _bare(stratum.coordinates.names, Outcome.INCONSISTENT)
        if not stratum.coordinates.names:
            return _bare((), Outcome.SOLVED, (_ORIGIN,))
        if not nonzero:
            return None
        found = solve(PolynomialSystem(nonzero), self.solver)
        if found.outcome is Outcome.POSITIVE_DIMENSIONAL and stratum.coordinates.squares:
            # The families may lie where a square is zero, which is outside of the stratum.
            found = solve(stratum.saturated(), self.solver)
        return found


def _bare(
    names: tuple[str, ...], outcome: Outcome, points: tuple[UnivariateRepresentation, ...] = ()
) -> SolutionSet:
    """Nothing, or rational points of multiplicity 1 (their floats are left out)."""
    n = len(points)
    return SolutionSet(
        names=names,
        outcome=outcome,
        solutions=np.zeros((n, len(names)), np.complex128),
        is_real=np.ones(n, np.bool_),
        multiplicities=np.ones(n, np.int64),
        representations=points,
        members=np.array([(i, 0) for i in range(n)], np.int64).reshape(n, 2),
    )


@dataclass(slots=True)
class _Lifted:
    """Collects the solutions of the strata, in the variables of the system."""

    system: PolynomialSystem
    points: list[AlgebraicPoint] = field(default_factory=list)
    multiplicities: list[int] = field(default_factory=list)
    engines: dict[str, str] = field(default_factory=dict)
    unproved: list[str] = field(default_factory=list)

    def add(self, stratum: SignStratum, found: SolutionSet) -> None:
        """Put back the signs of the solutions ``found`` that lie in ``stratum``."""
        self.engines |= found.engines
        self.unproved += found.unproved
        for i, point in enumerate(conjugate_points(found)):
            if any(not point.numerators[place] for place in stratum.coordinates.squares):
                continue  # a square is zero: the point lies in another stratum, if at all
            multiplicity = int(found.multiplicities[found.members[:, 0] == i][0])
            # Without the variable that saturation added.
            kept = point.permuted(range(len(stratum.coordinates.names)))
            orbit = SignOrbit(kept, stratum.coordinates)
            if stratum.form.zeros and not self._simple(orbit):
                multiplicity = 0  # known within the stratum, not across it
            for part in _conjugates(orbit):
                self.points.append(part)
                self.multiplicities.append(multiplicity)

    def _simple(self, orbit: SignOrbit) -> bool:
        """Whether the Jacobian is proved to have full rank at the points of ``orbit``."""
        equations = SparseMap(self.system)
        for accuracy in _ACCURACIES:
            with ctx.workprec(2 * accuracy):
                jacobian = equations.jacobian(list(orbit.balls(accuracy)[0]))
                normal = jacobian.transpose().conjugate() * jacobian
                if not normal.det().contains(0):
                    return True
        return False

    def solution_set(self) -> SolutionSet:
        """All that was collected."""
        listed = ListedPoints.of(self.points, self.system.n_variables)
        counts = np.array([self.multiplicities[i] for i, _ in listed.members], np.int64)
        return SolutionSet(
            names=self.system.names,
            outcome=Outcome.SOLVED if len(counts) else Outcome.INCONSISTENT,
            solutions=listed.solutions,
            is_real=listed.is_real,
            multiplicities=counts,
            evidence=Evidence.CERTIFIED,
            dimension=0 if len(counts) else -1,
            degree=int(counts.sum()) if counts.all() else None,
            representations=listed.representations,
            members=listed.members,
            solver="UpToSigns",
            engines=self.engines,
            unproved=tuple(self.unproved),
        )


def _conjugates(orbit: SignOrbit) -> tuple[AlgebraicPoint, ...]:
    """The points by one polynomial for each set of conjugates, where they are few.

    Else, and where that polynomial is beyond reach, as they are.
    """
    if orbit.degree > _FEW:
        return (orbit,)
    point, squares = orbit.invariants, orbit.coordinates.squares
    names = ("t", *(f"r{p}" for p in range(len(squares))))
    t, *roots = SparsePolynomial.variables(names)
    over = [root**2 - _at(point.coordinates[u], t) for root, u in zip(roots, squares, strict=True)]
    tower = Groebner().solve(PolynomialSystem((_at(point.minimal_polynomial, t), *over)))
    if tower.n_finite != orbit.degree or tower.unproved:
        return (orbit,)  # the budget was spent, or an engine's luck is not proved
    return tuple(_composed(found, orbit) for found in conjugate_points(tower))


def _composed(tower: UnivariateRepresentation, orbit: SignOrbit) -> UnivariateRepresentation:
    """The points over ``tower``, whose coordinates are t of the invariants and the roots."""
    t, *roots = tower.coordinates
    slope = tower.minimal_polynomial.derivative()
    numerators = []
    for coordinate in orbit.coordinates.coordinates:
        value = fmpq_poly([0 if coordinate.place is None else 1])
        if coordinate.place is not None and coordinate.place not in orbit.coordinates.squares:
            value = tower.reduce(orbit.invariants.coordinates[coordinate.place](t))
        for p in coordinate.roots:
            value = tower.reduce(value * roots[p])
        numerators.append(tower.reduce(value * slope))
    return UnivariateRepresentation(tower.minimal_polynomial, tuple(numerators))


def _at(polynomial: fmpq_poly, value: SparsePolynomial) -> SparsePolynomial:
    terms = {(k, *[0] * (len(value.names) - 1)): c for k, c in enumerate(polynomial.coeffs())}
    return SparsePolynomial.from_terms(value.names, terms)
