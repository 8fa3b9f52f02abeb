"""Torch modules made of networks: the same names, values and derivatives, and the weights back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import compare
from polynet import Dense, Flatten, Network, Polynomial, Residual, Square
from polynet.errors import InputError, ShapeError
from tests.network_cases import NETWORKS
from tests.polynet.network_strategies import networks

pytestmark = pytest.mark.backend


def assert_same_value_and_gradient(network: Network, seed: int) -> None:
    """Outputs, and the adjoint of a random cotangent in weights, to 1e-10 of their size."""
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=network.n_parameters)
    inputs = rng.normal(size=(4, *(network.input_shape or ())))
    outputs, pull_back = network.linearize((weights,), inputs, 1)
    cotangent = rng.normal(size=outputs[0].shape)
    module = compare.to_torch(network, weights)
    theirs = module(torch.tensor(inputs))
    assert theirs.shape == (4, *network.output_shape)
    (theirs.reshape(outputs[0].shape) * torch.tensor(cotangent)).sum().backward()
    gradient = torch.cat([parameter.grad.ravel() for parameter in module.parameters()])
    for ours, torchs in (
        (outputs[0].ravel(), theirs.detach().numpy().ravel()),
        (pull_back((cotangent,))[0], gradient.numpy()),
    ):
        np.testing.assert_allclose(ours, torchs, rtol=0, atol=1e-10 * max(1, np.abs(torchs).max()))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_type_has_the_value_and_gradient_of_torch(name: str) -> None:
    for seed in range(3):
        assert_same_value_and_gradient(NETWORKS[name], seed)


@settings(max_examples=60)
@given(networks(), st.integers(0, 10**6))
def test_random_networks_have_the_value_and_gradient_of_torch(network: Network, seed: int) -> None:
    assert_same_value_and_gradient(network, seed)


@pytest.mark.parametrize("name", NETWORKS)
def test_parameters_have_the_names_order_and_shapes_of_torch(name: str) -> None:
    module = compare.to_torch(NETWORKS[name])
    theirs = [(key, tuple(value.shape)) for key, value in module.named_parameters()]
    assert theirs == [(t.name, t.shape) for t in NETWORKS[name].parameters.tensors]
    assert list(module.state_dict()) == [key for key, _ in theirs]


@pytest.mark.parametrize("name", NETWORKS)
def test_flat_weights_inverts_to_torch(name: str) -> None:
    weights = NETWORKS[name].random_weights(seed=1)
    assert np.array_equal(compare.flat_weights(compare.to_torch(NETWORKS[name], weights)), weights)


def test_flat_weights_is_a_copy() -> None:
    module = compare.to_torch(NETWORKS["dense"])
    before = compare.flat_weights(module)
    compare.flat_weights(module)[:] = 7
    assert np.array_equal(compare.flat_weights(module), before)


def test_a_network_without_weights_has_a_module_without_parameters() -> None:
    module = compare.to_torch(Network([Flatten(), Square()], input_shape=(2, 2)), [])
    assert compare.flat_weights(module).shape == (0,)
    assert module(torch.full((1, 2, 2), 3.0)).tolist() == [[9.0] * 4]


def test_single_precision_is_single_throughout() -> None:
    network = NETWORKS["fixed polynomial"]
    module = compare.to_torch(network, network.random_weights(0), dtype=torch.float32)
    assert module(torch.ones(1, 3)).dtype == torch.float32


def test_without_weights_torch_draws_them_and_coefficients_start_as_given() -> None:
    network = Network([Dense(2, 2), Polynomial([0, 1, 0.25], trainable=True)])
    drawn = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        drawn.append(compare.flat_weights(compare.to_torch(network)))
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0][:6], drawn[2][:6])
    assert drawn[2][6:].tolist() == [0, 1, 0.25]


def test_weights_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(3,\) do not fit a network of 28 parameters"):
        compare.to_torch(NETWORKS["dense"], [1, 2, 3])


def test_a_type_that_is_no_floating_one_is_refused() -> None:
    with pytest.raises(InputError, match=r"torch\.int64.*floating"):
        compare.to_torch(NETWORKS["dense"], dtype=torch.int64)


def test_a_layer_of_ones_own_is_refused_by_name() -> None:
    class Shifted(Square):
        """Might compute anything."""

    with pytest.raises(InputError, match=r"Shifted\(\) has no counterpart"):
        compare.to_torch(Network([Dense(2, 2), Residual([Shifted()])]))
