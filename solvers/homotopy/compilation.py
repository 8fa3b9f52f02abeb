"""How kernels are compiled: decorators, by who calls them and what the compiler may rearrange.

Everything compiled is kept between processes and releases the interpreter lock. What only kernels
call gets no wrapper for Python, which takes a seventh of the time to compile; calling it from
Python crashes.
"""

from __future__ import annotations

from typing import Any

from numba import njit

__all__ = ["compiled", "entry", "inlined", "strict", "strict_entry"]

# Divisors are never zero, and without a check for it there is less to compile.
_STRICT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_FAST: dict[str, Any] = {**_STRICT, "fastmath": {"contract", "nsz", "arcp"}}
_WITHIN: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

entry = njit(**_FAST)
"""For what Python calls; operations may be fused."""

compiled = njit(**_FAST, **_WITHIN)
"""For what only kernels call; operations may be fused."""

strict_entry = njit(**_STRICT)
"""For what Python calls; every operation as it is written."""

strict = njit(**_STRICT, **_WITHIN)
"""For what only kernels call; every operation as it is written."""

inlined = njit(inline="always", nogil=True, error_model="numpy")
"""For kernels with one caller: they become part of it, which halves their compilation."""
