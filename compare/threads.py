"""How many threads every library uses: pinned for a run, and put back after it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["pinned_threads"]


@contextmanager
def pinned_threads(threads: int) -> Iterator[None]:
    """BLAS, numba and torch use ``threads`` threads within, and what they used before after it.

    torch is pinned where it is loaded already or gets loaded within; it is not loaded for this.
    """
    import numba
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    before = numba.get_num_threads()
    torch = sys.modules.get("torch")
    torch_before = torch.get_num_threads() if torch is not None else None
    numba.set_num_threads(min(threads, before))
    if torch is not None:
        torch.set_num_threads(threads)
    try:
        with threadpool_limits(threads):
            yield
    finally:
        numba.set_num_threads(before)
        if torch is not None and torch_before is not None:
            torch.set_num_threads(torch_before)
