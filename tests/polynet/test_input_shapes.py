"""The input shape is found where the layers leave no choice."""

from __future__ import annotations

from typing import Any

import pytest

from polynet.errors import InputError, ShapeError
from polynet.layers import (
    AvgPool2d,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    NodeProduct,
    Polynomial,
    Residual,
    Square,
)
from polynet.network import Network

FOUND: list[tuple[list[Layer], tuple[int, ...] | None]] = [
    ([Dense(3, 2)], (3,)),
    ([Square(), Dense(5, 1)], (5,)),
    ([NodeProduct(), Dense(6, 1)], (3,)),
    ([Residual([Dense(4, 4), Square()])], (4,)),
    ([Residual([Square()]), Dense(7, 1)], (7,)),
    ([Conv2d(1, 1, 3), Flatten(), Dense(676, 10)], (1, 28, 28)),
    ([Conv2d(3, 8, 3, padding=1), Flatten(), Dense(8 * 32 * 32, 10)], (3, 32, 32)),
    ([Square(), Conv2d(2, 1, 2), Flatten(), Dense(9, 1)], (2, 4, 4)),
    ([Residual([Conv2d(2, 2, 3, padding=1)]), Flatten(), Dense(18, 1)], (2, 3, 3)),
    ([AvgPool2d(2, stride=1), Flatten(), Dense(9, 1)], (1, 4, 4)),
    # several fit:
    ([Square()], None),
    ([Flatten(), Dense(784, 10)], None),
    ([Conv2d(1, 1, 3, stride=2), Flatten(), Dense(169, 10)], None),
    ([Conv2d(1, 1, 3)], None),
    ([AvgPool2d(2), Flatten(), Dense(196, 10)], None),
]


@pytest.mark.parametrize(("layers", "shape"), FOUND, ids=repr)
def test_shape_is_taken_where_one_fits(layers: list[Layer], shape: tuple[int, ...] | None) -> None:
    network = Network(layers)
    assert network.input_shape == shape
    again = eval(repr(network))
    assert again == network
    assert "input_shape" not in repr(network)


def test_an_open_shape_is_bound_later() -> None:
    network = Network([Conv2d(1, 1, 3, stride=2), Flatten(), Dense(169, 10)])
    assert network.n_parameters == 10 + 1700
    with pytest.raises(ShapeError, match=r"input shape of this network is open.*with_input_shape"):
        _ = network.output_shape
    for side in (27, 28):
        bound = network.with_input_shape((1, side, side))
        assert bound.input_shape == (1, side, side)
        assert bound.output_shape == (10,)
        assert bound.parameters == network.parameters
        assert eval(repr(bound)) == bound
    with pytest.raises(ShapeError, match="layer 2, Dense"):
        network.with_input_shape((1, 29, 29))


def test_binding_to_the_same_shape_is_the_same_network() -> None:
    network = Network([Dense(2, 1)])
    assert network.with_input_shape([2]) is network


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            [Conv2d(1, 1, 3), Dense(676, 10)],
            r"with \(1, 28, 28\) layer 1, Dense\(676, 10\): .*\(676,\), not \(1, 26, 26\); put Fla",
        ),
        (
            [Conv2d(1, 1, 3), Flatten(), Dense(680, 10)],
            r"\(1, 28, 28\) layer 2, Dense\(680, 10\): .*\(680,\), not \(676,\); make it Dense\(67",
        ),
        ([Dense(2, 3), Square(), Dense(4, 1)], r"^layer 2, Dense\(4, 1\): .*\(4,\), not \(3,\)"),
        ([Dense(2, 3), Conv2d(1, 1, 3)], r"^layer 1, Conv2d\(1, 1, 3\): takes images"),
        ([Dense(2, 3), Residual([Dense(3, 2)])], r"^layer 1, Residual.*\(3,\) into \(2,\)"),
        ([Conv2d(1, 2, 3), Conv2d(3, 1, 3)], r"layer 1, Conv2d\(3, 1, 3\): .*set in_channels=2"),
        ([NodeProduct(), Dense(4, 1)], r"layer 1, Dense\(4, 1\): .*\(4,\), not \(\d,\)"),
        ([Polynomial([0, 1]), AvgPool2d(600)], "larger than the image"),
    ],
)
def test_layers_that_fit_no_input_are_named(layers: list[Layer], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        Network(layers)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((3,), r"layer 0, Dense\(2, 1\): takes inputs of shape \(2,\), not \(3,\)"),
        ((), r"input_shape is \(\)"),
        ((0,), "a size in input_shape is 0"),
        ((-2,), "a size in input_shape is -2"),
        ("2", "a size in input_shape is '2'"),
        ((1.5,), r"a size in input_shape is 1\.5"),
    ],
)
def test_bad_input_shapes_are_refused(shape: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Network([Dense(2, 1)], input_shape=shape)


def test_a_single_size_is_a_vector() -> None:
    assert Network([Square()], input_shape=4).input_shape == (4,)  # type: ignore[arg-type]
