"""First-order baselines against their textbook recurrences, on the collected loss."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from compare import FirstOrder, Trial
from compare.baselines import many_starts
from compare.curve import Recorder
from polynet.errors import InputError
from tests.compare.cases import curved_xor, two_classes


def momentum(task, start, rate: float, steps: int) -> np.ndarray:
    loss, w, v = task.loss(exact=False), start.copy(), np.zeros(len(start))
    for _ in range(steps):
        v = 0.9 * v + loss.gradient(w) / len(task.data)
        w = w - rate * v
    return w


def adam(task, start, rate: float, steps: int, decay: float = 0.0) -> np.ndarray:
    loss, w = task.loss(exact=False), start.copy()
    m, s = np.zeros(len(w)), np.zeros(len(w))
    for t in range(1, steps + 1):
        g = loss.gradient(w) / len(task.data)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        w = w - rate * decay * w
        w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return w


RECURRENCES = [
    (FirstOrder("sgd", learning_rate=0.02), lambda task, w, n: momentum(task, w, 0.02, n)),
    (FirstOrder("adam", learning_rate=0.01), lambda task, w, n: adam(task, w, 0.01, n)),
    (FirstOrder("adamw", learning_rate=0.01), lambda task, w, n: adam(task, w, 0.01, n, 0.01)),
]


@pytest.mark.parametrize(("method", "recurrence"), RECURRENCES, ids=("sgd", "adam", "adamw"))
def test_a_run_follows_the_textbook(method, recurrence):
    task = curved_xor()
    run = method.run(Trial(task, task.start(0), 0, 60.0, passes=25))
    assert run.curve[-1].passes == 25
    assert np.allclose(run.weights, recurrence(task, task.start(0), 25), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("method", "recurrence"), RECURRENCES, ids=("sgd", "adam", "adamw"))
def test_many_starts_side_by_side_are_what_each_is_alone(method, recurrence, monkeypatch):
    monkeypatch.setattr(many_starts, "_STEPS", 40)
    task = curved_xor()
    starts = np.array([task.start(seed) for seed in range(4)])
    ends = method.ends(task, starts, {})
    for start, end in zip(starts, ends, strict=True):
        assert np.allclose(end, recurrence(task, start, 40), rtol=1e-8, atol=1e-10)


def test_lbfgs_ends_where_the_gradient_vanishes():
    task = curved_xor()
    starts = np.array([task.start(seed) for seed in range(3)])
    for end in FirstOrder("lbfgs").ends(task, starts, {}):
        assert np.abs(task.loss(exact=False).gradient(end)).max() < 1e-6
    run = FirstOrder("lbfgs").run(Trial(task, task.start(0), 0, 20.0))
    assert run.stopped == "nothing moves"
    assert run.curve[-1].passes >= len(run.curve) - 1


def best_by_evaluations(task, start) -> list[float]:
    """The least loss after each evaluation of torch's L-BFGS on the collected loss."""
    loss, seen = task.loss(exact=False), [np.inf]
    point = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [point],
        max_iter=10,
        tolerance_grad=1e-10,
        tolerance_change=0.0,
        line_search_fn="strong_wolfe",
    )

    def closure() -> float:
        at = point.detach().numpy()
        point.grad = torch.from_numpy(loss.gradient(at) / len(task.data))
        seen.append(min(seen[-1], float(loss.value(at))))
        return float(loss.value(at)) / len(task.data)

    optimizer.step(closure)
    return seen[1:]


def test_the_curve_of_lbfgs_has_the_best_of_any_number_of_evaluations(monkeypatch):
    monkeypatch.setattr(Recorder, "due", True)  # however fast the machine is
    task = curved_xor()
    run = FirstOrder("lbfgs").run(Trial(task, task.start(0), 0, 60.0, passes=10))
    expected = best_by_evaluations(task, task.start(0))
    assert expected[-1] < expected[5] < expected[1] <= expected[0]
    best = [
        min(point.loss for point in run.curve if point.passes <= number)
        for number in range(1, len(expected) + 1)
    ]
    assert np.allclose(best, expected, rtol=1e-9)


def test_batches_see_every_example_once_in_a_pass():
    task = two_classes()
    method = FirstOrder("sgd", learning_rate=1e-9)  # so small that the order does not matter
    assert method.examples_in_step(task) == 16
    run = method.run(Trial(task, task.start(0), 0, 60.0, passes=1))
    # Four batches of 16, 16, 16 and 12: momentum adds up their gradients.
    loss = task.loss(exact=False).value(run.weights)
    assert loss < task.loss(exact=False).value(task.start(0))
    assert FirstOrder("lbfgs").examples_in_step(task) == 60
    assert FirstOrder("adam", batch=0).examples_in_step(task) == 60


def test_a_run_that_diverges_says_so_and_keeps_a_finite_curve():
    task = curved_xor()
    run = FirstOrder("sgd", learning_rate=1e4).run(Trial(task, task.start(0), 0, 5.0))
    assert run.stopped == "diverged"
    assert run.weights is None
    assert all(np.isfinite(point.loss) for point in run.curve)


def test_diverged_starts_are_nan_and_leave_the_others_alone(monkeypatch):
    monkeypatch.setattr(many_starts, "_STEPS", 60)
    task = curved_xor()
    starts = np.array([task.start(0), 1e6 * np.ones(3)])
    ends = FirstOrder("sgd", learning_rate=0.02).ends(task, starts, {})
    assert np.isnan(ends[1]).all()
    assert np.allclose(ends[0], momentum(task, starts[0], 0.02, 60), rtol=1e-8)


def test_without_a_learning_rate_a_good_one_is_found():
    task = curved_xor()
    run = FirstOrder("adam").run(Trial(task, task.start(0), 0, 0.5))
    assert run.settings["learning rate"] in (0.001, 0.003, 0.01, 0.03, 0.1)
    assert run.curve[-1].loss < run.curve[0].loss


@pytest.mark.parametrize("arguments", [{"optimizer": "sdg"}, {"learning_rate": 0.0}, {"batch": -1}])
def test_bad_settings_are_refused(arguments):
    with pytest.raises(InputError, match=next(iter(arguments))):
        FirstOrder(**arguments)
