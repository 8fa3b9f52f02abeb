"""A polynomial system whose solutions have been counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from polynet import PolynomialSystem

__all__ = ["ALL_ENGINES", "CatalogueSystem"]

ALL_ENGINES = ("msolve", "Singular", "phc")


@dataclass(frozen=True, slots=True)
class CatalogueSystem:
    """A square system and the numbers of its isolated solutions in C^n.

    ``n_finite`` counts the distinct ones, ``n_real`` the real ones among them. ``multiple`` has a
    pair (multiplicity, number of solutions) for every multiplicity above 1; all other solutions
    are simple. ``families`` has a pair (dimension, degree) for every irreducible component of
    positive dimension; the counts leave them out. ``engines`` are those that gave these counts,
    for ``tests/benchmarks/verify_catalogue.py`` to run again. ``traits`` warn of what is hard in
    floating point:

    - ``scaling``: coefficients or coordinates over more than seven orders of magnitude;
    - ``far``: solutions beyond 1e6, easily taken for infinite;
    - ``close``: solutions nearer than 1e-5 relative to their size, easily taken for one;
    - ``heavy``: more than ten thousand paths by total degree, or minutes for the exact engines.
    """

    name: str
    build: Callable[[], PolynomialSystem] = field(repr=False, compare=False)
    n_finite: int
    n_real: int
    multiple: tuple[tuple[int, int], ...] = ()
    families: tuple[tuple[int, int], ...] = ()
    title: str = ""
    citation: str = ""
    note: str = ""
    traits: tuple[str, ...] = ()
    engines: tuple[str, ...] = ALL_ENGINES

    @property
    def system(self) -> PolynomialSystem:
        """The equations, built at the first call."""
        return _built(self.build)

    @property
    def n_singular(self) -> int:
        """The number of solutions of multiplicity above 1."""
        return sum(number for _, number in self.multiple)

    @property
    def n_multiplicity_sum(self) -> int:
        """The number of isolated solutions counted with multiplicity."""
        return self.n_finite + sum((m - 1) * number for m, number in self.multiple)

    @property
    def multiplicities(self) -> tuple[tuple[int, int], ...]:
        """A pair (multiplicity, number of solutions) for every multiplicity, ascending."""
        n_simple = self.n_finite - self.n_singular
        return ((1, n_simple), *self.multiple) if n_simple else self.multiple


@cache
def _built(build: Callable[[], PolynomialSystem]) -> PolynomialSystem:
    return build()
