"""Engines that are Python libraries, in a second process that can be stopped.

FLINT cannot be interrupted from Python and memory can be limited for whole processes only. The
question and the answer travel as text: the engine and the order, the number of variables, and a
polynomial in each line; back comes the basis in the format of ``listing``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.engines.listing import ask, listed
from solvers.groebner.engines.polynomial_text import read_polynomial, safe_names, written
from solvers.groebner.engines.process import Program
from solvers.groebner.engines.protocol import Budget

__all__ = ["basis_apart"]


def basis_apart(
    engine: str, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
) -> tuple[fmpz_mpoly, ...]:
    """``basis`` of the engine of that name, within the budget."""
    if not generators:
        return ()
    header = f"{engine} {ring.ordering().name} {ring.nvars()}"
    # The same modules must be found there, wherever this process found them.
    paths = os.pathsep.join(os.path.abspath(path) for path in sys.path)
    program = Program(engine, (sys.executable, "-m", __name__), {"PYTHONPATH": paths})
    (found,) = ask(program, [], "\n".join([header, *written(generators)]), ring, budget)
    return found


def main() -> None:
    """Read a question, answer it without limits."""
    from solvers.groebner.engines.choice import engine_named

    engine, order, count = sys.stdin.readline().split()
    ring = fmpz_mpoly_ctx.get(safe_names(int(count)), Ordering[order])
    generators = [read_polynomial(line, ring) for line in sys.stdin]
    sys.stdout.write(listed([engine_named(engine).basis(generators, ring, Budget())]))


if __name__ == "__main__":
    main()
