"""``polynet train``: weights by exact polynomial steps, and what the steps met."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from polynet.cli.arguments import (
    L2,
    json_option,
    load_data,
    load_test_data,
    net_option,
    root_option,
    save_option,
    seed_option,
)
from polynet.cli.output import json_on_screen, write_text_to
from polynet.cli.train_methods import (
    BASES,
    DIRECTIONS,
    METHODS,
    ORDERS,
    SECONDS,
    chosen_method,
)

if TYPE_CHECKING:
    from polynet.dataset import Dataset

__all__ = ["train"]

DEFAULT_NETS = {
    "xor": "dense:2-2, square, dense:2-1",
    "digits": "flatten, dense:64-32, square, dense:32-10",
    "mnist": "mnist-conv",
    "fashion": "mnist-conv",
}
HELD_BACK = 5  # of data without a test set one in so many examples is held back


@click.command(short_help="Train a network by exact polynomial steps, without a learning rate.")
@click.option("--data", required=True, help="As for inspect: digits, mnist, a file.npz, ...")
@net_option
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="blockwise",
    show_default=True,
    help="blockwise: the last layer by least squares, those below along lines (or, with --order, "
    "weight by weight); coordinatewise: one weight at a time; linewise: along lines; planewise: in "
    "planes; subspacewise: in subspaces; batchwise: along lines on random batches.",
)
@click.option("--direction", type=click.Choice(DIRECTIONS), help="Of lines, planes; gauss-newton.")
@click.option("--second", type=click.Choice(SECONDS), help="The other direction of planes; step.")
@click.option("--order", type=click.Choice(ORDERS), help="Of weights; random.")
@click.option("--basis", type=click.Choice(BASES), help="Of subspaces; steps.")
@click.option("--dimension", type=click.IntRange(min=1), help="Of subspaces; 2.")
@click.option(
    "--precision",
    type=click.Choice(["double", "single"]),
    default="double",
    show_default=True,
    help="Inside the network; single is twice as fast.",
)
@click.option("--passes", type=click.IntRange(min=1), default=10, show_default=True)
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    metavar="N",
    help="Steps on random batches of N examples.",
)
@click.option(
    "--growth",
    type=click.FloatRange(min=1),
    default=1.0,
    show_default=True,
    help="Batches grow by this factor with each pass, until a batch is all examples.",
)
@click.option("--balance", is_flag=True, help="Rescale hidden units after each pass.")
@click.option("--seconds", type=click.FloatRange(min=0), help="Stop after so much training.")
@click.option("--target-loss", type=click.FloatRange(min=0), help="Stop at this loss.")
@click.option("--l2", type=L2, default="0", help="Penalty: one number, or one per weight.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The first N examples only.")
@click.option(
    "--test", is_flag=True, help="Measure on the test set; without one, hold a fifth back."
)
@click.option(
    "--target-accuracy",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    help="Stop at this accuracy, on the test data where there are some.",
)
@click.option(
    "--resume",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Go on from what --save or --json wrote, with the same data and network.",
)
@seed_option
@root_option
@save_option
@json_option
def train(
    data: str,
    net: str | None,
    method: str,
    direction: str | None,
    second: str | None,
    order: str | None,
    basis: str | None,
    dimension: int | None,
    precision: Literal["double", "single"],
    passes: int,
    batch: int | None,
    growth: float,
    balance: bool,
    seconds: float | None,
    target_loss: float | None,
    l2: Any,
    limit: int | None,
    test: bool,
    target_accuracy: float | None,
    resume: Path | None,
    seed: int,
    root: Path | None,
    save: Path | None,
    json_file: Path | None,
) -> None:
    """Train a network on --data by exact polynomial steps: no learning rate anywhere.

    Each step goes to the global minimum of the loss on a line, a plane or a subspace, so that the
    loss never rises (with --batch: that of each batch). Ctrl-C keeps what was reached.

    \b
    Examples:
      polynet train --data digits --test --target-accuracy 98
      polynet train --data mnist --limit 100 --method coordinatewise --passes 1 --test
      polynet train --data xor --method linewise --direction lbfgs --save xor.json
      polynet train --data xor --method linewise --resume xor.json
      polynet train --data xor --method subspacewise --basis random --target-loss 1e-6
      polynet train --data mnist --method linewise --batch 1000 --growth 2 --balance --test
    """
    import solvers
    from polynet.named_networks import network

    given = None if net is None else network(net)
    examples, held = _examples(data, limit, root, seed=seed, test=test)
    quiet = json_on_screen(json_file)
    share = None if target_accuracy is None else target_accuracy / 100
    record = solvers.train(
        given or network(_default_net(data)),
        examples,
        chosen_method(
            method,
            direction=direction,
            second=second,
            order=order,
            basis=basis,
            dimension=dimension,
        ),
        seed=seed,
        passes=passes,
        test=held,
        l2=l2,
        precision=precision,
        start=None if resume is None else solvers.TrainingRecord.from_json(resume),
        stop=solvers.Stopping(seconds=seconds, loss=target_loss, accuracy=share),
        batch=batch,
        growth=growth,
        balance=balance,
        progress=not quiet and sys.stderr.isatty(),
        checkpoint=save,
    )
    for path in (save, json_file):
        if path is not None:
            write_text_to(path, record.to_json() + "\n")
    if not quiet:
        click.echo(str(record))


def _default_net(data: str) -> str:
    try:
        return DEFAULT_NETS[data.strip().lower()]
    except KeyError:
        raise click.UsageError(
            f"{data} needs a network: --net dense:IN-HIDDEN,square,dense:HIDDEN-OUT, say"
        ) from None


def _examples(
    data: str, limit: int | None, root: Path | None, *, seed: int, test: bool
) -> tuple[Dataset, Dataset | None]:
    """The training data, and the test data where they are wanted."""
    examples = load_data(data, limit=limit, root=root)
    held = load_test_data(data, root=root) if test else None
    if test and held is None:
        n_test = len(examples) // HELD_BACK
        if not n_test:
            raise click.UsageError(f"--test holds a fifth back, and {data} has too few examples")
        return examples.split(len(examples) - n_test, seed=seed)
    return examples, held
