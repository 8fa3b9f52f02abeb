"""Names, tensors and flat positions of weights are one map."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from polynet.errors import InputError, ShapeError
from polynet.layers import Conv2d, Dense, Flatten, Polynomial, Residual
from polynet.layers.series import Array
from polynet.network import Network
from polynet.parameters import ParameterLayout

LAYOUT = ParameterLayout.of(
    [("0.weight", (2, 3)), ("0.bias", (2,)), ("1.coefficients", (4,)), ("2.0.weight", (2, 2))]
)


def test_tensors_lie_one_after_another() -> None:
    assert [(t.name, t.slice) for t in LAYOUT.tensors] == [
        ("0.weight", slice(0, 6)),
        ("0.bias", slice(6, 8)),
        ("1.coefficients", slice(8, 12)),
        ("2.0.weight", slice(12, 16)),
    ]
    assert LAYOUT.n_parameters == len(LAYOUT) == len(LAYOUT.names) == 16


@pytest.mark.parametrize(
    ("name", "index", "latex"),
    [
        ("w0_1_0", 3, "w^{(0)}_{1,0}"),
        ("b0_1", 7, "b^{(0)}_{1}"),
        ("c1_3", 11, "c^{(1)}_{3}"),
        ("w2_0_1_0", 14, "w^{(2.0)}_{1,0}"),
    ],
)
def test_single_weights_have_identifiers(name: str, index: int, latex: str) -> None:
    assert LAYOUT.index(name) == index
    assert LAYOUT.names[index] == name
    assert LAYOUT.latex(name) == latex
    assert name.isidentifier()


def test_names_of_a_network_are_unique_and_ordered_as_in_torch() -> None:
    network = Network(
        [
            Conv2d(1, 2, 3),
            Polynomial([0, 1, 2], trainable=True),
            Residual([Conv2d(2, 2, 3, padding=1, bias=False)]),
            Flatten(),
            Dense(8, 2),
        ]
    )
    names = network.parameter_names
    assert len(set(names)) == network.n_parameters == 18 + 2 + 3 + 36 + 16 + 2
    assert names[0] == "w0_0_0_0_0"
    assert [t.name for t in network.parameters.tensors] == [
        "0.weight",
        "0.bias",
        "1.coefficients",
        "2.0.weight",
        "4.weight",
        "4.bias",
    ]


def test_other_tensor_names_keep_their_own_name() -> None:
    layout = ParameterLayout.of([("0.scale", (2,))])
    assert layout.names == ("scale0_0", "scale0_1")
    assert layout.latex("scale0_1") == r"\mathrm{scale}^{(0)}_{1}"


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("0.bias", [6, 7]),
        ("0", [0, 1, 2, 3, 4, 5, 6, 7]),
        ("2", [12, 13, 14, 15]),
        ("2.0", [12, 13, 14, 15]),
        ("w0_1_0", [3]),
        (5, [5]),
        (np.int64(5), [5]),
        (["b0_1", "0.bias", 0], [7, 6, 0]),
        (np.array([3, 1]), [3, 1]),
    ],
)
def test_selections_are_flat_positions_in_the_order_given(
    selector: Any, expected: list[int]
) -> None:
    assert LAYOUT.indices(selector).tolist() == expected


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("0.wieght", "is named '0.wieght'; closest: 0.weight"),
        ("w0_1_9", "is named 'w0_1_9'; closest: w0_1_"),
        ("zzz", r"is named 'zzz'; there are 0.weight \(2, 3\), "),
        ("", "is named ''"),
        ([], "the selection of weights is empty"),
        (16, "no weight at position 16; positions go from 0 to 15"),
        (-1, "no weight at position -1"),
        (1.5, r"1\.5 names no weights"),
        (True, "True names no weights"),
        ([None], "None names no weights"),
        (None, "None names no weights"),
    ],
)
def test_unknown_selections_are_named(selector: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        LAYOUT.indices(selector)


def test_unknown_weights_in_large_layouts_are_compared_with_tensors() -> None:
    layout = ParameterLayout.of([("0.weight", (300, 100))])
    with pytest.raises(InputError, match=r"closest: 0\.weight"):
        layout.index("0.weigth")


def test_locate_inverts_index() -> None:
    for index, name in enumerate(LAYOUT.names):
        tensor, at = LAYOUT.locate(index)
        assert tensor.names[int(np.ravel_multi_index(at, tensor.shape))] == name


@pytest.mark.parametrize("lanes", [(), (3,), (2, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, object])
def test_join_inverts_split(lanes: tuple[int, ...], dtype: type) -> None:
    weights: Array = np.arange(16 * int(np.prod(lanes)), dtype=dtype).reshape(*lanes, 16)
    tensors = LAYOUT.split(weights)
    assert [t.shape for t in tensors] == [(*lanes, *t.shape) for t in LAYOUT.tensors]
    joined = LAYOUT.join(tensors)
    assert joined.dtype == weights.dtype
    assert (joined == weights).all()


def test_join_broadcasts_lanes() -> None:
    tensors = LAYOUT.split(np.ones(16))
    tensors[1] = np.zeros((5, 2))
    assert LAYOUT.join(tensors).shape == (5, 16)


def test_split_refuses_other_sizes() -> None:
    with pytest.raises(ShapeError, match=r"shape \(15,\), and 16 numbers .* 0.weight \(2, 3\)"):
        LAYOUT.split(np.zeros(15))
    with pytest.raises(ShapeError, match=r"shape \(\)"):
        LAYOUT.split(np.zeros(()))


def test_join_refuses_other_shapes() -> None:
    tensors = LAYOUT.split(np.zeros(16))
    with pytest.raises(ShapeError, match="3 tensors given where 4 are wanted"):
        LAYOUT.join(tensors[:3])
    tensors[0] = np.zeros((3, 2))
    with pytest.raises(ShapeError, match=r"tensor 0.weight has shape \(2, 3\), the array \(3, 2\)"):
        LAYOUT.join(tensors)


def test_a_network_without_weights_has_an_empty_layout() -> None:
    layout = ParameterLayout.of([])
    assert layout.n_parameters == 0
    assert layout.split(np.zeros(0)) == []
    assert layout.join([]).shape == (0,)


def test_layouts_are_values() -> None:
    assert copy.deepcopy(LAYOUT) == LAYOUT
    again = pickle.loads(pickle.dumps(LAYOUT))
    assert again == LAYOUT
    assert hash(again) == hash(LAYOUT)
