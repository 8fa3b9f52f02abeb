"""Value, gradient, Hessian and lines of collected losses against torch on real images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import compare
import polynet as pn

pytestmark = [
    pytest.mark.backend,
    # torch's forward mode compiles its own rules with what it has itself deprecated.
    pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning"),
]

FORMS = ["moments", "samples"]

POOLED: dict[str, tuple[int, pn.Network]] = {
    "squares": (
        4,
        pn.Network([pn.Flatten(), pn.Dense(16, 3), pn.Square(), pn.Dense(3, 10)], (1, 4, 4)),
    ),
    "convolution": (
        4,
        pn.Network(
            [
                pn.Conv2d(1, 2, 2),
                pn.Polynomial([0, 1, 0.25], trainable=True),
                pn.AvgPool2d(2, stride=1),
                pn.Flatten(),
                pn.Dense(8, 10, bias=False),
            ],
            (1, 4, 4),
        ),
    ),
    "products and residual": (
        2,
        pn.Network(
            [
                pn.Flatten(),
                pn.Dense(4, 3),
                pn.NodeProduct(),
                pn.Residual([pn.Dense(6, 6, bias=False), pn.Power(2)]),
                pn.Dense(6, 10),
            ],
            (1, 2, 2),
        ),
    ),
}
"""Networks on the digits pooled to so many pixels a side, so that whole Hessians are small."""


def pooled_digits(side: int) -> pn.Dataset:
    """The 8x8 digits as means over blocks of pixels."""
    data = pn.datasets.digits()
    step = 8 // side
    blocks = data.inputs.reshape(len(data), 1, side, step, side, step)
    return pn.Dataset(blocks.mean(axis=(3, 5)), data.targets)


def torch_loss(
    network: pn.Network, data: pn.Dataset, penalties: NDArray[Any] | float, *, mean: bool = False
) -> Callable[[Any], Any]:
    """The loss as a function of a flat torch vector of weights, by torch's own layers."""
    module = compare.to_torch(network)
    shapes = {name: parameter.shape for name, parameter in module.named_parameters()}
    inputs, targets = torch.tensor(data.inputs), torch.tensor(data.targets)
    penalty = torch.as_tensor(penalties, dtype=torch.float64)

    def loss(weights: Any) -> Any:
        parts = torch.split(weights, [shape.numel() for shape in shapes.values()])
        tensors = {
            name: part.reshape(shape)
            for (name, shape), part in zip(shapes.items(), parts, strict=True)
        }
        outputs = torch.func.functional_call(module, tensors, (inputs,)).reshape(targets.shape)
        squares = (outputs - targets) ** 2
        return (squares.mean() if mean else squares.sum()) + (penalty * weights**2).sum()

    return loss


def assert_relatively_equal(ours: Any, theirs: Any, tolerance: float = 1e-10) -> None:
    """Equal up to ``tolerance`` of the largest entry."""
    expected = np.asarray(theirs, float)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=tolerance * np.abs(expected).max())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", POOLED)
def test_derivatives_on_digits_are_those_of_autograd(name: str, form: str) -> None:
    side, network = POOLED[name]
    data = pooled_digits(side).take(400)
    rng = np.random.default_rng(0)
    penalties = rng.uniform(0, 2, network.n_parameters)
    w, v = network.random_weights(1), rng.normal(size=network.n_parameters)
    loss = pn.collect(network, data, l2=penalties, form=form)
    theirs = torch_loss(network, data, penalties)
    weights = torch.tensor(w)
    hessian = torch.func.hessian(theirs)(weights)
    assert loss.value(w) == pytest.approx(theirs(weights).item(), rel=1e-10)
    assert_relatively_equal(loss.gradient(w), torch.func.grad(theirs)(weights))
    assert_relatively_equal(loss.hessian(w), hessian)
    assert_relatively_equal(loss.hvp(w, v), hessian @ torch.tensor(v))


@pytest.mark.parametrize("form", FORMS)
def test_the_mean_is_the_mean_squared_error_of_torch(form: str) -> None:
    side, network = POOLED["squares"]
    data = pooled_digits(side)
    loss = pn.collect(network, data, l2=0.01, reduction="mean", form=form)
    theirs = torch_loss(network, data, 0.01, mean=True)
    w = network.random_weights(2)
    weights = torch.tensor(w)
    assert loss.value(w) == pytest.approx(theirs(weights).item(), rel=1e-10)
    assert_relatively_equal(loss.gradient(w), torch.func.grad(theirs)(weights))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", POOLED)
def test_lines_and_restrictions_on_digits_are_those_of_torch(name: str, form: str) -> None:
    side, network = POOLED[name]
    data = pooled_digits(side).take(200)
    loss = pn.collect(network, data, form=form)
    theirs = torch_loss(network, data, 0.0)
    w, d = network.random_weights(3), network.random_weights(4)
    line = np.polynomial.Polynomial(loss.along(w, d))
    points = np.array([-1.5, -0.5, 0.0, 0.7, 1.0])
    values = [theirs(torch.tensor(w + t * d)).item() for t in points]
    assert_relatively_equal(line(points), values)
    layer = loss.restrict("1", w) if network.layers[1].parameters() else loss.restrict("0", w)
    s = layer.project(w)
    lifted = torch.tensor(layer.lift(s))
    gradient = torch.func.grad(theirs)(lifted).numpy()
    assert_relatively_equal(layer.gradient(s), gradient @ np.asarray(layer.directions, float))


@pytest.fixture(scope="module")
def mnist_network() -> pn.Network:
    """The network of the study of MNIST: one 3x3 filter, then ten outputs, 6,769 weights."""
    return pn.Network([pn.Conv2d(1, 1, 3, bias=False), pn.Flatten(), pn.Dense(676, 10, bias=False)])


@pytest.mark.parametrize("form", FORMS)
def test_derivatives_on_mnist_are_those_of_autograd(
    form: str, image_root: Path, mnist_network: pn.Network
) -> None:
    data = pn.datasets.mnist(image_root, limit=200)
    loss = pn.collect(mnist_network, data, form=form)
    assert loss.n_parameters == 6769
    theirs = torch_loss(mnist_network, data, 0.0)
    rng = np.random.default_rng(5)
    w, v = mnist_network.random_weights(5), rng.normal(size=6769)
    weights, direction = torch.tensor(w), torch.tensor(v)
    gradient, product = torch.func.jvp(torch.func.grad(theirs), (weights,), (direction,))
    assert loss.value(w) == pytest.approx(theirs(weights).item(), rel=1e-10)
    assert_relatively_equal(loss.gradient(w), gradient)
    assert_relatively_equal(loss.hvp(w, v), product)


@pytest.mark.parametrize("form", FORMS)
def test_one_weight_of_mnist_gives_the_parabola_of_torch(
    form: str, image_root: Path, mnist_network: pn.Network
) -> None:
    data = pn.datasets.mnist(image_root, limit=100)
    loss = pn.collect(mnist_network, data, form=form)
    theirs = torch_loss(mnist_network, data, 0.0)
    w = mnist_network.random_weights(6)
    for name in ("w0_0_0_1_1", "w2_3_340"):
        index = loss.parameter_names.index(name)
        one = loss.restrict(name, w)
        coefficients = one.along([0.0], [1.0])
        assert len(coefficients) == 3
        for t in (-1.0, 0.0, 2.0):
            moved = torch.tensor(w)
            moved[index] = t
            assert np.polynomial.Polynomial(coefficients)(t) == pytest.approx(
                theirs(moved).item(), rel=1e-10
            )
