"""From the options of ``polynet train`` to a training method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

__all__ = ["BASES", "DIRECTIONS", "METHODS", "ORDERS", "SECONDS", "chosen_method"]

ORDERS = ["random", "cyclic", "greedy"]
DIRECTIONS = ["gradient", "cg", "lbfgs", "newton", "gauss-newton", "random"]
SECONDS = ["step", "gradient", "random"]
BASES = ["steps", "krylov", "random"]


def _coordinatewise(**given: Any) -> Any:
    from solvers import Coordinatewise

    return Coordinatewise(**given)


def _linewise(direction: str = "gauss-newton") -> Any:
    from solvers import Linewise

    return Linewise(direction)  # type: ignore[arg-type]  # a choice


def _planewise(direction: str = "gauss-newton", **given: Any) -> Any:
    from solvers import Planewise

    return Planewise(_linewise(direction), **given)


def _subspacewise(**given: Any) -> Any:
    from solvers import Subspacewise

    return Subspacewise(**given)


def _blockwise(order: str | None = None, direction: str | None = None) -> Any:
    from solvers import Blockwise, Linewise

    if order is not None and direction is not None:
        raise click.UsageError("blockwise takes --order or --direction for the layers below")
    if order is not None:
        return Blockwise(_coordinatewise(order=order))
    return Blockwise(Linewise(direction or "gauss-newton", lines=1))  # type: ignore[arg-type]


def _batchwise() -> Any:
    from solvers import Batchwise

    return Batchwise()


_MAKERS: dict[str, tuple[Callable[..., Any], set[str]]] = {
    "batchwise": (_batchwise, set()),
    "blockwise": (_blockwise, {"order", "direction"}),
    "coordinatewise": (_coordinatewise, {"order"}),
    "linewise": (_linewise, {"direction"}),
    "planewise": (_planewise, {"direction", "second"}),
    "subspacewise": (_subspacewise, {"basis", "dimension"}),
}
METHODS = list(_MAKERS)


def chosen_method(name: str, **options: Any) -> Any:
    """The method called ``name``; ``UsageError`` for options that it does not take.

    Options are None where they were not given.
    """
    given = {key: value for key, value in options.items() if value is not None}
    maker, taken = _MAKERS[name]
    for option in given:
        if option not in taken:
            raise click.UsageError(f"--{option} does not go with --method {name}")
    return maker(**given)
