"""The least loss of a subspace, beside what minimisers from the start find."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import polynet as pn
from compare.baselines.flat_loss import FlatLoss
from compare.baselines.subspace_minimum import (
    SubspaceMinimum,
    lbfgs,
    least_in_subspace,
    restricted_loss,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore:.torch.jit.script. is deprecated:DeprecationWarning"
)

NETWORK = pn.Network([pn.Dense(64, 2), pn.Square(), pn.Dense(2, 10)])


def few_digits() -> pn.Dataset:
    return pn.datasets.digits(flat=True).take(20)


def test_the_restricted_polynomial_is_the_loss_in_the_subspace() -> None:
    subspace, restricted = restricted_loss(NETWORK, few_digits(), 3, seed=1)
    flat = FlatLoss.of(NETWORK, few_digits())
    omega = np.random.default_rng(0).standard_normal(3)
    expected = flat.value(subspace.at(torch.from_numpy(omega)))
    assert restricted.value(omega) == pytest.approx(float(expected), rel=1e-12)


def test_no_minimiser_ends_below_the_least_critical_value() -> None:
    record = least_in_subspace(NETWORK, few_digits(), 2, seed=1, adam_steps=300)
    assert record.least is not None
    assert record.least <= record.lbfgs * (1 + 1e-9)
    assert record.least <= record.adam * (1 + 1e-9)
    assert record.n_complex == 25
    assert SubspaceMinimum.from_json(record.to_json()) == record
    # An independent route: many starts of a local minimiser.
    subspace, _ = restricted_loss(NETWORK, few_digits(), 2, seed=1)
    flat = FlatLoss.of(NETWORK, few_digits())
    rng = np.random.default_rng(2)

    def value(omega: torch.Tensor) -> torch.Tensor:
        return flat.value(subspace.basis @ omega)

    ends = [float(value(lbfgs(value, torch.from_numpy(3 * rng.normal(size=2))))) for _ in range(20)]
    assert min(ends) == pytest.approx(record.least, rel=1e-7)
