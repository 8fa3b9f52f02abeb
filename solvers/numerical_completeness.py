"""Whether a numerical list of critical points is complete, and by which checks.

Enters: what the solver found, the points after ``point_check``, and bounds on their number.
Leaves: the outcome and a ``Completeness``. A list is proved complete where as many simple solutions
are certified, all distinct, as there can be isolated solutions at most. Otherwise every path
accounted for, the solver's own test, the Morse sum and closure under symmetries are necessary
conditions: they check, and a violated one is a contradiction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from polynet.errors import PolynetError
from polynet.polynomial_system import PolynomialSystem
from solvers.checked_points import CheckedPoints
from solvers.completeness import Completeness, CompletenessStatus, morse_sum
from solvers.critical_point import CriticalPoint
from solvers.number_text import counted
from solvers.outcome import Outcome
from solvers.solution_set import SolutionSet

__all__ = ["numerical_completeness", "root_bounds"]

_BOUND_NAMES = {
    "polyhedral": "mixed volume of the supports with the origin",
    "multihomogeneous": "multihomogeneous Bézout number",
    "total degree": "Bézout number",
}


def root_bounds(
    loss: Any, system: PolynomialSystem, predicted: Mapping[str, int]
) -> dict[str, int]:
    """Upper bounds on the number of isolated solutions with multiplicity, by name, least first.

    ``predicted`` are path counts of start systems, which are such bounds; with the weights of each
    layer of a network as groups the multihomogeneous Bézout number is another.
    """
    found = {_BOUND_NAMES[k]: int(v) for k, v in predicted.items() if k in _BOUND_NAMES}
    try:
        found.setdefault("Bézout number", system.bezout_number)
        layers = getattr(getattr(loss, "network", None), "parameters", None)
        if layers is not None and loss.n_parameters == system.n_variables:
            groups = [[system.names[i] for i in span] for _, span in layers.layers]
            many = system.multihomogeneous_bezout(groups)
            name = "multihomogeneous Bézout number"
            found[name] = min(many, found.get(name, many))
    except PolynetError:
        pass  # too large to count: such a bound would not be reached
    return dict(sorted(found.items(), key=lambda item: item[1]))


def numerical_completeness(
    found: SolutionSet,
    checked: CheckedPoints,
    real: Sequence[CriticalPoint],
    *,
    bounds: Mapping[str, int],
    coercive: bool,
) -> tuple[Outcome, Completeness]:
    """How the solve ended after the checks, and the reasons to think that the list is complete."""
    families = checked.on_families > 0 or found.outcome is Outcome.POSITIVE_DIMENSIONAL
    if found.outcome is Outcome.BUDGET_SPENT:
        return found.outcome, _unknown(found.outcome.advice)
    proof = _proof(checked, bounds)
    if proof and not families:
        reasons = (proof, *_checks(found, checked, real, coercive=coercive))
        return Outcome.SOLVED, Completeness(CompletenessStatus.PROVED, reasons)
    contradictions = tuple(
        _contradictions(found, checked, real, coercive=coercive and not families)
    )
    if families:
        reason = (
            "critical points form families, which a numerical solver recognises and does not "
            "describe; Groebner() describes them"
        )
        return Outcome.POSITIVE_DIMENSIONAL, _unknown(*contradictions, reason)
    if contradictions:
        return Outcome.INCOMPLETE, _unknown(*contradictions)
    missing = _unaccounted(found, checked)
    if missing or (missing is None and found.outcome is Outcome.INCOMPLETE):
        lost = counted(missing, "path", "paths") if missing else "some paths"
        return Outcome.INCOMPLETE, _unknown(f"{lost} ended nowhere, and what they lead to is open")
    uncertified = checked.n_certified < len(checked.points)
    if found.outcome is Outcome.INCOMPLETE and not found.n_failed and uncertified:
        # No path is to blame: ends that could not be told apart, which no certificate settled.
        return Outcome.INCOMPLETE, _unknown(*_own_reasons(found))
    reasons = tuple(_checks(found, checked, real, coercive=coercive))
    outcome = Outcome.SOLVED if checked.points else found.outcome
    if not reasons:
        return outcome, _unknown("no check applies")
    return outcome, Completeness(CompletenessStatus.CHECKED, reasons)


def _own_reasons(found: SolutionSet) -> tuple[str, ...]:
    own = getattr(found, "completeness", None)
    return own.reasons if isinstance(own, Completeness) else (found.outcome.advice,)


def _unknown(*reasons: str) -> Completeness:
    return Completeness(CompletenessStatus.UNKNOWN, reasons)


def _proof(checked: CheckedPoints, bounds: Mapping[str, int]) -> str:
    """Why no isolated solution can be missing, or empty."""
    for name, bound in bounds.items():
        if 0 < checked.n_certified == bound:
            return (
                f"{bound:,} distinct solutions are certified, and there are at most as many: the "
                f"{name} is {bound:,}"
            )
    return ""


def _unaccounted(found: SolutionSet, checked: CheckedPoints) -> int | None:
    """Paths that lead to no known end, after repairs; None where the solver keeps no paths.

    Solutions that were repaired or recovered stand for paths that failed. A negative number says
    that a path to infinity was none.
    """
    from solvers.homotopy.path_table import PathEnd, PathTable

    paths: PathTable | None = getattr(found, "paths", None)
    if paths is None or not len(paths):
        return None
    away = paths.count(PathEnd.AT_INFINITY) + paths.count(PathEnd.EXCESS)
    return len(paths) - away - checked.multiplicity_sum


def _contradictions(
    found: SolutionSet, checked: CheckedPoints, real: Sequence[CriticalPoint], *, coercive: bool
) -> Iterator[str]:
    total = morse_sum(real)
    if coercive and total is not None and total != 1:
        yield (
            f"contradiction: the sum of (-1)^index is {total}, and 1 for a coercive "
            "nondegenerate loss"
        )
    if checked.orbits is not None and not checked.orbits.closed:
        yield f"contradiction: not closed under the symmetries ({checked.orbits})"
    missing = _unaccounted(found, checked)
    if missing is not None and missing < 0:
        more = counted(-missing, "solution", "solutions")
        yield f"contradiction: {more} more than paths that can have led there"


def _checks(
    found: SolutionSet, checked: CheckedPoints, real: Sequence[CriticalPoint], *, coercive: bool
) -> Iterator[str]:
    """The conditions that hold, strongest first."""
    own = getattr(found, "completeness", None)
    if isinstance(own, Completeness) and own.status is not CompletenessStatus.UNKNOWN:
        yield from own.reasons
    elif _unaccounted(found, checked) == 0:
        yield from _path_reason(found, checked)
    total = morse_sum(real)
    if coercive and total == 1:
        yield "the sum of (-1)^index is 1, as for every coercive nondegenerate loss"
    yield from _closures(checked)


def _path_reason(found: SolutionSet, checked: CheckedPoints) -> Iterable[str]:
    n_paths, failed = len(found.paths), found.n_failed  # type: ignore[attr-defined]
    if not failed:
        yield f"all {n_paths:,} paths ended, none failed"
    else:
        yield (
            f"{n_paths - failed:,} of {n_paths:,} paths ended, and as many solutions were repaired "
            f"as failed: {failed:,}"
        )


def _closures(checked: CheckedPoints) -> Iterator[str]:
    simple = sum(point.multiplicity == 1 for point in checked.points)
    if checked.points and checked.n_certified == simple:
        rest = len(checked.points) - simple
        which = "all solutions are" if not rest else "all simple solutions are"
        yield f"{which} certified and distinct"
    if checked.orbits is not None:
        repaired = checked.repaired_images
        how = f"after {repaired:,} were repaired" if repaired else "as found"
        yield f"closed under the symmetries {how}: {checked.orbits}"
    if checked.points and checked.conjugation_closed:
        repaired = checked.repaired_conjugates
        how = f"after {repaired:,} were repaired" if repaired else "as found"
        yield f"closed under complex conjugation {how}"
