"""A polynet network as a torch module with the same parameters, and its weights back.

What enters is a :class:`polynet.Network`; what leaves is a ``torch.nn.Module`` for baselines that
train by automatic differentiation and for checks by an independent route. torch is imported in
``compare`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from polynet.errors import InputError, ShapeError
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
from polynet.network import Network

__all__ = ["NodeProducts", "PolynomialActivation", "PowerActivation", "flat_weights", "to_torch"]


def to_torch(
    network: Network, weights: ArrayLike | None = None, dtype: torch.dtype = torch.float64
) -> nn.Sequential:
    """The same function as a ``torch.nn.Sequential``, batch first.

    ``named_parameters()`` has the names, shapes and order of ``network.parameters.tensors``, so
    that ``state_dict()`` and flat weights ``(n_parameters,)`` carry over. Without ``weights`` the
    parameters start as torch starts them (from its global generator); trainable coefficients
    start at the values their layer was given. Fixed coefficients are rounded to ``dtype``.

    Raises ``ShapeError`` where the number of weights differs, ``InputError`` for a layer that
    has no counterpart here and for a ``dtype`` that is not a floating one.

    >>> from polynet import Dense, Network, Square
    >>> module = to_torch(Network([Dense(2, 1, bias=False), Square()]), [1.0, 2.0])
    >>> [name for name, _ in module.named_parameters()]
    ['0.weight']
    >>> module(torch.ones(1, 2, dtype=torch.float64)).item()
    9.0
    """
    if not dtype.is_floating_point:
        raise InputError(
            f"dtype is {dtype}; networks compute in a floating type, say torch.float64"
        )
    module = nn.Sequential(*_modules(network.layers)).to(dtype)
    if weights is not None:
        _set_weights(module, np.asarray(weights, np.float64))
    return module


def flat_weights(module: nn.Module) -> NDArray[np.float64]:
    """The parameters of ``module`` as one vector ``(n_parameters,)``, a copy in float64.

    The order is that of ``named_parameters()``, which for a module of ``to_torch`` is the order
    of the network's weights. A module without parameters gives an empty vector.
    """
    parts = [parameter.detach().cpu().double().numpy().ravel() for parameter in module.parameters()]
    return np.concatenate(parts) if parts else np.zeros(0)


def _set_weights(module: nn.Module, weights: NDArray[np.float64]) -> None:
    parameters = list(module.parameters())
    sizes = [parameter.numel() for parameter in parameters]
    if weights.shape != (sum(sizes),):
        raise ShapeError(
            f"weights of shape {weights.shape} do not fit a network of {sum(sizes)} parameters; "
            f"give a flat vector of shape ({sum(sizes)},) in the order of network.parameter_names"
        )
    # A copy in C order: torch wants memory that may be written to.
    parts = torch.split(torch.tensor(weights), sizes)
    with torch.no_grad():
        for parameter, part in zip(parameters, parts, strict=True):
            parameter.copy_(part.reshape(parameter.shape))


class PowerActivation(nn.Module):
    """x^k for a whole number k."""

    def __init__(self, exponent: int) -> None:
        super().__init__()
        self.exponent = exponent

    def forward(self, x: Tensor) -> Tensor:
        return x**self.exponent

    def extra_repr(self) -> str:
        return str(self.exponent)


class PolynomialActivation(nn.Module):
    """c_0 + c_1 x + ... + c_d x^d by Horner's rule, with one set of coefficients for the layer."""

    coefficients: Tensor

    def __init__(self, coefficients: Tensor, *, trainable: bool) -> None:
        super().__init__()
        if trainable:
            self.coefficients = nn.Parameter(coefficients)
        else:
            self.register_buffer("coefficients", coefficients, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        result = self.coefficients[-1] * torch.ones_like(x)
        for coefficient in reversed(self.coefficients[:-1].unbind()):
            result = result * x + coefficient
        return result


class NodeProducts(nn.Module):
    """The nodes of a layer (with ``keep``) and after them their products z_i z_j."""

    def __init__(self, *, squares: bool, keep: bool) -> None:
        super().__init__()
        self.squares, self.keep = squares, keep

    def forward(self, x: Tensor) -> Tensor:
        n = x.shape[-1]
        first, second = torch.triu_indices(n, n, 0 if self.squares else 1, device=x.device)
        products = x[..., first] * x[..., second]
        return torch.cat([x, products], dim=-1) if self.keep else products


class _Residual(nn.Sequential):
    """x + f(x); the layers of f are its own, so that parameters are named as in polynet."""

    def forward(self, input: Tensor) -> Tensor:
        inner = input
        for module in self:
            inner = module(inner)
        return input + inner


def _modules(layers: Iterable[Layer]) -> list[nn.Module]:
    # By exact type: a subclass may compute something else.
    rules, unknown = _module.registry, _module.registry[object]
    return [rules.get(type(layer), unknown)(layer) for layer in layers]


@singledispatch
def _module(layer: Layer) -> nn.Module:
    """The torch module that computes what ``layer`` does; one rule for each type below."""
    raise InputError(
        f"{layer!r} has no counterpart in torch here; to_torch knows Dense, Conv2d, "
        "AvgPool2d, Flatten, Power, Square, Polynomial, NodeProduct and Residual"
    )


@_module.register
def _(layer: Dense) -> nn.Module:
    return nn.Linear(layer.n_in, layer.n_out, bias=layer.bias)


@_module.register
def _(layer: Conv2d) -> nn.Module:
    windows = layer.windows
    return nn.Conv2d(
        layer.in_channels,
        layer.out_channels,
        windows.kernel,
        windows.stride,
        windows.padding,
        bias=layer.bias,
    )


@_module.register
def _(layer: AvgPool2d) -> nn.Module:
    windows = layer.windows
    return nn.AvgPool2d(windows.kernel, windows.stride, windows.padding)


@_module.register
def _(layer: Flatten) -> nn.Module:
    return nn.Flatten()


@_module.register
def _(layer: Power) -> nn.Module:
    return PowerActivation(layer.k)


@_module.register
def _(layer: Square) -> nn.Module:
    return PowerActivation(2)


@_module.register
def _(layer: Polynomial) -> nn.Module:
    values: list[Any] = [float(value) for value in layer.coefficients]
    return PolynomialActivation(
        torch.tensor(values, dtype=torch.float64), trainable=layer.trainable
    )


@_module.register
def _(layer: NodeProduct) -> nn.Module:
    return NodeProducts(squares=layer.squares, keep=layer.keep)


@_module.register
def _(layer: Residual) -> nn.Module:
    return _Residual(*_modules(layer.layers))
