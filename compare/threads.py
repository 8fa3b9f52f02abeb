"""How many threads every library uses: pinned for a run, and put back after it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["load_torch", "pinned_threads"]


@dataclass(slots=True)
class _Pin:
    """The threads of a run; and what torch used before, None while it is not loaded."""

    threads: int
    torch_before: int | None = None

    def hold_torch(self) -> None:
        """Hold torch, which is loaded, to the threads of the run."""
        import torch

        if self.torch_before is None:
            self.torch_before = torch.get_num_threads()
        torch.set_num_threads(self.threads)


_pin: ContextVar[_Pin | None] = ContextVar("_pin", default=None)


@contextmanager
def pinned_threads(threads: int) -> Iterator[None]:
    """BLAS, numba and torch use ``threads`` threads within, and what they used before after it.

    torch is not loaded for this: it comes with threads of its own, so what loads it within does so
    by :func:`load_torch`.
    """
    import numba
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    before, pin = numba.get_num_threads(), _Pin(threads)
    numba.set_num_threads(min(threads, before))
    if "torch" in sys.modules:
        pin.hold_torch()
    token = _pin.set(pin)
    try:
        with threadpool_limits(threads):
            yield
    finally:
        _pin.reset(token)
        numba.set_num_threads(before)
        if pin.torch_before is not None:
            sys.modules["torch"].set_num_threads(pin.torch_before)


def load_torch() -> None:
    """Load torch; within :func:`pinned_threads` it is held to the same threads at once."""
    import torch  # noqa: F401

    pin = _pin.get()
    if pin is not None:
        pin.hold_torch()
