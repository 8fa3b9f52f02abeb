"""Networks built by hand equal the same networks from layers, exactly, up to full MNIST size."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest
import symengine

import polynet as pn
from polynet.errors import InputError, ShapeError
from tests.polynet.network_strategies import exact_weights


def terms(loss):
    """The expanded loss with weights known by position alone."""
    return dict(loss.expand().mpoly.to_dict())


def by_hand(activation, bias):
    builder = pn.Builder()
    x = builder.inputs(2)
    hidden = builder.layer(x, 2, activation=activation, bias=bias)
    return builder.network([builder.node(hidden, bias=bias)])


@pytest.mark.parametrize(
    "activation", [pn.Square(), pn.Power(3), pn.Polynomial([1, Fraction(1, 2), 2])]
)
def test_a_network_by_hand_equals_the_layers_exactly(activation):
    layered = pn.Network([pn.Dense(2, 2, bias=False), activation, pn.Dense(2, 1, bias=False)])
    for form in ("moments", "samples"):
        first = pn.collect(by_hand(activation, False), pn.datasets.xor(), form=form)
        second = pn.collect(layered, pn.datasets.xor(), form=form)
        assert terms(first) == terms(second)


def test_biases_are_in_the_order_of_the_nodes():
    layered = pn.Network([pn.Dense(2, 2), pn.Square(), pn.Dense(2, 1)])
    hand, ours = (
        pn.collect(network, pn.datasets.xor()) for network in (by_hand(pn.Square(), True), layered)
    )
    weights = exact_weights(9, 0)
    order = [0, 1, 4, 2, 3, 5, 6, 7, 8]  # by hand each node has its weights, then its bias
    assert hand.value([weights[i] for i in order]) == ours.value(weights)
    assert hand.predict_terms() >= hand.expand().n_terms == ours.expand().n_terms


def test_the_product_node_of_r1_by_hand_equals_the_layer():
    builder = pn.Builder()
    first, second = builder.layer(builder.inputs(2), 2, bias=False)
    network = builder.network([builder.node([first, second, first * second], bias=False)])
    layered = pn.Network([pn.Dense(2, 2, bias=False), pn.NodeProduct(), pn.Dense(3, 1, bias=False)])
    assert terms(pn.collect(network, pn.datasets.xor())) == terms(
        pn.collect(layered, pn.datasets.xor())
    )


def test_trained_activations_get_weights_of_their_own():
    builder = pn.Builder()
    x = builder.inputs(1)
    node = builder.node(x, activation=pn.Polynomial([0, 1, 1], trainable=True), name="h")
    network = builder.network([node])
    assert network.parameter_names == ("wh_0", "bh_0", "ch_0", "ch_1", "ch_2")
    assert network.forward_exact([2, 1, 5, 0, 3], [[4]])[0, 0] == 5 + 3 * 81


def test_expressions_that_no_layer_describes():
    builder = pn.Builder()
    x, y = builder.inputs(2)
    gate = builder.weight("gate.weight")
    network = builder.network([gate * x**3 * y - (x + gate) ** 2])
    loss = pn.collect(network, pn.Dataset([[1, 2], [2, 1]], [0, 1]))
    w = Fraction(3, 2)
    assert loss.value([w]) == (2 * w - (1 + w) ** 2) ** 2 + (8 * w - (2 + w) ** 2 - 1) ** 2
    assert loss.degree == 4


def test_a_function_of_an_expression_is_an_activation():
    builder = pn.Builder()
    node = builder.node(builder.inputs(1), activation=lambda z: z**2 + z, bias=False)
    assert builder.network([node]).forward([2.0], [[3.0]]).tolist() == [[42.0]]


@pytest.mark.backend
def test_mnist_by_hand_compiles_to_the_same_collected_loss(image_root):
    data = pn.datasets.mnist(image_root, limit=1000)
    started = time.perf_counter()
    builder = pn.Builder()
    pixels = np.array(builder.inputs(784), object).reshape(28, 28)
    kernel = builder.weights((3, 3), "0.weight")
    hidden = [
        symengine.Add(*(kernel * pixels[i : i + 3, j : j + 3]).ravel())
        for i in range(26)
        for j in range(26)
    ]
    readout = builder.weights((10, 676), "2.weight")
    outputs = [symengine.Add(*(w * h for w, h in zip(row, hidden, strict=True))) for row in readout]
    by_hand = pn.collect(builder.network(outputs), data.flatten(), form="moments")
    assert time.perf_counter() - started < 30
    layers = [pn.Conv2d(1, 1, 3, bias=False), pn.Flatten(), pn.Dense(676, 10, bias=False)]
    layered = pn.collect(pn.Network(layers), data, form="moments")
    assert by_hand.n_parameters == layered.n_parameters == 6769
    assert by_hand.choice.n_monomials == layered.choice.n_monomials == 784
    w = np.random.default_rng(0).normal(0, 0.1, 6769)
    assert by_hand.value(w) == pytest.approx(layered.value(w), rel=1e-12)
    np.testing.assert_allclose(by_hand.gradient(w), layered.gradient(w), rtol=1e-9, atol=1e-8)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda b: b.inputs(0), InputError, "0 inputs"),
        (lambda b: b.node([]), InputError, "at least one"),
        (lambda b: b.network([]), InputError, "output"),
        (lambda b: b.network([1]), InputError, "no inputs"),
        (lambda b: [b.weight("a.weight"), b.weight("a.weight")], InputError, "exist already"),
        (lambda b: collected(b, symengine.Symbol("stray")), InputError, "stray"),
        (lambda b: collected(b, symengine.sin(b.inputs(1)[0])), InputError, "polynomial"),
        (lambda b: collected(b, 1 / b.inputs(1)[0]), InputError, "polynomial"),
    ],
)
def test_bad_networks_by_hand_have_their_own_errors(make, error, message):
    with pytest.raises(error, match=message):
        make(pn.Builder())


def collected(builder, expression):
    x = builder.inputs(1)[0]
    network = builder.network([expression + x * builder.weight("w.weight")])
    n = network.input_shape[0]
    return pn.collect(network, pn.Dataset([[1] * n], [1]))


def test_forward_checks_its_shapes():
    with pytest.raises(ShapeError, match="2 inputs and 6 weights"):
        by_hand(pn.Square(), False).forward(np.ones(6), np.ones((4, 3)))
