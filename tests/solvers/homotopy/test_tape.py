"""Tapes: values and Jacobians of their instructions beside the polynomials themselves."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from solvers.homotopy.tape import SystemTape
from tests.catalogue import find_system


def _instructed_values(tape, coefficients, x):
    """Values and Jacobian by the tape's arrays, in plain Python."""
    arrays = tape.arrays
    registers = [1.0, *x]
    for left, right in zip(arrays.left, arrays.right, strict=True):
        registers.append(registers[left] * registers[right])
    terms = [c * registers[r] for c, r in zip(coefficients, arrays.term_register, strict=True)]
    starts = arrays.equation_start
    values = [sum(terms[a:b]) for a, b in pairwise(starts)]
    jacobian = np.zeros((tape.n_equations, tape.n_variables), complex)
    for entry, (row, column) in enumerate(zip(arrays.entry_row, arrays.entry_column, strict=True)):
        for part in range(arrays.entry_start[entry], arrays.entry_start[entry + 1]):
            factor = coefficients[arrays.part_term[part]] * arrays.part_factor[part]
            jacobian[row, column] += factor * registers[arrays.part_register[part]]
    return np.array(values), jacobian


@pytest.mark.parametrize("name", ["cyclic5", "noon3", "katsura4", "linear_2_1_2", "caprasse"])
def test_values_and_jacobian_are_those_of_the_polynomials(name):
    system = find_system(name).system
    tape = SystemTape.of_supports([p.exponents for p in system.polynomials], system.n_variables)
    rng = np.random.default_rng(0)
    x = rng.standard_normal(system.n_variables) + 1j * rng.standard_normal(system.n_variables)
    coefficients = [float(c) for p in system.polynomials for c in p.coefficients]

    values, jacobian = _instructed_values(tape, coefficients, x)

    def plain(p):
        own = np.array([float(c) for c in p.coefficients])
        return (own * np.prod(x ** np.asarray(p.exponents), axis=1)).sum() if len(own) else 0.0

    np.testing.assert_allclose(values, [plain(p) for p in system.polynomials], rtol=1e-12)
    expected = [[plain(d) for d in row] for row in system.jacobian()]
    np.testing.assert_allclose(jacobian, expected, rtol=1e-12, atol=1e-12)


def test_a_monomial_of_several_equations_is_made_once():
    tape = SystemTape.of_supports([[(2, 1)], [(2, 1), (1, 0)]], 2)

    assert tape.n_terms == 3
    # x y, x (x y), and x x for the Jacobian of x^2 y: nothing more.
    assert len(tape.arrays.left) == 3
    assert tape.n_registers == 1 + 2 + 3


def test_products_for_the_jacobian_alone_come_after_those_for_values():
    tape = SystemTape.of_supports([[(2, 1)]], 2)

    n_values = int(tape.arrays.n_value_products[0])
    assert tape.arrays.term_register.max() < 1 + 2 + n_values
    assert n_values < len(tape.arrays.left)
