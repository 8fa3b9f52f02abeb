"""Ctrl-C ends a comparison, whatever the method under way makes of it."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["interrupts_raised"]

_PATIENCE = 1.0
"""Seconds from one exception to the next, in which a method may tidy up."""


@contextmanager
def interrupts_raised() -> Iterator[None]:
    """Ctrl-C within raises ``KeyboardInterrupt``, again each second until the block is left.

    Training and path tracking answer Ctrl-C with what they have so far: alone that is what is
    wanted, but here it would go on record as the end of a run. Exceptions are also lost where C
    calls Python back, as happens while libraries are loaded and looked for. So the block is left
    by ``KeyboardInterrupt`` even where every one was caught. Outside the main thread, and where
    somebody else handles the signal, nothing changes.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    asked = left = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        # Not threading.Thread: the signal may come while this thread holds a lock of that module.
        _thread.start_new_thread(insist, ())
        raise KeyboardInterrupt

    def insist() -> None:
        time.sleep(_PATIENCE)
        if not left:
            _press_again()

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        left = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if asked:
            raise KeyboardInterrupt


def _press_again() -> None:
    """Send the signal to the main thread, which it wakes up where it waits for something."""
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
