"""How kernels are compiled: decorators, by who calls them and what the compiler may rearrange.

Everything compiled releases the interpreter lock. What only kernels call gets no wrapper for
Python, which takes a seventh of the time to compile; calling it from Python crashes.

numba puts a copy of every function that a kernel calls into the kernel's own module, with all that
those call in turn, and optimises all of it again. Small functions have to be there to be inlined;
of large ones nothing is gained. So a *separate* kernel stays out of its callers' modules: they name
it, and the linker finds it by that name.

Entries and separate kernels are kept between processes, each with a list of the separate kernels
that it names. Small functions are kept as parts of those alone: numba would forget the list of one
that it takes from its cache into another.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from inspect import Signature, signature
from typing import Any

from llvmlite.binding import add_symbol
from numba import njit, typeof
from numba.core.cgutils import get_or_insert_function, if_unlikely
from numba.core.imputils import impl_ret_new_ref
from numba.extending import intrinsic

__all__ = ["compiled", "entry", "separate", "strict", "strict_entry", "strict_separate"]

# Divisors are never zero, and without a check for it there is less to compile.
# Kernels allocate nothing: without counted references there is a tenth less.
_STRICT: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "_nrt": False,
}
_FAST: dict[str, Any] = {**_STRICT, "fastmath": {"contract", "nsz", "arcp"}}
_WITHIN: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

compiled = njit(**_FAST, **_WITHIN)
"""For what only kernels call; operations may be fused."""

strict = njit(**_STRICT, **_WITHIN)
"""For what only kernels call; every operation as it is written."""


def entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """For what Python calls; operations may be fused."""
    return _called_from_python(njit(**_FAST, cache=True)(function))


def strict_entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """For what Python calls; every operation as it is written."""
    return _called_from_python(njit(**_STRICT, cache=True)(function))


def separate(function: Callable[..., Any]) -> Any:
    """For large kernels that only kernels call; operations may be fused."""
    return _callable_by_name(njit(**_FAST, **_WITHIN, cache=True)(function))


def strict_separate(function: Callable[..., Any]) -> Any:
    """For large kernels that only kernels call; every operation as it is written."""
    return _callable_by_name(njit(**_STRICT, **_WITHIN, cache=True)(function))


def _called_from_python(kernel: Any) -> Callable[..., Any]:
    @wraps(kernel.py_func)
    def call(*arguments: Any) -> Any:
        if not kernel.overloads:
            with _without_collection():
                kernel.compile(tuple(map(typeof, arguments)))
        return kernel(*arguments)

    return call


@contextmanager
def _without_collection() -> Iterator[None]:
    """Compilers make objects by the million and keep them: to look for garbage finds little."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


_kernels: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class _Linked:
    """A separate kernel for arguments of some types. Calling it makes its name known to the linker.

    Modules that were compiled in another process call it as they are loaded.
    """

    kernel: str
    arguments: tuple[Any, ...]

    def __call__(self) -> None:
        result = self.result()
        address = result.library.get_pointer_to_function(result.fndesc.llvm_func_name)
        add_symbol(self.symbol, address)

    def result(self) -> Any:
        """What numba has compiled, or loaded from its cache."""
        kernel = _kernels[self.kernel]
        kernel.compile(self.arguments)
        return kernel.overloads[self.arguments]

    @property
    def symbol(self) -> str:
        """The name for the linker: the same in every process, whichever compiled the kernel."""
        types = hashlib.sha256(str(self.arguments).encode()).hexdigest()
        return f"{self.kernel}.{types}"


def _callable_by_name(kernel: Any) -> Any:
    name = f"{kernel.py_func.__module__}.{kernel.py_func.__qualname__}"
    _kernels[name] = kernel

    def call(typing_context: Any, *arguments: Any) -> Any:
        linked = _Linked(name, arguments)
        linked()
        return linked.result().signature, lambda *call: _call_by_name(linked, *call)

    # numba takes the parameters from here, and would make a tuple of all arguments.
    own = list(signature(call).parameters.values())[:1]
    theirs = signature(kernel.py_func).parameters.values()
    call.__signature__ = Signature([*own, *theirs])  # type: ignore[attr-defined]
    return intrinsic(call)


def _call_by_name(linked: _Linked, context: Any, builder: Any, called: Any, values: Any) -> Any:
    """Code for a call of a function that is declared here and defined elsewhere."""
    context.active_code_library._reload_init.add(linked)
    returned, arguments = called.return_type, called.args
    kind = context.call_conv.get_function_type(returned, arguments)
    function = get_or_insert_function(  # type: ignore[no-untyped-call]
        builder.module, kind, linked.symbol
    )
    status, value = context.call_conv.call_function(builder, function, returned, arguments, values)
    with if_unlikely(builder, status.is_error):  # type: ignore[no-untyped-call]
        context.call_conv.return_status_propagate(builder, status)
    return impl_ret_new_ref(  # type: ignore[no-untyped-call]
        context, builder, returned, value
    )
