"""Kernels for tests to call: those that only kernels call have no wrapper for Python."""

from __future__ import annotations

from typing import Any

from numba import njit

__all__ = ["from_python"]


def from_python(kernel: Any) -> Any:
    """``kernel`` as a function that Python may call; calling it bare would crash."""

    @njit
    def call(*arguments):  # type: ignore[no-untyped-def]
        return kernel(*arguments)

    return call
