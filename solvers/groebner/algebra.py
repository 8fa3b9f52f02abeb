"""What computes the bases of one solve: FLINT within limits, and beyond them another engine.

Most of the many bases of a solve are small, and FLINT has them before another program has
started. Enters: generators. Leaves: reduced Gröbner bases, and what stronger engines alone have.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from flint import fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import Basis, Limits, LimitsReachedError, flint_basis
from solvers.groebner.engines.basis_check import BasisCheck, check_basis, check_count
from solvers.groebner.engines.failure import EngineError, EngineOutputError
from solvers.groebner.engines.msolve import Msolve
from solvers.groebner.engines.parametrisation import Parametrisation
from solvers.groebner.engines.protocol import Budget, Decomposer, Engine, Parametriser

__all__ = ["Algebra"]


@dataclass(frozen=True, slots=True)
class Algebra:
    """The engines of one solve.

    Attributes
    ----------
    limits
        Where FLINT gives up; None for never.
    engine
        What computes the bases that FLINT does not within ``limits``; None for nothing.
    parametriser, decomposer
        Engines for the points of large quotient rings and for minimal primes, where there are.
    chosen
        Whether ``engine`` was asked for: then the basis of a whole system is its affair, however
        small.
    deadline, memory
        When an engine is stopped, by ``time.monotonic()``, and its memory in bytes.
    used
        The engines that were called, with their versions.
    lucky
        Bases that an engine gave without proof, with the generators and their ring.
    doubts
        What else rests on luck.
    """

    limits: Limits | None = None
    engine: Engine | None = None
    parametriser: Parametriser | None = None
    decomposer: Decomposer | None = None
    chosen: bool = False
    deadline: float | None = None
    memory: int | None = None
    used: dict[str, str] = field(default_factory=dict)
    lucky: list[tuple[Basis, Basis, fmpz_mpoly_ctx]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def unburdened(self) -> Algebra:
        """The same engines, with an account of their own of what is not proved."""
        return replace(self, lucky=[], doubts=[])

    def basis(
        self, generators: Iterable[fmpz_mpoly], ring: fmpz_mpoly_ctx, *, hard: bool = False
    ) -> Basis:
        """The reduced Gröbner basis of ``generators``; see :func:`flint_basis`.

        A ``hard`` one is the engine's at once, where there is one. Raises ``LimitsReachedError``
        where no engine goes beyond the limits, ``EngineError`` where one failed.
        """
        given = tuple(generators)
        if self.engine is None or not hard:
            try:
                return flint_basis(given, ring, self.limits)
            except LimitsReachedError:
                if self.engine is None:
                    raise
        found = self.engine.basis(given, ring, self._budget(self.engine))
        if not self.engine.proves:
            self.lucky.append((found, given, ring))
        return found

    def basis_of_system(
        self, equations: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx
    ) -> tuple[Basis, Engine | None]:
        """As :meth:`basis`, and the engine that computed it without proof, if one did."""
        small = self.small_basis(equations, ring)
        return self.large_basis(equations, ring) if small is None else (small, None)

    def small_basis(self, equations: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx) -> Basis | None:
        """The basis of a whole system by FLINT; None where it is the engine's affair.

        Raises ``LimitsReachedError`` where FLINT gives up and there is no engine.
        """
        if self.engine is not None and self.chosen:
            return None
        try:
            return flint_basis(equations, ring, self.limits)
        except LimitsReachedError:
            if self.engine is None:
                raise
        return None

    def large_basis(
        self, equations: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx
    ) -> tuple[Basis, Engine | None]:
        """The same by the engine, and the engine where it computed it without proof."""
        if self.engine is None:
            raise LimitsReachedError
        found = self.engine.basis(equations, ring, self._budget(self.engine))
        return found, None if self.engine.proves else self.engine

    def check(
        self,
        basis: Basis,
        equations: Sequence[fmpz_mpoly],
        ring: fmpz_mpoly_ctx,
        seconds: float,
        *,
        zeros_known: bool = False,
    ) -> BasisCheck:
        """As :func:`check_basis`, within ``seconds`` and the limits."""
        engine, allowed = self._checker(seconds)
        return check_basis(basis, equations, ring, engine, allowed, zeros_known=zeros_known)

    def check_count(
        self, n_points: int, equations: Basis, ring: fmpz_mpoly_ctx, seconds: float
    ) -> BasisCheck:
        """As the function of that name, within ``seconds`` and the limits."""
        engine, budget = self._checker(seconds)
        return check_count(n_points, equations, ring, engine, budget)

    def _checker(self, seconds: float) -> tuple[Msolve, Budget]:
        engine = Msolve.found()
        budget = self._budget(engine)
        left = seconds if budget.seconds is None else min(seconds, budget.seconds)
        return engine, Budget(left, self.memory)

    def unproved(self, seconds: float) -> tuple[str, ...]:
        """What rests on luck, after all that could be proved within ``seconds``.

        Raises ``EngineOutputError`` where a basis is wrong.
        """
        deadline = time.monotonic() + seconds
        found = list(self.doubts)
        for basis, generators, ring in self.lucky:
            left = max(deadline - time.monotonic(), 0.01)
            check = self.check(basis, generators, ring, left)
            name = "" if self.engine is None else self.engine.name
            if check.refuted:
                raise EngineOutputError(name, f"gave a wrong basis: {check.reason}")
            if not check.proved:
                found.append(f"the Gröbner basis of a part by {name}: {check.reason}")
        return tuple(dict.fromkeys(found))

    def minimal_primes(self, basis: Basis, ring: fmpz_mpoly_ctx) -> tuple[Basis, ...]:
        """The minimal associated primes of an ideal, by the decomposer."""
        if self.decomposer is None:
            raise LimitsReachedError
        return self.decomposer.minimal_primes(basis, ring, self._budget(self.decomposer))

    def parametrised(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, seed: int
    ) -> Parametrisation | None:
        """The parametrisation of finitely many points; None for infinitely many."""
        if self.parametriser is None:
            raise LimitsReachedError
        budget = self._budget(self.parametriser)
        return self.parametriser.parametrisation(generators, ring, budget, seed)

    def _budget(self, engine: Engine) -> Budget:
        """What is left for a call of ``engine``, which counts as used from here on."""
        if engine.name not in self.used:
            self.used[engine.name] = _version(engine)
        left = None if self.deadline is None else max(self.deadline - time.monotonic(), 0.01)
        return Budget(left, self.memory)


def _version(engine: Engine) -> str:
    """Its version; a program that does not say so may compute all the same."""
    try:
        return engine.version()
    except EngineError:
        return "of unknown version"
