"""Ctrl-C as a question rather than an exception: whether to go on.

A ``KeyboardInterrupt`` may arrive between any two instructions, in the middle of writing down a
result. While paths are tracked, the signal only sets a flag that is looked at between batches; a
second one interrupts at once.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

__all__ = ["Interrupt", "deferred_interrupts"]


@dataclass(slots=True)
class Interrupt:
    """``asked``: whether the run is to stop."""

    asked: bool = False


@contextmanager
def deferred_interrupts(interrupt: Interrupt) -> Iterator[None]:
    """Within, Ctrl-C sets ``interrupt.asked``; outside the main thread nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if interrupt.asked:
            raise KeyboardInterrupt
        interrupt.asked = True

    previous = signal.getsignal(signal.SIGINT)
    if previous is not signal.default_int_handler:
        # Somebody else's handler, or none: theirs to decide.
        yield
        return
    signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
