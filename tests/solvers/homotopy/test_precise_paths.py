"""Paths followed with hundreds of bits to where doubles see nothing, against closed forms."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from polynet import PolynomialSystem
from solvers import Homotopy, Outcome
from solvers.homotopy.parameter_start import ParameterStart
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.precise_paths import PreciseHomotopy, follow_precisely
from solvers.homotopy.tape import SystemTape
from tests.catalogue import find_system

T = 1e-8


def _start(system: PolynomialSystem, slopes: dict[tuple[int, int], float]) -> ParameterStart:
    """F + t times the terms that ``slopes`` has by equation and place of the term."""
    tape = SystemTape.of_supports([p.exponents.tolist() for p in system.polynomials], 2)
    rows = [
        (float(value), slopes.get((i, k), 0.0))
        for i, p in enumerate(system.polynomials)
        for k, value in enumerate(p.coefficients)
    ]
    return ParameterStart(tape, np.array(rows, np.complex128), np.empty((0, 2), np.complex128))


def _homotopy(system: PolynomialSystem, slopes: dict[tuple[int, int], float]) -> PreciseHomotopy:
    return PreciseHomotopy(_start(system, slopes), system)


def _hyperbola(power: int, end: Fraction) -> PreciseHomotopy:
    """x y = 1 and y^power = end + t."""
    system = PolynomialSystem.from_strings(["x*y - 1", f"y^{power} - {end}"])
    place = system.polynomials[1].exponents.tolist().index([0, 0])
    return _homotopy(system, {(1, place): -1.0})


@pytest.mark.parametrize("power", [1, 5, 8])
def test_a_path_that_grows_as_a_power_of_t_goes_to_infinity(power: int) -> None:
    homotopy = _hyperbola(power, Fraction(1, 10**60))
    found = homotopy.followed(np.array([T ** (-1 / power), T ** (1 / power)], complex), T)
    assert found is not None
    point, t = found
    assert t < 1e-32
    np.testing.assert_allclose(point, [t ** (-1 / power), t ** (1 / power)], rtol=1e-12)


@pytest.mark.parametrize("end", [Fraction(1, 1), Fraction(1, 10**25)])
def test_a_path_with_an_end_stays_however_late_it_shows(end: Fraction) -> None:
    y = float(end) + T
    assert _hyperbola(1, end).followed(np.array([1 / y, y], complex), T) is None


def test_coefficients_are_those_of_the_exact_system() -> None:
    """x/3 - y = 1 and (1 + t) x = 3 y give x = -3/t; with 1/3 rounded, x ends at 5e16 or so."""
    system = PolynomialSystem.from_strings(["1/3*x - y - 1", "x - 3*y"])
    place = system.polynomials[1].exponents.tolist().index([1, 0])
    x = -3 / T
    found = _homotopy(system, {(1, place): 1.0}).followed(np.array([x, x / 3 - 1], complex), T)
    assert found is not None
    assert found[0][0] * found[1] == pytest.approx(-3.0)


def test_a_point_that_is_not_on_the_path_is_left_alone() -> None:
    assert _hyperbola(1, Fraction(1, 10**60)).followed(np.array([3.0, 5.0], complex), T) is None


def test_undecided_paths_and_lone_ends_are_told_apart_from_those_that_stay() -> None:
    """Along y = t, x = 1/t goes to infinity; the second path is at no point of the homotopy."""
    system = PolynomialSystem.from_strings(["x*y - 1", "y"])
    tape = SystemTape.of_supports([[(1, 1), (0, 0)], [(0, 1), (0, 0)]], 2)
    rows = np.array([(1, 0), (-1, 0), (1, 0), (0, -1)], np.complex128)
    start = ParameterStart(tape, rows, np.empty((0, 2), np.complex128))
    table = PathTable.empty(3, 2)
    table.codes[:] = PathEnd.FAILED, PathEnd.FAILED, PathEnd.SINGULAR
    table.points[:] = [1 / T, T], [7.0, 7.0], [1e10, 1e-10]
    table.last_t[:] = T, T, 0.0
    assert follow_precisely(table, start, system) == 2
    assert table.codes.tolist() == [PathEnd.AT_INFINITY, PathEnd.FAILED, PathEnd.AT_INFINITY]
    assert (table.last_t[[0, 2]] < 1e-32).all()
    assert table.last_t[1] == T


@pytest.mark.slow
@pytest.mark.parametrize("name", ["xor_square_2", "xor_square_2_one_l2"])
def test_no_path_of_the_square_network_on_xor_is_left_undecided(name: str) -> None:
    entry = find_system(name)
    found = Homotopy(seed=1).solve(entry.system)
    counts = found.n_finite, found.n_real, found.multiplicity_sum
    assert counts == (entry.n_finite, entry.n_real, entry.n_multiplicity_sum)
    assert found.n_failed == 0
    assert found.outcome is Outcome.SOLVED
