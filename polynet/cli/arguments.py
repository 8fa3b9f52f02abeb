"""How words on the command line become networks, regularisation and data."""

from __future__ import annotations

import os
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from polynet.dataset import Dataset

__all__ = [
    "L2",
    "json_option",
    "load_data",
    "load_test_data",
    "net_option",
    "out_option",
    "root_option",
    "save_option",
    "seed_option",
    "timeout_option",
    "writable_path",
]


_MAX_EXPONENT = 300  # what a float can hold: penalties are used as floats too
_MAX_SECONDS = 10_000_000  # four months; the operating system takes no more


class _Regularisation(click.ParamType[Any]):
    """One exact number, or one for each weight, separated by commas."""

    name = "NUMBER[,NUMBER...]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction | tuple[Fraction, ...]:
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]  # a default, already converted
        numbers = tuple(self._number(word.strip(), param, ctx) for word in value.split(","))
        return numbers[0] if len(numbers) == 1 else numbers

    def _number(
        self, word: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        exponent = re.search(r"e[+-]?(\d+)$", word, re.IGNORECASE)
        if exponent and int(exponent[1][:9]) > _MAX_EXPONENT:
            self.fail(f"{word!r} has an exponent above {_MAX_EXPONENT}", param, ctx)
        try:
            return Fraction(word)
        except (ValueError, ZeroDivisionError):
            self.fail(f"{word!r} is not a number such as 1/100, 0.01 or 1e-2", param, ctx)


L2 = _Regularisation()


def writable_path(ctx: click.Context, param: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a place that cannot be written to before any work is done for it."""
    if path is None or str(path) == "-":
        return path
    is_folder = isinstance(param.type, click.Path) and not param.type.file_okay
    place = path.absolute() if is_folder else path.absolute().parent
    if is_folder:
        place = next(folder for folder in (place, *place.parents) if folder.exists())
    if not place.is_dir():
        raise click.BadParameter(f"there is no folder {place}", ctx, param)
    if not os.access(place, os.W_OK):
        raise click.BadParameter(f"the folder {place} cannot be written to", ctx, param)
    return path


out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    callback=writable_path,
    help="The folder for study.json and study.png.",
)

save_option = click.option(
    "--save",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=writable_path,
    help="Keep weights and history in FILE, after every pass; --resume goes on from it.",
)

root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the MNIST or Fashion-MNIST files (else POLYNET_DATA).",
)

json_option = click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    callback=writable_path,
    help="Write the full result to FILE as JSON; - for the screen, instead of the table.",
)

seed_option = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Where there is chance: the same seed gives the same result.",
)

timeout_option = click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True, max=_MAX_SECONDS),
    default=60.0,
    show_default=True,
    help="Stop solving after so long, and say what is known.",
)

net_option = click.option(
    "--net",
    metavar="NET",
    help="The network: a name, or its layers, such as dense:2-2,square,dense:2-1.",
)


def load_test_data(text: str, *, root: Path | None = None) -> Dataset | None:
    """The test set that goes with ``text``, None where its examples have to be held back."""
    from polynet import datasets

    name = text.strip().lower()
    if name == "mnist":
        return datasets.mnist(root, train=False)
    return datasets.fashion_mnist(root, train=False) if name == "fashion" else None


def load_data(text: str, *, limit: int | None = None, root: Path | None = None) -> Dataset:
    """The data set that ``text`` names: ``xor``, ``parity:3``, ``digits``, ``mnist``, ``fashion``.

    Anything else is taken as the path of an ``.npz`` file that holds ``inputs`` and ``targets``.
    """
    from polynet import datasets

    name, _, size = text.strip().lower().partition(":")
    if name == "xor":
        data = datasets.xor()
    elif name == "parity":
        data = datasets.parity(_bits(size))
    elif name == "digits":
        data = datasets.digits()
    elif name == "mnist":
        return datasets.mnist(root, limit=limit)
    elif name == "fashion":
        return datasets.fashion_mnist(root, limit=limit)
    elif text.lower().endswith(".npz"):
        data = _load_npz(Path(text))
    else:
        raise click.BadParameter(
            f"no data set is called {text!r}; there are xor, parity:BITS, digits, mnist, fashion, "
            "or the path of an .npz file with the arrays 'inputs' and 'targets'",
            param_hint="DATA",
        )
    return data if limit is None else data.take(limit)


def _bits(size: str) -> int:
    if not (size.isascii() and size.isdigit() and size):
        raise click.BadParameter(
            "parity wants its number of bits, as in parity:3", param_hint="DATA"
        )
    return int(size)


def _load_npz(path: Path) -> Dataset:
    import zipfile

    import numpy as np

    from polynet.dataset import Dataset
    from polynet.errors import DataError

    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Dataset(arrays["inputs"], arrays["targets"], name=path.stem, source=str(path))
    except KeyError as error:
        raise DataError(
            f"{path} lacks an array that data need: {error.args[0]}; save it by "
            "numpy.savez(path, inputs=..., targets=...)"
        ) from None
    except (ValueError, zipfile.BadZipFile, EOFError) as error:
        raise DataError(f"{path} is not a readable .npz file: {error}") from None
