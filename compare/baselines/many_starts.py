"""Where first-order methods end from many starts: the sizes of basins.

Starts ``(n_starts, n_parameters)`` enter, ends of the same shape leave. Optimizers that treat every
weight alike (SGD, Adam, AdamW) run on all starts as one tensor, vectorised by ``torch.func``: row
for row that is what each run alone would do. L-BFGS looks at all weights at once, so its runs
are one after another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call, grad, vmap

from compare.baselines.torch_training import make_optimizer
from compare.torch_network import to_torch
from polynet.rational import float_array

if TYPE_CHECKING:
    from compare.baselines.first_order import FirstOrder
    from compare.method import FloatArray
    from compare.task import Task
    from polynet.collected_loss import CollectedLoss

__all__ = ["ends_of"]

_STEPS = 5_000
_CHECKED = 250
"""After so many steps it is looked whether anything moves."""
_STILL = 1e-11
_LBFGS_ROUNDS = 30
_LBFGS_GRADIENT = 1e-7


def ends_of(method: FirstOrder, task: Task, starts: FloatArray) -> FloatArray:
    """The last weights of each run, NaN where it diverged; full batches, 5,000 steps at most."""
    if method.optimizer == "lbfgs":
        loss = task.loss(exact=False)
        ends = np.array([_lbfgs_end(method, loss, start) for start in starts])
    else:
        ends = _together(method, task, starts)
    ends[~np.isfinite(ends).all(axis=1)] = np.nan
    return ends.reshape(starts.shape)


def _together(method: FirstOrder, task: Task, starts: FloatArray) -> FloatArray:
    weights = torch.tensor(starts, requires_grad=True)
    slopes = vmap(grad(_loss_of_row(task)))
    optimizer = make_optimizer(method, [weights])
    before = weights.detach().clone()
    for step in range(1, _STEPS + 1):
        weights.grad = slopes(weights.detach())
        optimizer.step()
        if step % _CHECKED == 0:
            moved = (weights.detach() - before).abs().nan_to_num()
            if float(moved.max()) <= _STILL:
                break
            before = weights.detach().clone()
    return np.array(weights.detach().numpy())


def _loss_of_row(task: Task) -> Callable[[Tensor], Tensor]:
    """L / n of one row of weights."""
    module = to_torch(task.network)
    shapes = [(name, parameter.shape) for name, parameter in module.named_parameters()]
    sizes = [shape.numel() for _, shape in shapes]
    inputs, targets = (
        torch.tensor(float_array(array)) for array in (task.data.inputs, task.data.targets)
    )
    penalties = torch.tensor(task.penalties())

    def loss(row: Tensor) -> Tensor:
        parts = torch.split(row, sizes)
        named: Any = {
            name: part.reshape(shape) for (name, shape), part in zip(shapes, parts, strict=True)
        }
        outputs = functional_call(module, named, (inputs,)).flatten(1)
        squares: Tensor = (outputs - targets).square().sum() + (penalties * row.square()).sum()
        return squares / len(targets)

    return loss


def _lbfgs_end(method: FirstOrder, loss: CollectedLoss, start: FloatArray) -> FloatArray:
    """torch's L-BFGS on the compiled loss, the same function as the module's at less cost."""
    point = torch.tensor(start, requires_grad=True)
    at = point.detach().numpy()  # the same memory
    optimizer: Any = make_optimizer(method, [point], tolerance=_LBFGS_GRADIENT)
    n = loss.n_examples

    def closure() -> float:
        point.grad = torch.from_numpy(loss.gradient(at) / n)
        return float(loss.value(at)) / n

    for _ in range(_LBFGS_ROUNDS):
        before = at.copy()
        optimizer.step(closure)
        if not np.abs(at - before).max() > _STILL:
            break
    return at.copy()
