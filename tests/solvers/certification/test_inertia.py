"""Inertia by elimination: that of the exact matrix, or none where balls are too wide."""

from __future__ import annotations

import pytest
from flint import arb, arb_mat, ctx, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.certification.inertia import eliminated_inertia, nonsingular_inertia
from solvers.classify import certified_inertia, exact_inertia


@st.composite
def symmetric_matrices(draw: st.DrawFn) -> list[list[int]]:
    n = draw(st.integers(1, 5))
    entries = draw(st.lists(st.integers(-4, 4), min_size=n * n, max_size=n * n))
    return [[entries[max(i, j) * n + min(i, j)] for j in range(n)] for i in range(n)]


@settings(max_examples=150)
@given(symmetric_matrices())
def test_agrees_with_exact_arithmetic(rows):
    exact = exact_inertia(fmpq_mat(rows))
    with ctx.workprec(128):
        found = eliminated_inertia(arb_mat(rows))
    assert found == (exact if exact.zero == 0 else None)


@pytest.mark.parametrize("size", [2, 6])
def test_condition_numbers_far_beyond_floats(size):
    with ctx.workprec(512):
        # Hilbert's matrix times 1e-20, and one entry so that one eigenvalue is negative.
        rows = [
            [arb(10) ** -(20 * (i + j)) / (i + j + 1) for j in range(size)] for i in range(size)
        ]
        rows[-1][-1] = -rows[-1][-1]
        matrix = arb_mat(rows)
        found = eliminated_inertia(matrix)
        assert (found.positive, found.negative) == (size - 1, 1)
        assert nonsingular_inertia(matrix) == found


def test_wide_balls_give_none():
    matrix = arb_mat([[arb(1, 2), arb(0)], [arb(0), arb(3)]])
    assert eliminated_inertia(matrix) is None
    assert certified_inertia(matrix) is None
    assert nonsingular_inertia(matrix) is None
    assert eliminated_inertia(arb_mat([[0, arb(1, 2)], [arb(1, 2), 0]])) is None
