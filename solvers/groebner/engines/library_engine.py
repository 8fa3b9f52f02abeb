"""Engines that are Python libraries: all that FLINT and sympy share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import Basis
from solvers.groebner.engines.apart import basis_apart
from solvers.groebner.engines.listing import check_order
from solvers.groebner.engines.polynomial_text import substance
from solvers.groebner.engines.protocol import Budget

__all__ = ["LibraryEngine"]


class LibraryEngine(ABC):
    """An engine in this process; in a second one where the budget has limits."""

    __slots__ = ()

    name: ClassVar[str]
    orders: ClassVar[frozenset[Ordering]]
    proves: ClassVar[bool] = True

    @abstractmethod
    def version(self) -> str:
        """See ``Engine.version``."""

    def basis(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
    ) -> Basis:
        """See ``Engine.basis``."""
        asked = substance(generators, ring)
        check_order(self.name, self.orders, ring)
        if not asked or asked[0].is_constant():
            return tuple(asked)
        if budget != Budget():
            return basis_apart(self.name, asked, ring, budget)
        return self.basis_here(asked, ring)

    @abstractmethod
    def basis_here(self, asked: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx) -> Basis:
        """The basis without limits, of primitive polynomials none of which is constant."""
