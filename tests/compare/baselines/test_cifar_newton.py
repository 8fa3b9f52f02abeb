"""``fast_net`` and ``slow_net``: Hessians, what they print, and the fault of the test loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import polynet as pn
from compare.baselines.cifar_newton import (
    CifarNewtonRecord,
    FastNet,
    SlowNet,
    layer_blocks,
    run_fast_net,
    run_slow_net,
)
from compare.baselines.functional_inverse import layer_hessian
from polynet.errors import InputError
from tests.compare.baselines.image_cases import coloured_noise
from tests.compare.baselines.test_functional_inverse import problem

pytestmark = pytest.mark.filterwarnings(
    "ignore:.torch.jit.script. is deprecated:DeprecationWarning"
)

SMALL = SlowNet(batch_size=8, hidden=4, test_every=3)


def test_layer_blocks_are_the_dense_hessians() -> None:
    weights, x, y = problem((3, 4, 5), 6)
    first, second = layer_blocks(weights, x)
    assert torch.allclose(first, layer_hessian(weights, x, y, 0))
    dense = layer_hessian(weights, x, y, 1).reshape(4, 5, 4, 5)
    for k in range(5):
        for other in range(5):
            block = dense[:, k, :, other]
            expected = second[k] if k == other else torch.zeros(4, 4, dtype=torch.float64)
            assert torch.allclose(block, expected, atol=1e-12)


def test_layer_hessians_have_no_negative_eigenvalue() -> None:
    weights, x, _ = problem((4, 4, 6), 9)
    for matrix in layer_blocks(weights, x):
        assert float(torch.linalg.eigvalsh(matrix).min()) > -1e-10


def test_fast_net_lowers_the_error_and_prints_each_batch_and_epoch() -> None:
    lines: list[str] = []
    settings = FastNet(batch_size=20, epochs=4)
    record = run_fast_net(
        coloured_noise(40), coloured_noise(30, seed=1), settings, report=lines.append
    )
    assert record.errors[-2].error < 0.9 * record.errors[0].error
    assert [(e.epoch, e.batch) for e in record.errors[:3]] == [(1, 1), (1, 2), (2, 1)]
    assert lines[0].startswith("epoch 1 batch 1: error ")
    assert lines[2].startswith("after 2 steps: ")
    assert lines[2].endswith("/30 on the test set")
    assert len(record.scores) == 4
    assert CifarNewtonRecord.from_json(record.to_json()) == record


def test_one_batch_of_fast_net_goes_down_by_the_rate() -> None:
    # A Newton step of length 0.1 leaves 0.9 of the residual within a cell of the activation.
    settings = FastNet(batch_size=20, epochs=30, change=1e-4)
    record = run_fast_net(coloured_noise(20), coloured_noise(10), settings)
    ratios = [
        b.error / a.error for a, b in zip(record.errors[-6:], record.errors[-5:], strict=False)
    ]
    assert all(abs(ratio - 0.81) < 0.02 for ratio in ratios)


def test_slow_net_lowers_the_error() -> None:
    data = coloured_noise(40)
    record = run_slow_net(data, coloured_noise(16, seed=1), replace(SMALL, epochs=3))
    first, last = (sum(e.error for e in record.errors if e.epoch == k) for k in (1, 3))
    assert last < first
    assert [score.steps for score in record.scores] == [0, 3, 6, 9, 12, 15]


def test_looking_at_the_test_set_changes_nothing_but_in_the_published_loop() -> None:
    train, test = coloured_noise(40), coloured_noise(16, seed=1)

    def errors(test_every: int, *, overwrites: bool) -> tuple[float, ...]:
        settings = replace(SMALL, epochs=2, test_every=test_every, test_overwrites=overwrites)
        record = run_slow_net(train, test, settings)
        return tuple(entry.error for entry in record.errors)

    assert errors(1, overwrites=False) == errors(3, overwrites=False)
    assert errors(1, overwrites=True) != errors(3, overwrites=True)


def test_in_the_published_loop_the_test_images_are_trained_on() -> None:
    train = coloured_noise(40)

    def errors(seed: int, *, overwrites: bool) -> tuple[float, ...]:
        settings = replace(SMALL, test_overwrites=overwrites)
        record = run_slow_net(train, coloured_noise(16, seed=seed), settings)
        return tuple(entry.error for entry in record.errors)

    assert errors(1, overwrites=False) == errors(2, overwrites=False)
    assert errors(1, overwrites=True) != errors(2, overwrites=True)


def test_a_batch_of_none_is_refused() -> None:
    with pytest.raises(InputError, match="batch_size is 0"):
        run_fast_net(coloured_noise(4), coloured_noise(4), FastNet(batch_size=0))


@pytest.mark.parametrize("program", [run_fast_net, run_slow_net])
def test_a_device_that_torch_does_not_see_is_refused(program: Callable[..., object]) -> None:
    with pytest.raises(InputError, match="abacus"):
        program(coloured_noise(4), coloured_noise(4), device="abacus")


@pytest.mark.backend
def test_both_programs_run_on_real_images(cifar_root: Path) -> None:
    train, test = (
        pn.datasets.cifar100(cifar_root, train=part, limit=200) for part in (True, False)
    )
    fast = run_fast_net(train, test, FastNet(batch_size=100, epochs=2))
    assert fast.errors[-2].error < fast.errors[0].error
    slow = run_slow_net(train, test, SlowNet(hidden=10, batch_size=50))
    assert slow.errors[-1].error < slow.errors[0].error
    assert slow.scores[-1].total == 200
