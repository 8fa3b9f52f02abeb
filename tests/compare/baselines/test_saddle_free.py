"""Saddle-free steps, and the fault of damping before the absolute value."""

from __future__ import annotations

import pytest
import torch

from compare.baselines.saddle_free import saddle_free_step
from polynet.errors import InputError


def symmetric(values: list[float], seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    n = len(values)
    basis, _ = torch.linalg.qr(torch.randn(n, n, generator=generator, dtype=torch.float64))
    return basis @ torch.diag(torch.tensor(values, dtype=torch.float64)) @ basis.T


def test_it_is_the_inverse_of_the_absolute_value() -> None:
    values = [3.0, 0.5, -2.0, -0.25]
    matrix, g = symmetric(values), torch.arange(4.0, dtype=torch.float64)
    absolute = symmetric([abs(value) + 0.1 for value in values])
    assert torch.allclose(saddle_free_step(matrix, g), torch.linalg.solve(absolute, g))


def test_on_positive_matrices_both_orders_agree() -> None:
    matrix, g = symmetric([3.0, 0.5, 0.01]), torch.ones(3, dtype=torch.float64)
    published = saddle_free_step(matrix, g, order="damping first")
    assert torch.allclose(saddle_free_step(matrix, g), published)


@pytest.mark.parametrize("distance", [1e-3, 1e-6, 1e-9])
def test_damping_first_explodes_at_minus_the_damping_and_ours_is_bounded(distance: float) -> None:
    matrix, g = symmetric([2.0, 1.0, -0.1 + distance]), torch.ones(3, dtype=torch.float64)
    component = torch.linalg.eigh(matrix)[1][:, 0] @ g
    published = saddle_free_step(matrix, g, order="damping first")
    assert float(published.norm()) > 0.9 * float(component.abs()) / distance
    assert float(saddle_free_step(matrix, g).norm()) <= float(g.norm()) / 0.1


def test_blocks_are_treated_one_by_one() -> None:
    blocks = torch.stack([symmetric([1.0, -2.0]), symmetric([-0.5, 4.0], seed=1)])
    g = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
    together = saddle_free_step(blocks, g)
    for k in range(2):
        assert torch.allclose(together[k], saddle_free_step(blocks[k], g[k]))


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(InputError, match="order is 'first'"):
        saddle_free_step(torch.eye(2), torch.ones(2), order="first")  # type: ignore[arg-type]
