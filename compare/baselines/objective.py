"""The loss of a task as torch sees it: the same L, on all examples or on some.

A task, weights and a device enter; a module with its parameters, L by rows, and the measures leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from compare.baselines.device import to_device
from compare.baselines.relu_network import to_relu
from compare.curve import Measures
from compare.torch_network import flat_weights, to_torch
from polynet.rational import float_array
from solvers.training.accuracy import Accuracy

if TYPE_CHECKING:
    from compare.method import FloatArray
    from compare.task import Task
    from polynet.dataset import Dataset

__all__ = ["Objective"]

_ROWS = 64  # few enough that the features of a layer stay in the cache


class Objective:
    """L of the task for a torch module, in float64, and the way to weights and measures.

    Parameters
    ----------
    task, start
        The task, and the weights to begin with.
    device
        Of torch.
    relu
        Whether activations are replaced by ReLU.
    """

    def __init__(self, task: Task, start: FloatArray, device: str, *, relu: bool = False) -> None:
        place = to_device(device)
        module = to_torch(task.network, start)
        penalties = to_torch(task.network, task.penalties())
        pairs = list(zip(module.parameters(), penalties.parameters(), strict=True))
        self.module = (to_relu(module) if relu else module).to(place)
        kept = {id(parameter) for parameter in self.module.parameters()}
        self._penalties = [
            (weight, penalty.detach().to(place)) for weight, penalty in pairs if id(weight) in kept
        ]
        self.parameters = list(self.module.parameters())
        self._data = _Examples(task.data, place)
        self._test = None if task.test is None else _Examples(task.test, place)
        self._accuracy = Accuracy(task.network, task.data)
        self._test_accuracy = Accuracy(task.network, task.test)
        self.n_examples = len(task.data)

    def per_example(self, rows: Tensor | None = None) -> Tensor:
        """L / n, estimated from the examples ``rows`` where given: what optimizers bring down."""
        x, y = self._data.inputs, self._data.targets
        if rows is not None:
            x, y = x[rows], y[rows]
        errors: Tensor = (self.module(x).flatten(1) - y).square().sum()
        return errors / len(y) + self._penalty() / self.n_examples

    def measure(self, tested: bool) -> Measures:  # noqa: FBT001  # called with nothing else
        """L on all examples, and the shares of training and (where ``tested``) test examples."""
        with torch.no_grad():
            outputs = self._data.outputs(self.module)
            loss = (outputs - self._data.targets).square().sum() + self._penalty()
            share = None
            if self._test is not None and tested:
                share = self._test_accuracy.share(self._test.outputs(self.module).cpu().numpy())
            return float(loss), self._accuracy.share(outputs.cpu().numpy()), share

    def weights(self) -> FloatArray:
        """The parameters as one vector."""
        return flat_weights(self.module)

    def _penalty(self) -> Tensor:
        parts = [(penalty * weight.square()).sum() for weight, penalty in self._penalties]
        return torch.stack(parts).sum()


class _Examples:
    """Inputs and targets on the device, in float64."""

    def __init__(self, data: Dataset, device: torch.device) -> None:
        self.inputs, self.targets = (
            torch.tensor(float_array(array), device=device) for array in (data.inputs, data.targets)
        )

    def outputs(self, module: torch.nn.Module) -> Tensor:
        """The outputs ``(n_examples, n_outputs)``, some examples at a time."""
        parts: list[Any] = [module(part).flatten(1) for part in torch.split(self.inputs, _ROWS)]
        return torch.cat(parts)
