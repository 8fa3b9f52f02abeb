"""Steps of higher order: against closed formulas, torch, and by their order of convergence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import polynet as pn
from compare.baselines.flat_loss import FlatLoss
from compare.baselines.high_order import (
    halley_step,
    householder_step,
    householder_zero,
    iterate,
    tensor_newton_step,
    third_derivative_along,
)
from polynet.errors import InputError
from polynet.loss import PolynomialLoss

pytestmark = pytest.mark.filterwarnings(
    "ignore:.torch.jit.script. is deprecated:DeprecationWarning"
)

NETWORK = pn.Network([pn.Dense(2, 2), pn.Square(), pn.Dense(2, 1)])
Step = Callable[[PolynomialLoss, NDArray[np.float64]], NDArray[np.float64]]


def data() -> pn.Dataset:
    rng = np.random.default_rng(0)
    return pn.Dataset(rng.normal(size=(12, 2)), rng.normal(size=(12, 1)))


@pytest.fixture(scope="module")
def loss() -> PolynomialLoss:
    return pn.collect(NETWORK, data(), l2=0.05)


@pytest.fixture(scope="module")
def critical(loss: PolynomialLoss) -> NDArray[np.float64]:
    """A critical point to rounding, by damped Newton steps and then plain ones."""
    w = NETWORK.random_weights(3)
    for _ in range(200):
        w = w - np.linalg.solve(loss.hessian(w) + 5.0 * np.eye(len(w)), loss.gradient(w))
    for _ in range(20):
        w = w - np.linalg.solve(loss.hessian(w), loss.gradient(w))
    assert np.linalg.norm(loss.gradient(w)) < 1e-12
    return w


def test_householder_steps_are_newtons_and_halleys() -> None:
    f = np.polynomial.Polynomial([1.0, -3.0, 0.5, 2.0, 0.25])
    t = 0.7
    f0, f1, f2 = f(t), f.deriv()(t), f.deriv(2)(t)
    assert householder_step(f.coef, t, 1) == pytest.approx(t - f0 / f1)
    halley = t - 2 * f0 * f1 / (2 * f1**2 - f0 * f2)
    assert householder_step(f.coef, t, 2) == pytest.approx(halley)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_householder_steps_converge_at_their_order(order: int) -> None:
    zero = 2.0**0.5
    sizes = np.array([0.2, 0.1, 0.05])
    errors = [abs(householder_step([-2.0, 0.0, 1.0], zero + h, order) - zero) for h in sizes]
    slopes = np.diff(np.log(errors)) / np.diff(np.log(sizes))
    assert slopes[-1] == pytest.approx(order + 1, abs=0.3)


def test_a_step_without_an_end_is_infinite() -> None:
    assert householder_step([1.0, 0.0, 1.0], 0.0, 1) == np.inf


def test_a_zero_is_where_it_stays() -> None:
    assert householder_step([0.0, 1.0, 1.0], 0.0, 3) == 0.0


def test_householder_on_a_line_ends_at_a_zero_of_the_slope(
    loss: PolynomialLoss, critical: NDArray[np.float64]
) -> None:
    direction = np.random.default_rng(1).standard_normal(len(critical))
    start = critical - 0.05 * direction
    path = householder_zero(loss, start, direction, 2)
    slope = loss.gradient(start + path[-1] * direction) @ direction
    assert abs(slope) < 1e-9 * abs(loss.gradient(start) @ direction)
    assert len(path) < len(householder_zero(loss, start, direction, 1)) + 1


def test_the_third_derivative_is_that_of_torch(
    loss: PolynomialLoss, critical: NDArray[np.float64]
) -> None:
    rng = np.random.default_rng(2)
    w, d = rng.standard_normal((2, len(critical)))
    flat = FlatLoss.of(NETWORK, data())
    _, expected = torch.func.jvp(flat.hessian, (torch.from_numpy(w),), (torch.from_numpy(d),))
    assert np.allclose(third_derivative_along(loss, w, d), expected, atol=1e-9)


STEPS: dict[str, tuple[Step, int]] = {
    "newton": (partial(tensor_newton_step, order=1), 2),
    "chebyshev": (partial(tensor_newton_step, order=2), 3),
    "fourth": (partial(tensor_newton_step, order=3), 4),
    "fifth": (partial(tensor_newton_step, order=4), 5),
    "halley": (halley_step, 3),
}


@pytest.mark.parametrize("name", STEPS)
def test_steps_in_all_weights_converge_at_their_order(
    loss: PolynomialLoss, critical: NDArray[np.float64], name: str
) -> None:
    step, order = STEPS[name]
    direction = np.random.default_rng(4).standard_normal(len(critical))
    direction /= np.linalg.norm(direction)
    least = np.abs(np.linalg.eigvalsh(loss.hessian(critical))).min()
    sizes = min(least, 1.0) * np.array([0.004, 0.002])
    errors = [
        np.linalg.norm(critical + h * direction + step(loss, critical + h * direction) - critical)
        for h in sizes
    ]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.3)


def test_newtons_step_is_the_first_term(loss: PolynomialLoss) -> None:
    w = NETWORK.random_weights(5)
    expected = np.linalg.solve(loss.hessian(w), -loss.gradient(w))
    assert np.allclose(tensor_newton_step(loss, w, 1), expected)


def test_higher_orders_need_no_more_steps(
    loss: PolynomialLoss, critical: NDArray[np.float64]
) -> None:
    start = critical + 1e-3
    counts = [
        len(iterate(loss, start, STEPS[name][0])) for name in ("newton", "chebyshev", "fourth")
    ]
    assert counts[0] >= counts[1] >= counts[2]
    end = iterate(loss, start, STEPS["fourth"][0])[-1]
    assert np.allclose(end, critical, atol=1e-9)


def test_a_singular_hessian_is_refused_with_what_to_do() -> None:
    flat = pn.collect(NETWORK, pn.datasets.xor())
    with pytest.raises(np.linalg.LinAlgError, match="saddle-free"):
        tensor_newton_step(flat, np.zeros(flat.n_parameters), 2)


def test_an_order_below_one_is_refused() -> None:
    with pytest.raises(InputError, match="order must be"):
        householder_step([1.0, 1.0], 0.0, 0)
