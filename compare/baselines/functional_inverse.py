"""Newton steps layer by layer from the inverse of the map 'weights to gradient'.

A kinked network, inputs and targets enter; for each layer the V with H_l V = G_l leaves, H_l the
Hessian in the weights of that layer alone. Steps of all layers together are block-diagonal Newton,
not full Newton, which stands beside them. Source: H. Lee, 'Fast Newton's method for neural nets,
with finite difference'; the closed form and the other widths are ours.

Within a cell of the activation the outputs are linear in each W_l, so that H_l = J_l' J_l and
G_l = J_l' (h_L - Y): the Newton step is a least-squares solution of J_l V = h_L - Y.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.func import hessian, jacrev

from compare.baselines.kinked_network import (
    Signals,
    Weights,
    gradients,
    inverse_activation,
    loss_value,
)

__all__ = [
    "closed_form_step",
    "full_newton_step",
    "layer_hessian",
    "layer_newton_step",
    "published_step",
]

Step = tuple[Tensor, ...]


def published_step(
    weights: Weights,
    inputs: Tensor,
    targets: Tensor,
    *,
    change: float = 1e-9,
    input_inverse: Tensor | None = None,
) -> Step:
    """The published finite difference (W+ - W-) / r of the inverse map, r = ``change``.

    The last gradient is scaled by 1 +- r/2 and taken back through the network with pseudo-inverses:
    d = (h')^+ G, h_L = d / a' + Y, n_L = a^-1(h_L), W_L = h_{L-1}^+ n_L, h_{L-1} = n_L W_L^+, and
    so on down. ``input_inverse`` is the pseudo-inverse of ``inputs`` where it is at hand.
    Rounding is about 1e-16 / r: the published r is far too small.
    """
    signals = Signals.of(weights, inputs)
    top = gradients(weights, signals, targets)[-1]
    inverses = _inverses(signals, input_inverse)
    ends = [
        _taken_back(weights, signals, targets, inverses, factor * top)
        for factor in (1 + change / 2, 1 - change / 2)
    ]
    return tuple((plus - minus) / change for plus, minus in zip(*ends, strict=True))


def _taken_back(
    weights: Weights, signals: Signals, targets: Tensor, inverses: Step, gradient: Tensor
) -> Step:
    """The weights whose last gradient is ``gradient``, one layer at a time from the top."""
    delta = inverses[-1].T @ gradient
    layer = delta / signals.slopes[-1] + targets
    found: list[Tensor] = []
    for level in range(len(weights) - 1, -1, -1):
        nodes = inverse_activation(layer)
        found.append(inverses[level] @ nodes)
        if level:
            layer = nodes @ torch.linalg.pinv(weights[level])
    return tuple(reversed(found))


def closed_form_step(
    weights: Weights, inputs: Tensor, targets: Tensor, *, input_inverse: Tensor | None = None
) -> Step:
    """The same inverse map differentiated by hand (its Gateaux derivative along the gradient).

    n_L' = d_L / a'^2, W_l' = h_{l-1}^+ n_l', n_{l-1}' = n_l' W_l^+ / a'. It solves H_l V = G_l
    where the rows of every h are independent and either all matrices above l are square, or all
    have independent columns (widths do not grow). Cost: a pseudo-inverse of each layer.
    """
    signals = Signals.of(weights, inputs)
    inverses = _inverses(signals, input_inverse)
    # Of the residual only what the gradient shows: all of it where the rows of h are independent.
    top = gradients(weights, signals, targets)[-1]
    nodes = inverses[-1].T @ top / signals.slopes[-1] ** 2
    found: list[Tensor] = []
    for level in range(len(weights) - 1, -1, -1):
        found.append(inverses[level] @ nodes)
        if level:
            nodes = nodes @ torch.linalg.pinv(weights[level]) / signals.slopes[level - 1]
    return tuple(reversed(found))


def layer_newton_step(weights: Weights, inputs: Tensor, targets: Tensor) -> Step:
    """V with H_l V = G_l for every layer, in any widths.

    Where the rows of h_{l-1} are independent, the examples decouple: J_l V is r_i = v_i M_i for
    each example i with v = h_{l-1} V and M_i = diag(a'_l) W_{l+1} diag(a'_{l+1}) ..., so that
    V = h_{l-1}^+ v with v_i = r_i M_i^+. Cost: a pseudo-inverse of M_i ``(d_l, d_L)`` for each
    example. Elsewhere the least-squares problem in all of W_l is solved, with a dense J_l.
    """
    signals = Signals.of(weights, inputs)
    residual = signals.outputs - targets
    slopes = signals.slopes
    chain = torch.diag_embed(slopes[-1])
    found: list[Tensor] = []
    for level in range(len(weights) - 1, -1, -1):
        below = signals.layers[level]
        if int(torch.linalg.matrix_rank(below)) == len(below):
            nodes = (residual[:, None, :] @ torch.linalg.pinv(chain))[:, 0, :]
            found.append(torch.linalg.pinv(below) @ nodes)
        else:
            found.append(_dense_least_squares(weights, inputs, residual, level))
        if level:
            chain = slopes[level - 1][:, :, None] * (weights[level] @ chain)
    return tuple(reversed(found))


def _dense_least_squares(weights: Weights, inputs: Tensor, residual: Tensor, level: int) -> Tensor:
    def outputs(matrix: Tensor) -> Tensor:
        return Signals.of(_replaced(weights, level, matrix), inputs).outputs.reshape(-1)

    jacobian = jacrev(outputs)(weights[level]).reshape(residual.numel(), -1)
    solution: Tensor = torch.linalg.pinv(jacobian) @ residual.reshape(-1)
    return solution.reshape(weights[level].shape)


def layer_hessian(weights: Weights, inputs: Tensor, targets: Tensor, level: int) -> Tensor:
    """The dense Hessian in the weights of layer ``level`` (from 0), by torch.func."""

    def value(matrix: Tensor) -> Tensor:
        return loss_value(_replaced(weights, level, matrix), inputs, targets)

    size = weights[level].numel()
    result: Tensor = hessian(value)(weights[level])
    return result.reshape(size, size)


def full_newton_step(weights: Weights, inputs: Tensor, targets: Tensor) -> Step:
    """V with H V = G for the Hessian in all weights together, of least norm where H is singular."""
    shapes = [matrix.shape for matrix in weights]
    flat = torch.cat([matrix.reshape(-1) for matrix in weights])

    def value(theta: Tensor) -> Tensor:
        return loss_value(_split(theta, shapes), inputs, targets)

    parts = gradients(weights, Signals.of(weights, inputs), targets)
    gradient = torch.cat([part.reshape(-1) for part in parts])
    return _split(torch.linalg.pinv(hessian(value)(flat), hermitian=True) @ gradient, shapes)


def _inverses(signals: Signals, input_inverse: Tensor | None) -> Step:
    """The pseudo-inverse of each layer's input."""
    first = torch.linalg.pinv(signals.layers[0]) if input_inverse is None else input_inverse
    return (first, *(torch.linalg.pinv(layer) for layer in signals.layers[1:-1]))


def _replaced(weights: Weights, level: int, matrix: Tensor) -> list[Tensor]:
    return [matrix if at == level else given for at, given in enumerate(weights)]


def _split(theta: Tensor, shapes: list[torch.Size]) -> Step:
    parts = torch.split(theta, [shape.numel() for shape in shapes])
    return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
