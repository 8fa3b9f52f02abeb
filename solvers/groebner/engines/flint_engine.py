"""FLINT's Buchberger algorithm: always there, for small ideals.

How far intermediate bases swell depends erratically on the order of the variables, so several
orders are tried before the limits on the size are raised; a basis in another order is a far
better start for the one asked for than the generators are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import flint
from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import TRIES, Basis, Limits, LimitsReachedError, flint_basis
from solvers.groebner.engines.failure import EngineOutOfMemoryError
from solvers.groebner.engines.library_engine import LibraryEngine

__all__ = ["Flint"]


@dataclass(frozen=True, slots=True)
class Flint(LibraryEngine):
    """The engine python-flint."""

    name = "flint"
    orders = frozenset(Ordering)

    def version(self) -> str:
        """The version of FLINT itself."""
        return str(flint.__FLINT_VERSION__)

    def basis_here(self, asked: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx) -> Basis:
        """See ``LibraryEngine.basis_here``.

        Raises ``EngineOutOfMemoryError`` where every try outgrows the limits on bases.
        """
        for order, limits in _attempts(ring.names()):
            try:
                return _by_way_of(order, asked, ring, limits)
            except LimitsReachedError:
                continue
        raise EngineOutOfMemoryError(
            self.name,
            f"met bases of more than {limits.elements:,} elements of up to {limits.terms:,} terms",
            remedy="use a stronger engine: msolve, singular or macaulay2",
        )


def _attempts(names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Limits]]:
    """Orders of the variables with limits: those asked for, then random ones."""
    rng = Random(0)
    for limits, tries in TRIES:
        yield tuple(names), limits
        for _ in range(tries - 1):
            yield tuple(rng.sample(list(names), len(names))), limits


def _by_way_of(
    names: Sequence[str], asked: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, limits: Limits
) -> Basis:
    """The basis in ``ring``, from the one in another order of the variables."""
    if tuple(names) != tuple(ring.names()):
        other = fmpz_mpoly_ctx.get(tuple(names), ring.ordering())
        moved = flint_basis([g.project_to_context(other) for g in asked], other, limits)
        asked = [g.project_to_context(ring) for g in moved]
    return flint_basis(asked, ring, limits)
