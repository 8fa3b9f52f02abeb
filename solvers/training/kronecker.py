"""A metric for directions: the Gauss-Newton matrix, one Kronecker product for each layer.

For a layer y = W x the block of W is near to E[x x'] (x) E[g g'], g the adjoints of its outputs, so
that its inverse times a gradient is two small solves. Examples and weights enter, a map from
gradients to steps leaves.
Source: Martens and Grosse, 'Optimizing neural networks with Kronecker-factored approximate
curvature' (2015).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import inv

from polynet.collected_loss import CollectedLoss
from polynet.errors import InputError
from polynet.network import Network
from polynet.sample_form import SampleForm
from solvers.training.method import FloatArray

__all__ = ["KroneckerMetric"]


class KroneckerMetric:
    """The inverse of a Kronecker-factored Gauss-Newton matrix at ``weights``.

    Adjoints g are those of random signs at the outputs: J'J = E[J' s s' J]. ``damping`` is
    what is added to the product of both factors, split between them as in section 6.3 of the
    source. Weights that are no matrix of a layer (trained coefficients) keep the unit metric.
    Raises ``InputError`` unless the loss holds samples of a network of layers. Cost: a gradient,
    and an inverse of the size of each layer's inputs and outputs.
    """

    def __init__(
        self, loss: CollectedLoss, weights: FloatArray, damping: float, rng: np.random.Generator
    ) -> None:
        if not isinstance(loss.network, Network) or not isinstance(loss.form, SampleForm):
            raise InputError(
                "a Kronecker-factored metric needs a network of layers and a loss held as "
                'samples; collect with form="samples"'
            )
        self._blocks = _blocks(loss.form, loss.network, weights, (damping, rng))

    def __call__(self, gradient: FloatArray) -> FloatArray:
        """The step ``(n_parameters,)`` that the metric makes of a gradient."""
        result = gradient.copy()
        for block in self._blocks:
            flat = gradient[block.span.start : block.span.stop]
            step = block.of_outputs @ block.table(flat) @ block.of_inputs
            result[block.span.start : block.span.stop] = block.flat(step)
        return result


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """The weights of one layer, and the inverses of both factors of their metric."""

    span: range
    bias: bool
    of_inputs: FloatArray
    of_outputs: FloatArray

    def table(self, flat: FloatArray) -> FloatArray:
        """Weights ``(n_out, n_in)`` with the bias as a last column."""
        n_out, n_in = len(self.of_outputs), len(self.of_inputs) - self.bias
        table = flat[: n_out * n_in].reshape(n_out, n_in)
        return np.hstack([table, flat[n_out * n_in :, None]]) if self.bias else table

    def flat(self, table: FloatArray) -> FloatArray:
        n_in = table.shape[1] - self.bias
        return np.concatenate([table[:, :n_in].ravel(), table[:, n_in:].ravel()])


def _blocks(
    form: SampleForm,
    network: Network,
    weights: FloatArray,
    chosen: tuple[float, np.random.Generator],
) -> list[_Block]:
    damping, rng = chosen
    totals: dict[int, tuple[FloatArray, FloatArray]] = {}
    for inputs, targets in form.batches():
        signs = rng.choice(np.array([-1.0, 1.0], inputs.dtype), targets.shape)
        moments = network.second_moments(weights.astype(inputs.dtype), inputs, signs)
        for position, (x, g) in moments.items():
            before = totals.get(position, (0.0, 0.0))
            totals[position] = before[0] + x.astype(np.float64), before[1] + g.astype(np.float64)
    spans = {int(name): span for name, span in network.parameters.layers}
    result = []
    for position, (x, g) in totals.items():
        bias = network.layers[position].parameters()[-1].name == "bias"
        inverses = _inverses(x / form.n_examples, g / form.n_examples, damping)
        result.append(_Block(spans[position], bias, *inverses))
    return result


def _inverses(x: FloatArray, g: FloatArray, damping: float) -> tuple[FloatArray, FloatArray]:
    """Of x + r p I and g + r / p I, with p^2 the ratio of their mean eigenvalues."""
    ratio = (np.trace(x) / len(x) / max(np.trace(g) / len(g), np.finfo(np.float64).tiny)) ** 0.5
    root = damping**0.5
    return (
        inv(x + root * ratio * np.eye(len(x))),
        inv(g + root / ratio * np.eye(len(g))),
    )
