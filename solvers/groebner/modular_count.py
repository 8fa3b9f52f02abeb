"""Counting solutions modulo a prime: dimension, degree, multiplicities, distinct solutions.

Enters: a system over the rationals. Leaves: the counts of its reduction modulo a random prime of
31 bits, which for all but finitely many primes are those of the system. Far quicker than solving:
no coefficient grows, and no solution is computed.

Multiplication by a form l on the quotient ring has the characteristic polynomial
prod_p (T - l(p))^(multiplicity of p) (Stickelberger's theorem): the degree of its squarefree part
counts distinct solutions where l takes distinct values at them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from flint import fmpz, nmod_mat, nmod_poly

from polynet.errors import InputError
from polynet.polynomial_system import PolynomialSystem
from solvers.groebner.basis import integer_ring, is_unit_ideal, leading_monomials, over_integers
from solvers.groebner.dimension import dimension_and_degree, is_zero_dimensional
from solvers.groebner.modular_basis import basis_modulo
from solvers.groebner.quotient import Quotient

__all__ = ["ModularCount", "modular_count"]

_LEAST, _MOST = 2**30, 2**31
_WEIGHTS = 2**20
_FORMS = 2


@dataclass(frozen=True, slots=True)
class ModularCount:
    """How many solutions a system has modulo a prime.

    Attributes
    ----------
    dimension, degree
        Of the solution set; -1 and 0 where it is empty.
    n_multiplicity
        Solutions over the algebraic closure with multiplicity; None for positive dimension.
    n_distinct
        Distinct ones: a lower bound that falls short with probability below
        (n_distinct / 2^15)^4.
    n_nonzero
        Distinct ones with no coordinate zero, as sure as ``n_distinct``.
    """

    prime: int
    dimension: int
    degree: int
    n_multiplicity: int | None
    n_distinct: int | None
    n_nonzero: int | None
    seconds: float

    def __str__(self) -> str:
        head = f"modulo {self.prime}: dimension {self.dimension}, degree {self.degree}"
        if self.n_multiplicity is None:
            return head
        return (
            f"{head}; {self.n_distinct:,} distinct solutions, {self.n_nonzero:,} of them without "
            f"a zero coordinate, {self.n_multiplicity:,} with multiplicity"
        )


def modular_count(
    system: PolynomialSystem,
    *,
    prime: int | None = None,
    seed: int = 0,
    timeout: float | None = None,
) -> ModularCount:
    """The counts of ``system`` modulo ``prime``, by default a random one of 31 bits.

    Raises ``InputError`` for a prime that is none, that has not 31 bits or that divides a
    denominator of the system, ``EngineTimedOutError`` where the basis takes over ``timeout``
    seconds.
    Cost: a Gröbner basis modulo the prime, and n_variables products of matrices of size
    ``n_multiplicity``.

    >>> system = PolynomialSystem.from_strings(["x^2*(x - 1)", "y^2 - x"])
    >>> print(modular_count(system, prime=2**31 - 1))
    modulo 2147483647: dimension 0, degree 6; 3 distinct solutions, 2 of them without a zero
    coordinate, 6 with multiplicity
    """
    start = time.perf_counter()
    rng = np.random.default_rng(seed)
    chosen = _random_prime(rng) if prime is None else prime
    _check_prime(system, chosen)
    ring, n = integer_ring(system.names), system.n_variables
    generators = [over_integers(p.mpoly, ring) for p in system.polynomials]
    basis = basis_modulo(generators, system.names, chosen, timeout)
    leading = leading_monomials(basis)
    size, degree = dimension_and_degree(leading, n)
    counts: tuple[int | None, int | None, int | None] = (None, None, None)
    if is_unit_ideal(basis):
        counts = (0, 0, 0)
    elif is_zero_dimensional(leading, n):
        counts = _counts(Quotient.of(basis, n), chosen, rng)
    return ModularCount(chosen, size, degree, *counts, time.perf_counter() - start)


def _counts(quotient: Quotient, prime: int, rng: np.random.Generator) -> tuple[int, int, int]:
    matrices = quotient.multiplications_modulo(prime)
    product = nmod_mat(quotient.size, quotient.size, [0] * quotient.size**2, prime)
    for i in range(quotient.size):
        product[i, i] = 1
    unit = product
    for matrix in matrices:
        product = product * matrix
    distinct, nonzero = [], []
    for _ in range(_FORMS):
        # With a constant term the form tells points apart even where scaled by the product.
        form = unit * int(rng.integers(1, _WEIGHTS))
        for matrix in matrices:
            form = form + matrix * int(rng.integers(1, _WEIGHTS))
        distinct.append(_n_roots(form.charpoly()))
        nonzero.append(_n_roots(_without_zero((form * product).charpoly())))
    return quotient.size, max(distinct), max(nonzero)


def _n_roots(polynomial: nmod_poly) -> int:
    """The number of distinct roots; the degree is below the prime."""
    return int(polynomial.degree() - max(0, polynomial.gcd(polynomial.derivative()).degree()))


def _without_zero(polynomial: nmod_poly) -> nmod_poly:
    """``polynomial`` divided by the power of its variable in it."""
    order = next(k for k in range(polynomial.length()) if int(polynomial[k]))
    return polynomial.right_shift(order)


def _random_prime(rng: np.random.Generator) -> int:
    candidate = int(rng.integers(_LEAST + 1, _MOST - 2**10)) | 1
    while not fmpz(candidate).is_prime():
        candidate += 2
    return candidate


def _check_prime(system: PolynomialSystem, prime: int) -> None:
    if not _LEAST < prime < _MOST or not fmpz(prime).is_prime():
        raise InputError(f"{prime} is no prime between 2^30 and 2^31; give one or leave it out")
    for polynomial in system.polynomials:
        if any(int(c.q) % prime == 0 for c in polynomial.mpoly.coeffs()):
            raise InputError(f"{prime} divides a denominator of the system; give another prime")
