"""``polynet export``: a trained network as a file for torch."""

from __future__ import annotations

from pathlib import Path

import click

from polynet.cli.arguments import writable_path

__all__ = ["export"]


@click.command(short_help="A trained network as a file that torch opens.")
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), callback=writable_path)
@click.option(
    "--dtype",
    type=click.Choice(["float32", "float64"]),
    default="float32",
    show_default=True,
    help="The type of its weights and inputs.",
)
def export(record: Path, file: Path, dtype: str) -> None:
    """Write the network in RECORD, which train wrote, to FILE for torch.

    FILE holds the computation and the weights; opening it takes torch alone:

    \b
      module = torch.export.load("digits.pt2").module()
      outputs = module(images)

    \b
    Example:
      polynet export digits.json digits.pt2
    """
    try:
        from compare import save_torch
    except ImportError as error:
        raise click.ClickException(
            f"export needs torch ({error}); install it with `pip install polynet[compare]`"
        ) from None
    from solvers import TrainingRecord

    trained = TrainingRecord.from_json(record)
    save_torch(trained, file, dtype=dtype)
    shape = " x ".join(map(str, trained.input_shape))
    click.echo(
        f"{len(trained.weights):,} weights in {dtype}, for examples of shape {shape}: "
        f'torch.export.load("{file}").module()'
    )
