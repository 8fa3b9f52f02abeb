"""Line searches: directions against what defines them, decrease, and convergence."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import numpy as np
import pytest

import polynet as pn
import solvers
from solvers.training.directions import (
    BFGSMemory,
    ConjugateGradient,
    SaddleFreeNewton,
    TruncatedNewton,
)
from solvers.training.linewise import DirectionName, Linewise
from solvers.training.train import train_loss
from tests.solvers.training.cases import CASES, images


@pytest.mark.parametrize("direction", get_args(DirectionName))
@pytest.mark.parametrize("name", ["linear", "squares", "deep", "convolution"])
def test_the_loss_never_rises(name: str, direction: DirectionName) -> None:
    network = CASES[name]
    for form in ("samples", "moments"):
        method = Linewise(direction, lines=5)
        record = solvers.train(network, images(network), method, passes=4, form=form)
        losses = [entry.loss for entry in record.history]
        assert all(b <= a * (1 + 1e-9) for a, b in pairwise(losses))
        assert losses[-1] < losses[0]


@pytest.mark.parametrize("direction", ["cg", "lbfgs", "newton", "gauss-newton"])
def test_a_convex_quadratic_is_solved(direction: DirectionName) -> None:
    network = pn.Network([pn.Dense(3, 2)])
    data = images(network, 20)
    record = solvers.train(network, data, Linewise(direction, lines=10), passes=2)
    table = np.hstack([data.inputs, np.ones((20, 1))])
    residual = np.linalg.lstsq(table, data.targets, rcond=None)[1].sum()
    assert record.loss == pytest.approx(residual, rel=1e-9)


def test_a_step_ends_at_the_least_point_of_its_line_however_far() -> None:
    """The line through two wells ends in the lower one, beyond the nearer and its ridge."""
    network = pn.Network([pn.Dense(1, 1, bias=False), pn.Polynomial([0, -6, 0, 1])])
    data = pn.Dataset([[1.0]], [[9.0]])
    start = np.array([-1.2])
    record = solvers.train(network, data, Linewise("gradient", lines=1), passes=1, start=start)
    loss = pn.collect(network, data)
    grid = np.linspace(-5, 5, 100_001)
    least = min(loss.value(np.array([w])) for w in grid[::100])
    assert record.loss <= least + 1e-12
    assert record.weights[0] == pytest.approx(3.0)
    assert record.history[1].counts.maxima > 0


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("form", ["samples", "moments"])
def test_gauss_newton_products_are_those_of_the_jacobian(name: str, form: str) -> None:
    network, rng = CASES[name], np.random.default_rng(5)
    data = images(network)
    loss = pn.collect(network, data, l2=0.3, form=form)
    weights, v = network.random_weights(1), rng.standard_normal(network.n_parameters)
    tangents = [
        (network.evaluate((weights, unit), data.inputs, 2)[1:] or (np.zeros(1),))[0]
        for unit in np.eye(len(weights))
    ]
    shape = (len(data), network.n_outputs)
    jacobian = np.stack([np.broadcast_to(t, shape).ravel() for t in tangents], axis=1)
    expected = 2 * jacobian.T @ (jacobian @ v) + 0.6 * v
    np.testing.assert_allclose(loss.gnvp(weights, v), expected, rtol=1e-9, atol=1e-9)


def quadratic(n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(n)
    root = rng.standard_normal((n, n))
    return root @ root.T + np.eye(n), rng.standard_normal(n)


@pytest.mark.parametrize("memory", [ConjugateGradient(), BFGSMemory(10)])
def test_directions_with_exact_steps_solve_n_unknowns_in_n_steps(memory: object) -> None:
    matrix, right = quadratic(6)
    x = np.zeros(6)
    for _ in range(6):
        gradient = matrix @ x - right
        d = memory.next(x, gradient)  # type: ignore[attr-defined]
        x = x - (gradient @ d) / (d @ matrix @ d) * d
    np.testing.assert_allclose(matrix @ x, right, rtol=1e-8, atol=1e-8)


def test_truncated_newton_solves() -> None:
    rng = np.random.default_rng(0)
    root = rng.standard_normal((5, 5))
    matrix, right = root @ root.T + np.eye(5), rng.standard_normal(5)
    tiny = 1e-20 * right  # so that a small residual is asked for
    found = TruncatedNewton(lambda v: matrix @ v, 50).next(np.zeros(5), tiny)
    np.testing.assert_allclose(found, -np.linalg.solve(matrix, tiny), rtol=1e-6)
    np.testing.assert_array_equal(TruncatedNewton(np.zeros_like, 9).next(right, right), -right)


@pytest.mark.parametrize("shift", [0.0, 4.0, 40.0])
def test_newton_steps_use_the_absolute_curvatures(shift: float) -> None:
    rng = np.random.default_rng(0)
    root = rng.standard_normal((5, 5))
    matrix, right = root @ root.T - shift * np.eye(5), 1e-20 * rng.standard_normal(5)
    values, vectors = np.linalg.eigh(matrix)
    expected = -(vectors / np.abs(values)) @ vectors.T @ right
    found = SaddleFreeNewton(lambda v: matrix @ v, 50).next(np.zeros(5), right)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    few = SaddleFreeNewton(lambda v: matrix @ v, 2).next(np.zeros(5), right)
    assert few @ right < 0.0


@pytest.mark.parametrize("right", [np.zeros(3), np.ones(3)])
def test_without_curvature_newton_follows_the_gradient(right: np.ndarray) -> None:
    found = SaddleFreeNewton(np.zeros_like, 9).next(np.zeros(3), right)
    np.testing.assert_array_equal(found, -right)


def test_newton_lines_leave_saddles_and_end_at_minima() -> None:
    """Starts from which conjugate gradients that end at negative curvature went to and fro."""
    network = pn.Network([pn.Dense(2, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])
    loss = pn.collect(network, pn.datasets.xor().to_float(), l2=0.01)
    enough = solvers.Stopping(least_progress=1e-12)
    for k in (8, 144, 340, 341, 384, 745, 762, 820, 878, 879, 921, 948, 954):
        start = network.random_weights(1_000_000 + k)
        record = train_loss(loss, Linewise("newton", lines=1), passes=100, start=start, stop=enough)
        assert np.abs(loss.gradient(record.weights)).max() < 1e-6
        assert np.linalg.eigvalsh(loss.hessian(record.weights)).min() > 0.0
        assert record.loss == pytest.approx(0.0299499163, rel=1e-8)


def test_an_unknown_direction_is_refused() -> None:
    with pytest.raises(pn.InputError, match="gauss-newton"):
        Linewise("adam")  # type: ignore[arg-type]
