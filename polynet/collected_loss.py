"""The loss of a network on the examples collected so far.

Made by ``collect``; every example added or merged gives a new loss of the same size (of moments)
or one row longer (of samples). What every loss polynomial can do is in ``loss``; here is what this
one is made of: the data term in one of two forms, and penalties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import ArrayLike, NDArray

from polynet.dataset import Dataset
from polynet.errors import InputError, ShapeError
from polynet.expression import NetworkLike
from polynet.form_choice import FormChoice
from polynet.loss import PolynomialLoss
from polynet.loss_form import ROUNDING, LossForm
from polynet.polynomial import SparsePolynomial, polynomial_context
from polynet.polynomial_system import PolynomialSystem
from polynet.program_map import Series
from polynet.program_structure import output_degrees
from polynet.rational import exact_array, float_array, read_only, to_fmpq, to_fraction
from polynet.sample_form import SampleForm
from polynet.term_count import predicted_terms

__all__ = ["CollectedLoss", "check_fit"]


@dataclass(frozen=True, eq=False)
class CollectedLoss(PolynomialLoss):
    """The loss of a network on the examples collected so far; made by :func:`collect`.

    L(w) = scale * (data term) + sum_j l2_j w_j^2, where scale is 1 (reduction ``"sum"``) or
    1 / (n_examples * n_outputs) (``"mean"``, as in torch's ``MSELoss``).
    """

    network: NetworkLike
    form: LossForm
    l2: NDArray[Any]
    reduction: str
    choice: FormChoice

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the weights in the network's order."""
        return self.network.parameter_names

    @property
    def n_examples(self) -> int:
        """Number of examples collected."""
        return self.form.n_examples

    @property
    def n_outputs(self) -> int:
        """Number of outputs of the network."""
        return prod(self.network.output_shape or ())

    @property
    def exact(self) -> bool:
        """Whether network, data and l2 are all exact."""
        return self.form.exact and self.l2.dtype == object

    @property
    def rounding(self) -> float:
        """A relative difference of two values that is not told from rounding."""
        return ROUNDING[self.form.precision]

    @property
    def scale(self) -> Any:
        """The factor of the data term: exact where the loss is."""
        divisor = self.n_examples * self.n_outputs if self.reduction == "mean" else 1
        return to_fraction(fmpq(1, divisor)) if self.exact else 1.0 / divisor

    def value_series(self, weights: Series, order: int | None) -> Series:
        """Taylor coefficients of L along weights given as a series."""
        data = self.form.value_series(weights, order)
        result = [float(self.scale) * part for part in data]
        return _plus_squares(result, weights, self._l2_float, order)

    def gradient_series(self, weights: Series, order: int) -> Series:
        """Taylor coefficients of the gradient along weights given as a series."""
        data = self.form.gradient_series(weights, order)
        result: list[NDArray[Any]] = []
        for k in range(order):
            part: Any = float(self.scale) * data[k] if k < len(data) else np.zeros(1)
            if k < len(weights):
                part = part + 2.0 * self._l2_float * weights[k]
            result.append(part)
        return result

    def value_and_gradient(self, w: ArrayLike) -> tuple[float, NDArray[np.float64]]:
        """L(w) and the gradient ``(n,)`` in float64; from samples for the cost of the gradient."""
        weights = self._float_weights(w)
        if not isinstance(self.form, SampleForm):
            gradient = self.gradient_series((weights,), 1)[0]
            value = float(self.value_series((weights,), 1)[0])
            return value, np.broadcast_to(gradient, weights.shape).copy()
        scale, penalties = float(self.scale), self._l2_float
        data, slope = self.form.value_and_gradient(weights)
        value = scale * data + float(penalties @ (weights * weights))
        return value, scale * slope + 2.0 * penalties * weights

    def gnvp(self, w: ArrayLike, v: ArrayLike) -> NDArray[np.float64]:
        """The Gauss-Newton matrix at ``w`` times ``v``, ``(n,)``, in float64.

        That is the Hessian without the second derivatives of the outputs: scale * 2 J'J plus the
        penalties' part, positive semidefinite, and the Hessian itself in weights that enter
        linearly. Cost: about that of a Hessian-vector product.
        """
        weights, direction = self._float_weights(w), self._float_weights(v)
        data = self.form.gauss_newton_product(weights, direction)
        return float(self.scale) * data + 2.0 * self._l2_float * direction

    def ring_value(self, weights: Sequence[Any]) -> Any:
        """L over a ring that contains the rationals, exactly."""
        total = self.form.ring_value(weights)
        if self.scale != 1:
            total = to_fmpq(self.scale) * total
        for penalty, weight in zip(self.l2, weights, strict=True):
            if penalty:
                total = total + to_fmpq(penalty) * weight * weight
        return total

    def ring_gradient(self, weights: Sequence[Any]) -> list[Any]:
        """The gradient over such a ring, exactly."""
        scale = to_fmpq(self.scale)
        return [
            scale * part + 2 * to_fmpq(penalty) * weight
            for part, penalty, weight in zip(
                self.form.ring_gradient(weights), self.l2, weights, strict=True
            )
        ]

    def degree_among(self, moved: NDArray[np.bool_]) -> int:
        """Twice the structural degree of the outputs in the moved weights (2 with l2 at least).

        Outputs whose input monomial is zero for every example do not count.
        """
        outputs = output_degrees(self.form.program, moved)
        penalised = bool((self.l2[moved] != 0).any())
        return max(2 * int(outputs.max(initial=0)), 2 if penalised else 0)

    def predict_terms(self) -> int:
        """An upper bound of the number of monomials, from degrees and from products of terms.

        Exact for generic data where every layer is generic: 103,032,541 for a 28x28 image, one
        3x3 filter and ten outputs. Source: counting monomials of each multidegree in the layers,
        or all pairs of terms of an output, whichever are fewer.
        """
        return predicted_terms(
            self.form.program,
            [span for _, span in self.network.parameters.layers],
            self.n_outputs,
            penalised=self.l2 != 0,
        )

    def lower_bound(self) -> Any:
        """A number below which no weights can bring L: exact where the loss is.

        The least value of the data term over all functions of the same input monomials (in the
        sample form: over all functions of the input), times the scale; penalties are >= 0.
        """
        return self.scale * self.form.lower_bound()

    def floor_system(self) -> PolynomialSystem:
        """The equations of the weights that bring L down to ``lower_bound()``, and of no others.

        The outputs are those of the best function of the same input monomials (where the bound is
        0: every example is fitted exactly), and weights with a penalty are zero. The equations
        have half the degree of the gradient's, or less; constant ones, which say that no weights
        do it, are left in.

        Raises ``InputError`` where the loss is not exact.

        >>> from polynet import Dense, Network, collect
        >>> network = Network([Dense(1, 1, bias=False), Dense(1, 1, bias=False)])
        >>> print(collect(network, Dataset([[1], [2]], [[3], [4]])).floor_system())
        1 equation in 2 variables (w0_0_0, w1_0_0), degrees 2
          w0_0_0*w1_0_0 - 11/5 = 0
        """
        if not self.exact:
            raise InputError(
                "the loss is not exact, and floats hit a bound by rounding only; collect integers "
                "or Fractions, or take the floats as the rational numbers they are by to_exact()"
            )
        ring = polynomial_context(self.parameter_names)
        weights = ring.gens()
        penalised = [w for w, penalty in zip(weights, self.l2, strict=True) if penalty]
        equations = [ring.constant(0) + part for part in self.form.ring_floor(weights)]
        kept = [e for e in (*equations, *penalised) if not e.is_zero()] or [ring.constant(0)]
        return PolynomialSystem(tuple(SparsePolynomial(self.parameter_names, e) for e in kept))

    def select(self, names: Sequence[str]) -> NDArray[np.intp]:
        """Flat indices of weights, tensors (``"0.weight"``) or layers (``"0"``) by name."""
        return self.network.parameters.indices(names)

    def add(self, x: ArrayLike, y: ArrayLike) -> CollectedLoss:
        """The loss with one example (or a batch of them) more; this one stays as it is.

        ``x`` has the network's input shape, ``y`` ``(n_outputs,)``; a batch has one axis more in
        front of each. Cost and memory do not depend on the number of examples already in.
        Float examples make an exact loss a float one.
        """
        inputs = _batched(x, tuple(self.network.input_shape or ()))
        outputs = _batched(y, (self.n_outputs,))
        data = Dataset(inputs, outputs)
        check_fit(self.network, data)
        return replace(self, form=self.form.add(data.inputs, data.targets))

    def merge(self, other: CollectedLoss) -> CollectedLoss:
        """The loss on the examples of both; exact where both are.

        Raises ``InputError`` where network, l2, reduction or form differ.
        """
        if not isinstance(other, CollectedLoss):
            raise InputError(f"only collected losses merge, not a {type(other).__name__}")
        if type(self.form) is not type(other.form):
            raise InputError(
                f"one loss is held as {self.form.name}, the other as {other.form.name}; collect "
                f"both with the same form, form={self.form.name!r}"
            )
        same_network = self.network is other.network or self.network == other.network
        same = same_network and self.reduction == other.reduction
        if not same or list(self.l2) != list(other.l2):
            raise InputError(
                "only losses of the same network, l2 and reduction merge; collect both alike"
            )
        form: Any = self.form.merge(other.form)
        return replace(self, form=form)

    def subset(self, rows: ArrayLike) -> CollectedLoss:
        """The loss on the examples at positions ``rows`` ``(k,)`` alone, in the sample form.

        Under reduction ``"sum"`` penalties shrink with the share of the examples, so that the
        losses of disjoint subsets that are the whole add up to this one.

        Raises ``InputError`` for a loss held as moments, where there are no single examples, and
        for positions that are none. Cost: the examples copied.

        >>> from polynet import Dense, Network, collect, datasets
        >>> loss = collect(Network([Dense(2, 1)]), datasets.xor(), l2=1, form="samples")
        >>> parts = loss, loss.subset([0, 3]), loss.subset([1, 2])
        >>> [str(part.value([1, 2, 3])) for part in parts]
        ['84', '52', '32']
        """
        if not isinstance(self.form, SampleForm):
            raise InputError(
                f"this loss is held as {self.form.name}, which know no single examples; collect it "
                'with form="samples"'
            )
        positions = np.asarray(rows)
        whole = positions.ndim == 1 and len(positions) and positions.dtype.kind in "iu"
        if not whole or positions.min() < 0 or positions.max() >= self.n_examples:
            raise InputError(
                f"rows are {rows!r}; they must be whole numbers from 0 to {self.n_examples - 1}, "
                "one at least"
            )
        share = to_fraction(fmpq(len(positions), self.n_examples))
        factor = 1 if self.reduction == "mean" else share if self.exact else float(share)
        l2 = read_only(self.l2 * factor) if self._l2_float.any() else self.l2
        return replace(self, form=self.form.subset(positions), l2=l2)

    def to_exact(self) -> CollectedLoss:
        """The same loss with every float taken as the rational number that it is."""
        if not self.network.exact:
            raise InputError(
                "the network has float coefficients; give its layers Fractions "
                "(Fraction(0.1) is the rational that the float 0.1 is)"
            )
        return replace(
            self, form=self.form.to_exact(), l2=read_only(exact_array(self.l2).astype(object))
        )

    def __str__(self) -> str:
        exact = "exact" if self.exact else "float"
        return (
            f"loss of {self.n_parameters:,} weights on {self.n_examples:,} examples: "
            f"degree {self.degree}, {exact}, held as {self.form.name}"
        )

    __repr__ = __str__

    @cached_property
    def _l2_float(self) -> NDArray[np.float64]:
        return float_array(self.l2)

    def _lane_size(self) -> int:
        program_size = getattr(self.form, "weight_program", None)
        return len(program_size.outputs) if program_size is not None else self.n_parameters


def check_fit(network: NetworkLike, dataset: Dataset) -> None:
    """Raise ``ShapeError`` unless the examples have the shapes that the network takes and gives."""
    if tuple(dataset.input_shape) != tuple(network.input_shape or ()):
        raise ShapeError(
            f"the data have inputs of shape {tuple(dataset.input_shape)}, the network takes "
            f"{network.input_shape}; reshape the inputs or change the first layer"
        )
    n_outputs = prod(network.output_shape or ())
    if dataset.n_targets != n_outputs:
        raise ShapeError(
            f"the data have {dataset.n_targets} targets an example, the network {n_outputs} "
            "outputs; change the last layer or encode the targets to fit"
        )


def _plus_squares(
    result: list[Any], weights: Series, l2: NDArray[np.float64], order: int | None
) -> list[Any]:
    """``result`` with the coefficients of sum_j l2_j w_j(t)^2 added."""
    if not l2.any():
        return result
    length = 2 * len(weights) - 1
    kept = length if order is None else min(length, order)
    result = result + [0.0] * (kept - len(result))
    for i, left in enumerate(weights):
        for j, right in enumerate(weights):
            if i + j < kept:
                result[i + j] = result[i + j] + np.sum(l2 * left * right, axis=-1)
    return result


def _batched(values: ArrayLike, shape: tuple[int, ...]) -> Any:
    """``values`` with an axis of examples in front, added where they are one example."""
    if isinstance(values, np.ndarray) and values.dtype != object:
        table: NDArray[Any] = values
    else:
        table = np.asarray(values, object)
    if table.shape == shape or (shape == (1,) and table.ndim == 0):
        return table.reshape(1, *shape)
    return table
