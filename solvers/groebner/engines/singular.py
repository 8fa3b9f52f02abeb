"""Singular: Gröbner bases over the rationals and minimal associated primes.

Source: Decker, Greuel, Pfister, Schönemann, 'Singular, a computer algebra system for polynomial
computations'; minimal primes by Gianni, Trager, Zacharias, 'Gröbner bases and primary
decomposition of polynomial ideals' (1988), in its library ``primdec``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from flint import Ordering

from solvers.groebner.engines.scripted import ScriptedEngine

__all__ = ["Singular"]

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


class Singular(ScriptedEngine):
    """The engine Singular; bases by its algorithm slimgb."""

    __slots__ = ()

    name = "singular"
    program = "Singular"
    remedy = "`apt install singular`"
    arguments = ("-q", "-t", "--no-rc", "--no-shell")
    order_names: ClassVar[Mapping[Ordering, str]] = {
        Ordering.lex: "lp",
        Ordering.deglex: "Dp",
        Ordering.degrevlex: "dp",
    }

    def script(
        self, variables: str, order: str, polynomials: Sequence[str], *, primes: bool
    ) -> str:
        """See ``ScriptedEngine.script``."""
        # A list of lines, because a line that is too long ends the script.
        lines = [f"I[{k}]={text};" for k, text in enumerate(polynomials, start=1)]
        return (
            ('LIB "primdec.lib";\n' if primes else "")
            + f"ring r=0,({variables}),{order};\n"
            + "short=0;\noption(redSB);\nideal I;\n"
            + "\n".join(lines)
            + f"\n{_PRIMES if primes else _BASIS}{_ANSWER}"
        )
