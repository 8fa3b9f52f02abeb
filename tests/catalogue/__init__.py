"""Polynomial systems with known numbers of solutions, for contract tests and benchmarks.

Every count was established by the engines named with it, exactly or numerically, and not copied;
``python -m tests.benchmarks.verify_catalogue`` establishes them again.
"""

from __future__ import annotations

from functools import cache

from tests.catalogue.catalogue_system import CatalogueSystem
from tests.catalogue.entries import FAMILIES, LITERATURE, NETWORKS

__all__ = ["CatalogueSystem", "catalogue", "find_system"]


def catalogue() -> tuple[CatalogueSystem, ...]:
    """All systems: single ones of the literature, families of it, critical systems of networks."""
    return (*LITERATURE, *FAMILIES, *NETWORKS)


def find_system(name: str) -> CatalogueSystem:
    """The system of this name. Raises ``KeyError`` with the names there are.

    >>> find_system("cyclic5").n_finite
    70
    """
    by_name = _by_name()
    if name not in by_name:
        raise KeyError(f"no system is called {name!r}; there are {', '.join(by_name)}")
    return by_name[name]


@cache
def _by_name() -> dict[str, CatalogueSystem]:
    return {entry.name: entry for entry in catalogue()}
