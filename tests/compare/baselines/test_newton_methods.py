"""Second-order minimisers: derivatives against polynet's, and that they end at minima."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

import polynet as pn
from compare.baselines.flat_loss import FlatLoss
from compare.baselines.newton_methods import (
    gauss_newton,
    kfac,
    minimise_by_library,
    saddle_free_newton,
)
from compare.baselines.newton_record import NewtonRecord
from polynet.errors import PolynetError

pytestmark = pytest.mark.filterwarnings(
    "ignore:.torch.jit.script. is deprecated:DeprecationWarning"
)

NETWORK = pn.Network([pn.Dense(2, 3), pn.Square(), pn.Dense(3, 1)])
START = torch.from_numpy(NETWORK.random_weights(1))

METHODS: dict[str, Callable[..., NewtonRecord]] = {
    "newton-cg": partial(minimise_by_library, method="newton-cg"),
    "trust-ncg": partial(minimise_by_library, method="trust-ncg"),
    "saddle-free": saddle_free_newton,
    "gauss-newton": gauss_newton,
    "kfac": kfac,
}


def xor_loss() -> FlatLoss:
    return FlatLoss.of(NETWORK, pn.datasets.xor())


def test_derivatives_are_those_of_the_polynomial() -> None:
    loss, polynomial = xor_loss(), pn.collect(NETWORK, pn.datasets.xor())
    w = START.numpy()
    v = np.random.default_rng(0).standard_normal(len(w))
    assert float(loss.value(START)) == pytest.approx(polynomial.value(w), rel=1e-13)
    assert np.allclose(loss.gradient(START), polynomial.gradient(w), atol=1e-12)
    assert np.allclose(loss.product(START, torch.from_numpy(v)), polynomial.hvp(w, v), atol=1e-12)
    assert np.allclose(loss.hessian(START), polynomial.hessian(w), atol=1e-12)


@pytest.mark.backend
@pytest.mark.parametrize("name", METHODS)
def test_every_method_solves_xor(name: str) -> None:
    record = METHODS[name](xor_loss(), START)
    assert record.losses[-1] < 1e-10
    assert record.losses[0] == pytest.approx(float(xor_loss().value(START)))
    reached = torch.tensor(record.weights, dtype=torch.float64)
    assert float(xor_loss().value(reached)) == pytest.approx(record.loss, abs=1e-14)
    assert NewtonRecord.from_json(record.to_json()) == record


def test_saddle_free_newton_leaves_the_saddle_that_newton_would_stay_at() -> None:
    loss = xor_loss()
    near = torch.full((loss.n_parameters,), 1e-3, dtype=torch.float64)
    values = torch.linalg.eigvalsh(loss.hessian(near))
    assert values[0] < 0 < values[-1]
    record = saddle_free_newton(loss, near, steps=30)
    assert record.loss < 0.6 * record.losses[0]
    assert all(b < a for a, b in zip(record.losses, record.losses[1:], strict=False))


def test_a_pole_of_the_published_order_throws_the_weights_away() -> None:
    loss = xor_loss()
    near = torch.full((loss.n_parameters,), 1e-3, dtype=torch.float64)
    lowest = float(torch.linalg.eigvalsh(loss.hessian(near))[0])
    options: dict[str, Any] = {"steps": 1, "damping": -lowest * (1 + 1e-9), "halve": False}
    ours = saddle_free_newton(loss, near, **options)
    published = saddle_free_newton(loss, near, order="damping first", **options)
    assert ours.loss < 10 * ours.losses[0]
    assert published.loss > 1e6 * published.losses[0]


@pytest.mark.backend
def test_cross_entropy_has_a_gauss_newton_matrix_too() -> None:
    rng = np.random.default_rng(0)
    inputs = torch.from_numpy(rng.standard_normal((30, 4)))
    labels = torch.from_numpy(rng.integers(0, 3, 30))
    module = torch.nn.Sequential(torch.nn.Linear(4, 3)).double()
    loss = FlatLoss(module, inputs, labels, torch.nn.CrossEntropyLoss())
    record = gauss_newton(loss, torch.zeros(15, dtype=torch.float64), steps=30)
    assert record.gradient_norm < 1e-6


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(f"no module {name}")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(PolynetError, match="pytorch-minimize cannot be imported"):
        minimise_by_library(xor_loss(), START)
