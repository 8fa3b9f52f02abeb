"""``polynet report``: the page of a comparison made anew from its records."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["report"]


@click.command(short_help="The page of a comparison, from its records.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def report(folder: Path) -> None:
    """Write DIR/index.html, and CSV and LaTeX of every table, from the records in DIR.

    DIR is what 'polynet compare --out DIR' was given; unfinished comparisons are shown as far
    as they got. The page is one file and needs no network.

    \b
    Example:
      polynet report page
    """
    from compare.report import write_report

    click.echo(f"wrote {write_report(folder)}")
