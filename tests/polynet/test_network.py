"""Networks: construction, batches, exact and symbolic outputs, random weights, text."""

from __future__ import annotations

import copy
import pickle
import time
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import symengine
import sympy
from hypothesis import given
from hypothesis import strategies as st

from polynet.errors import InputError
from polynet.layers import (
    AvgPool2d,
    Conv2d,
    Dense,
    Flatten,
    NodeProduct,
    Polynomial,
    Power,
    Residual,
    Square,
)
from polynet.layers.series import Array
from polynet.network import Network

XOR = Network([Dense(2, 2, bias=False), Square(), Dense(2, 1, bias=False)])
EVERY_LAYER = Network(
    [
        Conv2d(1, 2, 2, padding=1),
        AvgPool2d(2, stride=1),
        Residual([Polynomial([Fraction(1, 2), 1, Fraction(-1, 3)])]),
        Flatten(),
        Dense(18, 2),
        NodeProduct(squares=True),
        Power(2),
        Polynomial([0, 1], trainable=True),
        Dense(5, 1),
    ]
)


def symbols(prefix: str, shape: tuple[int, ...]) -> Array:
    result = np.empty(shape, object)
    for position, at in enumerate(np.ndindex(shape)):
        result[at] = symengine.Symbol(f"{prefix}{position}")
    return result


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "Network has no layers"),
        (None, "Network takes a list of layers, not None"),
        (Dense(2, 1), r"Network takes a list of layers, not Dense\(2, 1\)"),
        ([Dense(2, 1), Square], r"entry 1 of Network .* write Square\(\.\.\.\)"),
        ([Dense(2, 1), "Square"], "entry 1 of Network is 'Square', which is not a layer"),
        ([[Dense(2, 1)]], "entry 0 of Network"),
    ],
)
def test_only_lists_of_layers_are_taken(layers: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Network(layers)


def test_square_units_solve_xor() -> None:
    outputs = XOR.forward([1, -1, 0, 0, 1, 0], [[0, 0], [0, 1], [1, 0], [1, 1]])
    assert outputs.tolist() == [[0.0], [1.0], [1.0], [0.0]]
    assert outputs.dtype == np.float64


def test_an_open_input_shape_goes_by_the_data() -> None:
    network = Network([Flatten(), Dense(4, 1, bias=False)])
    assert network.input_shape is None
    for shape in ((4,), (1, 2, 2), (4, 1)):
        assert network.forward(np.ones(4), np.ones((3, *shape))).tolist() == [[4.0]] * 3


@pytest.mark.parametrize(
    ("weights", "inputs", "message"),
    [
        (np.ones(5), np.ones((1, 2)), r"shape \(5,\), and 6 numbers .* 0.weight \(2, 2\)"),
        (1.0, np.ones((1, 2)), r"weights have shape \(\)"),
        (np.ones(6), np.ones(2), r"shape \(2,\), and \(n_examples, 2\) is wanted; for one example"),
        (np.ones(6), np.ones((1, 3)), r"shape \(1, 3\), and \(n_examples, 2\) is wanted"),
        (np.ones(6), np.ones((5, 1, 2)), r"inputs.reshape\(-1, 2\) has it"),
        (np.ones(6), 3.0, r"inputs have shape \(\)"),
        ([[1, 2], [3]], np.ones((1, 2)), "weights are ragged"),
        (np.ones(6), [[1, 2], [3]], "inputs are ragged"),
        (np.ones(6), [["a", "b"]], "inputs have type <U1; give numbers"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(weights: Any, inputs: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        XOR.forward(weights, inputs)


@pytest.mark.parametrize(
    ("weights", "order", "message"),
    [
        (np.ones(6), 1, "weights must be a series"),
        ((), 1, "weights must be a series"),
        ((np.ones(6),), 0, "order is 0"),
        ((np.ones(6),), 1.5, r"order is 1\.5"),
        ((np.ones(6), np.ones(5)), 2, r"shape \(5,\)"),
    ],
)
def test_series_that_do_not_fit_are_refused(weights: Any, order: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        XOR.evaluate(weights, np.ones((1, 2)), order)
    with pytest.raises(InputError, match=message):
        XOR.linearize(weights, np.ones((1, 2)), order)


small = st.integers(-3, 3)


@given(st.lists(small, min_size=6, max_size=6), st.lists(small, min_size=2, max_size=2))
def test_exact_outputs_are_those_of_the_formula(w: list[int], x: list[int]) -> None:
    weights = [Fraction(value, 3) for value in w]
    inputs = [[Fraction(value, 2) for value in x]]
    a, b, c, d, e, f = weights
    (p, q), outputs = inputs[0], XOR.forward_exact(weights, inputs)
    assert outputs.tolist() == [[e * (a * p + b * q) ** 2 + f * (c * p + d * q) ** 2]]
    assert type(outputs[0, 0]) is Fraction
    assert (XOR.forward(np.array(weights, object), np.array(inputs, object)) == outputs).all()


@given(st.integers(0, 2**32 - 1))
def test_symbols_exact_numbers_and_floats_agree(seed: int) -> None:
    generator = np.random.default_rng(seed)
    weights = generator.integers(-3, 4, EVERY_LAYER.n_parameters)
    inputs = generator.integers(-3, 4, (2, *EVERY_LAYER.shapes[0]))
    exact = EVERY_LAYER.forward_exact(weights, inputs)
    w, x = symbols("w", weights.shape), symbols("x", inputs.shape)
    values = dict(zip(w, weights.tolist(), strict=True))
    values |= dict(zip(x.ravel(), inputs.ravel().tolist(), strict=True))
    expressions = EVERY_LAYER.forward(w, x)
    of_data = EVERY_LAYER.forward(w, inputs)
    for expression, on_data, number in zip(expressions.flat, of_data.flat, exact.flat, strict=True):
        rational = symengine.Rational(number.numerator, number.denominator)
        assert expression.subs(values) == rational
        assert on_data.subs(values) == rational
    np.testing.assert_allclose(
        EVERY_LAYER.forward(weights, inputs), exact.astype(np.float64), rtol=1e-12
    )


def test_sympy_symbols_give_sympy_expressions() -> None:
    w = np.array(sympy.symbols("a:f"), object)
    (expression,) = XOR.forward(w, [[1, 2]])[0]
    a, b, c, d, e, f = w
    assert expression == e * (a + 2 * b) ** 2 + f * (c + 2 * d) ** 2


def test_fractions_beside_symbols_are_rationals() -> None:
    w = symbols("w", (2,))
    network = Network([Dense(2, 1, bias=False)])
    outputs = network.forward(w, np.array([[Fraction(1, 2), 3]], object))
    assert outputs[0, 0] == w[0] / 2 + 3 * w[1]


def test_fractions_beside_floats_are_floats() -> None:
    outputs = XOR.forward(np.ones(6), np.array([[Fraction(1, 2), 1]], object))
    assert outputs.dtype == np.float64
    assert outputs.tolist() == [[4.5]]


def test_exact_series_along_a_line_and_exact_gradients() -> None:
    w, v = np.array([1, 2, 0, 1, 1, -1], object), np.array([0, 1, 0, 0, 2, 0], object)
    x = np.array([[1, Fraction(1, 2)]], object)
    series = XOR.evaluate((w, v), x, None)
    # (1 + 2t)(2 + t/2)² - 1/4
    assert [c[0, 0] for c in series] == [Fraction(15, 4), 10, Fraction(17, 4), Fraction(1, 2)]
    _, pullback = XOR.linearize((w,), x, 1)
    (gradient,) = pullback((np.array([[1]], object),))
    assert gradient.tolist() == [4, 2, -1, Fraction(-1, 2), 4, Fraction(1, 4)]


@pytest.mark.parametrize(
    ("weights", "inputs", "message"),
    [
        (np.ones(6), [[1, 2]], r"the weights hold 1\.0 at \[0\], which is not exact"),
        ([1] * 6, [[1, 0.5]], r"the inputs hold .*, which is not exact; give ints or"),
        ([1] * 5, [[1, 2]], r"weights have shape \(5,\)"),
        (["1"] * 6, [[1, 2]], "weights have type <U1"),
    ],
)
def test_exact_outputs_need_exact_numbers(weights: Any, inputs: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        XOR.forward_exact(weights, inputs)


def test_exact_outputs_need_exact_coefficients() -> None:
    network = Network([Dense(1, 1), Polynomial([0, 0.5])])
    assert not network.exact
    assert XOR.exact
    assert EVERY_LAYER.exact
    assert not Network([Residual([Polynomial([0, 0.5])]), Dense(1, 1)]).exact
    with pytest.raises(InputError, match=r"Polynomial\(\(0, 0.5\)\) has float coefficients"):
        network.forward_exact([1, 1], [[1]])


def test_a_convolution_of_mnist_size_becomes_symbols_quickly() -> None:
    network = Network([Conv2d(1, 1, 3, bias=False), Flatten(), Dense(676, 10, bias=False)])
    assert network.n_parameters == 6_769
    start = time.perf_counter()
    outputs = network.forward(symbols("w", (6_769,)), symbols("x", (1, 1, 28, 28)))
    assert time.perf_counter() - start < 5
    assert outputs.shape == (1, 10)
    assert len(outputs[0, 0].args) == 676  # not multiplied out


def test_degrees_are_found_layer_by_layer() -> None:
    network = Network([Dense(2, 3), Square(), Dense(3, 1)])
    degrees = network.weight_degrees()
    assert degrees.tensors == (("0.weight", 2), ("0.bias", 2), ("2.weight", 1), ("2.bias", 1))
    assert (degrees["0.weight"], degrees.total, network.input_degree) == (2, 3, 2)
    assert network.weight_degree("2") == 1
    assert network.weight_degree(["w0_0_0", "2.weight"]) == 3
    products = Network([Dense(2, 2), NodeProduct(), Dense(3, 2), NodeProduct(), Dense(3, 1)])
    assert [products.weight_degree(layer) for layer in "024"] == [4, 2, 1]
    trained = Network([Dense(2, 2), Polynomial([0, 0, 0, 1], trainable=True), Dense(2, 1)])
    assert [trained.weight_degree(layer) for layer in "012"] == [3, 1, 1]
    assert trained.weight_degrees().total == 5


def test_multiply_adds_add_up() -> None:
    network = Network([Conv2d(1, 1, 3), Flatten(), Dense(676, 10)])
    assert network.multiply_adds() == 676 * 9 + 6760
    open_shape = Network([Conv2d(1, 1, 3), Square()])
    assert open_shape.multiply_adds((1, 4, 4)) == 4 * 9 + 4


def test_random_weights_have_the_scale_of_their_layer() -> None:
    network = Network([Dense(400, 300), Polynomial([0, 1, 2], trainable=True), Dense(300, 100)])
    weights = network.random_weights(0)
    first, _, coefficients, last, _ = network.parameters.split(weights)
    assert np.isclose(first.std(), 400**-0.5, rtol=0.02)
    assert np.isclose(last.std(), 300**-0.5, rtol=0.02)
    assert coefficients.tolist() == [0, 1, 2]
    assert np.isclose(network.random_weights(0, scale=3.0)[:1000].std(), 3.0, rtol=0.1)


def test_random_weights_are_repeatable() -> None:
    first = XOR.random_weights(7)
    assert (first == XOR.random_weights(7)).all()
    assert (first == XOR.random_weights(np.random.default_rng(7))).all()
    assert (first != XOR.random_weights(8)).all()


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_scale_must_be_positive(scale: float) -> None:
    with pytest.raises(InputError, match=r"scale is .*must be positive"):
        XOR.random_weights(0, scale=scale)


def test_a_network_without_weights_still_computes() -> None:
    network = Network([Square()], input_shape=(2,))
    assert network.n_parameters == 0
    assert network.random_weights(0).shape == (0,)
    assert network.forward(network.random_weights(0), [[2.0, 3.0]]).tolist() == [[4.0, 9.0]]
    outputs, pullback = network.linearize((np.zeros(0),), [[2.0, 3.0]], 1)
    assert pullback(outputs)[0].shape == (0,)


def test_an_empty_batch_has_no_outputs() -> None:
    assert XOR.forward(np.ones(6), np.ones((0, 2))).shape == (0, 1)


def test_text_is_a_table_of_layers() -> None:
    network = Network([Dense(2, 3), Square(), Dense(3, 1, bias=False)])
    assert str(network) == network.describe()
    assert str(network).splitlines() == [
        "   layer                    output shape  parameters",
        "   inputs                   (2,)",
        "0  Dense(2, 3)              (3,)          weight (3, 2), bias (3,)",
        "1  Square()                 (3,)",
        "2  Dense(3, 1, bias=False)  (1,)          weight (1, 3)",
        "12 parameters",
    ]
    assert "?" in str(Network([Square()]))


@pytest.mark.parametrize("network", [XOR, EVERY_LAYER])
def test_networks_are_values(network: Network) -> None:
    for again in (pickle.loads(pickle.dumps(network)), copy.deepcopy(network), eval(repr(network))):
        assert again == network
        assert hash(again) == hash(network)
        assert again.parameters == network.parameters
    assert network != Network([Square()])
    with pytest.raises(AttributeError):
        network.layers = ()  # type: ignore[misc]
