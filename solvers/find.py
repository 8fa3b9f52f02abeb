"""Every critical point of a loss, found by a solver and classified by its Hessian.

Enters: an exact collected loss, or a polynomial. Leaves: a ``CriticalSet``. Next stage: the record
and the picture.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from polynet.errors import InputError
from solvers.completeness import Completeness, CompletenessStatus, morse_sum
from solvers.critical_point import CriticalPoint
from solvers.critical_set import CriticalSet
from solvers.landscape_point import PointClassifier
from solvers.outcome import Outcome
from solvers.solve import solve

if TYPE_CHECKING:
    from polynet.polynomial import SparsePolynomial
    from solvers.groebner.value_split import ValueParts
    from solvers.protocol import Solver
    from solvers.solution_set import SolutionSet
    from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["find_critical_points"]

Progress = Callable[[str], None]


def find_critical_points(
    loss: Any, solver: Solver | None = None, *, progress: Progress | None = None
) -> CriticalSet:
    """All critical points of ``loss`` over its weights, each real one classified.

    Parameters
    ----------
    loss
        A collected loss from exact data, or a ``SparsePolynomial``.
    solver
        What solves the gradient equations; ``Groebner()`` where None.
    progress
        Called with the name of each stage as it begins.

    Raises
    ------
    InputError
        For a loss that is not exact.

    Examples
    --------
    >>> from polynet import SparsePolynomial
    >>> x, y = SparsePolynomial.variables(["x", "y"])
    >>> found = find_critical_points((x * x - 1) ** 2 + y * y)
    >>> found.index_counts, found.real[0].exact
    ({0: 2, 1: 1}, (Fraction(-1, 1), Fraction(0, 1)))
    """
    from polynet.critical_system import critical_system

    start = time.perf_counter()
    report = progress or (lambda stage: None)
    report("expanding the loss")
    polynomial = _polynomial(loss)
    report("solving the gradient equations")
    found = solve(critical_system(polynomial), solver)
    report("classifying the critical points")
    classifier = PointClassifier(polynomial)
    floor = _floor(loss)
    coercive = _coercive(loss)
    parts = _parts(found, polynomial)
    real = _classified(found, parts.points, classifier)
    families = classifier.families(parts, floor)
    return CriticalSet(
        names=polynomial.names,
        outcome=found.outcome,
        real=real,
        families=tuple(sorted(families, key=lambda f: (-f.dimension, f.losses, -f.degree))),
        complex_count=found.n_finite + sum(point.degree for point in parts.points),
        complex_multiplicity=None if families else found.multiplicity_sum,
        completeness=_completeness(found, real, coercive=coercive),
        floor=floor,
        coercive=coercive,
        dimension=found.dimension,
        degree=found.degree,
        solver=found.solver,
        engines=found.engines,
        seed=found.seed,
        seconds=time.perf_counter() - start,
    )


def _polynomial(loss: Any) -> SparsePolynomial:
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
            "fixed weights and l2 (for example l2=Fraction(1, 100) instead of 0.01)"
        )
    expanded: SparsePolynomial = loss.expand()
    return expanded


def _floor(loss: Any) -> Fraction | float | None:
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
    else:
        for point, multiplicity in zip(
            found.real_solutions, found.multiplicities[found.is_real], strict=True
        ):
            points.append(classifier.numerical(point, int(multiplicity)))
    return tuple(sorted(points, key=lambda p: (p.loss, tuple(p.point))))


def _parts(found: SolutionSet, polynomial: SparsePolynomial) -> ValueParts:
    """The components of ``found``, cut by the values of the loss."""
    from solvers.groebner.value_split import split_by_value

    return split_by_value(found.families, polynomial, seed=found.seed or 0)


def _completeness(
    found: SolutionSet, real: Sequence[CriticalPoint], *, coercive: bool
) -> Completeness:
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
        )
    if exact and found.outcome is Outcome.POSITIVE_DIMENSIONAL:
        reasons.append("every critical point is listed or lies on a listed family")
    if found.outcome is Outcome.INCONSISTENT:
        reasons.append("the gradient equations have no complex solution")
    if applies:
        reasons.append(morse)
    if found.outcome.solved and (exact or found.outcome is Outcome.INCONSISTENT):
        return Completeness(CompletenessStatus.PROVED, tuple(reasons))
    if applies:
        return Completeness(CompletenessStatus.CHECKED, tuple(reasons))
    return Completeness(CompletenessStatus.UNKNOWN, (found.outcome.advice,))
