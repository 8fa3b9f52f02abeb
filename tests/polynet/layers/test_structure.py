"""Flatten, products of nodes, residual sums."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from polynet.errors import InputError, ShapeError
from polynet.layers import Dense, Flatten, Layer, NodeProduct, Residual, Square


def values(layer: Layer, x: np.ndarray[Any, Any]) -> list[Any]:
    (outputs,) = layer.forward([], (x,), shape=x.shape[1:], order=1)
    return list(outputs.tolist())


def test_flatten_orders_entries_as_torch() -> None:
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    assert values(Flatten(), x) == torch.nn.Flatten()(torch.from_numpy(x)).tolist()


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (NodeProduct(), [2, 3, 5, 6, 10, 15]),
        (NodeProduct(squares=True), [2, 3, 5, 4, 6, 10, 9, 15, 25]),
        (NodeProduct(keep=False), [6, 10, 15]),
    ],
)
def test_products_come_after_the_nodes_in_lexicographic_order(
    layer: Layer, expected: list[float]
) -> None:
    assert values(layer, np.array([[2.0, 3.0, 5.0]])) == [expected]


def test_residual_adds_its_inputs() -> None:
    assert values(Residual([Square(), Square()]), np.array([[2.0]])) == [[18.0]]


def test_residual_names_nested_parameters() -> None:
    layer = Residual([Dense(2, 2), Residual([Dense(2, 2, bias=False)])])
    assert [spec.name for spec in layer.parameters()] == ["0.weight", "0.bias", "1.0.weight"]


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (NodeProduct(), (2, 2), r"takes vectors \(n,\), not inputs of shape \(2, 2\)"),
        (NodeProduct(), (1,), r"two nodes or more, not \(1,\).*squares=True"),
        (Residual([Dense(2, 3)]), (2,), r"turn shape \(2,\) into \(3,\)"),
        (Residual([Dense(2, 3)]), (4,), r"layer 0, Dense\(2, 3\): .*\(2,\), not \(4,\)"),
    ],
)
def test_shapes_that_do_not_fit_are_named(
    layer: Layer, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ShapeError, match=message):
        layer.output_shape(shape)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "Residual has no layers"),
        (Square(), r"Residual takes a list of layers, not Square\(\)"),
        ([Square], r"entry 0 of Residual .* not a layer; write Square\(\.\.\.\)"),
        ([Square(), 3], "entry 1 of Residual is 3, which is not a layer"),
    ],
)
def test_residual_takes_layers_only(layers: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Residual(layers)


@pytest.mark.parametrize("option", ["squares", "keep"])
def test_options_of_node_product_are_bools(option: str) -> None:
    with pytest.raises(InputError, match=f"NodeProduct {option} is 1"):
        NodeProduct(**{option: 1})  # type: ignore[arg-type]
