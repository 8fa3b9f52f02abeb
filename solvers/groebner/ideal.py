"""Gröbner bases for those who want the basis itself.

Enters: a ``PolynomialSystem``. Leaves: a ``GroebnerBasis`` with what can be read from it:
dimension, degree, Hilbert polynomial, number of solutions, membership and normal forms.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import Ordering, fmpq_mpoly_ctx, fmpq_poly, fmpz_mpoly, fmpz_mpoly_ctx

from polynet.errors import InputError
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from polynet.rational import to_fraction
from solvers.groebner.basis import (
    Basis,
    NormalForms,
    is_unit_ideal,
    leading_monomials,
    over_integers,
    over_rationals,
)
from solvers.groebner.dimension import (
    dimension,
    dimension_and_degree,
    hilbert_numerator,
    is_zero_dimensional,
    standard_monomials,
)
from solvers.groebner.engines.basis_check import check_basis
from solvers.groebner.engines.choice import available, engine_named
from solvers.groebner.engines.msolve import Msolve
from solvers.groebner.engines.protocol import Budget, Engine

__all__ = ["GroebnerBasis", "groebner_basis"]

_ORDERS = {"grevlex": Ordering.degrevlex, "grlex": Ordering.deglex, "lex": Ordering.lex}


@dataclass(frozen=True)
class GroebnerBasis:
    """The reduced Gröbner basis of an ideal of Q[names].

    Attributes
    ----------
    names
        The variables, the greatest first.
    order
        The monomial order: ``"grevlex"``, ``"grlex"`` or ``"lex"``.
    polynomials
        The elements, primitive over the integers, the smallest degree first.
    engine
        What computed it, with its version.
    proved
        Whether that is a proof, or a check has proved it since.
    seconds
        Wall time.
    """

    names: tuple[str, ...]
    order: str
    polynomials: tuple[SparsePolynomial, ...]
    engine: str
    proved: bool
    seconds: float = 0.0

    @property
    def is_inconsistent(self) -> bool:
        """Whether the ideal is the whole ring: the equations have no complex solution."""
        return is_unit_ideal(self._elements)

    @property
    def dimension(self) -> int:
        """The dimension of the complex solution set, -1 where it is empty."""
        return dimension(self._leading, len(self.names))

    @property
    def degree(self) -> int:
        """The degree of the ideal; the number of solutions with multiplicity if finite.

        Raises ``InputError`` for the order ``"lex"``, whose leading monomials do not tell it.
        """
        self._need_degree_order("degree")
        return dimension_and_degree(self._leading, len(self.names))[1]

    @property
    def n_solutions(self) -> int | None:
        """The number of complex solutions with multiplicity; None for infinitely many."""
        if self.is_inconsistent:
            return 0
        if not is_zero_dimensional(self._leading, len(self.names)):
            return None
        return len(standard_monomials(self._leading, len(self.names)))

    @property
    def hilbert_polynomial(self) -> tuple[Fraction, ...]:
        """Coefficients, ascending, of the affine Hilbert polynomial.

        HP(s) is the dimension of the polynomials of degree up to s modulo the ideal, for all
        large s. Raises ``InputError`` for the order ``"lex"``. Source: Cox, Little, O'Shea,
        'Ideals, Varieties, and Algorithms', chapter 9, section 3.
        """
        self._need_degree_order("Hilbert polynomial")
        size, numerator = self.dimension, hilbert_numerator(self._leading, len(self.names))
        for _ in range(len(self.names) - size if numerator else 0):
            numerator = numerator // type(numerator)([1, -1])
        total = fmpq_poly([0])
        for j, coefficient in enumerate(numerator.coeffs()):
            total += _binomial(size - j, size) * coefficient
        return tuple(to_fraction(c) for c in total.coeffs())

    def normal_form(self, polynomial: SparsePolynomial) -> SparsePolynomial:
        """The remainder of ``polynomial``: the same for two exactly if their difference vanishes
        modulo the ideal.

        Raises ``InputError`` for other orders than ``"grevlex"``.
        """
        if self.order != "grevlex":
            raise InputError(f"normal forms are for the order 'grevlex', not {self.order!r}")
        remainder = self._normal_forms(polynomial.with_names(self.names).mpoly)
        return SparsePolynomial(self.names, remainder)

    def contains(self, polynomial: SparsePolynomial) -> bool:
        """Whether ``polynomial`` lies in the ideal."""
        return self.normal_form(polynomial).is_zero

    def __len__(self) -> int:
        return len(self.polynomials)

    def __str__(self) -> str:
        count = f"{len(self)} polynomial{'' if len(self) == 1 else 's'} in {', '.join(self.names)}"
        proof = "" if self.proved else ", not proved"
        head = f"Gröbner basis ({self.order}) of {count}, by {self.engine}{proof}"
        return "\n".join([head, *(f"  {p}" for p in self.polynomials)])

    @cached_property
    def _ring(self) -> fmpz_mpoly_ctx:
        return fmpz_mpoly_ctx.get(self.names, _ORDERS[self.order])

    @cached_property
    def _elements(self) -> Basis:
        return tuple(over_integers(p.mpoly, self._ring) for p in self.polynomials)

    @cached_property
    def _leading(self) -> list[tuple[int, ...]]:
        return leading_monomials(self._elements)

    @cached_property
    def _normal_forms(self) -> NormalForms:
        return NormalForms(self._elements, self.names)

    def _need_degree_order(self, what: str) -> None:
        if self.order == "lex":
            raise InputError(f"the {what} needs a degree order; compute the basis by 'grevlex'")


def groebner_basis(
    system: PolynomialSystem,
    order: str = "grevlex",
    *,
    engine: str | None = None,
    prove: bool = True,
    timeout: float | None = None,
    memory: int | None = None,
) -> GroebnerBasis:
    """The reduced Gröbner basis of the ideal that the equations generate.

    Parameters
    ----------
    system
        Equations with rational coefficients; the order of its variables is that of the basis.
    order
        ``"grevlex"`` (degree reverse lexicographic, the quickest), ``"grlex"`` or ``"lex"``.
    engine
        ``"msolve"`` (grevlex only), ``"singular"``, ``"macaulay2"``, ``"flint"`` or ``"sympy"``;
        where None, the first of these that is installed and knows the order.
    prove
        Whether to prove a basis by msolve, whose lifting is probabilistic; see ``proved``.
    timeout, memory
        Seconds and bytes that the engine may use, and seconds for the proof.

    Raises
    ------
    InputError
        For an order or engine that does not exist, or an engine that does not know the order.
    EngineError
        Where the engine is missing, fails or reaches its limits, with its own words.

    Examples
    --------
    >>> system = PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x - y"])
    >>> basis = groebner_basis(system, engine="flint")
    >>> [str(p) for p in basis.polynomials], basis.dimension, basis.n_solutions
    (['x - y', '2*y^2 - 1'], 0, 2)
    """
    if order not in _ORDERS:
        raise InputError(f"order {order!r} is not known; use one of {', '.join(_ORDERS)}")
    ring = fmpz_mpoly_ctx.get(system.names, _ORDERS[order])
    chosen = _engine(engine, _ORDERS[order])
    equations = [over_integers(p.mpoly, ring) for p in system.polynomials]
    budget, start = Budget(timeout, memory), time.perf_counter()
    found = chosen.basis(equations, ring, budget)
    proved = chosen.proves or (prove and _is_proved(found, equations, ring, chosen, budget))
    return GroebnerBasis(
        names=system.names,
        order=order,
        polynomials=_rational(found, ring),
        engine=f"{chosen.name} {chosen.version()}",
        proved=proved,
        seconds=time.perf_counter() - start,
    )


def _engine(name: str | None, order: Ordering) -> Engine:
    if name is not None:
        return engine_named(name)
    return next(engine for engine in available() if order in engine.orders)


def _is_proved(
    found: Basis,
    equations: Sequence[fmpz_mpoly],
    ring: fmpz_mpoly_ctx,
    engine: Engine,
    budget: Budget,
) -> bool:
    return isinstance(engine, Msolve) and check_basis(found, equations, ring, engine, budget).proved


def _rational(basis: Basis, ring: fmpz_mpoly_ctx) -> tuple[SparsePolynomial, ...]:
    names = tuple(ring.names())
    rationals = fmpq_mpoly_ctx.get(names, Ordering.degrevlex)
    return tuple(SparsePolynomial(names, over_rationals(g, rationals)) for g in basis)


def _binomial(shift: int, size: int) -> fmpq_poly:
    """binomial(s + shift, size) as a polynomial in s; zero for size -1."""
    if size < 0:
        return fmpq_poly([0])
    result = fmpq_poly([1])
    for k in range(size):
        result = result * fmpq_poly([shift - k, 1]) / (k + 1)
    return result
