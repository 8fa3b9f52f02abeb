"""Macaulay2: Gröbner bases over the rationals and minimal associated primes.

Source: Grayson, Stillman, 'Macaulay2, a software system for research in algebraic geometry'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from flint import Ordering

from solvers.groebner.engines.scripted import ScriptedEngine

__all__ = ["Macaulay2"]

_BASIS = "{I}"
# Of the whole ring it has no minimal primes, and no empty list of them to print.
_PRIMES = "if I == 1 then {I} else minimalPrimes I"
_ANSWER = """\
scan(L, J -> (print "IDEAL"; scan(flatten entries gens gb J, g -> print toString g)));
print "END";
"""


class Macaulay2(ScriptedEngine):
    """The engine Macaulay2."""

    __slots__ = ()

    name = "macaulay2"
    program = "M2"
    remedy = "`apt install macaulay2`"
    arguments = ("--script", "/dev/stdin")
    order_names: ClassVar[Mapping[Ordering, str]] = {
        Ordering.lex: "Lex",
        Ordering.deglex: "GLex",
        Ordering.degrevlex: "GRevLex",
    }

    def script(
        self, variables: str, order: str, polynomials: Sequence[str], *, primes: bool
    ) -> str:
        """See ``ScriptedEngine.script``."""
        return (
            f"R=QQ[{variables},MonomialOrder=>{order}];\n"
            + "I=ideal("
            + ",\n".join(polynomials)
            + f");\nL={_PRIMES if primes else _BASIS};\n{_ANSWER}"
        )
