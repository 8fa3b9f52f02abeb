"""The ReLU counterpart of a polynomial network: the same layers and weights, max(0, x) between.

A module of ``to_torch`` enters and is changed in place, so that its parameters stay the same
objects. Polynomial activations become ReLU; a network without any gets one between its layers of
weights, which is what people train in its place.
"""

from __future__ import annotations

from itertools import pairwise

from torch import nn

from compare.torch_network import NodeProducts, PolynomialActivation, PowerActivation
from polynet.errors import InputError
from polynet.layers import Layer, NodeProduct, Residual

__all__ = ["has_relu_counterpart", "to_relu"]

_ACTIVATIONS = (PowerActivation, PolynomialActivation)
_WEIGHTED = (nn.Linear, nn.Conv2d)


def has_relu_counterpart(layers: tuple[Layer, ...]) -> bool:
    """Whether ReLU can stand for the activations: not for products of nodes."""
    return not any(
        isinstance(layer, NodeProduct)
        or (isinstance(layer, Residual) and not has_relu_counterpart(tuple(layer.layers)))
        for layer in layers
    )


def to_relu(module: nn.Sequential) -> nn.Sequential:
    """``module`` with ReLU for its activations; the parameters are those that it had.

    Raises ``InputError`` for a network with products of nodes, which ReLU cannot stand for.
    """
    if any(isinstance(part, NodeProducts) for part in module.modules()):
        raise InputError(
            "products of nodes have no ReLU counterpart: compare with a network of as many "
            "weights instead, as a task of its own"
        )
    if any(isinstance(part, _ACTIVATIONS) for part in module.modules()):
        _replace_activations(module)
        return module
    return _between_weights(module)


def _replace_activations(module: nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, _ACTIVATIONS):
            setattr(module, name, nn.ReLU())
        else:
            _replace_activations(child)


def _between_weights(module: nn.Sequential) -> nn.Sequential:
    """A ReLU after every layer of weights but the last."""
    parts = list(module)
    weighted = [i for i, part in enumerate(parts) if isinstance(part, _WEIGHTED)]
    after = {first for first, _ in pairwise(weighted)}
    layers: list[nn.Module] = []
    for i, part in enumerate(parts):
        layers += [part, nn.ReLU()] if i in after else [part]
    return nn.Sequential(*layers)
