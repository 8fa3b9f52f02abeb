"""Weights theta as functions of few unknowns omega: the subspaces that training is confined to.

A start theta_0 enters; a module whose ``forward()`` is theta(omega) leaves, with omega its only
trainable parameter, starting at theta_0. Gradients in omega are P' times those in theta.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor, nn

from polynet.errors import InputError

__all__ = [
    "Convention",
    "Fastfood",
    "FullSpace",
    "NormalisedOffset",
    "Orthonormal",
    "Projection",
    "Reordered",
    "check_dimension",
    "projection",
]

Convention = Literal["orthonormal", "offset", "fastfood"]
Random = np.random.Generator | np.random.RandomState


class Projection(nn.Module, ABC):
    """theta(omega); ``omega`` is the one parameter."""

    omega: nn.Parameter

    @abstractmethod
    def at(self, omega: Tensor) -> Tensor:
        """theta ``(n,)`` at the unknowns ``omega`` ``(d,)``."""

    def forward(self) -> Tensor:
        return self.at(self.omega)


class FullSpace(Projection):
    """theta = omega: no subspace."""

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.omega = nn.Parameter(start.clone())

    def at(self, omega: Tensor) -> Tensor:
        return omega


class Reordered(Projection):
    """The weights of another projection in another order: theta[order]."""

    order: Tensor

    def __init__(self, weights: Projection, order: Tensor) -> None:
        super().__init__()
        self.weights = weights
        self.omega = weights.omega
        self.register_buffer("order", order)

    def at(self, omega: Tensor) -> Tensor:
        return torch.index_select(self.weights.at(omega), 0, self.order)


class Orthonormal(Projection):
    """theta = P omega, P the orthonormal factor of QR([theta_0 | normal columns]); no offset.

    omega is zero but for omega_0 = theta_0[0] / P[0, 0], so that training starts at theta_0.
    Cost: QR once, n d^2; then n d a step. Source: S. Greydanus, subspace-nn, 2017.
    """

    basis: Tensor

    def __init__(self, start: Tensor, dimension: int, rng: Random) -> None:
        super().__init__()
        theta = start.double().numpy()
        columns = np.column_stack([theta, rng.standard_normal((len(theta), dimension - 1))])
        basis = np.linalg.qr(columns)[0]
        omega = np.zeros(dimension)
        omega[0] = theta[0] / basis[0, 0]
        self.register_buffer("basis", torch.from_numpy(basis).to(start.dtype))
        self.omega = nn.Parameter(torch.from_numpy(omega).to(start.dtype))

    def at(self, omega: Tensor) -> Tensor:
        return self.basis @ omega


class NormalisedOffset(Projection):
    """theta = theta_0 + P omega, the columns of P normal and scaled to length 1; omega starts at 0.

    Cost: n d a step and as many numbers.
    Source: C. Li et al., Measuring the intrinsic dimension of objective landscapes, ICLR 2018.
    """

    basis: Tensor
    offset: Tensor

    def __init__(self, start: Tensor, dimension: int, rng: np.random.Generator) -> None:
        super().__init__()
        columns = rng.standard_normal((len(start), dimension), np.float32)
        columns /= np.linalg.norm(columns, axis=0)
        self.register_buffer("basis", torch.from_numpy(columns).to(start.dtype))
        self.register_buffer("offset", start.clone())
        self.omega = nn.Parameter(torch.zeros(dimension, dtype=start.dtype))

    def at(self, omega: Tensor) -> Tensor:
        return self.offset + self.basis @ omega


class Fastfood(Projection):
    """theta = theta_0 + the first n entries of c H G Pi H B omega, a matrix that is never formed.

    H is the Walsh-Hadamard matrix of order N, the power of two from n up; B random signs, Pi a
    permutation, G normal, and c = 1 / (N sum G^2)^(1/2) makes columns of length 1 before the cut.
    Cost: 2 N log2 N a step and 3 N numbers, whatever the dimension.
    Source: Q. Le, T. Sarlos, A. Smola, Fastfood, ICML 2013, as used by C. Li et al., 2018.
    """

    signs: Tensor
    normals: Tensor
    order: Tensor
    offset: Tensor

    def __init__(self, start: Tensor, dimension: int, rng: np.random.Generator) -> None:
        super().__init__()
        size = 1 << max(len(start) - 1, 1).bit_length()
        normals = rng.standard_normal(size)
        normals /= np.sqrt(size * np.sum(normals**2))
        signs = rng.choice([-1.0, 1.0], dimension)
        self.register_buffer("signs", torch.from_numpy(signs).to(start.dtype))
        self.register_buffer("normals", torch.from_numpy(normals).to(start.dtype))
        self.register_buffer("order", torch.from_numpy(rng.permutation(size)))
        self.register_buffer("offset", start.clone())
        self.omega = nn.Parameter(torch.zeros(dimension, dtype=start.dtype))

    def at(self, omega: Tensor) -> Tensor:
        size = len(self.normals)
        padded = nn.functional.pad(self.signs * omega, (0, size - len(omega)))
        mixed = walsh_hadamard(padded)[self.order] * self.normals
        return self.offset + walsh_hadamard(mixed)[: len(self.offset)]


def walsh_hadamard(vector: Tensor) -> Tensor:
    """H v for a vector whose length N is a power of two, H_ij = (-1)^(i . j); N log2 N additions.

    >>> walsh_hadamard(torch.tensor([1.0, 2.0, 3.0, 4.0])).tolist()
    [10.0, -2.0, -4.0, 0.0]
    """
    size, half = len(vector), 1
    while half < size:
        pairs = vector.view(-1, 2, half)
        vector = torch.stack([pairs[:, 0] + pairs[:, 1], pairs[:, 0] - pairs[:, 1]], 1).view(-1)
        half *= 2
    return vector


_KINDS: dict[str, Callable[[Tensor, int, np.random.Generator], Projection]] = {
    "orthonormal": Orthonormal,
    "offset": NormalisedOffset,
    "fastfood": Fastfood,
}


def projection(
    start: Tensor, dimension: int | None, convention: Convention, rng: np.random.Generator
) -> Projection:
    """The subspace of ``dimension`` unknowns (None: all) through ``start`` ``(n,)``.

    Raises ``InputError`` for a dimension that is not from 1 to n and an unknown convention.
    """
    if convention not in get_args(Convention):
        raise InputError(
            f"convention is {convention!r}; it must be one of {', '.join(get_args(Convention))}"
        )
    check_dimension(dimension, len(start))
    return FullSpace(start) if dimension is None else _KINDS[convention](start, dimension, rng)


def check_dimension(dimension: int | None, n_weights: int) -> None:
    """Raise ``InputError`` for a dimension that is neither None nor from 1 to ``n_weights``."""
    if dimension is not None and not 1 <= dimension <= n_weights:
        raise InputError(
            f"dimension is {dimension}; a subspace of {n_weights:,} weights has from 1 to as many"
        )
