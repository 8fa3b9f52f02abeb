"""What every engine does, and what some can do besides.

Polynomials enter and leave as ``fmpz_mpoly`` of one ring, whose order is the monomial order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Protocol, runtime_checkable

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

from polynet.errors import InputError
from solvers.groebner.engines.parametrisation import Parametrisation

__all__ = ["Budget", "Decomposer", "Engine", "Parametriser"]


@dataclass(frozen=True, slots=True)
class Budget:
    """What one call may use: wall time in seconds, memory in bytes; None for no limit.

    Raises ``InputError`` for a limit that is not positive.
    """

    seconds: float | None = None
    memory: int | None = None

    def __post_init__(self) -> None:
        if self.seconds is not None and not (isfinite(self.seconds) and self.seconds > 0):
            raise InputError(
                f"a budget of {self.seconds!r} seconds must be positive and finite; "
                "give None for no limit"
            )
        if self.memory is not None and not self.memory > 0:
            raise InputError(
                f"a budget of {self.memory!r} bytes must be positive; give None for no limit"
            )


@runtime_checkable
class Engine(Protocol):
    """Computes reduced Gröbner bases over the rationals.

    ``proves`` says whether its algorithm is a proof, apart from errors in the program: modular
    algorithms with probabilistic lifting are none.
    """

    @property
    def name(self) -> str:
        """How the engine is asked for, in lower case."""
        ...

    @property
    def orders(self) -> frozenset[Ordering]:
        """The monomial orders that it knows."""
        ...

    @property
    def proves(self) -> bool:
        """Whether its bases are proved by its algorithm."""
        ...

    def version(self) -> str:
        """The version, as the engine itself gives it."""
        ...

    def basis(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
    ) -> tuple[fmpz_mpoly, ...]:
        """The reduced Gröbner basis of the ideal of ``generators`` in the order of ``ring``.

        Elements are primitive with positive leading coefficient, in the order in which
        ``sorted_basis`` puts them: ``(1,)`` for the whole ring, ``()`` for the zero ideal.
        Raises ``EngineError``, and ``InputError`` for an order that the engine does not know.
        """
        ...


@runtime_checkable
class Decomposer(Engine, Protocol):
    """Splits the solution set into its irreducible components over the rationals."""

    def minimal_primes(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
    ) -> tuple[tuple[fmpz_mpoly, ...], ...]:
        """The reduced Gröbner bases of the minimal associated primes over Q.

        No prime for the whole ring; the empty basis for the zero ideal.
        """
        ...


@runtime_checkable
class Parametriser(Engine, Protocol):
    """Writes finitely many solutions as rational functions of one number."""

    def parametrisation(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget, seed: int
    ) -> Parametrisation | None:
        """A rational parametrisation of all complex solutions; None for infinitely many.

        ``seed`` chooses the linear form where coordinates do not separate the solutions.
        """
        ...
