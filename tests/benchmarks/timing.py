"""Medians of times, with the contenders taking turns so that a slow moment meets them all."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any, TypeVar

__all__ = ["cpu_timed", "interleaved_medians", "least_cpu", "timed"]

_T = TypeVar("_T")

_TURN_SECONDS = 0.1
"""A contender is called again and again until its turn has lasted this long."""

_LONG_SECONDS = 2.0
"""A first call longer than this counts like any other."""

_ENOUGH_SECONDS = 10.0
"""A contender that has used this much time in two calls or more gets no further turn."""


def timed(run: Callable[[], _T]) -> tuple[_T, float]:
    """The result of one call and its seconds."""
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start


def cpu_timed(run: Callable[[], _T]) -> tuple[_T, float]:
    """The result of one call and its processor seconds, with those of programs that it ran.

    What other programs take of the machine does not count, as it would on the clock.
    """
    start = _cpu_seconds()
    result = run()
    return result, _cpu_seconds() - start


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def interleaved_medians(
    contenders: Mapping[str, Callable[[], Any]], rounds: int
) -> dict[str, float]:
    """The median seconds of one call of each contender.

    Each is called once before the rounds; that call counts only if it was long, since then it
    says nothing about caches.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for name, run in contenders.items():
        first = timed(run)[1]
        if first > _LONG_SECONDS:
            seconds[name].append(first)
    for _ in range(rounds):
        for name, run in contenders.items():
            if len(seconds[name]) < 2 or sum(seconds[name]) < _ENOUGH_SECONDS:
                seconds[name] += _turn(run)
    return {name: median(values) for name, values in seconds.items()}


def _turn(run: Callable[[], Any]) -> list[float]:
    """Seconds of each call in one turn, of which there is at least one."""
    ends = time.perf_counter() + _TURN_SECONDS
    calls = [timed(run)[1]]
    while time.perf_counter() < ends:
        calls.append(timed(run)[1])
    return calls


def least_cpu(run: Callable[[], Any], rounds: int) -> float:
    """The least processor seconds of one call, of all threads, after one that is not counted.

    What other programs take of the machine does not count, as it would on the clock.
    """
    run()
    seconds: list[float] = []
    while len(seconds) < rounds or sum(seconds) < _TURN_SECONDS:
        begun = time.process_time()
        run()
        seconds.append(time.process_time() - begun)
    return min(seconds)
