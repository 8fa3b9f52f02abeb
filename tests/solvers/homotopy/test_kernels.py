"""Compiled evaluation along a homotopy beside closed forms and numpy."""

from __future__ import annotations

import numpy as np
import pytest

from solvers.homotopy import kernels, tracker
from solvers.homotopy.kernels import LINEAR, LOGARITHMIC, ORDERS, TORIC
from solvers.homotopy.tape import SystemTape
from solvers.homotopy.tracker import Settings, workspace
from tests.solvers.homotopy.from_python import from_python

coefficient_series = from_python(kernels.coefficient_series)
factor = from_python(kernels.factor)
solve = from_python(kernels.solve)
condition = from_python(tracker.condition)
correct = from_python(tracker.correct)
expand = from_python(tracker.expand)
prepare = from_python(tracker.prepare)
rescale = from_python(tracker.rescale)
track = from_python(tracker.track)


def _series_of(function, z, u):
    """Taylor coefficients of s -> function(z + u s) by the Cauchy integral."""
    n = 32
    angles = 2j * np.pi * np.arange(n) / n
    values = np.array([function(z + u * 0.1 * np.exp(a)) for a in angles])
    return [(values * np.exp(-k * angles)[:, None]).mean(axis=0) / 0.1**k for k in range(ORDERS)]


@pytest.mark.parametrize("mode", [LINEAR, LOGARITHMIC, TORIC])
def test_coefficients_and_their_derivatives(mode):
    rng = np.random.default_rng(mode)
    n_powers = 1 if mode == TORIC else 3
    table = rng.standard_normal((4, n_powers)) + 1j * rng.standard_normal((4, n_powers))
    weights = np.array([0.0, 1.0, 2.5, 4.0])
    z, u = -0.7 + 0.3j, np.exp(0.4j)

    def plain(place):
        if mode == TORIC:
            return table[:, 0] * np.exp(weights * place)
        t = np.exp(place) if mode == LOGARITHMIC else place
        return sum(table[:, j] * t**j for j in range(n_powers))

    out = np.zeros((ORDERS, 4), np.complex128)
    assert coefficient_series(mode, table, weights, z, u, out) >= 1
    np.testing.assert_allclose(out, _series_of(plain, z, u), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_linear_equations_are_solved_in_scaled_unknowns(n):
    rng = np.random.default_rng(n)
    matrix = rng.standard_normal((n, n)) + 1j * rng.standard_normal((n, n))
    right = rng.standard_normal(n) + 1j * rng.standard_normal(n)
    scales = np.exp(rng.standard_normal(n))
    lu, pivots, row_scales = matrix.copy(), np.zeros(n, np.int64), np.ones(n)
    found = np.zeros(n, np.complex128)

    assert factor(lu, scales, pivots, row_scales)
    solve(lu, pivots, row_scales, right, found)

    np.testing.assert_allclose(found * scales, np.linalg.solve(matrix, right), rtol=1e-10)


def test_a_singular_matrix_is_refused():
    matrix = np.array([[1.0, 2.0], [0.0, 0.0]], np.complex128)

    assert not factor(matrix, np.ones(2), np.zeros(2, np.int64), np.ones(2))


def _square_root():
    """x^2 = c + t d: the path is a square root."""
    tape = SystemTape.of_supports([[(2,), (0,)]], 1)
    table = np.array([[1.0, 0.0], [-(1.0 + 1.0j), -(2.0 - 0.5j)]], np.complex128)
    return tape, table, workspace(1, tape.n_registers, tape.n_terms)


def _root(t):
    return np.sqrt((1.0 + 1.0j) + t * (2.0 - 0.5j))


def test_path_derivatives_are_those_of_the_square_root():
    tape, table, room = _square_root()
    room.x[0] = _root(0.6)
    no_weights = np.zeros(tape.n_terms)

    rescale(room, 0.0)
    assert prepare(tape.arrays, table, no_weights, LINEAR, 0.6 + 0.0j, room)
    expand(tape.arrays, table, no_weights, LINEAR, 0.6 + 0.0j, 1.0 + 0.0j, room)

    expected = _series_of(lambda t: np.array([_root(t)]), 0.6 + 0.0j, 1.0)
    found = room.series[1:, 0] * room.scales[0]
    np.testing.assert_allclose(found, [e[0] for e in expected[1:]], rtol=1e-8)


def test_a_path_is_tracked_to_its_end():
    tape, table, room = _square_root()
    room.x[0] = _root(1.0)
    no_weights = np.zeros(tape.n_terms)
    arguments = (tape.arrays, table, no_weights, np.int64(LINEAR))

    assert track(*arguments, 1.0 + 0.0j, 0.0j, room, Settings(), 100)

    assert abs(room.x[0] - _root(0.0)) < 1e-8
    room.trial[:] = room.x
    assert correct(*arguments, 0.0j, room, Settings())
    assert abs(room.trial[0] - _root(0.0)) < 1e-14
    # One entry, divided by |real part| + |imaginary part|: the inverse is 1 to sqrt(2).
    assert 1.0 <= condition(room) <= np.sqrt(2.0) + 1e-12


def test_a_far_prediction_is_not_corrected_to_another_path():
    tape, table, room = _square_root()
    room.x[0] = _root(0.0)
    rescale(room, 0.0)
    room.trial[0] = 0.05 * _root(0.0)

    assert not correct(
        tape.arrays, table, np.zeros(tape.n_terms), np.int64(LINEAR), 0.0j, room, Settings()
    )


@pytest.mark.parametrize("vector", [[1, 1, -1, -1], [1, -1, 1, -1], [1, 1, 1, 1], [1, 0, 0, -1]])
def test_the_condition_sees_a_singular_vector_of_equal_moduli(vector):
    direction = np.array(vector, np.complex128) / np.linalg.norm(vector)
    tape = SystemTape.of_supports([[(1, 0, 0, 0)]] * 4, 4)
    room = workspace(4, tape.n_registers, tape.n_terms)
    room.matrix[:] = np.eye(4) - (1 - 1e-9) * np.outer(direction, direction.conj())

    assert factor(room.matrix, room.scales, room.pivots, room.row_scales)

    assert 1e8 < condition(room) < 1e11
