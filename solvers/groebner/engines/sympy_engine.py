"""sympy's Buchberger algorithm: always there, slow, independent of all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy
from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import Basis, over_integers, sorted_basis
from solvers.groebner.engines.library_engine import LibraryEngine
from solvers.groebner.engines.polynomial_text import safe_names

__all__ = ["Sympy"]

_ORDERS = {Ordering.lex: "lex", Ordering.deglex: "grlex", Ordering.degrevlex: "grevlex"}


@dataclass(frozen=True, slots=True)
class Sympy(LibraryEngine):
    """The engine sympy."""

    name = "sympy"
    orders = frozenset(_ORDERS)

    def version(self) -> str:
        """The version of sympy."""
        return str(sympy.__version__)

    def basis_here(self, asked: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx) -> Basis:
        """See ``LibraryEngine.basis_here``."""
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
