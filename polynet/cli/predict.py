"""``polynet predict``: what a trained network says to examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polynet.cli.arguments import json_option, load_data, load_test_data, root_option
from polynet.cli.output import json_on_screen, write_json

if TYPE_CHECKING:
    from polynet.dataset import Dataset
    from polynet.network import Network

__all__ = ["predict"]


@click.command(short_help="The outputs and classes that a trained network gives.")
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", required=True, help="As for train.")
@click.option("--test", is_flag=True, help="The test set of mnist or fashion.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The first N examples only.")
@root_option
@json_option
def predict(
    record: Path,
    data: str,
    test: bool,
    limit: int | None,
    root: Path | None,
    json_file: Path | None,
) -> None:
    """The outputs of the network in RECORD, which train wrote, and its accuracy on --data.

    \b
    Examples:
      polynet predict digits.json --data digits
      polynet predict mnist.json --data mnist --test --json answers.json
    """
    from polynet.network_text import parse_network
    from solvers import TrainingRecord
    from solvers.training.accuracy import Accuracy, predicted_outputs

    trained = TrainingRecord.from_json(record)
    examples = _examples(data, limit, root, test=test)
    if examples.input_shape != trained.input_shape:
        raise click.UsageError(
            f"{record} was trained on examples of shape {trained.input_shape}, those of {data} "
            f"have {examples.input_shape}"
        )
    network: Network = parse_network(trained.network).with_input_shape(trained.input_shape)
    outputs = predicted_outputs(network, trained.weights, examples.to_float().inputs)
    share = Accuracy(network, examples).of(trained.weights)
    classes = outputs.argmax(axis=1) if outputs.shape[1] > 1 else None
    if json_file is not None:
        content: dict[str, Any] = {"accuracy": share, "outputs": outputs.tolist()}
        content["classes"] = None if classes is None else classes.tolist()
        write_json(json_file, content)
    if not json_on_screen(json_file):
        said = "" if share is None else f": {100 * share:.2f} % classified rightly"
        click.echo(f"{len(examples):,} examples{said}")


def _examples(data: str, limit: int | None, root: Path | None, *, test: bool) -> Dataset:
    if not test:
        return load_data(data, limit=limit, root=root)
    held = load_test_data(data, root=root)
    if held is None:
        raise click.UsageError(f"{data} has no test set of its own; leave --test out")
    return held if limit is None else held.take(limit)
