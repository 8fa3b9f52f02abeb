"""The format in which engines that run a script of ours list ideals.

A line ``IDEAL`` before each ideal, a line for each of its generators, and ``END`` in the last
line, without which the answer is not whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

from polynet.errors import InputError
from solvers.groebner.basis import sorted_basis
from solvers.groebner.engines.failure import EngineOutputError
from solvers.groebner.engines.polynomial_text import read_polynomial, written
from solvers.groebner.engines.process import Program
from solvers.groebner.engines.protocol import Budget

__all__ = ["Basis", "ask", "check_order", "listed"]

Basis = tuple[fmpz_mpoly, ...]


def check_order(engine: str, known: Iterable[Ordering], ring: fmpz_mpoly_ctx) -> None:
    """Raises ``InputError`` where the engine does not know the order of the ring."""
    if ring.ordering() not in known:
        names = ", ".join(sorted(order.name for order in known))
        raise InputError(
            f"{engine} does not know the order {ring.ordering().name}; use one of {names}, "
            "or another engine"
        )


def listed(ideals: Iterable[Basis]) -> str:
    """The ideals in this format."""
    lines = [line for ideal in ideals for line in ("IDEAL", *written(ideal))]
    return "\n".join([*lines, "END\n"])


def ask(
    program: Program, arguments: Sequence[str], text: str, ring: fmpz_mpoly_ctx, budget: Budget
) -> list[Basis]:
    """The ideals that ``program`` lists for ``text``, each as a sorted basis.

    Raises ``EngineError``, for output in another format ``EngineOutputError``.
    """
    output = program.run(arguments, text, budget).decode(errors="replace")
    lines = [line.strip() for line in output.splitlines()]
    lines = [line for line in lines if line and not line.startswith("//")]  # Singular's remarks
    try:
        if lines[:1] != ["IDEAL"] or lines.pop() != "END":
            raise ValueError("the list of ideals is not whole")
        return [sorted_basis(ideal) for ideal in _ideals(lines, ring)]
    except ValueError as error:
        raise EngineOutputError(program.engine, f"wrote no basis: {error}", words=output) from error


def _ideals(lines: Iterable[str], ring: fmpz_mpoly_ctx) -> list[list[fmpz_mpoly]]:
    ideals: list[list[fmpz_mpoly]] = []
    for line in lines:
        if line == "IDEAL":
            ideals.append([])
        else:
            ideals[-1].append(read_polynomial(line, ring))
    return ideals
