"""Systems and XOR losses whose solutions are known, for every solver's tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import polynet as pn
from polynet.collected_loss import CollectedLoss

LAMBDA = Fraction(1, 100)
GENERIC = tuple(Fraction(k, 200) for k in range(2, 12))


@dataclass(frozen=True)
class Known:
    """A system with its number of distinct complex and real solutions and of multiplicities."""

    name: str
    equations: tuple[str, ...]
    n_finite: int
    n_real: int
    multiplicity_sum: int


def katsura(n: int) -> tuple[str, ...]:
    """Katsura's equations in u_0, ..., u_n, with u_{-i} = u_i."""

    def u(i: int) -> str:
        return f"u{abs(i)}" if abs(i) <= n else "0"

    span = range(-n, n + 1)
    squares = [" + ".join(f"{u(i)}*{u(m - i)}" for i in span) + f" - {u(m)}" for m in range(n)]
    return (*squares, " + ".join(u(i) for i in span) + " - 1")


# Counts: Katsura 2^n complex solutions; the others by hand or by resultants.
SYSTEMS = (
    Known("circle and line", ("x^2 + y^2 - 1", "x - y"), 2, 2, 2),
    Known("tangent", ("x^2 + y^2 - 1", "x - 1"), 1, 1, 2),
    Known("square root of -1", ("x^2 + 1",), 2, 0, 2),
    Known("double roots", ("(x^2 - 2)^2",), 2, 2, 4),
    Known("cubic", ("x^3 - 2",), 3, 1, 3),
    Known("overdetermined", ("x^2 - 1", "x^3 - 1", "x*y - 2"), 1, 1, 1),
    Known("fat points", ("x^2*(x - 1)", "y^2*(y - 1)^3"), 4, 4, 15),
    Known("Griewank-Osborne", ("29/16*x^3 - 2*x*y", "y - x^2"), 1, 1, 3),
    Known(
        "HomotopyContinuation introduction",
        ("(x^4 + y^4 - 1)*(x^2 + y^2 - 2) + x^5*y", "x^2 + 2*x*y^2 - 2*y^2 - 1/2"),
        18,
        4,
        18,
    ),
    Known("katsura-4", katsura(4), 16, 12, 16),
    Known("katsura-5", katsura(5), 32, 16, 32),
)


def _dense(n_in: int, n_out: int) -> pn.Dense:
    return pn.Dense(n_in, n_out, bias=False)


NETWORKS = {
    "linear 2-1-1": (_dense(2, 1), _dense(1, 1)),
    "linear 2-2-1": (_dense(2, 2), _dense(2, 1)),
    "linear 2-2-2-1": (_dense(2, 2), _dense(2, 2), _dense(2, 1)),
    "square 2-1-1": (_dense(2, 1), pn.Square(), _dense(1, 1)),
    "square 2-2-1": (_dense(2, 2), pn.Square(), _dense(2, 1)),
}


@cache
def xor_loss(name: str, l2: Fraction | Sequence[Fraction] = Fraction(0)) -> CollectedLoss:
    """The loss of a named network on XOR; ``"generic"`` penalties by ``GENERIC``."""
    network = pn.Network(list(NETWORKS[name]))
    return pn.collect(network, pn.datasets.xor(), l2=l2)


def generic_loss(name: str) -> CollectedLoss:
    """The loss of a named network on XOR with another penalty on every weight."""
    return xor_loss(name, GENERIC[: xor_loss(name).n_parameters])
