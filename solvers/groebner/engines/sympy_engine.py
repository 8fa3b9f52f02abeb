"""sympy's Buchberger algorithm: always there, slow, independent of all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy
from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import over_integers, sorted_basis
from solvers.groebner.engines.apart import basis_apart
from solvers.groebner.engines.listing import check_order
from solvers.groebner.engines.polynomial_text import safe_names, substance
from solvers.groebner.engines.protocol import Budget

__all__ = ["Sympy"]

_ORDERS = {Ordering.lex: "lex", Ordering.deglex: "grlex", Ordering.degrevlex: "grevlex"}


@dataclass(frozen=True, slots=True)
class Sympy:
    """The engine sympy, in this process; in a second one where the budget has limits."""

    name = "sympy"
    orders = frozenset(_ORDERS)
    proves = True

    def version(self) -> str:
        """The version of sympy."""
        return str(sympy.__version__)

    def basis(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
    ) -> tuple[fmpz_mpoly, ...]:
        """See ``Engine.basis``."""
        asked = substance(generators, ring)
        check_order(self.name, self.orders, ring)
        if not asked or asked[0].is_constant():
            return tuple(asked)
        if budget != Budget():
            return basis_apart(self.name, asked, ring, budget)
        symbols = sympy.symbols(safe_names(ring.nvars()))
        polynomials = [
            sympy.Poly.from_dict(
                {tuple(map(int, e)): int(c) for e, c in g.terms()}, *symbols, domain=sympy.QQ
            )
            for g in asked
        ]
        found = sympy.groebner(polynomials, *symbols, order=_ORDERS[ring.ordering()])
        rationals = fmpq_mpoly_ctx.get(ring.names(), ring.ordering())
        elements = [
            rationals.from_dict({e: fmpq(int(c.p), int(c.q)) for e, c in g.terms()})
            for g in found.polys
        ]
        return sorted_basis(over_integers(element, ring) for element in elements)
