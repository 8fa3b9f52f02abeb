"""A torch module as a function of one flat vector of weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.func import functional_call

__all__ = ["FlatModule"]


class FlatModule:
    """theta ``(n_parameters,)`` and inputs to outputs; the module's own weights are not used.

    Weights are in the order of ``named_parameters()``. Differentiable in both arguments.
    """

    def __init__(self, module: nn.Module) -> None:
        self._module = module
        self._shapes = {name: tensor.shape for name, tensor in module.named_parameters()}
        self.n_parameters = sum(shape.numel() for shape in self._shapes.values())

    def outputs(self, theta: Tensor, inputs: Tensor) -> Tensor:
        """The outputs of the module at the weights ``theta``."""
        parts = torch.split(theta, [shape.numel() for shape in self._shapes.values()])
        tensors = {
            name: part.view(shape)
            for (name, shape), part in zip(self._shapes.items(), parts, strict=True)
        }
        outputs: Tensor = functional_call(self._module, tensors, (inputs,))
        return outputs
