"""Scalings and sign flips of polynomials, and the parts of space that they make."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import polynet as pn
from polynet import BudgetError, SparsePolynomial
from polynet.critical_system import critical_system
from polynet.symmetry import network_symmetry
from solvers.symmetry_reduction.diagonal_groups import (
    NormalForm,
    normal_forms,
    scalings,
    sign_flips,
)
from tests.solvers.catalogue import NETWORKS, generic_loss, xor_loss


@pytest.mark.parametrize("name", NETWORKS)
def test_scalings_are_those_of_the_hidden_units(name: str) -> None:
    """Second route: the structure of the network, layer by layer."""
    loss = xor_loss(name)
    assert len(scalings(loss.expand())) == sum(
        layer.scalings for layer in network_symmetry(loss.network).hidden
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_sign_flips_are_those_of_the_hidden_units(name: str) -> None:
    loss = generic_loss(name)
    assert len(sign_flips(critical_system(loss.expand()))) == sum(
        layer.sign_flips for layer in network_symmetry(loss.network).hidden
    )
    assert not len(scalings(loss.expand()))


def test_a_penalty_breaks_only_the_scalings_of_its_own_unit() -> None:
    network = pn.Network([pn.Dense(2, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])
    loss = pn.collect(network, pn.datasets.xor(), l2=[1, 0, 0, 0, 0, 0])
    assert scalings(loss.expand()).tolist() == [[0, 0, -1, -1, 0, 2]]


def test_a_polynomial_without_network_has_scalings_too() -> None:
    x, y, z = SparsePolynomial.variables(["x", "y", "z"])
    polynomial = x**2 * y**3 + x**2 * z
    for row in scalings(polynomial):
        assert not (polynomial.exponents @ row).any()
    assert len(scalings(polynomial)) == 1
    assert len(scalings(SparsePolynomial.constant(["x", "y"], 1))) == 2


weight_rows = st.integers(1, 3).flatmap(
    lambda k: st.lists(st.lists(st.integers(-3, 3), min_size=5, max_size=5), min_size=k, max_size=k)
)


def _holds(form: NormalForm, nonzero: tuple[int, ...]) -> bool:
    return not any(nonzero[j] for j in form.zeros) and all(nonzero[j] for j in form.pivots)


@given(weight_rows)
def test_every_point_lies_in_exactly_one_part(rows: list[list[int]]) -> None:
    forms = normal_forms(np.array(rows))
    for nonzero in product((0, 1), repeat=5):
        assert sum(_holds(form, nonzero) for form in forms) == 1


@given(weight_rows)
def test_pivots_are_as_many_as_the_dimension_of_an_orbit(rows: list[list[int]]) -> None:
    """Second route: the rank of the infinitesimal scalings a_j w_j at a point."""
    forms = normal_forms(np.array(rows))
    for nonzero in product((0, 1), repeat=5):
        form = next(form for form in forms if _holds(form, nonzero))
        tangents = np.array(rows) * np.array(nonzero)
        assert np.linalg.matrix_rank(tangents) == len(form.pivots)


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(BudgetError, match="more than 4,096 parts"):
        normal_forms(np.eye(13, dtype=np.int64))
