"""The exact and the numerical solver find the same, in both directions, on the whole catalogue.

Every exact solution is one numerical solution and the other way round, with the same multiplicity,
real where the other is. Of families the numerical solver lists none: there the ends of its paths
lie on exact families, and the numerical local dimension at exact points of a family is its own.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from polynet import PolynomialSystem, SparsePolynomial
from polynet.critical_system import critical_system
from solvers import Groebner, Homotopy, Outcome, SolutionSet
from solvers.homotopy.local_dimension import examine_zero
from tests.catalogue import CatalogueSystem, catalogue, find_system
from tests.solvers.catalogue import LAMBDA, SYSTEMS, Known, xor_loss
from tests.solvers.matching import matched

_ORDINARY = 150  # solutions with multiplicity: up to here seconds, unless named below
# Several seconds each, by one of the solvers: long coefficients, great bases, or many paths.
_SECONDS = {
    "assur44", "bacillus", "camera1s", "chemequs", "chemkin", "comb3000s", "d1", "des18_3",
    "des22_24", "dz2", "game5two", "gauss_legendre4", "i1", "ipp", "katsura7", "kotsireas",
    "linear_1_2_2_1", "linear_2_2_3", "linear_2_3_2", "linear_3_2_3", "pb601es", "rbpl", "rbpl24",
    "reimer5", "robspat", "stewgou40", "tangents2",
}  # fmt: skip
# Many minutes by exact arithmetic.
_MINUTES = {"cyclic7", "game6two", "katsura9", "katsura10"}


def _slow_where_large(entry: CatalogueSystem) -> object:
    slow = entry.n_multiplicity_sum > _ORDINARY or entry.name in _SECONDS
    return pytest.param(entry, id=entry.name, marks=[pytest.mark.slow] * slow)


_ISOLATED = [
    _slow_where_large(entry)
    for entry in catalogue()
    if not entry.families and entry.name not in _MINUTES
]


def _assert_same_points(exact: SolutionSet, numerical: SolutionSet) -> None:
    """The same isolated solutions in both, and as many real ones."""
    assert exact.n_finite == numerical.n_finite
    rows = matched(exact.solutions, numerical.solutions)
    assert rows is not None
    assert (exact.is_real == numerical.is_real[rows]).all()
    known = exact.multiplicities > 0  # beside families they are not computed
    assert (exact.multiplicities == numerical.multiplicities[rows])[known].all()


def _assert_same(system: PolynomialSystem) -> None:
    exact, numerical = Groebner().solve(system), Homotopy().solve(system)
    assert (exact.outcome, numerical.outcome) == (Outcome.SOLVED, Outcome.SOLVED)
    assert exact.multiplicities.all()
    assert (exact.dimension, numerical.dimension) == (0, 0)
    assert exact.degree == numerical.multiplicity_sum
    _assert_same_points(exact, numerical)


@pytest.mark.parametrize("known", SYSTEMS, ids=lambda known: known.name)
def test_every_solution_of_a_small_system_is_found_by_both(known: Known) -> None:
    _assert_same(PolynomialSystem.from_strings(known.equations))


@pytest.mark.parametrize("entry", _ISOLATED)
def test_every_solution_is_found_by_both(entry: CatalogueSystem) -> None:
    _assert_same(entry.system)


@pytest.mark.parametrize(
    "equations",
    [
        ("x*y - 1", "x"),
        ("3", "x - 1"),
        ("x^2 + y^2 - 1", "x^2 + y^2 - 2"),
        ("x^2 - 1", "x^2 + x - 3"),
    ],
)
def test_both_call_a_contradiction_inconsistent(equations: tuple[str, ...]) -> None:
    system = PolynomialSystem.from_strings(equations)
    for solver in (Groebner(), Homotopy()):
        found = solver.solve(system)
        assert (found.outcome, found.n_finite) == (Outcome.INCONSISTENT, 0)


# Systems whose solutions form families, some with isolated ones beside them.
_CURVES = {
    "circle": ("x^2 + y^2 - 5",),
    "line and points": ("x*(y - 1)", "x*(y - 2)*(x - 3)*(x^2 + 1)"),
    "line and real points": ("3*x*z + 2*z - 7*x", "3*x + 5*z + y*z", "z*(3*z - 3*y - 1)"),
    "twisted cubic": ("x*z - y^2", "y - x^2", "z - x*y"),
}
_PLAIN = ("linear 2-1-1", "linear 2-2-1", "square 2-1-1")
# Numerically minutes, with paths that fail: there the exact families alone are checked.
_PLAIN_LARGE = ("linear 2-2-2-1", "square 2-2-1")


@cache
def _with_families(name: str) -> PolynomialSystem:
    if name in _CURVES:
        return PolynomialSystem.from_strings(_CURVES[name])
    if name in ("butcher", "butcher8"):
        return find_system(name).system
    if name == "linear 2-2-1, one penalty":
        return critical_system(xor_loss("linear 2-2-1", LAMBDA).expand())
    return critical_system(xor_loss(name).expand())


_FAMILIES = (*_CURVES, *_PLAIN, "linear 2-2-1, one penalty", "butcher", "butcher8")
EACH = pytest.mark.parametrize("name", _FAMILIES)


@EACH
def test_both_say_that_solutions_form_families(name: str) -> None:
    system = _with_families(name)
    exact, numerical = Groebner().solve(system), Homotopy().solve(system)
    assert exact.outcome is numerical.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert exact.families
    _assert_same_points(exact, numerical)
    order = [exact.names.index(variable) for variable in exact.families[0].names]
    assert all(_is_on_a_family(end[order], exact) for end in numerical.lone_ends)


@pytest.mark.parametrize(
    "name", [*_FAMILIES, *(pytest.param(name, marks=pytest.mark.slow) for name in _PLAIN_LARGE)]
)
def test_exact_families_have_their_dimension_numerically(name: str) -> None:
    """By following the solutions near points of each, without knowing its equations."""
    system = _with_families(name)
    exact = Groebner().solve(system)
    assert exact.dimension == max(family.dimension for family in exact.families)
    for family in exact.families:
        points = [np.array(sample.balls(64)[0], dtype=complex) for sample in family.samples]
        near = [examine_zero(system, point) for point in points]
        assert not any(zero.isolated for zero in near)
        told = {zero.dimension for zero in near} - {None}  # not at all special points
        assert told == ({family.dimension} if family.real_dimension != -1 else set())


def _is_on_a_family(end: np.ndarray, exact: SolutionSet) -> bool:
    """Whether all generators of a family vanish there, up to rounding in the terms of each."""
    size = max(1.0, float(np.abs(end).max()))

    def vanishes(generator: SparsePolynomial) -> bool:
        terms = sum(abs(float(c)) for c in generator.coefficients) * size**generator.degree
        return bool(abs(generator.evaluate_many(end[None])[0]) <= 1e-12 * terms)

    return any(all(map(vanishes, family.generators)) for family in exact.families)
