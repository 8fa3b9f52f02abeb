"""Multiple ends of paths: isolated zeros with their multiplicity, or special points of families.

Enters: ``HomotopySolutions`` and their system. Leaves: the same with every multiple solution
examined (``local_dimension``): those on families are no longer listed, isolated ones are refined to
the last digit, and their multiplicity is compared with the number of paths that ended there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from polynet.polynomial_system import PolynomialSystem
from solvers.completeness import Completeness, CompletenessStatus
from solvers.homotopy.local_dimension import LocalZero, examine_zero
from solvers.homotopy.solutions import HomotopySolutions
from solvers.number_text import counted
from solvers.outcome import Outcome

__all__ = ["with_singular_ends_examined"]

_MAX_EXAMINED = 100
_MAX_UNDECIDED = 5  # each costs seconds
_REAL = 1e-12
_FAMILIES = Outcome.POSITIVE_DIMENSIONAL


def with_singular_ends_examined(
    found: HomotopySolutions, system: PolynomialSystem
) -> HomotopySolutions:
    """``found`` with its multiple solutions examined: at most 100, and 5 that cannot be told.

    >>> from solvers.homotopy.solver import Homotopy
    >>> crossing = PolynomialSystem.from_strings(["x*y", "x^2*y + x*y^2"])
    >>> found = Homotopy().solve(crossing)
    >>> found.n_finite, found.outcome.value
    (0, 'positive-dimensional')
    """
    multiple = np.flatnonzero(found.multiplicities > 1)
    if not len(multiple):
        return found
    verdicts = _verdicts(found, system, multiple)
    found = replace(found, notes=(*found.notes, *_notes(found, verdicts, len(multiple))))
    short, crowded = _differences(found, verdicts)
    # Of an overdetermined system's square part a solution may be of a higher multiplicity.
    if short or (crowded and system.is_square):
        fewer = "fewer" if short else "more"
        reason = f"a multiple solution is reached by {fewer} paths than its multiplicity"
        if not short:
            reason += ": another may be close to it"
        found = _doubted(found, reason, Outcome.INCOMPLETE)
    on_family = [row for row, zero in verdicts.items() if zero.isolated is False]
    if _n_untold(verdicts, len(multiple)):
        reason = "a multiple end could not be told from several close solutions"
        # Beside a family it is most likely a special point of it.
        beside = found.outcome if on_family or found.outcome is _FAMILIES else Outcome.INCOMPLETE
        found = _doubted(found, reason, beside)
    found = _refined(found, verdicts)
    if on_family:
        found = _without(found, np.array(on_family, np.int64))
    return found.listing(np.argsort(~found.is_real, kind="stable"))  # the real ones first


def _verdicts(
    found: HomotopySolutions, system: PolynomialSystem, rows: NDArray[np.int64]
) -> dict[int, LocalZero]:
    verdicts: dict[int, LocalZero] = {}
    undecided = 0
    for row in rows[:_MAX_EXAMINED].tolist():
        limit = int(found.multiplicities[row])
        zero = examine_zero(system, found.solutions[row], max_multiplicity=limit)
        verdicts[row] = zero
        undecided += zero.isolated is None
        if undecided == _MAX_UNDECIDED:
            break
    return verdicts


def _differences(found: HomotopySolutions, verdicts: dict[int, LocalZero]) -> tuple[bool, bool]:
    """Whether fewer paths than its multiplicity reach an isolated zero, and whether more do."""
    short, crowded = False, False
    for row, zero in verdicts.items():
        if zero.isolated and zero.multiplicity is not None:
            short = short or zero.multiplicity > found.multiplicities[row]
            crowded = crowded or zero.multiplicity < found.multiplicities[row]
    return short, crowded


def _refined(found: HomotopySolutions, verdicts: dict[int, LocalZero]) -> HomotopySolutions:
    solutions, is_real = found.solutions.copy(), found.is_real.copy()
    for row, zero in verdicts.items():
        if zero.isolated:
            size = max(1e-6, float(np.abs(zero.point).max(initial=0.0)))
            is_real[row] = np.abs(zero.point.imag).max(initial=0.0) <= _REAL * size
            solutions[row] = zero.point.real if is_real[row] else zero.point
    return replace(found, solutions=solutions, is_real=is_real)


def _notes(found: HomotopySolutions, verdicts: dict[int, LocalZero], n_multiple: int) -> list[str]:
    notes = []
    exact = sum(zero.exact for zero in verdicts.values())
    if exact:
        notes.append(
            f"{counted(exact, 'multiple solution is', 'multiple solutions are')} rational, "
            "and proved isolated by linear algebra modulo a prime"
        )
    isolated = [zero for zero in verdicts.values() if zero.isolated and not zero.exact]
    if isolated:
        deepest = max(zero.depth for zero in isolated)
        notes.append(
            f"{counted(len(isolated), 'multiple solution', 'multiple solutions')} proved regular "
            f"after deflation (depth {deepest} at most) and refined"
        )
    differing = sum(
        zero.multiplicity is not None and zero.multiplicity != found.multiplicities[row]
        for row, zero in verdicts.items()
        if zero.isolated
    )
    if differing:
        notes.append(f"{differing:,} of them have a multiplicity other than their number of paths")
    untold = _n_untold(verdicts, n_multiple)
    if untold:
        notes.append(
            f"{counted(untold, 'multiple end', 'multiple ends')} not examined to the end: "
            "isolated, or a special point of a family"
        )
    return notes


def _n_untold(verdicts: dict[int, LocalZero], n_multiple: int) -> int:
    """How many multiple ends may be points of families, or several solutions."""
    return n_multiple - len(verdicts) + sum(z.isolated is None for z in verdicts.values())


def _doubted(found: HomotopySolutions, reason: str, outcome: Outcome) -> HomotopySolutions:
    """``found`` with a reason to doubt it, and those that there were before."""
    own = found.completeness
    reasons = (reason, *own.reasons) if own.status is CompletenessStatus.UNKNOWN else (reason,)
    return replace(
        found, outcome=outcome, completeness=Completeness(CompletenessStatus.UNKNOWN, reasons)
    )


def _without(found: HomotopySolutions, rows: NDArray[np.int64]) -> HomotopySolutions:
    """``found`` without these solutions, which lie on families."""
    solved = found.outcome is not Outcome.INCOMPLETE
    many = counted(len(rows), "multiple end lies", "multiple ends lie")
    note = f"{many} on families of solutions; families are not listed"
    reasons = (*found.completeness.reasons, "solutions that lie on families are not listed")
    return replace(
        found.listing(np.setdiff1d(np.arange(found.n_finite), rows)),
        lone_ends=np.concatenate([found.lone_ends, found.solutions[rows]]),
        outcome=Outcome.POSITIVE_DIMENSIONAL if solved else found.outcome,
        dimension=None,
        completeness=replace(found.completeness, reasons=reasons),
        notes=(*found.notes, note),
    )
