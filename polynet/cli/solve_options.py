"""The options of ``polynet solve`` that one of its solvers takes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

__all__ = ["exact_options", "homotopy_options"]

_LEAST_MEMORY = 256  # MiB


def _groups(context: click.Context, param: click.Parameter, text: str) -> str | list[list[str]]:
    """``"x,y|z"`` as lists of names."""
    if text.strip() == "auto":
        return "auto"
    groups = [[name.strip() for name in group.split(",")] for group in text.split("|")]
    if not all(name for group in groups for name in group):
        raise click.BadParameter(f'{text!r} has an empty name; write "x,y|z"', context, param)
    return groups


def _on_terminals(context: click.Context, param: click.Parameter, wanted: bool | None) -> bool:
    return sys.stderr.isatty() if wanted is None else wanted


_EXACT = (
    click.option(
        "--engine",
        type=click.Choice(["msolve", "singular", "macaulay2", "flint", "sympy"]),
        help="Groebner: what computes bases; else FLINT, and the strongest installed beyond it.",
    ),
    click.option(
        "--memory",
        metavar="MIB",
        type=click.IntRange(min=_LEAST_MEMORY),
        help="Groebner: what each process of the computation may use.",
    ),
    click.option(
        "--signs",
        is_flag=True,
        help="Groebner: solve once for all solutions that differ by signs.",
    ),
    click.option(
        "--exact",
        is_flag=True,
        help="Groebner: print coordinates as fractions, radicals or roots of polynomials.",
    ),
    click.option(
        "--rationalise",
        metavar="TOL",
        type=click.FloatRange(min=0, max=0.5, min_open=True, max_open=True),
        help="Groebner: replace each coefficient by the simplest fraction that is no further off.",
    ),
)

_HOMOTOPY = (
    click.option(
        "--start",
        type=click.Choice(["auto", "total-degree", "multihomogeneous", "polyhedral"]),
        default="auto",
        show_default=True,
        help="Homotopy: the start system; auto takes the one with the fewest paths.",
    ),
    click.option(
        "--groups",
        metavar='"X,Y|Z"',
        default="auto",
        callback=_groups,
        help="Homotopy: groups of variables for the multihomogeneous start; else they are found.",
    ),
    click.option(
        "--threads",
        metavar="N",
        type=click.IntRange(min=1),
        help="Homotopy: else as many as there are cores.",
    ),
    click.option(
        "--max-paths",
        metavar="N",
        type=click.IntRange(min=1),
        default=1_000_000,
        show_default=True,
        help="Homotopy: refuse to track more.",
    ),
    click.option(
        "--max-family-paths",
        metavar="N",
        type=click.IntRange(min=0),
        default=100,
        show_default=True,
        help="Homotopy: to random slices, for families on which no path ended; 0 for none.",
    ),
    click.option(
        "--checkpoint",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Homotopy: keep the paths tracked so far in FILE, and go on from there.",
    ),
    click.option(
        "--progress/--no-progress",
        default=None,
        callback=_on_terminals,
        help="Homotopy: show how many paths are tracked; on a terminal by default.",
    ),
    click.option(
        "--paths",
        is_flag=True,
        help="Homotopy: list the paths and how each of them ended.",
    ),
    click.option(
        "--certify",
        is_flag=True,
        help="Prove the solutions in ball arithmetic, and say what holds.",
    ),
)


def exact_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what the exact solver takes to ``command``, in the order it has here."""
    return _with(_EXACT, command)


def homotopy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what the homotopy solver takes to ``command``, in the order it has here."""
    return _with(_HOMOTOPY, command)


def _with(options: Sequence[Callable[..., Any]], command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command
