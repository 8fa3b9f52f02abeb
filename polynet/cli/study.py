"""``polynet study``: from the data to every critical point, on record and in a picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polynet.cli.arguments import (
    L2,
    json_option,
    net_option,
    out_option,
    seed_option,
    timeout_option,
)
from polynet.cli.output import console, json_on_screen, table, working, write_text_to

if TYPE_CHECKING:
    from solvers import Groebner
    from solvers.study_record import Reach, Study

__all__ = ["study"]

DEFAULT_NET = "square"
DEFAULT_L2 = Fraction(1, 100)
REACH_SHOWN = ("linear", "square")


@click.group(short_help="Every critical point of a small network, classified.")
def study() -> None:
    """A whole study of one problem, from the data to every critical point.

    \b
    Examples:
      polynet study xor
      polynet study xor --net linear-deep
    """


@study.command()
@net_option
@click.option(
    "--l2",
    type=L2,
    help="The penalty on squared weights, one number or one per weight, exact: 1/100, 0.01. "
    "Default: 1/100 without --net, else 0.",
)
@click.option(
    "--method",
    type=click.Choice(["groebner", "homotopy"]),
    default="groebner",
    show_default=True,
    help="groebner: exact, families too; homotopy: isolated points of larger networks, certified.",
)
@click.option(
    "--signs",
    is_flag=True,
    help="Groebner: solve once for all critical points that differ by the signs of hidden units.",
)
@click.option(
    "--reach",
    is_flag=True,
    help="First find what the network reaches without penalty: its least loss, exact weights.",
)
@seed_option
@timeout_option
@out_option
@json_option
def xor(
    net: str | None,
    l2: Any,
    method: str,
    signs: bool,
    reach: bool,
    seed: int,
    timeout: float,
    out: Path,
    json_file: Path | None,
) -> None:
    """Every critical point of a small network on XOR, classified.

    Without options: two squared units with penalty 1/100, after a look at what a linear network
    and one with squares can reach. Writes study.json and study.png.

    Networks by name: linear, linear-deep, square-1, square, square-bias, product, product-bias;
    or layer by layer, such as dense:2-3,square,dense:3-1 (add :nobias to a layer).

    \b
    Examples:
      polynet study xor
      polynet study xor --net linear           a certified floor of 4/3, and families
      polynet study xor --net square           without penalty: families that reach 0
      polynet study xor --net linear --l2 1/100,1/50,3/100,1/25,1/20,3/50
      polynet study xor --net square-1 --l2 0.01 --out one-unit --json one-unit.json
      polynet study xor --net square-1 --l2 1/100 --method homotopy
      polynet study xor --net product --l2 1/100 --signs --reach --timeout 600
    """
    import polynet as pn
    import solvers
    from polynet.named_networks import network
    from solvers.study import run_study, save_study

    if signs and method == "homotopy":
        raise click.UsageError("--signs needs --method groebner")
    penalty: Any = l2 if l2 is not None else (DEFAULT_L2 if net is None else 0)
    exact = solvers.Groebner(seed=seed, timeout=timeout)
    solver: solvers.Solver = solvers.UpToSigns(exact) if signs else exact
    if method == "homotopy":
        solver = solvers.Homotopy(seed=seed)
    with working("studying XOR"):
        loss = pn.collect(
            network(DEFAULT_NET if net is None else net), pn.datasets.xor(), l2=penalty
        )
        shown = REACH_SHOWN if net is None else (net,) if reach else ()
        reached = [_reach(name, exact) for name in shown]
        found = run_study(loss, solver, name="XOR", reach=reached)
        written = save_study(found, loss, out)
    if json_file is not None:
        write_text_to(json_file, found.to_json())
    if not json_on_screen(json_file):
        _show(found, written)


def _reach(name: str, solver: Groebner) -> Reach:
    """What a network reaches on XOR without penalty."""
    import polynet as pn
    from polynet.named_networks import NAMED_NETWORKS, network
    from solvers.study import reach_of

    known = NAMED_NETWORKS.get(name)
    loss = pn.collect(network(name), pn.datasets.xor())
    return reach_of(loss, name if known is None else known.description, solver)


def _show(found: Study, written: tuple[Path, ...]) -> None:
    from rich.panel import Panel

    from solvers import study_text as text

    screen = console()
    screen.print(f"{found.name}: {found.network}", style="bold", markup=False)
    if found.reach:
        lines = "\n".join(text.reach_lines(found.reach))
        title = f"{found.name} without penalty: what can be reached"
        screen.print(Panel(lines, title=title, title_align="left", expand=False))
    for lines_of in (text.loss_lines, text.result_lines):
        screen.print("\n".join(lines_of(found)), markup=False)
        screen.print()
    if found.critical.families:
        columns, rows = text.family_table(found.critical, width=screen.width)
        screen.print(table(columns, rows))
    if found.critical.real:
        columns, rows = text.point_table(found.critical, width=screen.width)
        screen.print(table(columns, rows))
    names = " and ".join(str(path) for path in written)
    screen.print(f"{found.seconds:.1f} s; wrote {names}", markup=False)
