"""The options of homotopy solvers, checked where they enter.

Each check raises ``InputError`` with the value, what would do, and where it helps why.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np

from polynet.errors import InputError
from solvers.homotopy.start_choice import STARTS

__all__ = ["check_options", "check_running", "check_whole", "writable_file"]


def check_options(options: Any) -> None:
    """Raise ``InputError`` for the first of the options of ``Homotopy`` that cannot be used."""
    if options.start not in STARTS:
        raise InputError(f"start {options.start!r} is none of {', '.join(STARTS)}")
    check_whole("max_paths", options.max_paths, 1)
    check_whole("max_family_paths", options.max_family_paths, 0)
    _check_groups(options.groups)
    check_running(options)
    if not isinstance(options.checkpoint, (str, os.PathLike, type(None))):
        raise InputError(f"checkpoint is {_described(options.checkpoint)}; give the path of a file")


def check_running(options: Any) -> None:
    """Raise ``InputError`` for a seed, threads, executor or progress that cannot be used."""
    check_whole("seed", options.seed, 0)
    if options.threads is not None:
        check_whole("threads", options.threads, 1, "; None takes all cores")
    if options.executor is not None and not isinstance(options.executor, Executor):
        raise InputError(
            f"executor is {_described(options.executor)}; give a concurrent.futures.Executor, "
            "such as ProcessPoolExecutor()"
        )
    progress = options.progress
    if not (progress is None or isinstance(progress, bool) or callable(progress)):
        raise InputError(
            f"progress is {_described(progress)}; give True for a bar, or a callable that "
            "takes a PathProgress"
        )


def writable_file(path: str | os.PathLike[str]) -> Path:
    """The path of a checkpoint, if a file can be written there; else ``InputError``."""
    place = Path(path)
    folder = place.absolute().parent
    if place.is_dir():
        raise InputError(f"checkpoint {place} is a folder; name a file in it")
    if not folder.is_dir():
        raise InputError(f"checkpoint {place}: there is no folder {folder}; make it first")
    if not os.access(folder, os.W_OK):
        raise InputError(f"checkpoint {place}: the folder {folder} cannot be written to")
    return place


def check_whole(name: str, value: Any, least: int, remedy: str = "") -> None:
    """Raise ``InputError`` for a ``value`` that is no whole number of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise InputError(f"{name} is {_described(value)}; give a whole number{remedy}")
    if value < least:
        raise InputError(f"{name} is {value}; use {least} or more{remedy}")


def _check_groups(groups: Any) -> None:
    if groups is None or groups == "auto":
        return
    fits = isinstance(groups, Sequence) and not isinstance(groups, str)
    if not fits or not all(_names_in(group) for group in groups):
        raise InputError(
            f'groups is {_described(groups)}; give [["x", "y"], ["z"]], or "auto" to find them'
        )


def _names_in(group: Any) -> bool:
    listed = isinstance(group, Sequence) and not isinstance(group, str)
    return listed and all(isinstance(name, str) for name in group)


def _described(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"a {type(value).__name__}"
