"""The number of threads, fixed before anything is imported that starts some, and the machine."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from compare.machine import available_cores, processor_name

__all__ = ["Machine", "pin_threads", "this_machine"]

_MARK = "POLYNET_BENCHMARK_THREADS"
_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    _MARK,
)
_PACKAGES = (
    "polynet",
    "numpy",
    "numba",
    "symengine",
    "sympy",
    "python-flint",
    "torch",
)


def pin_threads(threads: int, arguments: Sequence[str]) -> None:
    """Start this program anew with ``threads`` in every library's environment variable.

    Returns at once where that has happened. Child processes inherit the variables.
    """
    if os.environ.get(_MARK) == str(threads):
        return
    environment = dict(os.environ, **dict.fromkeys(_VARIABLES, str(threads)))
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "tests.benchmarks", *arguments], environment)


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures were measured on; nothing that says whose machine it is."""

    processor: str
    cpus: int
    system: str
    python: str
    versions: tuple[tuple[str, str], ...]
    threads: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        versions = ", ".join(f"{name} {number}" for name, number in self.versions)
        threads = ", ".join(f"{name} {count}" for name, count in self.threads)
        return (
            f"{self.cpus} x {self.processor}, {self.system}, Python {self.python}\n"
            f"{versions}\nthreads: {threads}"
        )


def this_machine() -> Machine:
    """The machine, the versions, and how many threads each library really uses."""
    return Machine(
        processor_name(),
        available_cores(),
        f"{platform.system()} {platform.machine()}",
        platform.python_version(),
        tuple((name, _version(name)) for name in _PACKAGES),
        _threads(),
    )


def _version(name: str) -> str:
    if name == "polynet":
        import polynet

        return polynet.__version__
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _threads() -> tuple[tuple[str, int], ...]:
    """Threads as the libraries report them, not as they were asked for."""
    import numba
    import torch
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    blas = {
        pool["internal_api"]: int(pool["num_threads"])
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    }
    return (
        ("numba", numba.get_num_threads()),
        ("torch", torch.get_num_threads()),
        *sorted(blas.items()),
    )
