"""Circles about t = 0 on equations whose branches and poles are known."""

from __future__ import annotations

import numpy as np
import pytest

from solvers.homotopy import circles, tracker
from solvers.homotopy.tape import SystemTape
from solvers.homotopy.tracker import MAX_WINDING, Settings, workspace
from tests.solvers.homotopy.from_python import from_python

circle = from_python(circles.circle)
rescale = from_python(tracker.rescale)

Z = np.log(1e-4)


def _circle(terms, start):
    """Turns, pole order, void and mean of the path of one equation from ``start`` at t = 1e-4.

    ``terms`` has the coefficients of 1 and t of every power of x.
    """
    tape = SystemTape.of_supports([[(power,) for power in terms]], 1)
    table = np.array(list(terms.values()), np.complex128)
    room = workspace(1, tape.n_registers, tape.n_terms)
    room.x[0] = start
    rescale(room, 0.0)
    mean = np.zeros(1, np.complex128)
    found = circle(
        tape.arrays, table, np.zeros(tape.n_terms), Z, room, Settings(), np.ones(1), mean
    )
    assert abs(room.x[0] - start) < 1e-9 * abs(start)  # back at its start
    return *found, mean[0]


@pytest.mark.parametrize("m", [1, 2, 3, 5, 8])
def test_a_root_of_t_closes_after_m_turns_about_its_mean(m):
    # (x - 2)^m = t, with binomial coefficients.
    powers = np.polynomial.polynomial.polypow([-2.0, 1.0], m)
    terms = {k: (value, 0.0) for k, value in enumerate(powers)}
    terms[0] = (powers[0], -1.0)

    turns, order, _, mean = _circle(terms, 2.0 + 1e-4 ** (1 / m))

    assert (turns, order) == (m, 0)
    assert abs(mean - 2.0) < 1e-8


@pytest.mark.parametrize("m", [1, 2, 3, 5])
def test_a_pole_is_void_at_zero(m):
    # t x^m = 1: x = t^(-1/m).
    turns, order, void, _ = _circle({m: (0.0, 1.0), 0: (-1.0, 0.0)}, 1e-4 ** (-1 / m))

    assert (turns, order) == (m, 1)
    assert void < 1e-10


@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize("perturbation", [1e-6, 1e-9, 1e-12])
def test_an_end_that_is_only_far_is_not_void(m, perturbation):
    # (t + perturbation) x^m = 1 ends at perturbation^(-1/m), far beyond what the circle sees.
    terms = {m: (perturbation, 1.0), 0: (-1.0, 0.0)}

    turns, order, void, _ = _circle(terms, (1e-4 + perturbation) ** (-1 / m))

    assert (turns, order) == (m, 1)
    assert void == pytest.approx(perturbation / 1e-4, rel=0.2)


def test_a_high_pole_shows_a_perturbation_to_first_order():
    # x = (t + e)^-3: the mean of 1/x is e^3, but its Taylor coefficient of t^2 is 3 e.
    e = 1e-9
    tape_terms = {1: (e**3, 3 * e**2, 3 * e, 1.0), 0: (-1.0, 0.0, 0.0, 0.0)}

    turns, order, void, _ = _circle(tape_terms, (1e-4 + e) ** -3)

    assert (turns, order) == (1, 3)
    assert void == pytest.approx(3e-5, rel=0.2)


def test_more_turns_than_are_looked_for_count_as_none():
    m = MAX_WINDING  # half as many are looked for at this t

    turns, order, void, _ = _circle({m: (1.0, 0.0), 0: (0.0, -1.0)}, 1e-4 ** (1 / m))

    assert (turns, order, void) == (0, 0, 1.0)
