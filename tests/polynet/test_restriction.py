"""Restriction and lift: inverses, the right polynomial, and every way to name what stays free."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import polynet as pn
from polynet.errors import InputError, PolynetError, ShapeError
from tests.polynet.network_strategies import exact_data, exact_weights, networks

NETWORK = pn.Network([pn.Dense(2, 2), pn.Square(), pn.Dense(2, 1, bias=False)])
LOSS = pn.collect(NETWORK, pn.datasets.xor(), l2=Fraction(1, 50))
AT = exact_weights(NETWORK.n_parameters, 0)


@pytest.mark.parametrize(
    ("to", "names"),
    [
        ("w0_1_0", ["w0_1_0"]),
        ("0.weight", ["w0_0_0", "w0_0_1", "w0_1_0", "w0_1_1"]),
        ("2", ["w2_0_0", "w2_0_1"]),
        (["0.bias", "w2_0_1"], ["b0_0", "b0_1", "w2_0_1"]),
    ],
)
def test_names_select_weights_tensors_and_layers(to, names):
    assert list(LOSS.restrict(to, AT).parameter_names) == names


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_restricted_polynomial_is_the_full_one_at_the_lifted_point(data):
    network = data.draw(networks())
    loss = pn.collect(network, data.draw(exact_data(network)), l2=Fraction(1, 5))
    n = loss.n_parameters
    origin = exact_weights(n, data.draw(st.integers(0, 99)))
    directions = np.array(exact_weights(2 * n, 1), object).reshape(n, 2)
    chosen = data.draw(st.sampled_from(loss.parameter_names))
    for to in (chosen, directions):
        restricted = loss.restrict(to, origin)
        s = exact_weights(restricted.n_parameters, 7)
        lifted = restricted.lift(s)
        assert restricted.value(s) == loss.value(list(lifted))
        assert restricted.expand().evaluate(s) == restricted.value(s)
        assert restricted.expand().degree <= restricted.degree
        floats = np.array(s, float)
        exact = restricted.gradient(s).astype(float)
        scale = 1 + np.abs(exact).max()
        np.testing.assert_allclose(restricted.gradient(floats) / scale, exact / scale, atol=1e-11)


def test_lift_inverts_restriction():
    for to in ("0.weight", ["w2_0_0", "b0_1"]):
        restricted = LOSS.restrict(to, AT)
        s = exact_weights(restricted.n_parameters, 3)
        assert restricted.project(list(restricted.lift(s))).tolist() == s
        kept = restricted.lift(list(restricted.project(AT)))
        assert kept.tolist() == AT
    directions = np.random.default_rng(0).standard_normal((LOSS.n_parameters, 3))
    restricted = LOSS.restrict(directions, np.array(AT, float))
    s = np.array([0.3, -1.0, 2.0])
    np.testing.assert_allclose(restricted.project(restricted.lift(s)), s, atol=1e-12)


def test_restriction_commutes_with_derivatives():
    directions = np.random.default_rng(1).standard_normal((LOSS.n_parameters, 2))
    restricted = LOSS.restrict(directions, np.array(AT, float))
    s = np.array([0.2, -0.4])
    w = restricted.lift(s)
    np.testing.assert_allclose(restricted.gradient(s), directions.T @ LOSS.gradient(w))
    np.testing.assert_allclose(restricted.hessian(s), directions.T @ LOSS.hessian(w) @ directions)
    np.testing.assert_allclose(
        restricted.along(s, np.array([1.0, 2.0])), LOSS.along(w, directions @ [1.0, 2.0])
    )


def test_a_restriction_is_not_below_the_bound_of_the_whole():
    assert LOSS.restrict("0", AT).lower_bound() == LOSS.lower_bound() == 0


def test_dependent_directions_are_not_told_apart():
    restricted = LOSS.restrict([[1, 2]] * 8, AT)
    with pytest.raises(InputError, match="dependent"):
        restricted.project(AT)


def test_restrictions_compose():
    layer = LOSS.restrict("0.weight", AT)
    one = layer.restrict("w0_0_1", exact_weights(4, 2))
    assert one.degree == 4
    assert one.value([3]) == LOSS.value(list(layer.lift(list(one.lift([3])))))


def test_the_degree_known_before_solving_is_that_of_the_restricted_polynomial():
    assert LOSS.restrict("w0_0_0", AT).degree == 4
    assert LOSS.restrict("2.weight", AT).degree == 2
    assert LOSS.restrict(np.eye(LOSS.n_parameters), np.zeros(LOSS.n_parameters)).degree == 6


def test_one_weight_of_a_network_without_activations_is_a_parabola():
    network = pn.Network([pn.Dense(2, 3), pn.Dense(3, 2), pn.Dense(2, 1)])
    loss = pn.collect(network, pn.datasets.xor())
    at = exact_weights(loss.n_parameters, 4)
    for name in loss.parameter_names:
        polynomial = loss.restrict(name, at).expand()
        assert polynomial.degree <= 2
        assert polynomial.evaluate([0]) >= 0


def test_a_restricted_float_loss_expands_after_to_exact():
    data = pn.Dataset([[0.5, 0.25], [1.0, 2.0]], [[1.0], [0.5]])
    loss = pn.collect(NETWORK, data)
    restricted = loss.restrict(["w0_0_0", "w2_0_0"], np.linspace(-1, 1, 8))
    with pytest.raises(InputError, match="to_exact"):
        restricted.expand()
    exact = restricted.to_exact().expand()
    assert float(exact.evaluate([1, 2])) == pytest.approx(restricted.value([1.0, 2.0]))


@pytest.mark.parametrize(
    ("to", "at", "error"),
    [
        ("w7_0_0", AT, InputError),
        ([], AT, PolynetError),
        ("w0_0_0", AT[:3], ShapeError),
        (np.ones((3, 2)), AT, ShapeError),
        (np.ones((8, 0)), AT, ShapeError),
        (np.full((8, 1), np.nan), AT, InputError),
        ("w0_0_0", [float("inf")] * 8, InputError),
    ],
)
def test_bad_restrictions_are_refused(to, at, error):
    with pytest.raises(error):
        LOSS.restrict(to, at)


def test_a_point_of_the_wrong_size_is_refused():
    with pytest.raises(ShapeError, match="4 unknowns"):
        LOSS.restrict("0.weight", AT).lift([1, 2])
