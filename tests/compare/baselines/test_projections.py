"""Subspaces of weights: where they start, what spans them, and gradients in the unknowns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.linalg import hadamard

from compare.baselines.projections import projection, walsh_hadamard
from polynet.errors import InputError

CONVENTIONS = ("orthonormal", "offset", "fastfood")


def start(n: int = 23) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(7).standard_normal(n))


def made(convention: Any, dimension: int | None, n: int = 23) -> Any:
    return projection(start(n), dimension, convention, np.random.default_rng(3))


def matrix_of(subspace: Any, dimension: int) -> torch.Tensor:
    origin = subspace.at(torch.zeros(dimension, dtype=torch.float64))
    rows = [subspace.at(row) - origin for row in torch.eye(dimension, dtype=torch.float64)]
    return torch.stack(rows, dim=1).detach()


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("dimension", [1, 5, 23])
def test_training_starts_at_the_start(convention: str, dimension: int) -> None:
    subspace = made(convention, dimension)
    assert torch.allclose(subspace(), start(), atol=1e-13)
    assert [p.shape for p in subspace.parameters()] == [(dimension,)]


def test_the_published_projection_is_orthonormal_and_has_no_offset() -> None:
    subspace = made("orthonormal", 6)
    matrix = matrix_of(subspace, 6)
    assert torch.allclose(matrix.T @ matrix, torch.eye(6, dtype=torch.float64), atol=1e-13)
    assert torch.equal(subspace.at(torch.zeros(6, dtype=torch.float64)), torch.zeros(23))
    assert (subspace.omega[1:] == 0).all()
    assert float(subspace.omega.detach()[0].abs()) == pytest.approx(float(start().norm()))


def test_columns_of_the_offset_convention_have_length_one() -> None:
    assert torch.allclose(matrix_of(made("offset", 6), 6).norm(dim=0), torch.ones(6).double())


def test_fastfood_is_the_product_of_its_factors() -> None:
    n, dimension, size = 32, 9, 32
    subspace = made("fastfood", dimension, n)
    h = torch.from_numpy(hadamard(size)).double()
    permutation = torch.eye(size, dtype=torch.float64)[subspace.order]
    signs = torch.zeros(size, dimension, dtype=torch.float64)
    signs[:dimension] = torch.diag(subspace.signs)
    product = h @ torch.diag(subspace.normals) @ permutation @ h @ signs
    assert torch.allclose(matrix_of(subspace, dimension), product, atol=1e-12)
    assert torch.allclose(product.norm(dim=0), torch.ones(dimension).double(), atol=1e-12)


def test_walsh_hadamard_is_the_matrix_product() -> None:
    vector = torch.from_numpy(np.random.default_rng(0).standard_normal(64))
    expected = torch.from_numpy(hadamard(64)).double() @ vector
    assert torch.allclose(walsh_hadamard(vector), expected)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_gradient_in_the_unknowns_is_that_in_the_weights_projected(convention: str) -> None:
    subspace = made(convention, 5)
    weight = torch.arange(23, dtype=torch.float64)
    (weight * subspace() ** 3).sum().backward()
    expected = matrix_of(subspace, 5).T @ (3 * weight * start() ** 2)
    assert torch.allclose(subspace.omega.grad, expected)


def test_no_dimension_means_all_weights() -> None:
    assert torch.equal(made("orthonormal", None)(), start())


@pytest.mark.parametrize("dimension", [0, 24, -1])
def test_a_dimension_beyond_the_weights_is_refused(dimension: int) -> None:
    with pytest.raises(InputError, match="from 1 to as many"):
        made("orthonormal", dimension)


def test_an_unknown_convention_is_refused() -> None:
    with pytest.raises(InputError, match="orthonormal, offset, fastfood"):
        made("sparse", 3)
