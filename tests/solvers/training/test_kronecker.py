"""The Kronecker-factored metric against Gauss-Newton matrices where it is exact."""

from __future__ import annotations

import numpy as np
import pytest

import polynet as pn
from polynet.errors import InputError
from solvers.training.kronecker import KroneckerMetric
from tests.solvers.training.cases import CASES, images


@pytest.mark.parametrize("bias", [True, False])
def test_for_one_linear_layer_it_is_the_inverse_of_the_gauss_newton_matrix(*, bias: bool) -> None:
    """With one output g g' = 1, so that the matrix is sum x x' and no approximation is left."""
    network = pn.Network([pn.Dense(4, 1, bias=bias)])
    loss = pn.collect(network, images(network, 50), form="samples")
    weights, n = network.random_weights(0), network.n_parameters
    metric = KroneckerMetric(loss, weights, 1e-16, np.random.default_rng(0))
    matrix = np.stack([loss.gnvp(weights, row) for row in np.eye(n)]) / (2 * loss.n_examples)
    made = np.stack([metric(row) for row in np.eye(n)])
    np.testing.assert_allclose(made @ matrix, np.eye(n), atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_it_is_symmetric_and_positive(name: str) -> None:
    network = CASES[name]
    loss = pn.collect(network, images(network, 40), form="samples")
    metric = KroneckerMetric(loss, network.random_weights(0), 0.01, np.random.default_rng(0))
    made = np.stack([metric(row) for row in np.eye(network.n_parameters)])
    np.testing.assert_allclose(made, made.T, rtol=1e-10, atol=1e-12)
    assert np.linalg.eigvalsh(made).min() > 0


def test_moments_have_no_metric() -> None:
    network = CASES["linear"]
    loss = pn.collect(network, images(network), form="moments")
    with pytest.raises(InputError, match="samples"):
        KroneckerMetric(loss, network.random_weights(0), 0.01, np.random.default_rng(0))
