"""Tasks: what is refused, what the same for all methods means."""

from __future__ import annotations

import pickle
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import polynet as pn
from compare import NAMED_TASKS, Task, named_task
from compare.named_tasks import TaskReference
from polynet.errors import DataError, InputError, ShapeError
from tests.compare.cases import curved_xor, two_classes


def test_starts_are_repeatable_and_differ_by_seed():
    task = two_classes()
    assert np.array_equal(task.start(3), task.start(3))
    assert not np.array_equal(task.start(3), task.start(4))


def test_the_float_loss_is_the_exact_one_rounded():
    task = curved_xor()
    weights = task.start(0)
    exact = float(task.loss().value([Fraction(float(x)) for x in weights]))
    assert task.loss(exact=False).value(weights) == pytest.approx(exact, rel=1e-14)


def test_a_task_goes_to_other_processes():
    task = pickle.loads(pickle.dumps(curved_xor()))
    assert task.fingerprint() == curved_xor().fingerprint()


@pytest.mark.parametrize(
    "change",
    [
        {"l2": 0.25},
        {"batch": 17},
        {"start_scale": 0.5},
        {"test": None},
        {"data": two_classes().data.take(59)},
    ],
)
def test_the_fingerprint_tells_tasks_apart(change: dict[str, object]):
    task = two_classes()
    assert replace(task, **change).fingerprint() != task.fingerprint()


def test_bad_tasks_are_refused():
    network, data = pn.Network([pn.Dense(2, 1)]), pn.datasets.xor()
    with pytest.raises(InputError, match="called 'a/b'"):
        Task("a/b", network, data)
    with pytest.raises(InputError, match="batch is 0"):
        Task("a", network, data, batch=0)
    with pytest.raises(ShapeError):
        Task("a", pn.Network([pn.Dense(3, 1)]), data)


def test_named_tasks_are_made_once_and_wrong_names_refused():
    assert TaskReference("xor").resolve() is named_task("xor", None)
    with pytest.raises(InputError, match="xor-linear"):
        named_task("xnor")


def test_images_come_from_the_folder_that_is_given(tmp_path):
    with pytest.raises(DataError):
        named_task("mnist-100", str(tmp_path))


@pytest.mark.backend
def test_the_published_image_task_has_its_size(image_root):
    task = named_task("mnist-100", str(image_root))
    assert (task.network.n_parameters, len(task.data), len(task.test or ())) == (6769, 100, 10_000)
    assert list(NAMED_TASKS)[:2] == ["xor", "xor-linear"]
