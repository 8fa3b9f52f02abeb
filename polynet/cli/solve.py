"""``polynet solve``: every solution of a polynomial system in a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from polynet.cli.arguments import json_option, seed_option, timeout_option
from polynet.cli.output import console, json_on_screen, table, working, write_json
from polynet.cli.solve_options import exact_options, homotopy_options

if TYPE_CHECKING:
    from polynet.polynomial_system import PolynomialSystem
    from solvers import SolutionSet, Solver
    from solvers.certification.certificate import Certificate
    from solvers.homotopy.solutions import HomotopySolutions

__all__ = ["solve"]

ROWS_SHOWN = 50
INTERRUPTED = 130


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
@exact_options
@homotopy_options
@seed_option
@timeout_option
@json_option
@click.pass_context
def solve(
    context: click.Context,
    /,
    file: Path,
    method: str,
    variables: str | None,
    paths: bool,
    exact: bool,
    rationalise: float | None,
    certify: bool,
    seed: int,
    timeout: float,
    json_file: Path | None,
    **options: Any,
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
      polynet solve circle.txt --method homotopy --paths --certify
    """
    import solvers
    from polynet.polynomial_system import PolynomialSystem

    _check_options(context, method)
    names = [name.strip() for name in variables.split(",")] if variables else None
    system = PolynomialSystem.from_file(file, variables=names)
    notes: tuple[str, ...] = ()
    if rationalise is not None:
        system, report = system.rationalised(rationalise)
        notes = (str(report),)
    with working("solving", shown=not options["progress"]):
        found = solvers.solve(system, _solver(method, seed, timeout, options))
    if notes:
        found = replace(found, notes=(*notes, *found.notes))
    proof = None
    if certify:
        with working("certifying"):
            found, proof = _certified(system, found)
    if json_file is not None:
        _write(json_file, found, proof)
    if not json_on_screen(json_file):
        _show(found)
        if paths:
            _show_paths(cast("HomotopySolutions", found))
        if exact:
            _show_exact(found)
        if proof is not None:
            console().print(str(proof), markup=False)
    if getattr(found, "n_untracked", 0):
        context.exit(INTERRUPTED)


_EXACT = ("engine", "memory", "signs", "exact", "rationalise")
_HOMOTOPY = (
    *("start", "groups", "threads", "max_paths", "max_family_paths"),
    *("checkpoint", "progress", "paths"),
)


def _check_options(context: click.Context, method: str) -> None:
    """Raises ``UsageError`` for an option that the other method takes."""
    other, names = ("homotopy", _HOMOTOPY) if method == "groebner" else ("groebner", _EXACT)
    for name in names:
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} needs --method {other}")


def _solver(method: str, seed: int, timeout: float, options: dict[str, Any]) -> Solver:
    import solvers

    engine, memory, signs = (options.pop(name) for name in ("engine", "memory", "signs"))
    if method == "homotopy":
        return solvers.Homotopy(seed=seed, **options)
    size = None if memory is None else memory << 20
    exact = solvers.Groebner(seed=seed, timeout=timeout, engine=engine, memory=size)
    return solvers.UpToSigns(exact) if signs else exact


def _certified(system: PolynomialSystem, found: SolutionSet) -> tuple[SolutionSet, Certificate]:
    """The solutions with their proof; their evidence says so where all of them are proved."""
    from solvers import Evidence
    from solvers.certify import certify

    if system.n_equations < system.n_variables:
        raise click.UsageError("--certify needs as many equations as unknowns, or more")
    proof = certify(system, found)
    if proof.complete and proof.n_distinct == found.n_finite > 0:
        found = replace(found, evidence=Evidence.CERTIFIED)
    return found, proof


def _write(file: Path, found: SolutionSet, proof: Certificate | None) -> None:
    from solvers.solution_record import solution_record

    record = solution_record(found)
    if proof is not None:
        from solvers.certification.certificate_json import as_record

        record["certificate"] = as_record(proof)
    write_json(file, record)


def _show(found: SolutionSet) -> None:
    screen = console()
    screen.print(_summary(found), markup=False)
    for i, family in enumerate(found.families, start=1):
        screen.print(f"  family {i}: {family}", markup=False)
        for line in family.details():
            screen.print(f"    {line}", markup=False)
    if found.n_finite:
        rows = [
            (*(found.text(i, j) for j in range(len(found.names))), str(multiplicity or "?"))
            for i, multiplicity in enumerate(found.multiplicities)
        ]
        columns = (*found.names, "multiplicity")
        screen.print(table(columns, rows[:ROWS_SHOWN], right=len(columns)))
        if len(rows) > ROWS_SHOWN:
            screen.print(f"… and {len(rows) - ROWS_SHOWN:,} more; --json FILE writes them all")


def _show_paths(found: HomotopySolutions) -> None:
    """Paths by number, with the number of the solution at which each ends; both begin at 0."""
    import numpy as np

    n_paths = len(found.paths)
    shown = np.arange(min(n_paths, ROWS_SHOWN))
    columns = found.paths.text(shown)
    numbers, ends = columns.pop("path"), columns.pop("end")
    solutions = [str(number) if number >= 0 else "" for number in found.solution_of[shown]]
    columns = {"path": numbers, "solution": solutions, **columns, "end": ends}
    screen = console()
    if not n_paths:
        screen.print("No paths were tracked.")
        return
    screen.print(table(tuple(columns), zip(*columns.values(), strict=True), right=len(columns) - 1))
    if n_paths > len(shown):
        screen.print(f"… and {n_paths - len(shown):,} more paths; --json FILE writes them all")


def _show_exact(found: SolutionSet) -> None:
    screen = console()
    for row in range(min(found.n_finite, ROWS_SHOWN)):
        screen.print(f"solution {row}", markup=False)
        for column, name in enumerate(found.names):
            screen.print(f"  {name} = {found.exact_text(row, column)}", markup=False)


def _summary(found: SolutionSet) -> str:
    from solvers.family import family_count
    from solvers.number_text import counted

    counts = (
        f"{counted(found.n_finite, 'isolated solution', 'isolated solutions')}: "
        f"{found.n_real:,} real, {found.n_finite - found.n_real:,} not real; "
        f"{found.singular_text}"
    )
    if found.families:
        counts += (
            f"; {family_count(found.families)} of solutions, "
            f"dimension {found.dimension}, degree {found.degree}"
        )
    lines = [f"{found.outcome.value}: {found.outcome.advice}", f"{counts}."]
    paths = getattr(found, "paths", None)
    if paths is not None and len(paths):
        lines += [f"Paths: {paths}.", f"Complete? {found.completeness}."]  # type: ignore[attr-defined]
    return "\n".join([*lines, *found.notes, *(f"Not proved: {what}." for what in found.unproved)])
