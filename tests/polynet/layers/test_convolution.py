"""Convolution and pooling are torch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import polynet.layers.convolution as convolution
from polynet.errors import InputError, ShapeError
from polynet.layers import AvgPool2d, Conv2d

CONVOLUTIONS: list[dict[str, Any]] = [
    {"kernel_size": 3},
    {"kernel_size": 3, "bias": False},
    {"kernel_size": 1},
    {"kernel_size": 3, "stride": 2},
    {"kernel_size": 3, "padding": 2},
    {"kernel_size": (2, 3), "stride": (3, 1), "padding": (0, 1)},
    {"kernel_size": (6, 7)},
]


@pytest.mark.parametrize("channels", [(1, 1), (3, 2)])
@pytest.mark.parametrize("options", CONVOLUTIONS)
def test_convolution_equals_torch(options: dict[str, Any], channels: tuple[int, int]) -> None:
    reference = torch.nn.Conv2d(*channels, **options, dtype=torch.float64)
    parameters = [(p.detach().numpy(),) for p in reference.parameters()]
    layer, shape = Conv2d(*channels, **options), (channels[0], 6, 7)
    x = np.random.default_rng(0).standard_normal((4, *shape))
    (outputs,) = layer.forward(parameters, (x,), shape=shape, order=1)
    expected = reference(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(outputs, expected, rtol=1e-12, atol=1e-12)
    assert layer.output_shape(shape) == expected.shape[1:]


@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 2},
        {"kernel_size": 3, "stride": 1},
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"kernel_size": (2, 3), "stride": (1, 3), "padding": (1, 0)},
    ],
)
def test_pooling_equals_torch(options: dict[str, Any]) -> None:
    layer, shape = AvgPool2d(**options), (2, 6, 7)
    x = np.random.default_rng(0).standard_normal((4, *shape))
    (outputs,) = layer.forward([], (x,), shape=shape, order=1)
    expected = torch.nn.AvgPool2d(**options)(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(outputs, expected, rtol=1e-12, atol=1e-12)
    assert layer.output_shape(shape) == expected.shape[1:]


def test_blocks_of_examples_do_not_change_results(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    layer, shape = Conv2d(2, 3, 2), (2, 4, 4)
    parameters = [(generator.standard_normal(spec.shape),) for spec in layer.parameters()]
    x = (generator.standard_normal((7, *shape)), generator.standard_normal((2, 7, *shape)))
    g = (generator.standard_normal((7, 3, 3, 3)),)
    at_once = layer.forward(parameters, x, shape=shape, order=2)
    own, back = layer.backward(parameters, x, g, shape=shape, order=2)
    monkeypatch.setattr(convolution, "_PATCH_ENTRIES", 200)
    in_blocks = layer.forward(parameters, x, shape=shape, order=2)
    own_blocks, back_blocks = layer.backward(parameters, x, g, shape=shape, order=2)
    for ours, theirs in zip(
        [at_once, *own, back], [in_blocks, *own_blocks, back_blocks], strict=True
    ):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def test_an_empty_batch_gives_no_outputs() -> None:
    layer = Conv2d(1, 2, 2, bias=False)
    weight = (np.ones((2, 1, 2, 2)),)
    (outputs,) = layer.forward([weight], (np.zeros((0, 1, 3, 3)),), shape=(1, 3, 3), order=1)
    assert outputs.shape == (0, 2, 2, 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"in_channels": 0}, "Conv2d in_channels is 0"),
        ({"out_channels": "1"}, "Conv2d out_channels is '1'"),
        ({"kernel_size": 0}, "Conv2d kernel_size is 0"),
        ({"kernel_size": (3, 3, 3)}, "give one whole number or a pair"),
        ({"kernel_size": 2.5}, r"Conv2d kernel_size is 2\.5"),
        ({"stride": 0}, "Conv2d stride is 0"),
        ({"padding": -1}, "Conv2d padding is -1; it must be a whole number >= 0"),
        ({"padding": "same"}, "Conv2d padding is 'same'"),
        ({"bias": 1}, "Conv2d bias is 1"),
    ],
)
def test_bad_convolutions_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Conv2d(**{"in_channels": 1, "out_channels": 1, "kernel_size": 3, **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kernel_size": 0}, "AvgPool2d kernel_size is 0"),
        ({"kernel_size": 2, "stride": 0}, "AvgPool2d stride is 0"),
        ({"kernel_size": 2, "padding": -1}, "AvgPool2d padding is -1"),
        ({"kernel_size": 3, "padding": 2}, r"at most half of kernel_size \(3, 3\)"),
    ],
)
def test_bad_pooling_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        AvgPool2d(**options)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((4,), r"takes images \(2, height, width\), not inputs of shape \(4,\)"),
        ((3, 5, 5), r"2 channels, not \(3, 5, 5\), which has 3; set in_channels=3"),
        ((2, 2, 5), r"size \(3, 3\), larger than the image of size \(2, 5\)"),
    ],
)
def test_shapes_that_do_not_fit_a_convolution(shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        Conv2d(2, 1, 3).output_shape(shape)


def test_pooling_takes_images_only() -> None:
    with pytest.raises(ShapeError, match=r"takes images \(channels, height, width\)"):
        AvgPool2d(2).output_shape((4,))
