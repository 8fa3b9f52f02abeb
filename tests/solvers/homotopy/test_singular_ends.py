"""Multiple ends: refined where isolated, left out where they lie on families."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import polynet as pn
from polynet import PolynomialSystem
from polynet.critical_system import critical_system
from solvers import Homotopy, Outcome
from tests.catalogue import find_system


@pytest.mark.parametrize("name", ["griewank_osborne", "caprasse", "dz2", "ojika3", "kss5", "rose"])
@pytest.mark.parametrize("seed", range(2))
def test_isolated_multiple_solutions_keep_their_multiplicity(name: str, seed: int) -> None:
    entry = find_system(name)
    found = Homotopy(seed=seed).solve(entry.system)
    assert (found.n_finite, found.n_real) == (entry.n_finite, entry.n_real)
    assert found.outcome is Outcome.SOLVED
    counts = np.unique(found.multiplicities, return_counts=True)
    assert tuple(zip(*map(np.ndarray.tolist, counts), strict=True)) == entry.multiplicities
    assert "refined" in " ".join(found.notes)


def test_a_triple_zero_has_all_its_digits() -> None:
    found = Homotopy().solve(find_system("griewank_osborne").system)
    assert np.abs(found.solutions).max() < 1e-16


@pytest.mark.parametrize("penalties", [(1, 2, 0), (0, 0, 1), (0, 0, 0)])
@pytest.mark.parametrize("seed", range(3))
def test_special_points_of_families_are_not_listed(penalties: tuple[int, ...], seed: int) -> None:
    # One squared unit a.x on XOR with last weight c: where c is free, a = 0 is a line.
    network = pn.Network([pn.Dense(2, 1, bias=False), pn.Square(), pn.Dense(1, 1, bias=False)])
    l2 = [Fraction(k, 100) for k in penalties]
    loss = pn.collect(network, pn.datasets.xor(), l2=l2)
    found = Homotopy(seed=seed).solve(critical_system(loss.expand()))
    # A path near a family at infinity may stay undecided, and is reported.
    undecided = found.n_failed > 0
    assert found.outcome is (Outcome.INCOMPLETE if undecided else Outcome.POSITIVE_DIMENSIONAL)
    assert found.n_failed == len(found.paths.undecided)
    assert not (found.multiplicities > 1).any()
    assert "families" in " ".join(found.notes)


def test_a_crossing_of_lines_is_no_isolated_solution() -> None:
    found = Homotopy().solve(PolynomialSystem.from_strings(["x*y", "x^2*y + x*y^2"]))
    assert (found.n_finite, found.outcome) == (0, Outcome.POSITIVE_DIMENSIONAL)
    assert (found.solution_of == -1).all()


def test_a_multiple_solution_at_the_origin_is_zero_to_the_bit() -> None:
    found = Homotopy(seed=0).solve(PolynomialSystem.from_strings(["x^2", "y*(x - y)"]))
    assert found.solutions.tolist() == [[0.0, 0.0]]
    assert found.multiplicities.tolist() == [4]
