"""Macaulay2: Gröbner bases over the rationals and minimal associated primes.

Source: Grayson, Stillman, 'Macaulay2, a software system for research in algebraic geometry'.
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

__all__ = ["Macaulay2"]

_ORDERS = {Ordering.lex: "Lex", Ordering.deglex: "GLex", Ordering.degrevlex: "GRevLex"}
_ANSWER = """\
scan(L, J -> (print "IDEAL"; scan(flatten entries gens gb J, g -> print toString g)));
print "END";
"""


@dataclass(frozen=True, slots=True)
class Macaulay2:
    """The engine Macaulay2, run as ``path``."""

    path: str

    name = "macaulay2"
    orders = frozenset(_ORDERS)
    proves = True

    @classmethod
    def found(cls) -> Macaulay2:
        """The program of ``POLYNET_MACAULAY2``, of the path, or of this Python environment.

        Raises ``EngineMissingError`` where there is none.
        """
        return cls(located("macaulay2", "M2", "`apt install macaulay2`"))

    def version(self) -> str:
        """The version that ``M2 --version`` prints."""
        return version_of("macaulay2", self.path, "--version")

    def basis(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
    ) -> Basis:
        """See ``Engine.basis``."""
        asked = substance(generators, ring)
        check_order(self.name, self.orders, ring)
        if not asked or asked[0].is_constant():
            return tuple(asked)
        (found,) = self._ask(asked, ring, "{I}", budget)
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
        # Of the whole ring it has no minimal primes, and no empty list of them to print.
        primes = self._ask(asked, ring, "if I == 1 then {I} else minimalPrimes I", budget)
        return tuple(sorted((p for p in primes if not p[0].is_constant()), key=str))

    def _ask(
        self, asked: list[fmpz_mpoly], ring: fmpz_mpoly_ctx, ideals: str, budget: Budget
    ) -> list[Basis]:
        names = ",".join(safe_names(ring.nvars()))
        text = (
            f"R=QQ[{names},MonomialOrder=>{_ORDERS[ring.ordering()]}];\n"
            + "I=ideal("
            + ",\n".join(written(asked))
            + f");\nL={ideals};\n{_ANSWER}"
        )
        program = Program(self.name, (self.path,))
        return ask(program, ["--script", "/dev/stdin"], text, ring, budget)
