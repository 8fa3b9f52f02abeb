"""torch's loss is the loss of the task, in value and gradient; ReLU networks compute max(0, x)."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import polynet as pn
from compare import Task, to_torch
from compare.baselines.device import to_device
from compare.baselines.objective import Objective
from compare.baselines.relu_network import has_relu_counterpart, to_relu
from polynet.errors import InputError
from tests.compare.cases import curved_xor, two_classes


@pytest.mark.parametrize("task", [two_classes(), curved_xor()], ids=lambda task: task.name)
def test_value_and_gradient_are_those_of_the_collected_loss(task: Task):
    start, loss = task.start(0), task.loss(exact=False)
    objective = Objective(task, start, "cpu")
    mean = objective.per_example()
    mean.backward()
    gradient = np.concatenate([p.grad.numpy().ravel() for p in objective.parameters])
    n = len(task.data)
    assert n * mean.item() == pytest.approx(loss.value(start), rel=1e-12)
    assert np.allclose(n * gradient, loss.gradient(start), rtol=1e-10, atol=1e-12)
    assert objective.measure(True)[0] == pytest.approx(loss.value(start), rel=1e-12)


def test_the_mean_over_batches_is_the_whole():
    objective = Objective(two_classes(), two_classes().start(0), "cpu")
    parts = [objective.per_example(rows).item() for rows in torch.arange(60).split(15)]
    assert np.mean(parts) == pytest.approx(objective.per_example().item())


def test_the_test_share_is_measured_when_asked():
    objective = Objective(two_classes(), two_classes().start(0), "cpu")
    assert objective.measure(False)[2] is None
    assert 0 <= objective.measure(True)[2] <= 1


def test_relu_stands_for_the_activation_with_the_same_weights():
    network = pn.Network([pn.Dense(3, 4), pn.Polynomial([1, 2, 3]), pn.Dense(4, 2)])
    w, x = network.random_weights(0), np.random.default_rng(0).standard_normal((5, 3))
    first, second = network.parameters.split(w)[:2], network.parameters.split(w)[2:]
    hidden = np.maximum(x @ first[0].T + first[1], 0)
    module = to_relu(to_torch(network, w))
    assert np.allclose(module(torch.tensor(x)).detach(), hidden @ second[0].T + second[1])


def test_a_linear_network_gets_relu_between_its_weights():
    network = pn.Network([pn.Conv2d(1, 1, 2, bias=False), pn.Flatten(), pn.Dense(4, 2)], (1, 3, 3))
    module = to_torch(network, network.random_weights(0))
    parameters = list(module.parameters())
    relu = to_relu(module)
    assert [type(part).__name__ for part in relu] == ["Conv2d", "ReLU", "Flatten", "Linear"]
    assert all(a is b for a, b in zip(relu.parameters(), parameters, strict=True))


def test_products_of_nodes_have_no_relu_counterpart():
    network = pn.Network([pn.Dense(2, 2), pn.NodeProduct(), pn.Dense(3, 1)])
    assert not has_relu_counterpart(tuple(network.layers))
    with pytest.raises(InputError, match="no ReLU counterpart"):
        to_relu(to_torch(network))


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="no device of torch"):
        to_device("abacus")
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="no CUDA device"):
            to_device("cuda")
