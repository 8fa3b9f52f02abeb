"""Critical points by a numerical solver: certified, completed, and honest about what is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import polynet as pn
from polynet import InputError, PolynomialSystem, SparsePolynomial
from solvers import (
    CompletenessStatus,
    CriticalSet,
    Evidence,
    Homotopy,
    Outcome,
    SolutionSet,
    find_critical_points,
)
from solvers.completeness import Completeness, morse_sum
from solvers.homotopy.path_table import PathEnd
from tests.solvers.catalogue import generic_loss, xor_loss

COMPARED = ("linear 2-1-1", "square 2-1-1", "linear 2-2-1")


@dataclass(frozen=True)
class Changed:
    """Homotopy with rows of its result removed, repeated or moved, as a faulty solver would."""

    rows: tuple[int, ...] | None = None
    moved: float = 0.0
    said_real: tuple[int, ...] = ()
    ended: PathEnd | None = None

    def solve(self, system: PolynomialSystem) -> SolutionSet:
        found = Homotopy().solve(system)
        kept = np.array(range(found.n_finite) if self.rows is None else self.rows)
        paths = found.paths
        if self.ended is not None:
            lost = np.setdiff1d(np.arange(found.n_finite), kept)
            codes = paths.codes.copy()
            codes[found.path_of[lost]] = self.ended
            paths = replace(paths, codes=codes)
        real = found.is_real.copy()
        real[list(self.said_real)] = True
        return replace(
            found,
            solutions=found.solutions[kept] + self.moved,
            is_real=real[kept],
            multiplicities=found.multiplicities[kept],
            path_of=found.path_of[kept],
            paths=paths,
            n_failed=paths.count(PathEnd.FAILED),
            **_completeness_of(found),
        )


def _completeness_of(found: SolutionSet) -> dict[str, Any]:
    """What the solver says of completeness, which the change made unknown."""
    if not hasattr(found, "completeness"):
        return {}
    return {"completeness": Completeness(CompletenessStatus.UNKNOWN, ())}


@pytest.mark.parametrize("name", COMPARED)
def test_homotopy_and_groebner_agree(name: str) -> None:
    loss = generic_loss(name)
    numerical, exact = find_critical_points(loss, Homotopy()), find_critical_points(loss)
    assert numerical.outcome is Outcome.SOLVED
    assert numerical.complex_count == exact.complex_count
    assert numerical.complex_multiplicity == exact.complex_multiplicity
    assert numerical.index_counts == exact.index_counts
    losses = [[point.loss for point in found.real] for found in (numerical, exact)]
    np.testing.assert_allclose(losses[0], losses[1], rtol=0, atol=1e-12)
    assert {point.evidence for point in numerical.real} == {Evidence.CERTIFIED}
    assert all(point.enclosure and point.loss_enclosure for point in numerical.real)
    assert numerical.orbits is not None
    assert exact.orbits is not None
    assert numerical.orbits.sizes == exact.orbits.sizes
    assert numerical.orbits.closed
    assert exact.orbits.closed


def test_a_reached_bound_proves_completeness() -> None:
    """2-1-1 linear: mixed volume and multihomogeneous number 9, and 9 certified as distinct."""
    found = find_critical_points(generic_loss("linear 2-1-1"), Homotopy())
    assert found.completeness.status is CompletenessStatus.PROVED
    proof = "9 distinct solutions are certified, and there are at most as many"
    assert found.completeness.reasons[0].startswith(proof)
    assert found.least_loss_proved


def test_reasons_are_listed_strongest_first() -> None:
    found = find_critical_points(generic_loss("square 2-1-1"), Homotopy())
    assert found.completeness.status is CompletenessStatus.CHECKED
    words = (
        "all 33 paths ended, none failed",
        "beyond 1e9 in scaled unknowns count as infinite",
        "no family meets random slices",
        "the sum of (-1)^index is 1",
        "all solutions are certified and distinct",
        "closed under the symmetries as found: 11 orbits",
        "closed under complex conjugation as found",
    )
    assert len(found.completeness.reasons) == len(words)
    for reason, word in zip(found.completeness.reasons, words, strict=True):
        assert word in reason


@pytest.mark.parametrize("lost", [5, 12, 20])
def test_a_lost_solution_is_repaired_and_reported(lost: int) -> None:
    kept = tuple(row for row in range(21) if row != lost)
    found = find_critical_points(generic_loss("square 2-1-1"), Changed(kept))
    assert found.complex_count == 21
    assert any("1 solution was missing and repaired" in note for note in found.notes)
    assert morse_sum(found.real) == 1
    assert all(point.evidence is Evidence.CERTIFIED for point in found.real)


def test_repairs_may_account_for_the_paths_that_failed() -> None:
    kept = tuple(row for row in range(21) if row != 12)
    solver = Changed(kept, ended=PathEnd.FAILED)
    found = find_critical_points(generic_loss("square 2-1-1"), solver)
    assert (found.outcome, found.complex_count) == (Outcome.SOLVED, 21)
    assert found.completeness.status is CompletenessStatus.CHECKED
    assert (
        "32 of 33 paths ended, and as many solutions were repaired" in found.completeness.reasons[0]
    )


def test_paths_that_failed_leave_the_set_incomplete() -> None:
    """The origin is its own image, so that nothing brings it back."""
    loss = generic_loss("linear 2-1-1")
    origin = find_critical_points(loss, Homotopy()).real[-1].point
    rows = Homotopy().solve(_critical("linear 2-1-1")).solutions
    kept = tuple(int(row) for row in np.flatnonzero(np.abs(rows - origin).max(axis=1) > 1e-6))
    found = find_critical_points(loss, Changed(kept, ended=PathEnd.FAILED))
    assert (found.outcome, found.complex_count) == (Outcome.INCOMPLETE, 8)
    assert found.completeness.status is CompletenessStatus.UNKNOWN


def test_a_solution_that_no_path_can_have_led_to_is_a_contradiction() -> None:
    kept = tuple(row for row in range(21) if row != 12)
    solver = Changed(kept, ended=PathEnd.AT_INFINITY)
    found = find_critical_points(generic_loss("square 2-1-1"), solver)
    assert (found.outcome, found.complex_count) == (Outcome.INCOMPLETE, 21)
    assert "1 solution more than paths" in found.completeness.reasons[0]


def test_a_whole_orbit_is_restored_from_one_member() -> None:
    """The four complex points of a free orbit, one of which was found."""
    full = find_critical_points(generic_loss("linear 2-2-1"), Homotopy())
    assert full.orbits is not None
    labels = np.array(full.orbits.labels)
    orbit = np.flatnonzero(labels == np.flatnonzero(np.bincount(labels) == 4)[0])
    kept = tuple(row for row in range(33) if row not in orbit[1:])
    found = find_critical_points(generic_loss("linear 2-2-1"), Changed(kept))
    assert found.complex_count == 33
    assert found.orbits is not None
    assert found.orbits.sizes == {1: 1, 2: 8, 4: 4}


def test_a_lost_fixed_point_is_a_contradiction() -> None:
    """The origin is its own image and conjugate: only the Morse sum tells that it is missing."""
    full = find_critical_points(generic_loss("linear 2-2-1"), Homotopy())
    origin = next(i for i, p in enumerate(full.real) if not p.point.any())
    rows = Homotopy().solve(_critical("linear 2-2-1")).solutions
    kept = tuple(int(row) for row in np.flatnonzero(np.abs(rows).max(axis=1) > 1e-6))
    found = find_critical_points(generic_loss("linear 2-2-1"), Changed(kept))
    assert full.real[origin].index == 2
    assert found.outcome is Outcome.INCOMPLETE
    assert found.completeness.status is CompletenessStatus.UNKNOWN
    assert found.completeness.reasons[0].startswith("contradiction: the sum of (-1)^index is 0")


def _critical(name: str) -> PolynomialSystem:
    from polynet.critical_system import critical_system

    return critical_system(generic_loss(name).expand())


def test_duplicates_are_removed_and_reported() -> None:
    found = find_critical_points(generic_loss("square 2-1-1"), Changed((*range(21), 3)))
    assert found.complex_count == 21
    assert "1 solution was listed twice and removed" in found.notes


def test_a_false_claim_of_reality_is_corrected() -> None:
    found = find_critical_points(generic_loss("square 2-1-1"), Changed(said_real=(11,)))
    assert (found.complex_count, found.n_real) == (21, 9)
    assert any("wrongly said to be real" in note for note in found.notes)


def test_without_certification_points_say_that_they_are_not_proved() -> None:
    found = find_critical_points(generic_loss("square 2-1-1"), Homotopy(), certify=False)
    assert (found.complex_count, found.n_real) == (21, 9)
    assert {point.evidence for point in found.real} == {Evidence.NUMERICAL}
    assert {point.reason for point in found.real} == {"certification was not asked for"}


def test_floats_are_taken_as_rationals_by_a_numerical_solver_only() -> None:
    network = pn.Network([pn.Dense(1, 1, bias=False), pn.Dense(1, 1, bias=False)])
    loss = pn.collect(network, pn.Dataset([[0.5]], [[2.0]]), l2=[0.1, 0.15])
    found = find_critical_points(loss, Homotopy())
    assert (found.complex_count, found.index_counts) == (5, {0: 2, 1: 1})
    assert "floats in the loss are taken as the rational numbers they are" in found.notes
    assert all(point.evidence is Evidence.CERTIFIED for point in found.real)
    with pytest.raises(InputError, match=r"not exact.*Homotopy\(\) takes floats"):
        find_critical_points(loss)


FAMILIES = [
    ("linear 2-1-1", Fraction(0), 0),
    ("linear 2-2-1", Fraction(0), 0),
    ("linear 2-2-1", Fraction(1, 100), 1),
    ("linear 2-2-1", (Fraction(1, 100),) * 4 + (Fraction(1, 50),) * 2, 1),
    ("square 2-1-1", Fraction(0), 0),
    ("square 2-1-1", (Fraction(1, 100), Fraction(1, 50), Fraction(0)), 4),
    ("square 2-1-1", (Fraction(0), Fraction(0), Fraction(1, 100)), 0),
]


@pytest.mark.parametrize(("name", "l2", "isolated"), FAMILIES)
def test_families_are_said_and_their_points_not_listed(
    name: str, l2: Fraction | tuple[Fraction, ...], isolated: int
) -> None:
    """The isolated points are those that the exact solver has beside the families."""
    loss = xor_loss(name, l2)
    exact = find_critical_points(loss)
    found = find_critical_points(loss, Homotopy())
    assert exact.outcome is found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert exact.complex_count == found.complex_count == isolated
    assert found.n_real == exact.n_real
    assert found.completeness.status is CompletenessStatus.UNKNOWN
    assert any("on a family" in note or "on families" in note for note in found.notes)


def test_degenerate_points_are_exact_to_the_last_digits() -> None:
    """x^4 + (y - x^2 - 1)^2 has the one critical point (0, 1), of multiplicity 3."""
    x, y = SparsePolynomial.variables(["x", "y"])
    found = find_critical_points(x**4 + (y - x**2 - 1) ** 2, Homotopy())
    assert (found.complex_count, found.complex_multiplicity) == (1, 3)
    (point,) = found.real
    assert np.abs(point.point - [0, 1]).max() <= 1e-15
    assert (point.degenerate, point.multiplicity, point.evidence) == (True, 3, Evidence.NUMERICAL)
    assert point.reason.startswith("degenerate")
    assert "1 real point is not proved: degenerate" in str(found)


def test_record_keeps_orbits_notes_and_reasons() -> None:
    kept = tuple(row for row in range(21) if row != 5)
    found = find_critical_points(generic_loss("square 2-1-1"), Changed(kept), certify=False)
    back = CriticalSet.from_json(found.to_json())
    assert back.orbits == found.orbits is not None
    assert back.notes == found.notes != ()
    assert [p.reason for p in back.real] == [p.reason for p in found.real]


@pytest.mark.slow
def test_two_square_units_have_their_49_real_points() -> None:
    """Exact engines count 385 and 49, see ``tests/catalogue``."""
    found = find_critical_points(generic_loss("square 2-2-1"), Homotopy())
    assert (found.complex_count, found.complex_multiplicity, found.n_real) == (385, 385, 49)
    assert found.index_counts == {0: 5, 1: 12, 2: 16, 3: 12, 4: 4}
    assert found.orbits is not None
    assert found.orbits.sizes == {1: 1, 2: 20, 4: 86}
    assert {point.evidence for point in found.real} == {Evidence.CERTIFIED}


@pytest.mark.slow
def test_product_nodes_have_their_33_real_points() -> None:
    """Seven weights: beyond the exact engine."""
    network = pn.Network([pn.Dense(2, 2, bias=False), pn.NodeProduct(), pn.Dense(3, 1, bias=False)])
    penalties = [Fraction(k, 200) for k in range(2, 9)]
    loss = pn.collect(network, pn.datasets.xor(), l2=penalties)
    found = find_critical_points(loss, Homotopy())
    assert (found.complex_count, found.complex_multiplicity, found.n_real) == (769, 769, 33)
    assert found.index_counts == {0: 8, 1: 12, 2: 9, 3: 4}
    assert {point.evidence for point in found.real} == {Evidence.CERTIFIED}
