"""``polynet solve``: every solution of a polynomial system in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from polynet.cli.arguments import json_option, seed_option, timeout_option
from polynet.cli.output import console, json_on_screen, table, working, write_json

if TYPE_CHECKING:
    from solvers import SolutionSet

__all__ = ["solve"]

ROWS_SHOWN = 50


@click.command(short_help="The solutions of a polynomial system in a file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--method",
    type=click.Choice(["groebner", "homotopy"]),
    default="groebner",
    show_default=True,
    help="groebner: exact, for small systems; homotopy: isolated solutions, numerically.",
)
@click.option(
    "--variables", metavar="X,Y,...", help="The unknowns in order; else as they first appear."
)
@seed_option
@timeout_option
@json_option
def solve(
    file: Path,
    method: str,
    variables: str | None,
    seed: int,
    timeout: float,
    json_file: Path | None,
) -> None:
    """Every solution of the polynomial system in FILE, isolated or in families.

    FILE holds one polynomial on a line, or an equation left = right; + - * / ^ (or **) and
    parentheses; integers, decimals and fractions, all of them exact; # begins a comment.

    \b
    Example: a file circle.txt with the two lines
      x^2 + y^2 = 1      # a circle
      x - y
    and then
      polynet solve circle.txt
      polynet solve circle.txt --json circle.json
      polynet solve circle.txt --method homotopy
    """
    import solvers
    from polynet.polynomial_system import PolynomialSystem

    names = [name.strip() for name in variables.split(",")] if variables else None
    system = PolynomialSystem.from_file(file, variables=names)
    engine: solvers.Solver = solvers.Groebner(seed=seed, timeout=timeout)
    if method == "homotopy":
        engine = solvers.Homotopy(seed=seed)
    with working("solving"):
        found = solvers.solve(system, engine)
    if json_file is not None:
        from solvers.solution_record import solution_record

        write_json(json_file, solution_record(found))
    if not json_on_screen(json_file):
        _show(found)


def _show(found: SolutionSet) -> None:
    screen = console()
    screen.print(_summary(found), markup=False)
    for i, family in enumerate(found.families, start=1):
        screen.print(f"  family {i}: {family}", markup=False)
    if found.n_finite:
        rows = [
            (*(found.text(i, j) for j in range(len(found.names))), str(multiplicity or "?"))
            for i, multiplicity in enumerate(found.multiplicities)
        ]
        columns = (*found.names, "multiplicity")
        screen.print(table(columns, rows[:ROWS_SHOWN], right=len(columns)))
        if len(rows) > ROWS_SHOWN:
            screen.print(f"… and {len(rows) - ROWS_SHOWN:,} more; --json FILE writes them all")


def _summary(found: SolutionSet) -> str:
    from solvers.family import family_count

    counts = (
        f"{found.n_finite:,} isolated solutions: {found.n_real:,} real, "
        f"{found.n_finite - found.n_real:,} complex, {found.n_singular:,} of them singular"
    )
    if found.families:
        counts += (
            f"; {family_count(found.families)} of solutions, "
            f"dimension {found.dimension}, degree {found.degree}"
        )
    return f"{found.outcome.value}: {found.outcome.advice}\n{counts}."
