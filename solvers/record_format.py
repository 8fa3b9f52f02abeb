"""The formats of records in files: JSON, headed by the format's name and version.

A record, nested lists and mappings of JSON types, enters; text leaves, also to a file, and back.
What the entries mean is said by the module of each format.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from polynet.atomic_file import write_text
from polynet.errors import DataError

__all__ = ["Record", "RecordFormat", "dump", "load"]

Record = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """A kind of record: its name, its version, and in words ``what`` such a record is of.

    >>> RecordFormat("polynet-answer", 1, "answer").head
    {'format': 'polynet-answer', 'version': 1}
    """

    name: str
    version: int
    what: str

    @property
    def head(self) -> Record:
        """The entries by which a record of this format is known."""
        return {"format": self.name, "version": self.version}

    def read(self, record: Any, build: Callable[[Mapping[str, Any]], T], where: str = "") -> T:
        """What ``build`` makes of ``record``; ``where`` it is from is said in errors.

        Raises ``DataError`` for a record of another format or version, and for one that ``build``
        cannot use.
        """
        what = f"{self.what} in {where}" if where else self.what
        if not isinstance(record, Mapping) or record.get("format") != self.name:
            raise DataError(f"no {what}: the entry 'format' must be {self.name!r}")
        if record.get("version") != self.version:
            raise DataError(
                f"{what}: version {record.get('version')!r} of {self.name} is not known; this "
                f"reads {self.version}; read it with the polynet that wrote it"
            )
        try:
            return build(record)
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise DataError(f"damaged {what}: {error!r}; write it again") from None


def dump(record: Record, path: str | PathLike[str] | None) -> str:
    """``record`` as JSON text, also written to ``path`` where given, in full or not at all."""
    text = json.dumps(record, indent=1, allow_nan=False)
    if path is not None:
        write_text(Path(path), text + "\n")
    return text


def load(source: str | PathLike[str]) -> Any:
    """The record in JSON text (beginning with a brace or bracket) or in a file of it.

    Raises ``DataError`` for a file that cannot be read, and for text that is no JSON.
    """
    is_text = isinstance(source, str) and source.lstrip().startswith(("{", "["))
    try:
        text = str(source) if is_text else _text_of(Path(source))
        return json.loads(text, parse_constant=_refuse)
    except (json.JSONDecodeError, RecursionError) as error:
        where = "" if is_text else f"{str(source)!r} is "
        raise DataError(f"{where}not JSON ({error}); to_json writes what from_json reads") from None


def _refuse(constant: str) -> None:
    """``dump`` writes no NaN and no Infinity, which are no JSON."""
    raise json.JSONDecodeError(f"{constant} is no number of JSON", constant, 0)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(
            f"cannot read {str(path)[:80]!r} ({error}); give a file that to_json wrote, or its text"
        ) from None
