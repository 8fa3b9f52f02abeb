"""Ctrl-C asks a run to stop once, and stops it the second time."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from solvers.homotopy.interrupts import Interrupt, deferred_interrupts


@pytest.fixture(autouse=True)
def default_handler() -> Iterator[None]:
    """Python's own handler, whatever the test runner has set."""
    previous = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)


def test_the_first_asks_and_the_second_interrupts() -> None:
    interrupt = Interrupt()
    with deferred_interrupts(interrupt):
        assert not interrupt.asked
        signal.raise_signal(signal.SIGINT)
        assert interrupt.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_the_first_interrupts_again() -> None:
    with deferred_interrupts(Interrupt()):
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_the_handler_comes_back_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), deferred_interrupts(Interrupt()):
        raise ZeroDivisionError
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_somebody_elses_handler_is_left_alone() -> None:
    seen: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    interrupt = Interrupt()
    with deferred_interrupts(interrupt):
        signal.raise_signal(signal.SIGINT)
    assert seen == [signal.SIGINT]
    assert not interrupt.asked


def test_other_threads_change_nothing() -> None:
    handlers = []

    def work() -> None:
        with deferred_interrupts(Interrupt()):
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert handlers == [signal.default_int_handler]
