"""``polynet inspect``: what a loss is, before anything is solved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from polynet.cli.arguments import L2, json_option, load_data, net_option
from polynet.cli.output import json_on_screen, working, write_json

__all__ = ["inspect"]


@click.command(short_help="What a loss is, before solving: sizes, degrees, bounds, symmetries.")
@click.argument("data")
@net_option
@click.option("--l2", type=L2, default="0", help="Regularisation: one number, or one per weight.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The first N examples only.")
@click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the MNIST or Fashion-MNIST files (else POLYNET_DATA).",
)
@json_option
def inspect(
    data: str,
    net: str | None,
    l2: Any,
    limit: int | None,
    root: Path | None,
    json_file: Path | None,
) -> None:
    """What the loss of a network on DATA is: sizes, degrees, symmetries, what is feasible.

    DATA is xor, parity:BITS, digits, mnist, fashion, or an .npz file with the arrays 'inputs'
    and 'targets'. Networks by name: linear, linear-deep, square-1, square, square-bias,
    product, product-bias, mnist-conv; or layer by layer, such as dense:2-3,square,dense:3-1.

    \b
    Examples:
      polynet inspect xor
      polynet inspect xor --net linear-deep --l2 1/100
      polynet inspect parity:3 --net dense:3-2,square,dense:2-1
      polynet inspect digits --net flatten,dense:64-8,square,dense:8-10
      polynet inspect mnist --net mnist-conv --root ~/data --json mnist.json
    """
    import polynet as pn
    from polynet.named_networks import network

    with working("collecting the loss"):
        examples = load_data(data, limit=limit, root=root)
        loss = pn.collect(network(default_net(data) if net is None else net), examples, l2=l2)
        found = pn.inspect(loss)
    if json_file is not None:
        write_json(json_file, found.to_dict())
    if not json_on_screen(json_file):
        click.echo(str(found))


def default_net(data: str) -> str:
    """The network that goes with a data set where none is asked for."""
    defaults = {"xor": "square", "mnist": "mnist-conv", "fashion": "mnist-conv"}
    try:
        return defaults[data.strip().lower()]
    except KeyError:
        raise click.UsageError(
            f"{data} needs a network: --net dense:IN-HIDDEN,square,dense:HIDDEN-OUT, say"
        ) from None
