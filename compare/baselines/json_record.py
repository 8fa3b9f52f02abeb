"""Records of baselines as JSON: what every one of them shares.

A frozen dataclass of numbers, text and (nested) tuples enters; text leaves, and back.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from os import PathLike
from typing import Any, ClassVar, Self

from solvers.record_format import RecordFormat, dump, load

__all__ = ["JsonRecord"]


class JsonRecord:
    """A frozen dataclass with ``to_json`` and ``from_json``.

    Fields hold numbers, text, None and tuples of these. A number that is not finite, of a run that
    diverged, is written as null and read back as None: JSON has no other.
    """

    __slots__ = ()

    FORMAT: ClassVar[RecordFormat]

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """This record as JSON text, also written to ``path`` where given."""
        fields = dataclasses.fields(self)  # type: ignore[arg-type]
        entries = {field.name: _written(getattr(self, field.name)) for field in fields}
        return dump(self.FORMAT.head | entries, path)

    @classmethod
    def from_json(cls, source: str | PathLike[str]) -> Self:
        """The record in JSON text or in a file of it; ``DataError`` where it is none of these."""
        return cls.FORMAT.read(load(source), cls._built)

    @classmethod
    def _built(cls, record: Mapping[str, Any]) -> Self:
        names = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
        return cls(**{name: _read(record[name]) for name in names})


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_written(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _read(value: Any) -> Any:
    return tuple(_read(entry) for entry in value) if isinstance(value, list) else value
