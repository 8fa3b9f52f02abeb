"""Gradients and Hessian-vector products of networks against torch, Taylor series against values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

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
from polynet.layers.series import Array, Series
from polynet.network import Network

functional = torch.nn.functional

N_EXAMPLES = 5

NETWORKS: dict[str, tuple[Network, tuple[int, ...]]] = {
    "linear": (Network([Dense(3, 2, bias=False), Dense(2, 2), Dense(2, 1)]), (3,)),
    "squares": (Network([Dense(3, 4), Square(), Dense(4, 2)]), (3,)),
    "powers": (Network([Dense(2, 3), Power(3), Dense(3, 2), Power(2)]), (2,)),
    "polynomials": (
        Network(
            [
                Dense(3, 3),
                Polynomial([Fraction(1, 2), 1, -0.5]),
                Dense(3, 2),
                Polynomial([0.1, 1, 0.2, -0.3], trainable=True),
            ]
        ),
        (3,),
    ),
    "products": (
        Network([Dense(3, 3), NodeProduct(squares=True), Dense(9, 2), NodeProduct(keep=False)]),
        (3,),
    ),
    "images": (
        Network(
            [
                AvgPool2d(2, stride=1),
                Conv2d(2, 3, (2, 3), stride=(1, 2), padding=1),
                Polynomial([0, 1, 0.3], trainable=True),
                Residual([Conv2d(3, 3, 3, padding=1, bias=False), Square()]),
                AvgPool2d(2, padding=1),
                Flatten(),
                Residual([Dense(27, 2), NodeProduct(), Dense(3, 27)]),
                Dense(27, 2, bias=False),
            ],
            input_shape=(2, 5, 8),
        ),
        (2, 5, 8),
    ),
}

every_network = pytest.mark.parametrize("name", NETWORKS)


def torch_layer(layer: Layer, tensors: list[Any], x: Any) -> Any:
    """One layer written in torch, taking its tensors off the front of ``tensors``."""
    own = [tensors.pop(0) for _ in layer.parameters()] if not isinstance(layer, Residual) else []
    match layer:
        case Dense():
            return functional.linear(x, *own)
        case Conv2d(stride=stride, padding=padding):
            return functional.conv2d(x, *own, stride=stride, padding=padding)
        case AvgPool2d(kernel_size=size, stride=stride, padding=padding):
            return functional.avg_pool2d(x, size, stride, padding)
        case Flatten():
            return x.flatten(1)
        case Square():
            return x**2
        case Power(k=k):
            return x**k
        case Polynomial(coefficients=fixed):
            coefficients = own[0] if own else [float(c) for c in fixed]
            return sum(c * x**k for k, c in enumerate(coefficients))
        case NodeProduct(squares=squares, keep=keep):
            n = x.shape[1]
            pairs = [(i, j) for i in range(n) for j in range(i if squares else i + 1, n)]
            products = torch.stack([x[:, i] * x[:, j] for i, j in pairs], 1)
            return torch.cat([x, products], 1) if keep else products
        case Residual(layers=layers):
            inner = x
            for entry in layers:
                inner = torch_layer(entry, tensors, inner)
            return x + inner
    raise TypeError(layer)


def torch_outputs(network: Network, weights: Any, inputs: Array) -> Any:
    tensors = [weights[t.slice].reshape(t.shape) for t in network.parameters.tensors]
    x = torch.from_numpy(inputs)
    for layer in network.layers:
        x = torch_layer(layer, tensors, x)
    assert not tensors
    return x.flatten(1)


def problem(name: str) -> tuple[Network, Array, Array, Array]:
    """A network with random weights, inputs and targets."""
    network, shape = NETWORKS[name]
    generator = np.random.default_rng(0)
    weights = network.random_weights(generator, scale=0.4)
    inputs = generator.standard_normal((N_EXAMPLES, *shape))
    targets = generator.standard_normal((N_EXAMPLES, network.n_outputs))
    return network, weights, inputs, targets


def torch_loss(network: Network, inputs: Array, targets: Array) -> Callable[[Any], Any]:
    def loss(weights: Any) -> Any:
        return ((torch_outputs(network, weights, inputs) - torch.from_numpy(targets)) ** 2).sum()

    return loss


def loss_gradient(
    network: Network, weights: Sequence[Array], inputs: Array, targets: Array
) -> Series:
    """The gradient of the sum of squared residuals, as a series of the order of ``weights``."""
    outputs, pullback = network.linearize(weights, inputs, len(weights))
    residual = (outputs[0] - targets, *outputs[1:])
    return pullback(tuple(2 * r for r in residual))


def close(ours: Array, theirs: Array, tolerance: float = 1e-10) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * np.abs(theirs).max())


@every_network
def test_outputs_equal_torch(name: str) -> None:
    network, weights, inputs, _ = problem(name)
    expected = torch_outputs(network, torch.from_numpy(weights), inputs).numpy()
    outputs = network.forward(weights, inputs)
    assert outputs.shape == (N_EXAMPLES, *network.output_shape)
    close(outputs.reshape(N_EXAMPLES, -1), expected, 1e-12)


@every_network
def test_gradient_equals_autograd(name: str) -> None:
    network, weights, inputs, targets = problem(name)
    w = torch.from_numpy(weights.copy()).requires_grad_()
    (expected,) = torch.autograd.grad(torch_loss(network, inputs, targets)(w), w)
    (gradient,) = loss_gradient(network, (weights,), inputs, targets)
    close(gradient, expected.numpy())


@every_network
def test_hessian_vector_products_equal_double_backward(name: str) -> None:
    network, weights, inputs, targets = problem(name)
    directions = np.random.default_rng(1).standard_normal((3, network.n_parameters))
    gradient, products = loss_gradient(network, (weights, directions), inputs, targets)
    loss = torch_loss(network, inputs, targets)
    for direction, ours in zip(directions, products, strict=True):
        value = torch.from_numpy(weights.copy())
        _, expected = torch.autograd.functional.hvp(loss, value, torch.from_numpy(direction))
        close(ours, expected.numpy())
    close(gradient, loss_gradient(network, (weights,), inputs, targets)[0])


@every_network
def test_series_along_a_line_is_the_whole_polynomial(name: str) -> None:
    network, weights, inputs, _ = problem(name)
    direction = np.random.default_rng(2).standard_normal(network.n_parameters) / 4
    series = network.evaluate((weights, direction), inputs, None)
    assert len(series) == network.weight_degrees().total + 1
    for t in (-1.0, 0.5, 2.0):
        expected = network.forward(weights + t * direction, inputs).reshape(N_EXAMPLES, -1)
        close(np.asarray(sum(c * t**k for k, c in enumerate(series))), expected)


@every_network
def test_orders_cut_the_series(name: str) -> None:
    network, weights, inputs, _ = problem(name)
    curve = tuple(np.random.default_rng(3).standard_normal((3, network.n_parameters)))
    whole = network.evaluate((weights, *curve), inputs, None)
    for order in (1, 2, 4):
        cut = network.evaluate((weights, *curve), inputs, order)
        for ours, theirs in zip(cut, whole, strict=False):
            close(ours, theirs)
        recorded, _ = network.linearize((weights, *curve), inputs, order)
        assert all((a == b).all() for a, b in zip(recorded, cut, strict=True))


@every_network
def test_lanes_equal_a_loop(name: str) -> None:
    network, _, inputs, targets = problem(name)
    lanes = np.random.default_rng(4).standard_normal((2, 3, network.n_parameters)) / 2
    outputs = network.forward(lanes, inputs)
    assert outputs.shape == (2, 3, N_EXAMPLES, *network.output_shape)
    (gradients,) = loss_gradient(network, (lanes,), inputs, targets)
    assert gradients.shape == lanes.shape
    for lane in np.ndindex(2, 3):
        close(outputs[lane], network.forward(lanes[lane], inputs))
        close(gradients[lane], loss_gradient(network, (lanes[lane],), inputs, targets)[0])


@every_network
def test_single_precision_stays_single(name: str) -> None:
    network, weights, inputs, targets = problem(name)
    w, x, y = (a.astype(np.float32) for a in (weights, inputs, targets))
    assert network.forward(w, x).dtype == np.float32
    gradient, product = loss_gradient(network, (w, w), x, y)
    assert gradient.dtype == product.dtype == np.float32
    np.testing.assert_allclose(
        gradient,
        loss_gradient(network, (weights,), inputs, targets)[0],
        rtol=1e-2,
        atol=1e-2 * np.abs(gradient).max(),
    )


@every_network
def test_degree_in_each_tensor_is_attained(name: str) -> None:
    network, weights, inputs, _ = problem(name)
    degrees = network.weight_degrees()
    for tensor in network.parameters.tensors:
        direction = np.zeros_like(weights)
        direction[tensor.slice] = np.random.default_rng(5).standard_normal(tensor.size)
        series = network.evaluate((weights, direction), inputs, None)
        degree = max(k for k, c in enumerate(series) if np.abs(c).max() > 1e-13)
        assert degrees[tensor.name] == network.weight_degree(tensor.name) == degree


def test_complex_weights_have_complex_outputs() -> None:
    network, weights, inputs, _ = problem("squares")
    outputs = network.forward(weights + 1e-20j, inputs)
    gradient_sum = loss_gradient(network, (weights, np.ones_like(weights)), inputs, 0 * outputs)
    assert outputs.dtype == np.complex128
    derivative = network.evaluate((weights, np.ones_like(weights)), inputs, 2)[1]
    close(outputs.imag / 1e-20, derivative)
    assert gradient_sum[0].dtype == np.complex128
