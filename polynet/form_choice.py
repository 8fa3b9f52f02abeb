"""Which form holds the data of a loss, decided from predicted sizes.

A network and a dataset enter, the data term as moments or as samples leaves, with the reason.
Moments need one number for each product of two input monomials, samples one for each number in
the data; what is smaller is taken unless one is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, prod

from polynet.dataset import Dataset
from polynet.errors import BudgetError
from polynet.expression import NetworkLike, collected_program
from polynet.layers import Conv2d, Dense, Flatten
from polynet.loss_form import LossForm, Precision
from polynet.moment_form import MomentForm
from polynet.moments import MomentBasis, Moments, bytes_a_number
from polynet.network import Network
from polynet.sample_form import SampleForm

__all__ = ["FormChoice", "hold"]

_SMALL_BYTES = 2**20
"""Moments under this size are taken even where samples are smaller: adding examples stays flat."""

_MAX_MONOMIALS = 20_000
"""Moments asked for by name may have this many input monomials: a matrix of 3 GiB."""


@dataclass(frozen=True, slots=True)
class FormChoice:
    """Which form holds the data, the predicted sizes of both in bytes, and why.

    ``moment_bytes`` is None where the number of input monomials passed the limit at which
    moments could be the smaller form; ``n_monomials`` likewise.
    """

    form: str
    n_monomials: int | None
    moment_bytes: int | None
    sample_bytes: int
    reason: str


def hold(
    network: NetworkLike, dataset: Dataset, form: str | None, precision: Precision = "double"
) -> tuple[LossForm, FormChoice]:
    """The data in the form asked for, or in the smaller one; single precision is for samples."""
    n_inputs = prod(dataset.input_shape)
    if precision == "single":
        form = "samples"
    sample_bytes = 8 * len(dataset) * (n_inputs + dataset.n_targets)
    samples = SampleForm.of(network, dataset.inputs, dataset.targets, precision)
    if form == "samples":
        return samples, FormChoice("samples", None, None, sample_bytes, "asked for")
    allowed = max(sample_bytes, _SMALL_BYTES)
    limit = _MAX_MONOMIALS if form == "moments" else int((allowed / 8) ** 0.5)
    reason = f"over {limit:,} input monomials, whose moments would be larger than the samples"
    if form is None and _least_monomials(network, limit) > limit:
        return samples, FormChoice("samples", None, None, sample_bytes, reason)
    try:
        collected = collected_program(network, limit)
    except BudgetError:
        if form == "moments":
            raise
        return samples, FormChoice("samples", None, None, sample_bytes, reason)
    size = len(collected.monomials)
    exact = dataset.exact and network.exact
    moment_bytes = bytes_a_number(exact=exact) * size * (size + dataset.n_targets)
    if form == "moments":
        reason = "asked for"
    elif moment_bytes <= sample_bytes:
        reason = "no larger than the samples"
    else:
        reason = "small, and adding examples stays at one cost"
    basis = MomentBasis.of(collected.monomials, n_inputs)
    moments = Moments.empty(basis, dataset.n_targets, exact=exact)
    flat = dataset.inputs.reshape(len(dataset), -1)
    held = MomentForm(collected.program, moments.add(flat, dataset.targets))
    return held, FormChoice("moments", size, moment_bytes, sample_bytes, reason)


def _least_monomials(network: NetworkLike, limit: int) -> int:
    """A lower bound of the number of input monomials, known without building expressions.

    A full layer first mixes all n inputs, so that degree D behind it gives all C(n + D - 1, D).
    A convolution with stride 1 uses every pixel x, and x^D is a monomial.
    """
    if not isinstance(network, Network):
        return 0
    first = next((layer for layer in network.layers if not isinstance(layer, Flatten)), None)
    degree = network.input_degree
    if isinstance(first, Conv2d) and first.stride == (1, 1):
        return prod(network.shapes[0])
    if not isinstance(first, Dense):
        return 0
    return comb(first.n_in + degree - 1, degree) if degree < 64 else limit + 1
