"""Functional-inverse steps against dense Hessians of each layer, by torch.func."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from compare.baselines.functional_inverse import (
    closed_form_step,
    full_newton_step,
    layer_hessian,
    layer_newton_step,
    published_step,
)
from compare.baselines.functional_inverse_check import (
    FunctionalInverseCheck,
    check_functional_inverse,
    published_problem,
)
from compare.baselines.kinked_network import (
    Signals,
    gradients,
    inverse_activation,
    loss_value,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore:.torch.jit.script. is deprecated:DeprecationWarning"
)


def problem(widths: Sequence[int], n: int, seed: int = 0) -> tuple[list[Tensor], Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    weights = [normal(a, b) / a**0.5 for a, b in pairwise(widths)]
    return weights, normal(n, widths[0]), normal(n, widths[-1])


def residuals(
    weights: Sequence[Tensor], x: Tensor, y: Tensor, step: Sequence[Tensor]
) -> list[float]:
    """|H_l V_l - G_l| / |G_l| for each layer, H_l dense."""
    parts = gradients(weights, Signals.of(weights, x), y)
    return [
        float(
            (
                layer_hessian(weights, x, y, level) @ step[level].reshape(-1) - part.reshape(-1)
            ).norm()
            / part.norm()
        )
        for level, part in enumerate(parts)
    ]


def test_gradients_are_those_of_autograd() -> None:
    weights, x, y = problem((3, 5, 4, 2), 6)
    leaves = [w.clone().requires_grad_() for w in weights]
    loss_value(leaves, x, y).backward()
    for leaf, found in zip(leaves, gradients(weights, Signals.of(weights, x), y), strict=True):
        assert torch.allclose(leaf.grad, found)


def test_the_activation_is_undone() -> None:
    nodes = torch.linspace(-2, 2, 9, dtype=torch.float64)
    values = Signals.of((torch.eye(1, dtype=torch.float64),), nodes[:, None]).outputs[:, 0]
    assert torch.allclose(inverse_activation(values), nodes)
    assert float(values[0]) == -1.0


@pytest.mark.parametrize("seed", range(10))
def test_on_the_published_problem_the_closed_form_is_the_layers_newton_step(seed: int) -> None:
    weights, x, y = published_problem(seed)
    parts = gradients(weights, Signals.of(weights, x), y)
    step = closed_form_step(weights, x, y)
    for level, part in enumerate(parts):
        dense = torch.linalg.solve(layer_hessian(weights, x, y, level), part.reshape(-1))
        assert float((step[level].reshape(-1) - dense).norm() / dense.norm()) < 1e-6


def test_the_published_check_passes_and_a_larger_difference_is_closer() -> None:
    check = check_functional_inverse(40)
    assert check.closed_form_worst < 1e-6
    fine, coarse = check.by_change
    assert fine < 1e-4
    assert coarse < fine / 100
    assert check.full_step > 0.5
    assert FunctionalInverseCheck.from_json(check.to_json()) == check


def test_finite_difference_and_closed_form_agree_in_three_layers() -> None:
    weights, x, y = problem((4, 4, 4, 4), 4)
    pairs = zip(
        published_step(weights, x, y, change=1e-4), closed_form_step(weights, x, y), strict=True
    )
    for difference, closed in pairs:
        assert torch.allclose(difference, closed, rtol=1e-6, atol=1e-9)
    assert max(residuals(weights, x, y, closed_form_step(weights, x, y))) < 1e-8


@pytest.mark.parametrize("widths", [(6, 5, 3), (7, 5, 4, 2)])
def test_the_closed_form_holds_where_widths_do_not_grow(widths: tuple[int, ...]) -> None:
    weights, x, y = problem(widths, 2)
    assert max(residuals(weights, x, y, closed_form_step(weights, x, y))) < 1e-9


def test_where_widths_grow_pseudo_inverses_layer_by_layer_are_no_newton_step() -> None:
    weights, x, y = problem((3, 4, 6), 3)
    published = residuals(weights, x, y, closed_form_step(weights, x, y))
    assert published[0] > 1e-2
    assert published[1] < 1e-9
    assert max(residuals(weights, x, y, layer_newton_step(weights, x, y))) < 1e-9


@pytest.mark.parametrize(
    ("widths", "n"),
    [((3, 3, 3), 3), ((3, 4, 6), 3), ((6, 5, 3), 2), ((5, 3, 6, 2), 3), ((3, 5, 2), 9)],
)
def test_least_squares_give_the_newton_step_of_each_layer_in_any_widths(
    widths: tuple[int, ...], n: int
) -> None:
    weights, x, y = problem(widths, n)
    assert max(residuals(weights, x, y, layer_newton_step(weights, x, y))) < 1e-8


def test_the_full_step_solves_the_whole_system() -> None:
    weights, x, y = problem((3, 3, 2), 5, seed=2)
    step = full_newton_step(weights, x, y)
    flat = torch.cat([w.reshape(-1) for w in weights])

    def value(theta: Tensor) -> Tensor:
        first, second = torch.split(theta, [9, 6])
        return loss_value((first.view(3, 3), second.view(3, 2)), x, y)

    hessian = torch.func.hessian(value)(flat)
    gradient = torch.func.grad(value)(flat)
    found = torch.cat([part.reshape(-1) for part in step])
    assert float((hessian @ found - gradient).norm() / gradient.norm()) < 1e-9


def test_a_given_inverse_of_the_inputs_changes_nothing() -> None:
    weights, x, y = problem((6, 3), 4)
    inverse = torch.linalg.pinv(x)
    for step in (published_step, closed_form_step):
        (plain,), (given,) = step(weights, x, y), step(weights, x, y, input_inverse=inverse)
        assert torch.equal(plain, given)
