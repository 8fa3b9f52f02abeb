"""From a network and data to the loss polynomial, collected as the examples arrive.

What enters is a network and a dataset; what leaves is

    L(w) = sum_n sum_k (f_k(x_n; w) - y_nk)^2 + sum_j lambda_j w_j^2

as a :class:`~polynet.collected_loss.CollectedLoss`, held as moments of input monomials or as
samples, whichever is predicted to be smaller (``form_choice``). Next come ``inspection``,
``restriction`` and the solvers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polynet.collected_loss import CollectedLoss, check_fit
from polynet.dataset import Dataset
from polynet.errors import InputError, ShapeError
from polynet.expression import ExpressionNetwork, NetworkLike
from polynet.form_choice import hold
from polynet.loss_form import Precision
from polynet.network import Network
from polynet.rational import all_exact, float_array, read_only, to_fraction

__all__ = ["collect"]


def collect(
    network: NetworkLike,
    dataset: Dataset,
    *,
    l2: float | Fraction | Sequence[Any] | NDArray[Any] = 0,
    reduction: str = "sum",
    form: str | None = None,
    precision: Precision = "double",
) -> CollectedLoss:
    """The loss polynomial of ``network`` on ``dataset``.

    L(w) = sum_n sum_k (f_k(x_n; w) - y_nk)^2 + sum_j l2_j w_j^2; ``l2`` is one number or one for
    each weight in parameter order, not negative. ``reduction="mean"`` divides the first sum by
    n_examples * n_outputs. ``form`` is ``"moments"``, ``"samples"`` or None: the one predicted
    to be smaller, reported in ``loss.choice``. Exact data, network and l2 give an exact loss.
    ``precision="single"`` holds samples and computes inside the network in float32: twice as fast,
    with a relative error of about 1e-6.

    Raises ``ShapeError`` where data and network do not fit, ``InputError`` for other arguments.
    Cost of moments: one pass over the examples, A^2 multiply-adds each for A input monomials.

    >>> from polynet import Dense, Network, datasets
    >>> loss = collect(Network([Dense(2, 1, bias=False)]), datasets.xor())
    >>> print(loss.expand())
    2*w0_0_0^2 + 2*w0_0_0*w0_0_1 + 2*w0_0_1^2 - 2*w0_0_0 - 2*w0_0_1 + 2
    >>> loss.lower_bound()
    Fraction(4, 3)
    """
    if not isinstance(dataset, Dataset):
        raise InputError(
            f"the data are a {type(dataset).__name__}; give a Dataset(inputs, targets)"
        )
    if not isinstance(network, (Network, ExpressionNetwork)):
        raise InputError(
            f"the network is a {type(network).__name__}; give a Network or one of a Builder"
        )
    if not network.n_parameters:
        raise InputError("the network has no weights, so its loss is a number; add a Dense layer")
    if reduction not in ("sum", "mean"):
        raise InputError(f"reduction is {reduction!r}; it must be 'sum' or 'mean'")
    if form not in (None, "moments", "samples"):
        raise InputError(f"form is {form!r}; it must be 'moments', 'samples' or None")
    if precision not in ("double", "single"):
        raise InputError(f"precision is {precision!r}; it must be 'double' or 'single'")
    if precision == "single" and form == "moments":
        raise InputError(
            "moments are held in double precision; leave out form, or precision='single'"
        )
    if precision == "single" and not isinstance(network, Network):
        raise InputError(
            "single precision needs a network of layers; a network built by hand runs in double"
        )
    if isinstance(network, Network) and network.input_shape is None:
        network = network.with_input_shape(dataset.input_shape)
    check_fit(network, dataset)
    penalties = _penalties(l2, network)
    data, choice = hold(network, dataset, form, precision)
    return CollectedLoss(network, data, penalties, reduction, choice)


def _penalties(l2: Any, network: NetworkLike) -> NDArray[Any]:
    n = network.n_parameters
    values = [np.asarray(l2)[()]] * n if np.ndim(l2) == 0 else list(l2)
    if len(values) != n:
        raise ShapeError(
            f"l2 has {len(values)} entries, the network {n} weights; give one number or {n}"
        )
    exact = all_exact(values)
    try:
        result = np.array([to_fraction(v) if exact else float(v) for v in values])
    except (TypeError, ValueError) as error:
        raise InputError(f"l2 must be a number or {n} numbers: {error}") from error
    result = result.astype(object if exact else np.float64)
    float_array(result)  # penalties are used as floats too
    bad = [v for v in values if not 0 <= v < float("inf")]
    if bad:
        raise InputError(f"l2 has the entry {bad[0]}; every penalty must be finite and >= 0")
    return read_only(result)
