"""The squared errors of a network over all examples, by torch's automatic differentiation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import mse_loss

import compare
import polynet as pn

__all__ = ["TorchLoss"]


@dataclass(frozen=True, slots=True)
class TorchLoss:
    """L(w) at the module's weights; the examples pass through ``rows`` at a time.

    Smaller batches stay in the cache, so that the best ``rows`` is a matter of trial.
    """

    module: nn.Module
    inputs: Tensor
    targets: Tensor
    rows: int

    @classmethod
    def of(
        cls, network: pn.Network, weights: NDArray[np.float64], data: pn.Dataset, dtype: torch.dtype
    ) -> TorchLoss:
        """All examples as tensors, once, in one batch."""
        module = compare.to_torch(network, weights, dtype=dtype).eval()
        inputs, targets = torch.tensor(data.inputs), torch.tensor(data.targets)
        return cls(module, inputs.to(dtype), targets.to(dtype), len(data))

    def value(self) -> float:
        """L, without a graph."""
        with torch.inference_mode():
            return sum(self._part(x, y).item() for x, y in self._batches())

    def gradient(self) -> Tensor:
        """All first derivatives, in the order of the parameters."""
        self.module.zero_grad()
        for x, y in self._batches():
            self._part(x, y).backward()  # type: ignore[no-untyped-call]
        parts = [parameter.grad for parameter in self.module.parameters()]
        return torch.cat([part.ravel() for part in parts if part is not None])

    def hvp_reverse_twice(self, direction: Tensor) -> Tensor:
        """The Hessian times ``direction``: the gradient of the gradient's product with it."""
        parameters = list(self.module.parameters())
        vectors = self._split(direction)
        self.module.zero_grad()
        for x, y in self._batches():
            first = torch.autograd.grad(self._part(x, y), parameters, create_graph=True)
            products = [(g * v).sum() for g, v in zip(first, vectors, strict=True)]
            torch.stack(products).sum().backward()  # type: ignore[no-untyped-call]
        parts = [parameter.grad for parameter in parameters]
        return torch.cat([part.ravel() for part in parts if part is not None])

    def hvp_forward_over_reverse(self, direction: Tensor) -> Tensor:
        """The same as the derivative of the gradient along ``direction``."""
        names = [name for name, _ in self.module.named_parameters()]
        weights = tuple(parameter.detach() for parameter in self.module.parameters())
        vectors = tuple(self._split(direction))
        total = torch.zeros_like(direction)
        for x, y in self._batches():

            def part(*tensors: Tensor, x: Tensor = x, y: Tensor = y) -> Any:
                named = dict(zip(names, tensors, strict=True))
                return mse_loss(
                    torch.func.functional_call(self.module, named, (x,)), y, reduction="sum"
                )

            gradient = torch.func.grad(part, argnums=tuple(range(len(weights))))
            tangents = torch.func.jvp(gradient, weights, vectors)[1]
            total += torch.cat([tangent.ravel() for tangent in tangents])
        return total

    def parabola(self, index: int) -> NDArray[np.float64]:
        """Coefficients of t -> L(w + t e_index), a parabola, from its values at -1, 0 and 1."""
        low, middle, high = (self._moved_value(index, t) for t in (-1.0, 0.0, 1.0))
        return np.array([middle, (high - low) / 2, (high + low) / 2 - middle])

    def _moved_value(self, index: int, step: float) -> float:
        for parameter in self.module.parameters():
            if index < parameter.numel():
                break
            index -= parameter.numel()
        entry = parameter.data.view(-1)[index]
        before = entry.item()
        entry += step
        value = self.value()
        entry.fill_(before)
        return value

    def _batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        return zip(self.inputs.split(self.rows), self.targets.split(self.rows), strict=True)  # type: ignore[no-untyped-call]

    def _part(self, x: Tensor, y: Tensor) -> Tensor:
        return mse_loss(self.module(x), y, reduction="sum")

    def _split(self, vector: Tensor) -> list[Tensor]:
        parameters = list(self.module.parameters())
        parts = torch.split(vector, [parameter.numel() for parameter in parameters])
        return [part.reshape(p.shape) for part, p in zip(parts, parameters, strict=True)]
