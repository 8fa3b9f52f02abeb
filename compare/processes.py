"""Worker processes that never outlive the process that made them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

__all__ = ["worker_processes"]


@contextmanager
def worker_processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """An executor of fresh processes.

    They finish what they do when the block is left in order. When it is left by an exception, or
    this process is killed, they end at once and drop what they were at.
    """
    context = get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    executor = ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(theirs,)
    )
    try:
        yield executor
    except BaseException:
        ours.close()
        raise
    finally:
        executor.shutdown(cancel_futures=True)
        ours.close()
        theirs.close()


def _begin(lifeline: Connection) -> None:
    """Of a worker. Ctrl-C ends it: it would go on with the runs that it was handed before."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    """End this process when the other end is closed, by its owner or because that is gone."""
    lifeline.poll(None)  # nothing is ever sent
    os._exit(1)
