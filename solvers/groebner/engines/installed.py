"""Where the program of an engine is on this machine."""

from __future__ import annotations

import os
import re
import shutil
import sys
import sysconfig
from functools import cache
from pathlib import Path

from solvers.groebner.engines.failure import EngineMissingError, EngineOutputError
from solvers.groebner.engines.process import Program
from solvers.groebner.engines.protocol import Budget

__all__ = ["located", "version_of"]

_VERSION = re.compile(r"\d+(\.\d+)+")


def located(engine: str, program: str, remedy: str) -> str:
    """The absolute path of ``program``: of ``POLYNET_<ENGINE>``, the path, or this environment.

    In the environment it lies where the passagemath wheels put it. Raises ``EngineMissingError``
    with ``remedy`` where there is none.
    """
    variable = f"POLYNET_{engine.upper()}"
    chosen = os.environ.get(variable)
    for place in [chosen] if chosen else [program, *map(str, _in_environment(program))]:
        path = shutil.which(place)
        if path is not None:
            return str(Path(path).absolute())
    if chosen:
        happened = f"is not at {chosen!r}, the value of {variable}"
        raise EngineMissingError(engine, happened, remedy=f"correct it, or {remedy}")
    raise EngineMissingError(engine, "is not installed", remedy=f"{remedy}, or set {variable}")


def _in_environment(program: str) -> list[Path]:
    folders = {sysconfig.get_path("platlib"), sysconfig.get_path("purelib"), *sys.path}
    wheels = [Path(folder) / "sage_wheels" / "bin" / program for folder in folders if folder]
    return [*sorted(wheels), Path(sys.prefix) / "bin" / program]


@cache
def version_of(engine: str, path: str, option: str) -> str:
    """The first version number that the program prints for ``option``."""
    output = Program(engine, (path,)).run([option], "", Budget(seconds=10))
    match = _VERSION.search(output.decode(errors="replace"))
    if match is None:
        raise EngineOutputError(engine, "wrote no version", words=output.decode(errors="replace"))
    return match[0]
