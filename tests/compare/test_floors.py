"""Floors by an independent route: least squares with a column of ones, refits without one row."""

from __future__ import annotations

import numpy as np
import pytest

from compare import named_task
from compare.floors import floors_of
from tests.compare.cases import two_classes


def with_ones(inputs: np.ndarray) -> np.ndarray:
    return np.hstack([inputs, np.ones((len(inputs), 1))])


def test_linear_regression_is_least_squares_with_an_intercept():
    task = two_classes()
    floor = floors_of(task)[0]
    x, y = with_ones(task.data.inputs), task.data.targets
    table = np.linalg.lstsq(x, y, rcond=1e-12)[0]
    assert floor.loss == pytest.approx(np.sum((x @ table - y) ** 2), abs=1e-9)


def test_the_ridge_penalty_is_the_best_by_leaving_one_out():
    task = two_classes()
    ridge = floors_of(task)[1]
    chosen = float(ridge.name.rpartition(" ")[2])
    x, y = task.data.inputs, task.data.targets

    def fit(rows: np.ndarray, penalty: float) -> tuple[np.ndarray, np.ndarray]:
        middle, level = x[rows].mean(axis=0), y[rows].mean(axis=0)
        centred = x[rows] - middle
        gram = centred.T @ centred + penalty * np.eye(x.shape[1])
        table = np.linalg.solve(gram, centred.T @ (y[rows] - level))
        return table, level - middle @ table

    def left_out(penalty: float) -> float:
        total = 0.0
        for i in range(len(x)):
            table, level = fit(np.arange(len(x)) != i, penalty)
            total += float(np.sum((x[i] @ table + level - y[i]) ** 2))
        return total

    errors = {penalty: left_out(penalty) for penalty in np.logspace(-3, 5, 17)}
    assert chosen == pytest.approx(min(errors, key=errors.__getitem__), rel=1e-2)
    table, level = fit(np.arange(len(x)), chosen)
    right = np.mean((task.test.inputs @ table + level).argmax(1) == task.test.class_labels())
    assert ridge.test_accuracy == pytest.approx(right)


def test_no_linear_function_learns_xor():
    floor = floors_of(named_task("xor"))[0]
    assert (floor.loss, floor.train_accuracy) == (pytest.approx(1.0), 0.5)
