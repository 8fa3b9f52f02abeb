"""The loss of a torch module on data as a function of one flat vector of weights.

A module, inputs, targets and penalties enter; value, gradient, Hessian and Hessian-vector products
by torch.func leave, for the second-order baselines.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.func import grad, hessian, jvp

from compare.baselines.flat_module import FlatModule
from compare.torch_network import to_torch
from polynet.dataset import Dataset
from polynet.network import Network

__all__ = ["Criterion", "FlatLoss"]

Criterion = nn.MSELoss | nn.CrossEntropyLoss


class FlatLoss:
    """theta ``(n_parameters,)`` to ``criterion(module(inputs), targets)`` + sum penalties theta^2.

    ``penalties`` ``(n_parameters,)`` are none unless given.
    """

    def __init__(
        self,
        module: nn.Module,
        inputs: Tensor,
        targets: Tensor,
        criterion: Criterion | None = None,
        penalties: Tensor | None = None,
    ) -> None:
        self.module, self.inputs, self.targets = module, inputs, targets
        self.criterion = nn.MSELoss(reduction="sum") if criterion is None else criterion
        self.penalties = penalties
        self._flat = FlatModule(module)
        self._gradient: Callable[[Tensor], Tensor] = grad(self.value)

    @classmethod
    def of(
        cls,
        network: Network,
        data: Dataset,
        *,
        penalties: NDArray[np.float64] | None = None,
        device: str = "cpu",
    ) -> FlatLoss:
        """The loss that ``polynet.collect(network, data, l2=penalties)`` expands, in float64."""
        inputs, targets = (
            torch.tensor(part.astype(float), dtype=torch.float64, device=device)
            for part in (data.inputs, data.targets)
        )
        weights = None if penalties is None else torch.tensor(penalties, device=device)
        return cls(to_torch(network).to(device), inputs, targets, penalties=weights)

    @property
    def n_parameters(self) -> int:
        """How many weights there are."""
        return self._flat.n_parameters

    def value(self, theta: Tensor) -> Tensor:
        """The loss, a scalar, differentiable."""
        outputs = self._flat.outputs(theta, self.inputs)
        result: Tensor = self.criterion(outputs.reshape(len(outputs), -1), self.targets)
        return result if self.penalties is None else result + self.penalties @ theta.square()

    def gradient(self, theta: Tensor) -> Tensor:
        """All partial derivatives, ``(n,)``."""
        return self._gradient(theta)

    def product(self, theta: Tensor, vector: Tensor) -> Tensor:
        """The Hessian times ``vector``, forward over reverse. Source: Pearlmutter (1994)."""
        result: Tensor = jvp(self._gradient, (theta,), (vector,))[1]
        return result

    def hessian(self, theta: Tensor) -> Tensor:
        """All second derivatives, ``(n, n)``. Cost: n Hessian-vector products."""
        result: Tensor = hessian(self.value)(theta)
        return result
