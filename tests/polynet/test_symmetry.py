"""Every generator leaves outputs and losses as they are; counts equal those known by hand."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings

import polynet as pn
from polynet.symmetry import network_symmetry
from tests.polynet.network_strategies import networks

CASES = {
    "squares": ([pn.Dense(2, 2), pn.Square(), pn.Dense(2, 1)], 2 * 4, 2),
    "linear": ([pn.Dense(2, 3, bias=False), pn.Dense(3, 2), pn.Dense(2, 1)], 48 * 8, 9 + 4),
    "odd": ([pn.Dense(2, 3), pn.Polynomial([0, 1, 0, 2]), pn.Dense(3, 1)], 48, 0),
    "neither": ([pn.Dense(2, 3), pn.Polynomial([0, 1, 1]), pn.Dense(3, 1)], 6, 0),
    "trained": (
        [pn.Dense(2, 3), pn.Polynomial([0, 1, 1], trainable=True), pn.Dense(3, 1)],
        6,
        0,
    ),
    "products": ([pn.Dense(2, 3, bias=False), pn.NodeProduct(), pn.Dense(6, 2)], 48, 3),
    "products alone": (
        [pn.Dense(2, 3), pn.Power(3), pn.NodeProduct(squares=True, keep=False), pn.Dense(6, 2)],
        48,
        3,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_orders_and_dimensions(name):
    layers, order, dimension = CASES[name]
    symmetry = network_symmetry(pn.Network(layers))
    assert (symmetry.order, symmetry.dimension, symmetry.complete) == (order, dimension, True)


def test_convolutions_carry_channels_through_pooling_and_flattening():
    layers = [
        pn.Conv2d(1, 2, 3),
        pn.Square(),
        pn.AvgPool2d(2),
        pn.Conv2d(2, 3, 2),
        pn.Power(3),
        pn.Flatten(),
        pn.Dense(12, 2),
    ]
    network = pn.Network(layers, input_shape=(1, 8, 8))
    symmetry = network_symmetry(network)
    assert symmetry.order == (2 * 4) * (factorial(3) * 8)
    check_generators(network)


@settings(max_examples=60, deadline=None)
@given(networks())
def test_every_generator_leaves_the_outputs_as_they_are(network):
    check_generators(network)


def check_generators(network):
    rng = np.random.default_rng(0)
    weights = rng.standard_normal(network.n_parameters)
    inputs = rng.standard_normal((3, *network.input_shape))
    outputs = network.forward(weights, inputs)
    for generator in network_symmetry(network).generators():
        moved = generator(weights)
        assert not np.array_equal(moved, weights)
        np.testing.assert_allclose(network.forward(moved, inputs), outputs, rtol=1e-9, atol=1e-9)


def test_penalties_leave_only_the_symmetries_that_keep_them():
    network = pn.Network([pn.Dense(2, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])
    symmetry = network_symmetry(network)
    assert len(list(symmetry.generators())) == 3
    assert len(list(symmetry.generators(np.full(6, Fraction(1, 100))))) == 3
    assert len(list(symmetry.generators(np.arange(6)))) == 2  # signs stay, the exchange does not


def test_residual_sums_and_networks_by_hand_are_said_to_be_unsearched():
    residual = pn.Network(
        [pn.Dense(2, 2), pn.Residual([pn.Dense(2, 2), pn.Square()]), pn.Dense(2, 1)]
    )
    assert not network_symmetry(residual).complete
    assert network_symmetry(residual).hidden == ()
    builder = pn.Builder()
    network = builder.network([builder.node(builder.inputs(2))])
    assert not network_symmetry(network).complete
