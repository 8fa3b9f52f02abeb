"""The last layer by least squares: the weights that enter linearly, all at once.

With the layers below fixed, a last ``Dense`` layer makes the outputs linear in its weights, and
the loss a convex quadratic. Its normal equations come from the features that the layers below
make: from samples example by example (a matrix product), from moments without any example.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

from polynet.collected_loss import CollectedLoss
from polynet.errors import InputError
from polynet.layers import Dense
from polynet.moment_form import MomentForm
from polynet.network import Network
from polynet.program_map import ProgramMap
from polynet.rational import float_array
from polynet.sample_form import SampleForm
from solvers.training.method import FloatArray, Indices

__all__ = ["LinearLayer"]

_ROWS = 2048
_MIN_PIVOT = 2.0**-26
"""Cholesky factors with a smaller ratio of pivots are not trusted."""


class LinearLayer:
    """Least squares for the last layer of the network of ``loss``, which must be a ``Dense``.

    ``weights`` are its flat indices. Raises ``InputError`` for other networks.
    """

    def __init__(self, loss: CollectedLoss) -> None:
        network = loss.network
        last = network.layers[-1] if isinstance(network, Network) else None
        if not isinstance(network, Network) or not isinstance(last, Dense):
            raise InputError(
                f"least squares for the last layer needs a Dense layer at the end, not {last!r}; "
                "use Coordinatewise() or Linewise()"
            )
        self._loss, self._network, self._layer = loss, network, last
        position = str(len(network.layers) - 1)
        self.weights: Indices = network.parameters.indices(position)

    def solve(self, weights: FloatArray) -> FloatArray:
        """The weights with the last layer at a least point: of several the nearest.

        Cost: the normal equations of H features (N H^2 from samples, A^2 H from moments), one
        factorisation H^3 / 3, or an eigenvalue decomposition where they are singular.
        """
        gram, cross = self._normal_equations(weights)
        scale = float(self._loss.scale)
        penalties = float_array(self._loss.l2)[self.weights]
        table, shaped = self._as_table(weights[self.weights]), self._as_table(penalties)
        for rows in _equal_columns(shaped):
            penalty = shaped[:, rows[0]]
            system = scale * gram + np.diag(penalty)
            old = table[:, rows]
            # A step from where the weights are: in a null space they stay.
            table[:, rows] = old + _least_norm(system, scale * cross[:, rows] - system @ old)
        result = weights.copy()
        result[self.weights] = self._as_flat(table)
        return result

    def _as_table(self, flat: FloatArray) -> FloatArray:
        """Weights ``(H, n_out)``, the bias as a last row."""
        size = self._layer.n_in * self._layer.n_out
        table = flat[:size].reshape(self._layer.n_out, self._layer.n_in).T
        return np.vstack([table, flat[size:]]) if self._layer.bias else table.copy()

    def _as_flat(self, table: FloatArray) -> FloatArray:
        n_in = self._layer.n_in
        return np.concatenate([table[:n_in].T.ravel(), table[n_in:].ravel()])

    def _normal_equations(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Phi' Phi and Phi' y, or P' M P and P' b."""
        form = self._loss.form
        if isinstance(form, MomentForm):
            return self._from_moments(form, weights)
        if not isinstance(form, SampleForm):
            raise InputError("least squares needs a loss held as moments or as samples")
        size = self._layer.n_in + self._layer.bias
        gram, cross = np.zeros((size, size)), np.zeros((size, self._layer.n_out))
        for block in form.blocks:
            for low in range(0, len(block.inputs), _ROWS):
                chunk = slice(low, low + _ROWS)
                features = self._features(weights, float_array(block.inputs[chunk]))
                gram += features.T @ features
                cross += features.T @ float_array(block.targets[chunk])
        return gram, cross

    def _features(self, weights: FloatArray, inputs: FloatArray) -> FloatArray:
        """What the last layer reads for each example, and 1 for a bias: ``(n, H)``."""
        below = self._network.layers[:-1]
        features = inputs.reshape(len(inputs), -1)
        if below:
            prefix = Network(below, self._network.input_shape)
            features = prefix.forward(weights[: prefix.n_parameters], inputs)
        ones = np.ones((len(inputs), int(self._layer.bias)))
        return np.hstack([features, ones])

    def _from_moments(self, form: MomentForm, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Column h of P has the monomials of feature h: output 0 with only that weight at 1."""
        n_in, n_out = self._layer.n_in, self._layer.n_out
        moments = form.moments.to_float()
        first = form.weight_program.outputs.reshape(moments.cross.shape)[:, 0]
        lanes = np.tile(weights, (n_in + self._layer.bias, 1))
        lanes[:, self.weights] = 0.0
        chosen = [self.weights[h] for h in range(n_in)]
        chosen += [self.weights[n_in * n_out]] if self._layer.bias else []
        lanes[np.arange(len(lanes)), chosen] = 1.0
        program = ProgramMap(form.weight_program.select(first))
        columns = program.evaluate((lanes,), np.zeros((1, 0)), 1)[0].reshape(len(lanes), -1)
        return columns @ moments.gram() @ columns.T, columns @ moments.cross


def _equal_columns(table: FloatArray) -> list[list[int]]:
    """Columns grouped by equality, so that equal systems are factored once."""
    groups: dict[bytes, list[int]] = {}
    for column in range(table.shape[1]):
        groups.setdefault(np.ascontiguousarray(table[:, column]).tobytes(), []).append(column)
    return list(groups.values())


def _least_norm(system: FloatArray, right: FloatArray) -> FloatArray:
    """The solution of least norm of a positive semidefinite system (least squares)."""
    try:
        factor = cho_factor(system, lower=True)
        pivots = np.diag(factor[0])
        if pivots.min() > _MIN_PIVOT * pivots.max():
            solution: FloatArray = cho_solve(factor, right)
            return solution
    except LinAlgError:
        pass  # singular: below
    values, vectors = eigh(system)
    kept = values > len(values) * 2.0**-50 * max(float(values[-1]), 0.0)
    projected = vectors[:, kept].T @ right
    result: FloatArray = vectors[:, kept] @ (projected / values[kept, None])
    return result
