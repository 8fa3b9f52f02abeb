"""The command ``polynet``: its help, its subcommands, and what bad input looks like."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import click

import polynet
from polynet.cli.compare import compare
from polynet.cli.export import export
from polynet.cli.inspect import inspect
from polynet.cli.predict import predict
from polynet.cli.report import report
from polynet.cli.solve import solve
from polynet.cli.study import study
from polynet.cli.train import train
from polynet.errors import PolynetError

__all__ = ["main"]

BAD_INPUT = 2
INTERRUPTED = 130


class _Commands(click.Group):
    """A group that answers bad input with one line and exit code 2, never a traceback."""

    def main(  # type: ignore[override]  # click declares two overloads of the one method
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        *,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command; ``standalone_mode=False`` returns and raises instead of exiting."""
        run = partial(super().main, args, prog_name, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        try:
            sys.exit(run())
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(BAD_INPUT)
        except click.UsageError as error:
            _refuse(f"{error.format_message()}{_hint(error.ctx)}")
        except click.ClickException as error:
            _refuse(error.format_message())
        except (KeyboardInterrupt, click.Abort):
            click.echo("Interrupted.", err=True)
            sys.exit(INTERRUPTED)
        except PolynetError as error:
            _refuse(str(error))
        except OSError as error:
            _refuse(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _refuse(message: str) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(BAD_INPUT)


def _hint(context: click.Context | None) -> str:
    return f" (see {context.command_path} --help)" if context is not None else ""


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(polynet.__version__, prog_name="polynet")
def main() -> None:
    """Neural networks with polynomial activations, treated as the polynomials they are.

    A network and data make a loss that is a polynomial in the weights. These commands build
    it, say what it is, find every critical point of it where that is feasible, and train larger
    networks by exact polynomial steps.

    \b
    Start here:
      polynet study xor                   every critical point of a small network on XOR
      polynet study xor --net linear      why a linear network cannot learn XOR
      polynet inspect xor --net square    what the loss is, before solving anything
      polynet solve circle.txt            the solutions of a polynomial system in a file
      polynet train --data digits         a network trained without a learning rate
      polynet compare xor --budget 2s     the same task through other methods

    \b
    A first system to solve:
      echo 'x^2 + y^2 - 1' > circle.txt
      echo 'x - y' >> circle.txt
      polynet solve circle.txt

    Every command takes --json FILE, which writes what it found in full.
    """


main.add_command(study)
main.add_command(inspect)
main.add_command(solve)
main.add_command(train)
main.add_command(predict)
main.add_command(compare)
main.add_command(report)
main.add_command(export)
