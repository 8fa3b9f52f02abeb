"""Counting solutions modulo a prime up to signs: each stratum by itself, its count times 2^k.

Enters: a system that flips of signs leave as it is, such as the critical equations of a network
with penalties. Leaves: its number of distinct solutions modulo a prime, stratum by stratum. With k
independent flips the quotient rings are 2^k times smaller than that of the system, and what is
done with them takes 4^k to 8^k times less.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from polynet.errors import InputError
from polynet.polynomial_system import PolynomialSystem
from solvers.groebner.modular_count import ModularCount, modular_count
from solvers.symmetry_reduction.sign_reduction import SignStratum, sign_strata

__all__ = ["SignCount", "StratumCount", "count_up_to_signs"]


@dataclass(frozen=True, slots=True)
class StratumCount:
    """The distinct solutions of one stratum: 2^k over each of ``in_invariants``.

    ``zeros`` are the variables that are zero there; ``n_flips`` is k.
    """

    zeros: tuple[str, ...]
    n_flips: int
    in_invariants: ModularCount

    @property
    def n_distinct(self) -> int:
        """The distinct solutions in the stratum."""
        return (self.in_invariants.n_distinct or 0) << self.n_flips

    def __str__(self) -> str:
        where = f"{' = '.join(self.zeros)} = 0" if self.zeros else "no weight of a flip zero"
        return f"{where}: {self.in_invariants.n_distinct:,} times {1 << self.n_flips}"


@dataclass(frozen=True, slots=True)
class SignCount:
    """The distinct solutions modulo ``prime``, by the strata that have some."""

    prime: int
    strata: tuple[StratumCount, ...]
    seconds: float

    @property
    def n_distinct(self) -> int:
        """The distinct solutions; as sure as ``ModularCount.n_distinct``."""
        return sum(stratum.n_distinct for stratum in self.strata)

    def __str__(self) -> str:
        head = f"modulo {self.prime}: {self.n_distinct:,} distinct solutions"
        return "\n".join([head, *(f"  {stratum}" for stratum in self.strata)])


def count_up_to_signs(
    system: PolynomialSystem, *, seed: int = 0, timeout: float | None = None
) -> SignCount:
    """The number of distinct solutions of ``system`` modulo a random prime of 31 bits.

    ``timeout`` is for the basis of each stratum. Raises ``InputError`` where solutions are not
    isolated, and what :func:`modular_count` raises.

    >>> print(count_up_to_signs(PolynomialSystem.from_strings(["x^2*y - 2", "x^2 - y^2 - 1"])))
    modulo 1987091833: 6 distinct solutions
      no weight of a flip zero: 3 times 2
    """
    start = time.perf_counter()
    prime, found = 0, []
    for stratum in sign_strata(system):
        counted = _count(stratum, seed, timeout)
        if counted is None:
            continue
        if counted.n_distinct is None:
            raise InputError(
                f"the solutions form a family of dimension {counted.dimension}, and only isolated "
                "ones are counted; modular_count gives the dimension and degree of families"
            )
        prime = counted.prime
        zeros = tuple(system.names[j] for j in stratum.form.zeros)
        found.append(StratumCount(zeros, len(stratum.form.pivots), counted))
    return SignCount(prime, tuple(s for s in found if s.n_distinct), time.perf_counter() - start)


def _count(stratum: SignStratum, seed: int, timeout: float | None) -> ModularCount | None:
    """The solutions in invariants with no square zero; None where an equation is a constant."""
    nonzero = tuple(e for e in stratum.equations if not e.is_zero)
    if any(e.degree == 0 for e in nonzero):
        return None
    return modular_count(stratum.saturated(), seed=seed, timeout=timeout)
