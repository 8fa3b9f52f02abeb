"""The critical equations of a network for all data at once: data and penalties are parameters.

Enters: a network and the number of examples. Leaves: a ``CriticalFamily``, the gradient of

    L(w) = sum_k |f(x_k; w) - y_k|^2 + sum_j l2_j w_j^2

with inputs x, targets y and penalties l2 as parameters, any of them fixed where that is asked for.
Next stage: parameter homotopies, which solve it once and then follow the solutions to any data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from flint import fmpq_mpoly
from numpy.typing import NDArray

from polynet.collected_loss import check_fit
from polynet.dataset import Dataset, checked_count
from polynet.errors import InputError
from polynet.expression import NetworkLike, sample_program
from polynet.network import Network
from polynet.parametric_system import ParametricSystem
from polynet.polynomial import SparsePolynomial, polynomial_context
from polynet.polynomial_system import PolynomialSystem
from polynet.program import Program
from polynet.rational import all_exact, exact_array, to_float, to_fmpq
from polynet.ring_evaluation import ring_adjoints, ring_registers

__all__ = ["CriticalFamily", "critical_family"]

_PARTS = ("inputs", "targets", "l2")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CriticalFamily(ParametricSystem):
    """The gradient equations of a network's loss; made by ``critical_family``.

    ``varied`` are the parts that are parameters, in the order inputs (example by example), targets
    (example by example), l2 (weight by weight).
    """

    network: NetworkLike
    n_examples: int
    varied: tuple[str, ...]

    def point(
        self, dataset: Dataset | None = None, l2: Any = None
    ) -> NDArray[np.float64] | NDArray[np.object_]:
        """The parameters ``(n_parameters,)`` of these data: Fractions where all are exact.

        ``l2`` is one number or one for each weight. Raises ``InputError`` where a part that is a
        parameter is missing, or one that is fixed is given; ``ShapeError`` where data do not fit.
        """
        data_vary = "inputs" in self.varied or "targets" in self.varied
        for part, needed, given in (
            ("a dataset", data_vary, dataset is not None),
            ("l2", "l2" in self.varied, l2 is not None),
        ):
            if needed != given:
                state = "is needed" if needed else "is fixed in this family and must be left out"
                raise InputError(f"{part} {state}; the parameters are {', '.join(self.varied)}")
        values: list[Any] = []
        if dataset is not None:
            _check_data(self.network, dataset, self.n_examples)
            if "inputs" in self.varied:
                values += dataset.inputs.ravel().tolist()
            if "targets" in self.varied:
                values += dataset.targets.ravel().tolist()
        if l2 is not None:
            values += _penalties(l2, self.n_variables)
        if all_exact(values):
            return np.array([Fraction(value) for value in values], object)
        return np.array([to_float(value) for value in values])


def critical_family(
    network: NetworkLike,
    n_examples: int,
    *,
    parameters: Sequence[str] = _PARTS,
    data: Dataset | None = None,
    l2: Any = 0,
) -> CriticalFamily:
    """The critical equations of ``network`` for all data sets of ``n_examples`` examples.

    Parameters
    ----------
    network
        With exact coefficients and a known input shape.
    n_examples
        At least 1.
    parameters
        Which of ``"inputs"``, ``"targets"`` and ``"l2"`` (one penalty per weight) are parameters.
    data
        Gives inputs or targets where they are no parameters.
    l2
        One penalty or one for each weight, where they are no parameters.

    Raises
    ------
    InputError
        For unknown parts, missing or surplus data, a network with float coefficients.
    ShapeError
        Where data and network do not fit.

    Examples
    --------
    The loss (a x - y)^2 + l a^2 of one weight and one example has the gradient 2 a x^2 - 2 x y +
    2 l a:

    >>> from polynet import Dense
    >>> family = critical_family(Network([Dense(1, 1, bias=False)]), 1)
    >>> family.parameters
    ('x0_0', 'y0_0', 'l2_w0_0_0')
    >>> print(family.at(family.point(Dataset([[3]], [[5]]), l2=7)))
    1 equation in 1 variable (w0_0_0), degrees 1
      32*w0_0_0 - 30 = 0
    """
    varied = tuple(part for part in _PARTS if part in parameters)
    unknown = [part for part in parameters if part not in _PARTS]
    if unknown or not varied or isinstance(parameters, str):
        raise InputError(f"parameters are {parameters!r}; give one or more of {', '.join(_PARTS)}")
    count = checked_count(n_examples, "n_examples")
    fixed_data = "inputs" not in varied or "targets" not in varied
    if fixed_data != (data is not None):
        state = "needed" if fixed_data else "not used, as inputs and targets are parameters"
        raise InputError(f"data are {state}")
    if isinstance(network, Network) and network.input_shape is None and data is not None:
        network = network.with_input_shape(data.input_shape)
    if data is not None:
        _check_data(network, data, count)
    program = sample_program(network)
    if not program.exact:
        raise InputError("the network has float coefficients; give its layers Fractions")
    symbols = _Symbols(network, program, count, varied)
    return CriticalFamily(
        PolynomialSystem(symbols.gradient(data, l2)),
        symbols.weights,
        symbols.parameters,
        network,
        count,
        varied,
    )


class _Symbols:
    """Names of weights and parameters, and the gradient over their ring."""

    def __init__(
        self, network: NetworkLike, program: Program, count: int, varied: tuple[str, ...]
    ) -> None:
        self._program = program
        self._shape = (count, program.n_inputs, len(program.outputs))
        self.weights = tuple(network.parameter_names)
        n_targets = prod(network.output_shape or ())
        names = {
            "inputs": [f"x{k}_{i}" for k in range(count) for i in range(program.n_inputs)],
            "targets": [f"y{k}_{i}" for k in range(count) for i in range(n_targets)],
            "l2": [f"l2_{name}" for name in self.weights],
        }
        self._part = {part: self._free(names[part]) for part in varied}
        self.parameters = tuple(name for part in self._part.values() for name in part)
        self._ring = polynomial_context(self.weights + self.parameters)
        self._symbol = dict(zip(self.weights + self.parameters, self._ring.gens(), strict=True))

    def _free(self, names: list[str]) -> list[str]:
        """The names, with underscores behind where a weight is called so."""
        while set(names) & set(self.weights):
            names = [f"{name}_" for name in names]
        return names

    def gradient(self, data: Dataset | None, l2: Any) -> tuple[SparsePolynomial, ...]:
        """dL/dw_j for every weight."""
        count, n_inputs, n_targets = self._shape
        weights = [self._symbol[name] for name in self.weights]
        inputs = self._values("inputs", None if data is None else data.inputs)
        targets = self._values("targets", None if data is None else data.targets)
        total = [2 * p * w for p, w in zip(self._penalties(l2), weights, strict=True)]
        for k in range(count):
            x = inputs[k * n_inputs : (k + 1) * n_inputs]
            y = targets[k * n_targets : (k + 1) * n_targets]
            registers = ring_registers(self._program, weights, x)
            outputs = self._program.outputs.tolist()
            cotangents = [2 * (registers[o] - t) for o, t in zip(outputs, y, strict=True)]
            parts = ring_adjoints(self._program, registers, cotangents)
            total = [a + b for a, b in zip(total, parts, strict=True)]
        names = self.weights + self.parameters
        return tuple(SparsePolynomial(names, self._mpoly(part)) for part in total)

    def _values(self, part: str, fixed: NDArray[Any] | None) -> list[Any]:
        if part in self._part:
            return [self._symbol[name] for name in self._part[part]]
        if fixed is None:
            raise InputError(f"data with the {part} are needed")
        return [to_fmpq(value) for value in exact_array(fixed).ravel().tolist()]

    def _penalties(self, l2: Any) -> list[Any]:
        if "l2" in self._part:
            return [self._symbol[name] for name in self._part["l2"]]
        values = np.array(_penalties(l2, len(self.weights)))
        return [to_fmpq(value) for value in exact_array(values).tolist()]

    def _mpoly(self, value: Any) -> fmpq_mpoly:
        return value if isinstance(value, fmpq_mpoly) else self._ring.constant(value)


def _penalties(l2: Any, n_weights: int) -> list[Any]:
    values = [np.asarray(l2)[()]] * n_weights if np.ndim(l2) == 0 else list(l2)
    if len(values) != n_weights:
        raise InputError(
            f"l2 has {len(values)} entries, the network {n_weights} weights; give one number or "
            f"{n_weights}"
        )
    return values


def _check_data(network: NetworkLike, dataset: Dataset, count: int) -> None:
    check_fit(network, dataset)
    if len(dataset) != count:
        raise InputError(f"the data have {len(dataset)} examples, the family {count}")
