"""Singular: Gröbner bases over the rationals and minimal associated primes.

Source: Decker, Greuel, Pfister, Schönemann, 'Singular, a computer algebra system for polynomial
computations'; minimal primes by Gianni, Trager, Zacharias, 'Gröbner bases and primary
decomposition of polynomial ideals' (1988), in its library ``primdec``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.engines.installed import located, version_of
from solvers.groebner.engines.listing import Basis, ask, check_order
from solvers.groebner.engines.polynomial_text import safe_names, substance, written
from solvers.groebner.engines.process import Program
from solvers.groebner.engines.protocol import Budget

__all__ = ["Singular"]

_ORDERS = {Ordering.lex: "lp", Ordering.deglex: "Dp", Ordering.degrevlex: "dp"}
_QUIET = ("-q", "-t", "--no-rc", "--no-shell")
_BASIS = "list L=slimgb(I);\n"
_PRIMES = "list L=minAssGTZ(I);\n"
_ANSWER = """\
int j; int k;
for(j=1;j<=size(L);j++){
  "IDEAL"; ideal G=slimgb(L[j]);
  for(k=1;k<=ncols(G);k++){string(G[k]);}
  kill G;
}
"END";
$
"""


@dataclass(frozen=True, slots=True)
class Singular:
    """The engine Singular, run as ``path``."""

    path: str

    name = "singular"
    orders = frozenset(_ORDERS)
    proves = True

    @classmethod
    def found(cls) -> Singular:
        """The program of ``POLYNET_SINGULAR``, of the path, or of this Python environment.

        Raises ``EngineMissingError`` where there is none.
        """
        return cls(located("singular", "Singular", "`apt install singular`"))

    def version(self) -> str:
        """The version that ``Singular --version`` prints."""
        return version_of("singular", self.path, "--version")

    def basis(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
    ) -> Basis:
        """See ``Engine.basis``; by the algorithm slimgb."""
        asked = substance(generators, ring)
        check_order(self.name, self.orders, ring)
        if not asked or asked[0].is_constant():
            return tuple(asked)
        (found,) = self._ask(asked, ring, _BASIS, budget)
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
        primes = self._ask(asked, ring, _PRIMES, budget)
        return tuple(sorted((p for p in primes if not p[0].is_constant()), key=str))

    def _ask(
        self, asked: list[fmpz_mpoly], ring: fmpz_mpoly_ctx, command: str, budget: Budget
    ) -> list[Basis]:
        # A list of lines, because a line that is too long ends the script.
        lines = [f"I[{k}]={text};" for k, text in enumerate(written(asked), start=1)]
        names = ",".join(safe_names(ring.nvars()))
        text = (
            ('LIB "primdec.lib";\n' if command == _PRIMES else "")
            + f"ring r=0,({names}),{_ORDERS[ring.ordering()]};\n"
            + "short=0;\noption(redSB);\nideal I;\n"
            + "\n".join(lines)
            + f"\n{command}{_ANSWER}"
        )
        return ask(Program(self.name, (self.path,)), _QUIET, text, ring, budget)
