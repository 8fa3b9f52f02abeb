"""Losses in single precision, and second moments of layers, against double precision and torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import compare
import polynet as pn
from polynet.errors import InputError
from tests.solvers.training.cases import CASES, images


@pytest.mark.parametrize("name", CASES)
def test_single_precision_is_double_precision_rounded(name: str) -> None:
    network, data = CASES[name], images(CASES[name], 30)
    double = pn.collect(network, data, l2=0.1, form="samples")
    single = pn.collect(network, data, l2=0.1, precision="single")
    w, v = network.random_weights(0), network.random_weights(1)
    assert single.value(w) == pytest.approx(double.value(w), rel=1e-5)
    for method, arguments in (
        ("gradient", (w,)),
        ("hvp", (w, v)),
        ("gnvp", (w, v)),
        ("along", (w, v)),
    ):
        expected = getattr(double, method)(*arguments)
        found = getattr(single, method)(*arguments)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())
    assert found.dtype == np.float64


@pytest.mark.parametrize("form", ["samples", "moments"])
def test_value_and_gradient_are_those_asked_for_alone(form: str) -> None:
    network = CASES["products"]
    loss = pn.collect(network, images(network), l2=0.3, form=form)
    w = network.random_weights(0)
    value, gradient = loss.value_and_gradient(w)
    assert value == pytest.approx(loss.value(w), rel=1e-12)
    np.testing.assert_allclose(gradient, loss.gradient(w), rtol=1e-10, atol=1e-12)


def test_second_moments_are_those_of_inputs_and_adjoints_in_torch() -> None:
    network = CASES["convolution"]
    data, w = images(network, 20), network.random_weights(0)
    signs = np.sign(data.targets)
    found = network.second_moments(w, data.inputs, signs)
    module, seen = compare.to_torch(network, w), {}

    def keep(layer: object, inputs: tuple[torch.Tensor], outputs: torch.Tensor) -> None:
        outputs.retain_grad()
        seen[layer] = inputs[0], outputs

    for position in (0, 4):
        module[position].register_forward_hook(keep)
    outputs = module(torch.tensor(data.inputs))
    (outputs * torch.tensor(signs)).sum().backward()
    x, y = seen[module[4]]
    rows = np.hstack([x.detach().numpy(), np.ones((20, 1))])
    np.testing.assert_allclose(found[4][0], rows.T @ rows, rtol=1e-10)
    np.testing.assert_allclose(found[4][1], signs.T @ signs, rtol=1e-10)
    x, y = seen[module[0]]
    patches = torch.nn.functional.unfold(x, 2).detach().numpy().transpose(0, 2, 1).reshape(-1, 4)
    patches = np.hstack([patches, np.ones((len(patches), 1))])
    adjoints = y.grad.numpy().transpose(1, 0, 2, 3).reshape(2, -1)
    np.testing.assert_allclose(found[0][0], patches.T @ patches, rtol=1e-10)
    np.testing.assert_allclose(found[0][1], adjoints @ adjoints.T / 4, rtol=1e-10)


def test_what_single_precision_cannot_hold_is_refused() -> None:
    network = CASES["linear"]
    with pytest.raises(InputError, match="precision is 'half'"):
        pn.collect(network, images(network), precision="half")
    with pytest.raises(InputError, match="moments are held in double"):
        pn.collect(network, images(network), form="moments", precision="single")
