"""Every critical point of a loss, found by a solver and classified by its Hessian.

Enters: an exact collected loss, or a polynomial. Leaves: a ``CriticalSet``. Next stage: the record
and the picture.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from polynet.critical_system import critical_system
from polynet.errors import InputError
from solvers.checked_points import CheckedPoints
from solvers.completeness import Completeness, CompletenessStatus, morse_sum
from solvers.critical_point import CriticalPoint, Evidence
from solvers.critical_set import CriticalSet
from solvers.landscape_point import PointClassifier
from solvers.numerical_completeness import numerical_completeness, root_bounds
from solvers.orbits import Orbits, orbits_of, symmetries
from solvers.outcome import Outcome
from solvers.point_check import affordable, check_points
from solvers.solve import solve

if TYPE_CHECKING:
    from polynet.polynomial import SparsePolynomial
    from solvers.groebner.value_split import ValueParts
    from solvers.protocol import Solver
    from solvers.solution_set import SolutionSet
    from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["exact_loss", "expanded_loss", "find_critical_points", "is_algebraic", "proved_floor"]

Progress = Callable[[str], None]


def find_critical_points(
    loss: Any,
    solver: Solver | None = None,
    *,
    certify: bool | None = None,
    progress: Progress | None = None,
) -> CriticalSet:
    """All critical points of ``loss`` over its weights, each real one classified.

    What a numerical solver such as ``Homotopy()`` finds is examined: solutions are certified and
    real points classified with proof, singular ones refined by deflation, and the set is closed
    under complex conjugation and the symmetries of the network (``solvers.point_check``).

    Parameters
    ----------
    loss
        A collected loss, or a ``SparsePolynomial``. Floats in a loss are taken as the rational
        numbers that they are, for a numerical solver only.
    solver
        What solves the gradient equations; ``Groebner()`` where None.
    certify
        Whether to prove numerical solutions; where None, unless it would take over ten minutes.
    progress
        Called with the name of each stage as it begins.

    Raises
    ------
    InputError
        For a loss that is not exact and an exact solver.

    Examples
    --------
    >>> from polynet import SparsePolynomial
    >>> x, y = SparsePolynomial.variables(["x", "y"])
    >>> found = find_critical_points((x * x - 1) ** 2 + y * y)
    >>> found.index_counts, found.real[0].exact
    ({0: 2, 1: 1}, (Fraction(-1, 1), Fraction(0, 1)))
    """
    start = time.perf_counter()
    report = progress or (lambda stage: None)
    report("expanding the loss")
    loss, notes = exact_loss(loss, solver)
    polynomial = expanded_loss(loss)
    report("solving the gradient equations")
    found = solve(critical_system(polynomial), solver)
    report("classifying the critical points")
    stage = _Stage(
        loss, polynomial, PointClassifier(polynomial), proved_floor(loss), _coercive(loss)
    )
    made = (
        stage.algebraic(found) if is_algebraic(found) else stage.numerical(found, certify=certify)
    )
    return replace(
        made,
        notes=(*notes, *made.notes),
        floor=stage.floor,
        coercive=stage.coercive,
        solver=found.solver,
        engines={**found.engines, **made.engines},
        seed=found.seed,
        seconds=time.perf_counter() - start,
    )


def is_algebraic(found: SolutionSet) -> bool:
    """Whether the solutions are exact, or there are none to examine."""
    exact = bool(found.representations or found.families) or found.evidence is Evidence.CERTIFIED
    return exact or (not found.n_finite and not hasattr(found, "paths"))


@dataclass(frozen=True, slots=True)
class _Stage:
    """What is known of the loss; makes critical sets of what a solver found."""

    loss: Any
    polynomial: SparsePolynomial
    classifier: PointClassifier
    floor: Fraction | float | None
    coercive: bool

    def algebraic(self, found: SolutionSet) -> CriticalSet:
        """The critical set of exact solutions; symmetries are checked, and nothing is changed."""
        parts = _parts(found, self.polynomial)
        real = _classified(found, parts.points, self.classifier)
        families = self.classifier.families(parts, self.floor)
        orbits = None if families else self._orbits(found)
        return CriticalSet(
            names=self.polynomial.names,
            outcome=found.outcome,
            real=real,
            families=tuple(sorted(families, key=lambda f: (-f.dimension, f.losses, -f.degree))),
            complex_count=found.n_finite + sum(point.degree for point in parts.points),
            complex_multiplicity=None if families else found.multiplicity_sum,
            completeness=_completeness(found, real, orbits, coercive=self.coercive),
            dimension=found.dimension,
            degree=found.degree,
            orbits=orbits,
        )

    def _orbits(self, found: SolutionSet) -> Orbits | None:
        generators = symmetries(self.loss, self.polynomial)
        if not generators or not found.n_finite or not np.isfinite(found.solutions).all():
            return None
        return orbits_of(found.solutions, generators, polynomial=self.polynomial)[0]

    def numerical(self, found: SolutionSet, *, certify: bool | None) -> CriticalSet:
        """The critical set of numerical solutions, each examined, and completed."""
        notes = list(found.notes)
        cheap = affordable(found.n_finite, self.polynomial)
        if certify is None and not cheap:
            notes.append(
                f"{found.n_finite:,} solutions of a loss with {self.polynomial.n_terms:,} "
                "monomials were not certified, which would take over ten minutes; certify=True "
                "does it all the same"
            )
        wanted = cheap if certify is None else certify
        checked = check_points(
            found, self.polynomial, symmetries(self.loss, self.polynomial), certify=wanted
        )
        real = tuple(sorted(self._real(checked), key=lambda p: (p.loss, tuple(p.point))))
        bounds = root_bounds(
            self.loss, critical_system(self.polynomial), getattr(found, "predicted", {})
        )
        outcome, completeness = numerical_completeness(
            found, checked, real, bounds=bounds, coercive=self.coercive
        )
        families = outcome is Outcome.POSITIVE_DIMENSIONAL
        return CriticalSet(
            names=self.polynomial.names,
            outcome=outcome,
            real=real,
            families=(),
            complex_count=len(checked.points),
            complex_multiplicity=None if families else checked.multiplicity_sum,
            completeness=completeness,
            dimension=(checked.family_dimension or None) if families else found.dimension,
            degree=found.degree,
            engines={} if checked.certificate is None else checked.certificate.engines,
            orbits=checked.orbits,
            notes=(*notes, *checked.notes()),
        )

    def _real(self, checked: CheckedPoints) -> Iterator[CriticalPoint]:
        for point in checked.points:
            if point.critical is not None:
                yield point.critical
            elif point.real:
                value = np.ascontiguousarray(point.value.real)
                yield self.classifier.numerical(
                    value, point.multiplicity, reason=point.reason, accuracy=point.accuracy
                )


def exact_loss(loss: Any, solver: Solver | None) -> tuple[Any, tuple[str, ...]]:
    """The loss with floats as rational numbers, for a numerical solver, and a note of that."""
    from polynet.loss import PolynomialLoss

    numerical = solver is not None and not getattr(solver, "exact", isinstance(solver, type))
    if numerical and isinstance(loss, PolynomialLoss) and not loss.exact:
        return loss.to_exact(), ("floats in the loss are taken as the rational numbers they are",)
    return loss, ()


def expanded_loss(loss: Any) -> SparsePolynomial:
    """The polynomial of an exact loss; ``InputError`` for what is none."""
    from polynet.polynomial import SparsePolynomial

    if isinstance(loss, SparsePolynomial):
        return loss
    if not callable(getattr(loss, "expand", None)):
        raise InputError(
            f"{type(loss).__name__} is no loss; use polynet.collect(network, data) "
            "or a SparsePolynomial"
        )
    if not loss.exact:
        raise InputError(
            "the loss is not exact: exact solving needs integers or Fractions in the data, the "
            "fixed weights and l2 (for example l2=Fraction(1, 100) instead of 0.01); Homotopy() "
            "takes floats too"
        )
    expanded: SparsePolynomial = loss.expand()
    return expanded


def proved_floor(loss: Any) -> Fraction | float | None:
    """A proved lower bound on ``loss``, or None."""
    bound = getattr(loss, "lower_bound", None)
    return bound() if callable(bound) else None


def _coercive(loss: Any) -> bool:
    """Whether every weight has a positive penalty: then L(w) >= min(l2) |w|^2."""
    penalties = np.asarray(getattr(loss, "l2", 0), dtype=object)
    return bool(penalties.size) and all(value > 0 for value in penalties.ravel())


def _classified(
    found: SolutionSet, hidden: Iterable[UnivariateRepresentation], classifier: PointClassifier
) -> tuple[CriticalPoint, ...]:
    points = [
        classifier.algebraic(point, root, 0) for point in hidden for root in range(point.n_real)
    ]
    if found.representations:
        real = found.is_real
        for (i, root), multiplicity in zip(
            found.members[real], found.multiplicities[real], strict=True
        ):
            algebraic = found.representations[i]
            points.append(classifier.algebraic(algebraic, int(root), int(multiplicity)))
    return tuple(sorted(points, key=lambda p: (p.loss, tuple(p.point))))


def _parts(found: SolutionSet, polynomial: SparsePolynomial) -> ValueParts:
    """The components of ``found``, cut by the values of the loss."""
    from solvers.groebner.value_split import split_by_value

    return split_by_value(found.families, polynomial, seed=found.seed or 0)


def _completeness(
    found: SolutionSet, real: Sequence[CriticalPoint], orbits: Orbits | None, *, coercive: bool
) -> Completeness:
    if orbits is not None and not orbits.closed:
        return Completeness(CompletenessStatus.UNKNOWN, (f"contradiction: {orbits}",))
    total = morse_sum(real)
    applies = coercive and found.outcome is Outcome.SOLVED and total is not None
    morse = f"sum of (-1)^index is {total}, and 1 for a coercive nondegenerate loss"
    if applies and total != 1:
        return Completeness(CompletenessStatus.UNKNOWN, (f"contradiction: {morse}",))
    exact = bool(found.representations or found.families)
    reasons = []
    if exact and found.outcome is Outcome.SOLVED:
        reasons.append(
            f"the quotient ring has dimension {found.multiplicity_sum}, as many as the listed "
            "points with multiplicity"
            if found.multiplicities.all()
            else "every stratum of the sign flips was solved exactly"
        )
    if exact and found.outcome is Outcome.POSITIVE_DIMENSIONAL:
        reasons.append("every critical point is listed or lies on a listed family")
    if found.outcome is Outcome.INCONSISTENT:
        reasons.append("the gradient equations have no complex solution")
    if applies:
        reasons.append(morse)
    if orbits is not None:
        reasons.append(f"closed under the symmetries: {orbits}")
    if found.outcome.solved and (exact or found.outcome is Outcome.INCONSISTENT):
        if found.unproved:
            doubts = (f"not proved: {what}" for what in found.unproved)
            return Completeness(CompletenessStatus.CHECKED, (*reasons, *doubts))
        return Completeness(CompletenessStatus.PROVED, tuple(reasons))
    if applies:
        return Completeness(CompletenessStatus.CHECKED, tuple(reasons))
    return Completeness(CompletenessStatus.UNKNOWN, (found.outcome.advice,))
