"""What every layer has to fulfil, over a catalogue that holds every kind.

Derivatives are checked in exact arithmetic: the pairing <g, J v> = <Jᵀ g, v> has to hold exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import symengine

from polynet.layers import (
    AvgPool2d,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    NodeProduct,
    Polynomial,
    Power,
    Residual,
    Square,
)
from polynet.layers.layer import Shape
from polynet.layers.series import Array, Series

N_EXAMPLES = 2

CATALOGUE: list[tuple[Layer, Shape]] = [
    (Dense(3, 2), (3,)),
    (Dense(3, 2, bias=False), (3,)),
    (Conv2d(2, 3, 2), (2, 3, 4)),
    (Conv2d(2, 1, (2, 3), stride=(2, 1), padding=(1, 0), bias=False), (2, 3, 4)),
    (Conv2d(1, 2, 3, stride=2, padding=1), (1, 4, 4)),
    (AvgPool2d(2), (2, 4, 5)),
    (AvgPool2d((2, 3), stride=1, padding=1), (1, 3, 3)),
    (AvgPool2d(3, stride=(1, 2)), (1, 4, 5)),
    (Power(1), (2, 2)),
    (Power(5), (3,)),
    (Square(), (2, 2, 2)),
    (Polynomial([Fraction(1, 2), 0, -3, 2]), (2, 3)),
    (Polynomial([0, 1], trainable=True), (3,)),
    (Polynomial([1, -2, Fraction(1, 3)], trainable=True), (2, 2, 2)),
    (Flatten(), (2, 1, 3)),
    (NodeProduct(), (3,)),
    (NodeProduct(squares=True), (3,)),
    (NodeProduct(keep=False), (3,)),
    (NodeProduct(squares=True, keep=False), (1,)),
    (Residual([Dense(3, 2), Square(), Dense(2, 3)]), (3,)),
    (Residual([Conv2d(2, 2, 3, padding=1), Residual([Polynomial([0, 1, 1], True)])]), (2, 3, 3)),
]

every_layer = pytest.mark.parametrize(("layer", "shape"), CATALOGUE, ids=lambda x: repr(x))


def exact_numbers(generator: np.random.Generator, shape: Shape) -> Array:
    """Whole numbers from -4 to 4 without 0, which would lower degrees."""
    return np.asarray(generator.integers(1, 5, shape) * generator.choice([-1, 1], shape), object)


def exact_series(seed: int, shapes: Sequence[Shape], length: int) -> list[Series]:
    generator = np.random.default_rng(seed)
    return [tuple(exact_numbers(generator, s) for _ in range(length)) for s in shapes]


def arguments(layer: Layer, shape: Shape, length: int) -> tuple[list[Series], Series]:
    """Exact random parameters and inputs, as series with ``length`` coefficients."""
    shapes = [spec.shape for spec in layer.parameters()]
    *parameters, inputs = exact_series(0, [*shapes, (N_EXAMPLES, *shape)], length)
    return parameters, inputs


def mapped(function: Callable[[Array], Array], series: Sequence[Series]) -> list[Series]:
    return [tuple(map(function, entry)) for entry in series]


def at_point(series: Series, t: Any) -> Series:
    return (np.asarray(sum(c * t**k for k, c in enumerate(series))),)


def pairing(a: Array, b: Array) -> Any:
    return (a * b).sum()


def outputs_equal(a: Array, b: Array) -> bool:
    return bool(a.shape == b.shape and (a == b).all())


@every_layer
def test_outputs_have_the_declared_shape(layer: Layer, shape: Shape) -> None:
    parameters, inputs = arguments(layer, shape, 1)
    outputs = layer.forward(parameters, inputs, shape=shape, order=1)
    assert [y.shape for y in outputs] == [(N_EXAMPLES, *layer.output_shape(shape))]


@every_layer
def test_series_without_limit_is_the_polynomial_along_the_line(layer: Layer, shape: Shape) -> None:
    parameters, inputs = arguments(layer, shape, 2)
    series = layer.forward(parameters, inputs, shape=shape, order=None)
    for t in (Fraction(1, 2), -3):
        at_t = [at_point(p, t) for p in parameters]
        expected = layer.forward(at_t, at_point(inputs, t), shape=shape, order=1)
        assert outputs_equal(at_point(series, t)[0], expected[0])


@every_layer
@pytest.mark.parametrize("order", [1, 2, 3])
def test_orders_are_cuts_of_the_whole_series(layer: Layer, shape: Shape, order: int) -> None:
    parameters, inputs = arguments(layer, shape, 2)
    whole = layer.forward(parameters, inputs, shape=shape, order=None)
    cut = layer.forward(parameters, inputs, shape=shape, order=order)
    assert len(cut) == min(order, len(whole))
    assert all(outputs_equal(a, b) for a, b in zip(cut, whole, strict=False))


@every_layer
def test_degree_is_attained(layer: Layer, shape: Shape) -> None:
    parameters, inputs = arguments(layer, shape, 2)
    series = layer.forward(parameters, inputs, shape=shape, order=None)
    degree = max(k for k, coefficient in enumerate(series) if (coefficient != 0).any())
    assert layer.degree(1, [1] * len(parameters)) == degree
    alone = layer.forward([p[:1] for p in parameters], inputs, shape=shape, order=None)
    degree = max(k for k, coefficient in enumerate(alone) if (coefficient != 0).any())
    assert layer.degree(1, [0] * len(parameters)) == degree


@every_layer
def test_adjoints_match_directional_derivatives_exactly(layer: Layer, shape: Shape) -> None:
    parameters, inputs = arguments(layer, shape, 2)
    values, point = [p[:1] for p in parameters], inputs[:1]
    derivative = layer.forward(parameters, inputs, shape=shape, order=2)[1]
    (g,) = exact_series(1, [derivative.shape], 1)
    pulled, to_inputs = layer.backward(values, point, g, shape=shape, order=1)
    assert [p[0].shape for p in pulled] == [p[0].shape for p in parameters]
    assert to_inputs[0].shape == inputs[0].shape
    total = pairing(to_inputs[0], inputs[1])
    total += sum(pairing(p[0], v[1]) for p, v in zip(pulled, parameters, strict=True))
    assert total == pairing(g[0], derivative)


@every_layer
def test_adjoints_of_series_are_series_of_adjoints(layer: Layer, shape: Shape) -> None:
    parameters, inputs = arguments(layer, shape, 2)
    (g,) = exact_series(2, [(N_EXAMPLES, *layer.output_shape(shape))], 2)
    whole = layer.backward(parameters, inputs, g, shape=shape, order=None)
    cut = layer.backward(parameters, inputs, g, shape=shape, order=2)
    t = Fraction(2, 3)
    at_t = [at_point(p, t) for p in parameters]
    expected = layer.backward(at_t, at_point(inputs, t), at_point(g, t), shape=shape, order=1)
    for full, first, one in zip(
        [*whole[0], whole[1]], [*cut[0], cut[1]], [*expected[0], expected[1]], strict=True
    ):
        assert outputs_equal(at_point(full, t)[0], one[0])
        assert len(first) <= 2
        assert all(outputs_equal(a, b) for a, b in zip(first, full, strict=False))


@every_layer
def test_both_adjoints_are_those_taken_alone(layer: Layer, shape: Shape) -> None:
    parameters, inputs = arguments(layer, shape, 1)
    (g,) = exact_series(3, [(N_EXAMPLES, *layer.output_shape(shape))], 1)
    both = layer.backward(parameters, inputs, g, shape=shape, order=1)
    own = layer.parameter_cotangents(parameters, inputs, g, shape=shape, order=1)
    back = layer.input_cotangent(parameters, inputs, g, shape=shape, order=1)
    assert outputs_equal(both[1][0], back[0])
    assert all(outputs_equal(a[0], b[0]) for a, b in zip(both[0], own, strict=True))


@every_layer
def test_floats_agree_with_exact_numbers(layer: Layer, shape: Shape) -> None:
    parameters, inputs = arguments(layer, shape, 2)
    (g,) = exact_series(4, [(N_EXAMPLES, *layer.output_shape(shape))], 2)
    *floats, x, h = mapped(lambda a: a.astype(np.float64), [*parameters, inputs, g])
    forward = layer.forward(floats, x, shape=shape, order=2)
    exact = layer.forward(parameters, inputs, shape=shape, order=2)
    own, back = layer.backward(floats, x, h, shape=shape, order=2)
    own_exact, back_exact = layer.backward(parameters, inputs, g, shape=shape, order=2)
    for ours, theirs in zip([forward, *own, back], [exact, *own_exact, back_exact], strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b.astype(np.float64), rtol=1e-13, atol=1e-12)


@every_layer
def test_lanes_equal_a_loop(layer: Layer, shape: Shape) -> None:
    generator = np.random.default_rng(5)
    n_lanes = 3
    shapes = [spec.shape for spec in layer.parameters()]
    parameters: list[Series] = [
        (generator.standard_normal(s), generator.standard_normal((n_lanes, *s))) for s in shapes
    ]
    whole = (N_EXAMPLES, *shape)
    inputs = (generator.standard_normal(whole), generator.standard_normal((n_lanes, *whole)))
    out = (N_EXAMPLES, *layer.output_shape(shape))
    g = (generator.standard_normal(out), generator.standard_normal((n_lanes, *out)))
    outputs = layer.forward(parameters, inputs, shape=shape, order=2)
    own, back = layer.backward(parameters, inputs, g, shape=shape, order=2)
    for lane in range(n_lanes):
        of_lane = [(p[0], p[1][lane]) for p in parameters]
        x, h = (inputs[0], inputs[1][lane]), (g[0], g[1][lane])
        expected = layer.forward(of_lane, x, shape=shape, order=2)
        own_one, back_one = layer.backward(of_lane, x, h, shape=shape, order=2)
        for ours, theirs in zip([outputs, *own, back], [expected, *own_one, back_one], strict=True):
            np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(ours[1][lane], theirs[1], rtol=1e-12, atol=1e-12)


@every_layer
def test_single_precision_stays_single(layer: Layer, shape: Shape) -> None:
    parameters, inputs = arguments(layer, shape, 2)
    (g,) = exact_series(6, [(N_EXAMPLES, *layer.output_shape(shape))], 2)
    *single, x, h = mapped(lambda a: a.astype(np.float32), [*parameters, inputs, g])
    own, back = layer.backward(single, x, h, shape=shape, order=2)
    for series in (layer.forward(single, x, shape=shape, order=2), *own, back):
        assert all(coefficient.dtype == np.float32 for coefficient in series)


@every_layer
def test_symbols_give_the_same_polynomial(layer: Layer, shape: Shape) -> None:
    parameters, inputs = arguments(layer, shape, 1)
    values: dict[symengine.Symbol, int] = {}

    def symbols_for(numbers: Array) -> Array:
        result = np.empty(numbers.shape, object)
        for at, number in np.ndenumerate(numbers):
            result[at] = symbol = symengine.Symbol(f"s{len(values)}")
            values[symbol] = int(number)
        return result

    *symbolic, x = mapped(symbols_for, [*parameters, inputs])
    outputs = layer.forward(symbolic, x, shape=shape, order=1)[0]
    expected = layer.forward(parameters, inputs, shape=shape, order=1)[0]
    for ours, theirs in zip(outputs.ravel(), expected.ravel(), strict=True):
        number = Fraction(theirs)
        assert ours.subs(values) == symengine.Rational(number.numerator, number.denominator)


@every_layer
def test_repr_makes_the_layer_again(layer: Layer, shape: Shape) -> None:
    again = eval(repr(layer))
    assert again == layer
    assert hash(again) == hash(layer)
    assert repr(again) == repr(layer)


@every_layer
def test_layers_are_frozen(layer: Layer, shape: Shape) -> None:
    with pytest.raises((AttributeError, TypeError)):
        layer.anything = 1  # type: ignore[attr-defined]


@every_layer
def test_work_is_predicted(layer: Layer, shape: Shape) -> None:
    assert layer.multiply_adds(shape) >= 0


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (Dense(3, 2), (3,), 6),
        (Conv2d(2, 3, 2), (2, 3, 4), 3 * 2 * 3 * 2 * 4),
        (AvgPool2d(2), (1, 4, 4), 16),
        (Power(5), (3,), 9),
        (Square(), (2, 2), 4),
        (Polynomial([1, 0, 2]), (3,), 6),
        (NodeProduct(), (4,), 6),
        (Flatten(), (4,), 0),
        (Residual([Dense(3, 3)]), (3,), 12),
    ],
)
def test_multiply_adds_count_products(layer: Layer, shape: Shape, expected: int) -> None:
    assert layer.multiply_adds(shape) == expected


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Dense(2, 3), "Dense(2, 3)"),
        (Dense(2, 3, False), "Dense(2, 3, bias=False)"),
        (Conv2d(1, 2, 3, 2), "Conv2d(1, 2, 3, stride=2)"),
        (Conv2d(1, 2, (3, 4), padding=1), "Conv2d(1, 2, (3, 4), padding=1)"),
        (AvgPool2d(2), "AvgPool2d(2)"),
        (AvgPool2d(2, 1), "AvgPool2d(2, stride=1)"),
        (Polynomial((1, 1)), "Polynomial((1, 1))"),
        (NodeProduct(squares=True), "NodeProduct(squares=True)"),
        (Residual([Square()]), "Residual([Square()])"),
    ],
)
def test_repr_leaves_defaults_out(layer: Layer, text: str) -> None:
    assert repr(layer) == text
