"""Step lengths: how near a prediction is asked to come."""

from __future__ import annotations

import pytest

from solvers.homotopy.path_runner import CAREFUL, MOST_CAREFUL, NORMAL
from solvers.homotopy.tracker import (
    NORMAL_PREDICTION_ERROR,
    ROUNDING,
    Settings,
    asked_prediction,
)

asked = asked_prediction.py_func


@pytest.mark.parametrize("settings", [NORMAL, CAREFUL, MOST_CAREFUL])
def test_predictions_keep_to_a_part_of_newtons_region(settings: Settings) -> None:
    safety = settings.safety
    assert asked(10.0, safety) == pytest.approx(NORMAL_PREDICTION_ERROR * safety**4 / 10.0)


def test_careful_steps_are_not_shortened_for_what_rounding_hides() -> None:
    assert asked(1e6, MOST_CAREFUL.safety) == ROUNDING
    assert NORMAL_PREDICTION_ERROR / 1e6 * MOST_CAREFUL.safety**4 < ROUNDING / 100


@pytest.mark.parametrize("omega", [1e-3, 1.0, 1e6, 1e9, 1e12])
def test_careful_steps_are_never_longer_than_normal_ones(omega: float) -> None:
    assert asked(omega, CAREFUL.safety) <= asked(omega, NORMAL.safety)
