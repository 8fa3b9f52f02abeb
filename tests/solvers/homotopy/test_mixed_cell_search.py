"""The search stops and goes on, makes room, and lowers its heights where numbers get large."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polynet.errors import BudgetError
from solvers.homotopy import mixed_cell_kernels, mixed_cell_search
from solvers.homotopy.mixed_cells import mixed_cells, mixed_volume
from tests.solvers.homotopy.from_python import from_python
from tests.solvers.homotopy.support_examples import cyclic, simplices

order_of_fractions = from_python(mixed_cell_kernels.order_of_fractions)

NUMERATORS = st.integers(-(2**62), 2**62)
DENOMINATORS = st.integers(1, 2**62)


@given(NUMERATORS, DENOMINATORS, NUMERATORS, DENOMINATORS)
def test_fractions_are_compared_exactly(p: int, q: int, r: int, s: int) -> None:
    left, right = Fraction(p, q), Fraction(r, s)
    assert order_of_fractions(p, q, r, s) == (left > right) - (left < right)


@given(st.integers(-(2**30), 2**30), st.integers(1, 2**30), st.integers(1, 2**30))
def test_equal_and_nearly_equal_fractions_are_told_apart(p: int, q: int, factor: int) -> None:
    assert order_of_fractions(p, q, p * factor, q * factor) == 0
    assert order_of_fractions(p, q, p * factor + 1, q * factor) == -1
    assert order_of_fractions(p, q, p * factor - 1, q * factor) == 1


def test_pauses_and_small_buffers_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    straight = mixed_cells(cyclic(7))
    monkeypatch.setattr(mixed_cell_search, "_STEPS_IN_CALL", 7)
    monkeypatch.setattr(mixed_cell_search, "_BATCH", 2)
    monkeypatch.setattr(mixed_cell_search, "_DEPTH", 2)
    broken = mixed_cells(cyclic(7))
    assert np.array_equal(straight.pairs, broken.pairs)
    assert np.array_equal(straight.scaled_normals, broken.scaled_normals)


@pytest.mark.parametrize("degrees", [[100] * 5, [3] * 20, [2] * 30, [30] * 8])
def test_large_determinants_get_lower_heights(degrees: list[int]) -> None:
    cells = mixed_cells(simplices(degrees))
    assert cells.volumes.tolist() == [degrees[0] ** len(degrees)]
    assert max(int(lifting.max()) for lifting in cells.liftings) < 2**26


def test_determinants_beyond_machine_integers_are_refused() -> None:
    with pytest.raises(BudgetError, match="lower the degrees"):
        mixed_volume(simplices([100] * 12))


def test_liftings_that_tie_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # With heights of five bits hardly any lifting of cyclic-5 is generic.
    monkeypatch.setattr(mixed_cell_search, "_MOST_BITS", 5)
    monkeypatch.setattr(mixed_cell_search, "_MAX_DRAWS", 1000)
    assert mixed_volume(cyclic(5)) == 70
    monkeypatch.setattr(mixed_cell_search, "_MOST_BITS", 1)
    monkeypatch.setattr(mixed_cell_search, "_MAX_DRAWS", 3)
    with pytest.raises(BudgetError, match="all not generic"):
        mixed_volume(cyclic(5))
