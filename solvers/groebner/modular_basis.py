"""Gröbner bases modulo a prime.

By msolve where it is installed (F4; Faugère 1999), else by FLINT over the rationals and then
reduced, which serves small systems only.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz_mpoly

from solvers.groebner.basis import flint_basis, integer_ring, sorted_basis
from solvers.groebner.engines.choice import parametriser
from solvers.groebner.engines.protocol import Budget
from solvers.groebner.quotient import UnluckyPrimeError

__all__ = ["basis_modulo"]


def basis_modulo(
    generators: Sequence[fmpz_mpoly],
    names: Sequence[str],
    prime: int,
    timeout: float | None = None,
) -> tuple[fmpz_mpoly, ...]:
    """The reduced Gröbner basis over F_p of integer polynomials, leading coefficients 1.

    In degree reverse lexicographic order; coefficients are the residues 0 to p - 1. Raises
    ``EngineError`` where msolve fails, or beyond ``timeout`` seconds (FLINT has no limit).

    >>> ring = integer_ring(["x", "y"])
    >>> x, y = ring.gens()
    >>> [str(g) for g in basis_modulo([2 * x - 4 * y, x * y - 1], ["x", "y"], 65521)]
    ['x + 65519*y', 'y^2 + 32760']
    """
    ring = integer_ring(names)
    reduced = [_modulo(g, prime) for g in generators]
    reduced = [g for g in reduced if not g.is_zero()]
    if not reduced:
        return ()
    if any(g.is_constant() for g in reduced):
        return (ring.constant(1),)
    engine = parametriser()
    if engine is None:
        found = [_monic(g, prime) for g in flint_basis(generators, ring)]
        return sorted_basis(found)
    return engine.modular_basis(reduced, ring, prime, Budget(timeout))


def _modulo(polynomial: fmpz_mpoly, prime: int) -> fmpz_mpoly:
    ring = polynomial.context()
    return ring.from_dict({e: int(c) % prime for e, c in polynomial.terms()})


def _monic(polynomial: fmpz_mpoly, prime: int) -> fmpz_mpoly:
    leading = int(polynomial.leading_coefficient())
    if leading % prime == 0:
        raise UnluckyPrimeError(f"{prime} divides a leading coefficient")
    return _modulo(polynomial * pow(leading, -1, prime), prime)
