"""Batches of paths: the work that threads and executors are given.

Enters: a ``StartSystem`` and path numbers. Leaves: what the compiled tracker found. A process that
works on batches keeps the start system it was sent, so that it is not sent with every batch.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import pickle
import signal
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.path_table import PathEnd
from solvers.homotopy.start_systems import StartSystem, Toric
from solvers.homotopy.tracker import Settings, workspace

__all__ = ["Batch", "Sender", "batches_of", "track_batch"]

IntArray = NDArray[np.int64]
ComplexArray = NDArray[np.complex128]
Batch = tuple[IntArray, NDArray[np.float64], ComplexArray, ComplexArray]

_BATCHES = 32
_LEAST, _MOST = 8, 256
_KEPT_STARTS = 2


def batches_of(n_paths: int) -> list[slice]:
    """Slices of a list of paths.

    They depend on nothing but its length: whoever tracks them, numbers are the same to the bit.

    >>> batches_of(20)
    [slice(0, 8, None), slice(8, 16, None), slice(16, 20, None)]
    """
    size = int(np.clip(n_paths // _BATCHES, _LEAST, _MOST))
    return [slice(i, min(i + size, n_paths)) for i in range(0, n_paths, size)]


def track_batch(start: StartSystem, paths: IntArray, settings: Settings) -> Batch:
    """Track these paths of ``start`` on this thread: paths, info, points at t = 0.1, end points."""
    from solvers.homotopy.endgame import INFO, track_paths

    n, n_paths = start.tape.n_variables, len(paths)
    info = np.zeros((n_paths, len(INFO)))
    middle, ends = (np.zeros((n_paths, n), np.complex128) for _ in range(2))
    points = start.starts(paths)
    room = workspace(n, start.tape.n_registers, start.tape.n_terms)
    steps = np.zeros((n_paths, 2))
    reached = np.ones(n_paths, bool)
    if isinstance(points, Toric):
        track_paths(
            start.tape.arrays, points.table, points.weights, points.cells, points.places,
            points.points, settings, room, info, middle, ends,
        )  # fmt: skip
        reached, steps, points = info[:, 0] == PathEnd.REGULAR, info[:, 6:8].copy(), ends.copy()
    no_cells, no_places = np.full(n_paths, -1), np.zeros(n_paths)
    track_paths(
        start.tape.arrays, start.table, np.zeros((1, start.tape.n_terms)), no_cells, no_places,
        points, settings, room, info, middle, ends,
    )  # fmt: skip
    info[:, 6:8] += steps
    info[~reached, 0] = PathEnd.FAILED
    return paths, info, middle, ends


class Sender:
    """Submits batches to an executor; other processes get the start system once each, or so.

    A worker that lacks the start system answers None, and gets it with the batch again.
    """

    def __init__(self, executor: Executor, start: StartSystem, workers: int) -> None:
        self._executor, self._start = executor, start
        self._in_process = isinstance(executor, ThreadPoolExecutor)
        self._left = workers
        self._content = b""
        self._token = ""
        if not self._in_process:
            self._content = pickle.dumps(start, protocol=pickle.HIGHEST_PROTOCOL)
            self._token = hashlib.sha256(self._content).hexdigest()

    def submit(
        self, paths: IntArray, settings: Settings, *, whole: bool = False
    ) -> Future[Batch | None]:
        """One batch; ``whole`` for one that came back as its worker lacked the start system."""
        if self._in_process:
            return self._executor.submit(track_batch, self._start, paths, settings)
        self._left -= 1
        content = self._content if whole or self._left >= 0 else b""
        return self._executor.submit(_track_elsewhere, self._token, content, paths, settings)


_starts: dict[str, StartSystem] = {}


def _track_elsewhere(
    token: str, content: bytes, paths: IntArray, settings: Settings
) -> Batch | None:
    """``track_batch`` in another process, by the start system it was sent before; None without."""
    _leave_interrupts_to_parent()
    if token not in _starts:
        if not content:
            return None
        while len(_starts) >= _KEPT_STARTS:
            del _starts[next(iter(_starts))]
        # Made by ``Sender`` in the process that submits the work.
        _starts[token] = pickle.loads(content)
    return track_batch(_starts[token], paths, settings)


def _leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process of a terminal; workers go on, and the parent stops them."""
    child = multiprocessing.parent_process() is not None
    if child and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
