"""Engines that run a script of ours and list ideals: all that Singular and Macaulay2 share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.engines.installed import located, version_of
from solvers.groebner.engines.listing import Basis, ask, check_order
from solvers.groebner.engines.polynomial_text import safe_names, substance, written
from solvers.groebner.engines.process import Program
from solvers.groebner.engines.protocol import Budget

__all__ = ["ScriptedEngine"]


@dataclass(frozen=True, slots=True)
class ScriptedEngine(ABC):
    """An engine run as ``path``; a class of it says how its program and its language are.

    ``program`` is the name of the program, ``remedy`` how to get it, ``arguments`` those that let
    it run a script, ``order_names`` what it calls the monomial orders.
    """

    path: str

    name: ClassVar[str]
    program: ClassVar[str]
    remedy: ClassVar[str]
    arguments: ClassVar[tuple[str, ...]]
    order_names: ClassVar[Mapping[Ordering, str]]
    proves: ClassVar[bool] = True

    @classmethod
    def found(cls) -> Self:
        """The program of ``POLYNET_<NAME>``, of the path, or of this Python environment.

        Raises ``EngineMissingError`` where there is none.
        """
        return cls(located(cls.name, cls.program, cls.remedy))

    @property
    def orders(self) -> frozenset[Ordering]:
        """The monomial orders that it knows."""
        return frozenset(self.order_names)

    def version(self) -> str:
        """The version that the program prints for ``--version``."""
        return version_of(self.name, self.path, "--version")

    def basis(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
    ) -> Basis:
        """See ``Engine.basis``."""
        asked = substance(generators, ring)
        check_order(self.name, self.orders, ring)
        if not asked or asked[0].is_constant():
            return tuple(asked)
        (found,) = self._ask(asked, ring, budget, primes=False)
        return found

    def minimal_primes(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
    ) -> tuple[Basis, ...]:
        """See ``Decomposer.minimal_primes``."""
        asked = substance(generators, ring)
        check_order(self.name, self.orders, ring)
        if not asked:
            return ((),)
        if asked[0].is_constant():
            return ()
        found = self._ask(asked, ring, budget, primes=True)
        return tuple(sorted((p for p in found if not p[0].is_constant()), key=str))

    @abstractmethod
    def script(
        self, variables: str, order: str, polynomials: Sequence[str], *, primes: bool
    ) -> str:
        """What makes the program list the basis, or the bases of the minimal primes."""

    def _ask(
        self, asked: list[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget, *, primes: bool
    ) -> list[Basis]:
        variables = ",".join(safe_names(ring.nvars()))
        order = self.order_names[ring.ordering()]
        text = self.script(variables, order, list(written(asked)), primes=primes)
        return ask(Program(self.name, (self.path,)), self.arguments, text, ring, budget)
