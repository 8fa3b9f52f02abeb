"""Second-order methods as methods of a comparison: on the collected loss, within the budget."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from compare import Trial
from compare.baselines.flat_loss import FlatLoss
from compare.baselines.second_order import SecondOrder
from compare.methods import chosen_methods, default_methods
from polynet.errors import InputError
from polynet.layers import Dense
from polynet.network import Network
from tests.compare.cases import curved_xor

pytestmark = pytest.mark.filterwarnings(
    "ignore:.torch.jit.script. is deprecated:DeprecationWarning"
)

NAMES = ("newton-cg", "trust-ncg", "saddle-free-newton", "gauss-newton", "kfac")


def trial(seed: int, *, budget: float = 60.0, passes: int | None = None) -> Trial:
    task = curved_xor()
    return Trial(task, task.start(seed), seed, budget, passes)


def test_penalties_are_part_of_the_loss_and_its_derivatives():
    task = curved_xor()
    assert task.penalties().any()
    flat = FlatLoss.of(task.network, task.data, penalties=task.penalties())
    loss, w = task.loss(exact=False), task.start(3)
    theta = torch.from_numpy(w)
    assert float(flat.value(theta)) == pytest.approx(loss.value(w), rel=1e-13)
    assert np.allclose(flat.gradient(theta), loss.gradient(w), atol=1e-12)
    assert np.allclose(flat.hessian(theta), loss.hessian(w), atol=1e-12)


@pytest.mark.backend
@pytest.mark.parametrize("name", NAMES)
def test_a_run_ends_near_a_critical_point_of_the_collected_loss(name):
    asked = trial(1, passes=400)
    run = SecondOrder(name).run(asked)
    loss = asked.task.loss(exact=False)
    assert run.curve[0].loss == pytest.approx(loss.value(asked.start), rel=1e-12)
    assert run.curve[-1].loss == pytest.approx(loss.value(run.weights), rel=1e-12)
    assert run.curve[-1].loss < 0.1 * run.curve[0].loss
    # Where errors remain the latter two know too little of the curvature to be quick.
    near = {"kfac": 0.1, "gauss-newton": 1e-3}.get(name, 1e-6)
    assert np.linalg.norm(loss.gradient(run.weights)) < near
    assert run.stopped in {"no progress", "all passes done"}


@pytest.mark.backend
@pytest.mark.parametrize("name", NAMES)
def test_passes_and_seconds_end_a_run(name):
    run = SecondOrder(name).run(trial(1, passes=2))
    assert run.curve[-1].passes == 2
    assert run.stopped == "all passes done"
    run = SecondOrder(name).run(trial(1, budget=1e-6))
    assert run.curve[-1].passes == 1
    assert run.stopped == "time is up"


def test_a_step_of_saddle_free_newton_is_that_of_the_collected_hessian():
    asked = trial(0, passes=1)
    run = SecondOrder("saddle-free-newton").run(asked)
    loss = asked.task.loss(exact=False)
    values, vectors = np.linalg.eigh(loss.hessian(asked.start))
    step = vectors @ ((vectors.T @ loss.gradient(asked.start)) / (np.abs(values) + 1e-3))
    share = next(
        s
        for s in 2.0 ** -np.arange(31)
        if loss.value(asked.start - s * step) < loss.value(asked.start)
    )
    assert np.allclose(run.weights, asked.start - share * step, rtol=1e-9)


def test_what_cannot_run_is_refused_with_its_reason(monkeypatch):
    task = curved_xor()
    with pytest.raises(InputError, match="optimizer is 'newton'"):
        SecondOrder("newton")
    large = replace(task, network=Network([Dense(2, 600), Dense(600, 1)]), l2=0)
    with pytest.raises(InputError, match=r"Hessian of all weights, 2,401"):
        chosen_methods(large, ["saddle-free-newton"])
    monkeypatch.setattr("compare.baselines.second_order.find_spec", lambda name: None)
    with pytest.raises(InputError, match="pytorch-minimize is not installed"):
        chosen_methods(task, ["newton-cg"])


def test_they_are_run_on_request_alone():
    task = curved_xor()
    assert not {method.name for method in default_methods(task)} & set(NAMES)
    assert [method.name for method in chosen_methods(task, NAMES)] == list(NAMES)
