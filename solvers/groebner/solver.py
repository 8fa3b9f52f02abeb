"""The exact solver: every solution of a rational system, isolated or not.

Enters: a ``PolynomialSystem``. Leaves: a ``SolutionSet``. Small systems are solved by FLINT within
this process; what goes beyond its limits another engine takes on, the strongest that is installed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from polynet.errors import InputError
from polynet.polynomial_system import PolynomialSystem
from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import (
    BRIEF,
    QUICK,
    TRIES,
    Limits,
    LimitsReachedError,
    integer_ring,
    over_integers,
)
from solvers.groebner.engines.choice import (
    decomposer,
    default_engine,
    engine_named,
    further,
    parametriser,
)
from solvers.groebner.engines.failure import EngineError
from solvers.groebner.engines.protocol import Decomposer, Engine, Parametriser
from solvers.groebner.findings import findings
from solvers.groebner.point_proof import with_proof
from solvers.groebner.solution_sets import solution_set, unsolved
from solvers.outcome import Outcome
from solvers.solution_set import SolutionSet

__all__ = ["Groebner"]

_ORDERS = ("grevlex",)
_LONGEST = 2_000_000  # seconds, 23 days: operating systems wait little longer
_FEW = 6  # variables
_LEAST_MEMORY = 1 << 28  # bytes: what the interpreter with its libraries needs


@dataclass(frozen=True, slots=True)
class Groebner:
    """Solves by Gröbner bases in exact arithmetic.

    Parameters
    ----------
    seed
        Of the random linear forms and slices; results differ at most in the samples of families.
    timeout
        Seconds after which the computation is stopped, with outcome ``BUDGET_SPENT``; None for no
        limit on time (there is one on the size of bases). With a timeout a second process solves.
    order
        The monomial order of the bases; ``"grevlex"``.
    engine
        What computes bases: ``"msolve"``, ``"singular"``, ``"macaulay2"``, ``"sympy"`` or
        ``"flint"``. Where None, FLINT while they stay small, and then the strongest one that is
        installed.
    memory
        Bytes that each process of the computation may use; None for no limit.

    Examples
    --------
    >>> system = PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x^2 - y"])
    >>> found = Groebner().solve(system)
    >>> found.n_finite, found.n_real
    (4, 2)
    """

    exact: ClassVar[bool] = True
    seed: int = 0
    timeout: float | None = None
    order: str = "grevlex"
    engine: str | None = None
    memory: int | None = None

    def solve(self, system: PolynomialSystem) -> SolutionSet:
        """All solutions of ``system``; see ``SolutionSet.outcome`` for how it ended.

        Raises ``InputError`` for an engine or order that does not exist, a timeout that is no
        positive number of seconds, memory that is no number of bytes, or a negative seed;
        ``EngineMissingError`` for an engine that is not installed.
        """
        self._check(system)
        start = time.perf_counter()
        if self.timeout is not None or self.memory is not None:
            from solvers.groebner.worker import solve_within

            found = solve_within(system, self)
        else:
            found = self.solve_here(system)
        return replace(found, seconds=time.perf_counter() - start)

    def _check(self, system: PolynomialSystem) -> None:
        if self.order not in _ORDERS:
            raise InputError(f"order {self.order!r} is not known; use one of {_ORDERS}")
        if self.engine is not None:
            engine_named(self.engine)
        if self.timeout is not None and not _is_number(self.timeout, Real, 0, _LONGEST):
            raise InputError(
                f"timeout {self.timeout!r} must be a positive number of seconds up to "
                f"{_LONGEST:,}, or None for no limit"
            )
        if self.memory is not None and not _is_number(
            self.memory, Integral, _LEAST_MEMORY - 1, float("inf")
        ):
            raise InputError(
                f"memory {self.memory!r} must be a number of bytes from {_LEAST_MEMORY:,} on, "
                "or None for no limit"
            )
        if not _is_number(self.seed, Integral, -1, float("inf")):
            raise InputError(f"seed {self.seed!r} must be an integer from 0 on")
        if not system.n_variables:
            raise InputError("the system has no variables; name at least one")

    def solve_here(self, system: PolynomialSystem) -> SolutionSet:
        """All solutions of ``system`` as :meth:`solve`, in this process whatever the limits."""
        algebra = self._algebra()
        for names, limits in _attempts(
            system.names, self.seed, only_one=algebra.engine is not None
        ):
            ring = integer_ring(names)
            moved = [p.with_names(names) for p in system.polynomials]
            equations = [over_integers(p.mpoly, ring) for p in moved]
            algebra = replace(algebra.unburdened(), limits=limits)
            try:
                found = findings(equations, ring, self.seed, algebra)
            except LimitsReachedError:
                continue
            except EngineError as error:
                return unsolved(system, self.seed, error.outcome, str(error), algebra.used)
            result = solution_set(found, system.names, names, self.seed, algebra.used)
            lifted = algebra.parametriser is not None and algebra.parametriser.name in algebra.used
            return with_proof(system, result) if lifted else result
        return unsolved(system, self.seed, Outcome.BUDGET_SPENT, further())

    def _algebra(self) -> Algebra:
        """The engines to use, for as long as there is time."""
        deadline = None if self.timeout is None else time.monotonic() + self.timeout
        if self.engine is None:
            return Algebra(
                engine=_beyond_flint(default_engine()),
                parametriser=parametriser(),
                decomposer=decomposer(),
                deadline=deadline,
                memory=self.memory,
            )
        engine = _beyond_flint(engine_named(self.engine))
        return Algebra(
            engine=engine,
            parametriser=engine if isinstance(engine, Parametriser) else None,
            decomposer=engine if isinstance(engine, Decomposer) else None,
            chosen=True,
            deadline=deadline,
            memory=self.memory,
        )


def _beyond_flint(engine: Engine) -> Engine | None:
    """The engine, None for FLINT: its bases are computed in this process anyway."""
    return None if engine.name == "flint" else engine


def _is_number(value: Any, kind: Any, above: float, most: float) -> bool:
    """Whether ``value`` is a number of ``kind``, over ``above`` and up to ``most``."""
    return isinstance(value, kind) and not isinstance(value, bool) and above < value <= most


def _attempts(
    names: tuple[str, ...], seed: int, *, only_one: bool
) -> Iterator[tuple[tuple[str, ...], Limits]]:
    """Orders of the variables and limits for FLINT to try, whatever order ``names`` come in.

    ``only_one`` where a stronger engine goes on beyond the first limits.
    """
    if only_one:
        yield tuple(sorted(names)), BRIEF if len(names) <= _FEW else QUICK
        return
    for limits, count in TRIES:
        ordered = sorted(names)
        rng = np.random.default_rng(seed)
        for k in range(count):
            yield tuple(ordered), limits
            ordered = ordered[::-1] if k == 0 else [ordered[i] for i in rng.permutation(len(names))]
