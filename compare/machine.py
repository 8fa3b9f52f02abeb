"""What a comparison ran on: cores, memory, versions; nothing that says whose machine it is."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import polynet

__all__ = ["Machine", "available_cores", "processor_name", "this_machine"]

_PACKAGES = (
    "numpy",
    "scipy",
    "numba",
    "torch",
    "scikit-learn",
    "symengine",
    "sympy",
    "python-flint",
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Processor, cores this process may use, memory in GiB, system, and versions by package."""

    processor: str
    cores: int
    memory: float
    system: str
    versions: dict[str, str]

    def __str__(self) -> str:
        return f"{self.cores} cores ({self.processor}), {self.memory:.0f} GiB, {self.system}"


def available_cores() -> int:
    """Processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def this_machine() -> Machine:
    """The machine this runs on."""
    versions = {"polynet": polynet.__version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return Machine(
        processor=processor_name(),
        cores=available_cores(),
        memory=_memory(),
        system=f"{platform.system()} {platform.machine()}",
        versions=versions,
    )


def processor_name() -> str:
    """What the system calls the processor."""
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):
        return float("nan")
