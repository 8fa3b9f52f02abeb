"""Curves are measured off the clock, at growing distances, and end at the end."""

from __future__ import annotations

import time

import numpy as np

from compare.curve import Recorder


def test_measuring_does_not_count():
    calls = []

    def measure(tested: bool):
        calls.append(tested)
        time.sleep(0.05)
        return 1.0, None, 0.5 if tested else None

    recorder = Recorder(measure)
    clock = time.perf_counter()
    for number in range(1, 4):
        recorder.note(number)
    points = recorder.finish(3)
    assert len(calls) == 5  # the start, three points, and the last one anew with the test share
    assert points[-1].seconds <= time.perf_counter() - clock - 3 * 0.05
    assert calls[0]
    assert calls[-1]
    assert points[-1].test_accuracy == 0.5


def test_points_grow_apart_and_the_last_is_the_end():
    recorder = Recorder(lambda tested: (1.0, None, None))
    noted = 0
    for number in range(20_000):
        if recorder.due:
            recorder.note(number)
            noted += 1
    points = recorder.finish(20_000)
    assert points[-1].passes == 20_000
    assert noted < 400
    seconds = np.array([point.seconds for point in points[1:-1]])
    assert (seconds[1:] >= 1.15 * seconds[:-1]).all()


def test_what_is_no_number_is_left_out():
    losses = iter([2.0, 1.0, float("nan")])
    recorder = Recorder(lambda tested: (next(losses), None, None))
    recorder.note(1)
    points = recorder.finish(2)
    assert [point.loss for point in points] == [2.0, 1.0]
    assert not recorder.finite
