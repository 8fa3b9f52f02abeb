"""The arguments of a run, refused where no run could be made of them.

What a user gives enters; the task and the settings of the run leave, or ``InputError``.
"""

from __future__ import annotations

import operator
import os
from math import isfinite
from numbers import Real
from pathlib import Path
from typing import Any

from compare.comparison import Settings
from compare.experiment import Experiment
from compare.named_tasks import TaskReference
from compare.task import Task
from polynet.dataset import checked_count
from polynet.errors import InputError

__all__ = ["checked_path", "checked_settings", "checked_task"]

_MOST = 2**32 - 1
"""The greatest seed that every generator takes, and the greatest count."""


def checked_task(task: object, data_root: object) -> Task | Experiment | TaskReference:
    """``task``, or a reference to the one of that name with its images below ``data_root``."""
    root = None if data_root is None else str(checked_path(data_root, "data_root"))
    if isinstance(task, str):
        return TaskReference(task, root)
    if isinstance(task, (Task, Experiment)):
        return task
    raise InputError(
        f"task is {task!r}; give the name of one ('polynet compare list' has them), a Task or an "
        "Experiment"
    )


def checked_path(value: Any, label: str) -> Path:
    """``value`` as a path."""
    if not isinstance(value, (str, os.PathLike)) or not isinstance(os.fspath(value), str):
        raise InputError(f"{label} is {value!r}; give the path of a folder")
    return Path(value)


def checked_settings(  # noqa: PLR0913  # what was given to run
    task: Task | Experiment,
    methods: tuple[str, ...],
    *,
    budget: object,
    repeats: object,
    seed: object,
    passes: object,
    starts: object,
    device: object,
    threads: object,
) -> Settings:
    """The settings, those of ``task`` where none were given; refused where they make no sense."""
    seconds = None if budget is None else _seconds(budget)
    n_starts = _whole(starts, "starts", "the number of random starts, 0 for none")
    n_passes = None if passes is None else checked_count(passes, "passes", most=_MOST)
    if isinstance(task, Experiment):
        n_starts, n_passes = 0, task.epochs if n_passes is None else n_passes
        if seconds is not None:
            raise InputError(
                f"{task.name} runs for epochs, as published, and was given a budget of "
                f"{seconds:g} s; leave it out, or give passes (--epochs) for shorter runs"
            )
    return Settings(
        methods=methods,
        budget=task.BUDGET if seconds is None else seconds,
        repeats=checked_count(repeats, "repeats", most=_MOST),
        seed=task.SEED if seed is None else _whole(seed, "seed", "that of the first run"),
        passes=n_passes,
        n_starts=n_starts,
        device=_device(device),
        threads=checked_count(threads, "threads", most=_MOST),
    )


def _seconds(budget: object) -> float:
    if not isinstance(budget, bool) and isinstance(budget, Real):
        seconds = float(budget)
        if isfinite(seconds) and seconds > 0:
            return seconds
    raise InputError(
        f"budget is {budget!r}; it is the seconds of each run, a finite number above 0 such as 2.0"
    )


def _whole(value: Any, label: str, what: str) -> int:
    """``value`` as an int from 0."""
    try:
        number = -1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = -1
    if not 0 <= number <= _MOST:
        raise InputError(f"{label} is {value!r}; it is {what}, a whole number from 0 to {_MOST:,}")
    return number


def _device(device: object) -> str:
    if not isinstance(device, str):
        raise InputError(f"device is {device!r}; give the name of a device of torch, 'cpu', 'cuda'")
    if device != "cpu":
        from compare.baselines.device import to_device

        to_device(device)
    return device
