"""The critical equations for all data are those of each collected loss."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import polynet as pn
from polynet.critical_family import critical_family
from polynet.critical_system import critical_system
from polynet.errors import InputError, ShapeError

LINEAR = pn.Network([pn.Dense(2, 2, bias=False), pn.Dense(2, 1, bias=False)])
SQUARED = pn.Network([pn.Dense(2, 1), pn.Square(), pn.Dense(1, 2, bias=False)])
DEEP = pn.Network([pn.Dense(1, 2, bias=False), pn.Dense(2, 1, bias=False), pn.Dense(1, 1)])


def _data(network: pn.Network, n_examples: int, seed: int = 0) -> pn.Dataset:
    rng = np.random.default_rng(seed)
    n_outputs = int(np.prod(network.output_shape or ()))
    inputs = rng.integers(-4, 5, (n_examples, *(network.input_shape or ())))
    targets = [
        [Fraction(int(v), 3) for v in row] for row in rng.integers(-9, 9, (n_examples, n_outputs))
    ]
    return pn.Dataset(inputs, targets)


@pytest.mark.parametrize("network", [LINEAR, SQUARED, DEEP])
@pytest.mark.parametrize("n_examples", [1, 3])
def test_at_exact_data_the_equations_are_those_of_the_collected_loss(
    network: pn.Network, n_examples: int
) -> None:
    family = critical_family(network, n_examples)
    data = _data(network, n_examples)
    l2 = [Fraction(k, 7) for k in range(1, network.n_parameters + 1)]
    expected = critical_system(pn.collect(network, data, l2=l2).expand())
    assert family.at(family.point(data, l2=l2)) == expected


@pytest.mark.parametrize(
    "parameters", [("targets",), ("l2",), ("inputs",), ("inputs", "l2"), ("targets", "l2")]
)
def test_parts_that_are_fixed_give_the_same_equations(parameters: tuple[str, ...]) -> None:
    data, l2 = _data(LINEAR, 2), Fraction(1, 5)
    family = critical_family(LINEAR, 2, parameters=parameters, data=data, l2=l2)
    with_data = data if {"inputs", "targets"} & set(parameters) else None
    point = family.point(with_data, l2=l2 if "l2" in parameters else None)
    expected = critical_system(pn.collect(LINEAR, data, l2=l2).expand())
    assert family.at(point.tolist()) == expected


def test_parameters_are_named_after_examples_and_weights() -> None:
    family = critical_family(pn.Network([pn.Dense(2, 1, bias=False)]), 2)
    assert family.variables == ("w0_0_0", "w0_0_1")
    assert family.parameters == (
        "x0_0", "x0_1", "x1_0", "x1_1", "y0_0", "y1_0", "l2_w0_0_0", "l2_w0_0_1",
    )  # fmt: skip


def test_float_data_give_a_float_point() -> None:
    family = critical_family(LINEAR, 1)
    point = family.point(pn.Dataset([[0.5, 1.5]], [[2.0]]), l2=0.25)
    assert point.tolist() == [0.5, 1.5, 2.0, *[0.25] * 6]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"parameters": ("weights",)}, InputError, "one or more of inputs, targets, l2"),
        ({"parameters": ()}, InputError, "one or more of"),
        ({"parameters": ("l2",)}, InputError, "data are needed"),
        ({"data": _data(LINEAR, 1)}, InputError, "data are not used"),
        ({"parameters": ("l2",), "data": _data(LINEAR, 2)}, InputError, "2 examples, the family 1"),
        ({"parameters": ("l2",), "data": _data(DEEP, 1)}, ShapeError, "inputs of shape"),
        ({"parameters": ("inputs", "targets"), "l2": [1, 2]}, InputError, "2 entries"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        critical_family(LINEAR, 1, **arguments)


def test_points_need_what_varies_and_only_that() -> None:
    family = critical_family(LINEAR, 1, parameters=("inputs", "targets"), l2=1)
    data = _data(LINEAR, 1)
    with pytest.raises(InputError, match="a dataset is needed"):
        family.point()
    with pytest.raises(InputError, match="l2 is fixed in this family"):
        family.point(data, l2=1)
    with pytest.raises(InputError, match="2 examples, the family 1"):
        family.point(_data(LINEAR, 2))
