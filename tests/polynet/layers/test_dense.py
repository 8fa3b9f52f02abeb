"""Dense is torch.nn.Linear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from polynet.errors import InputError, ShapeError
from polynet.layers import Dense


@pytest.mark.parametrize("bias", [True, False])
def test_forward_equals_torch(bias: bool) -> None:
    reference = torch.nn.Linear(5, 3, bias=bias, dtype=torch.float64)
    parameters = [(p.detach().numpy(),) for p in reference.parameters()]
    x = np.random.default_rng(0).standard_normal((4, 5))
    layer = Dense(5, 3, bias)
    assert [s.name for s in layer.parameters()] == [n for n, _ in reference.named_parameters()]
    (outputs,) = layer.forward(parameters, (x,), shape=(5,), order=1)
    expected = reference(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(outputs, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("arguments", [(0, 1), (1, 0), (-2, 1), (1.5, 1), ("2", 1), (True, 1)])
def test_sizes_must_be_positive_whole_numbers(arguments: tuple[Any, Any]) -> None:
    with pytest.raises(InputError, match=r"Dense n_(in|out) is .*must be a whole number >= 1"):
        Dense(*arguments)


def test_bias_must_be_a_bool() -> None:
    with pytest.raises(InputError, match="Dense bias is 3"):
        Dense(2, 2, 3)  # type: ignore[arg-type]


def test_numpy_sizes_become_ints() -> None:
    assert type(Dense(np.int64(2), 3).n_in) is int  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shape", "remedy"),
    [
        ((4,), r"\(3,\), not \(4,\); make it Dense\(4, 2\)"),
        ((1, 3), r"\(3,\), not \(1, 3\); put Flatten\(\) before it$"),
        ((2, 3), r"put Flatten\(\) before it and make it Dense\(6, 2\)"),
    ],
)
def test_shapes_that_do_not_fit_are_named_with_the_remedy(
    shape: tuple[int, ...], remedy: str
) -> None:
    with pytest.raises(ShapeError, match=remedy):
        Dense(3, 2).output_shape(shape)
