"""Whether a value that was read from a file has fields of the types that its class declares.

A frozen dataclass made from JSON enters; the same leaves, or an error that names the field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

__all__ = ["checked_fields"]

T = TypeVar("T")


def checked_fields(value: T) -> T:
    """``value``, a dataclass whose fields and theirs are of the types that are declared.

    An integer will do for a float, as JSON does not tell them apart, and a boolean for neither.
    Raises ``TypeError`` that names the first field of another type.

    >>> from compare.curve import CurvePoint
    >>> checked_fields(CurvePoint(0.1, 0.1, 1, "small", None, None))
    Traceback (most recent call last):
    TypeError: loss is 'small', not float
    """
    for name, entry, hint in _parts(value):
        _check(entry, hint, name)
    return value


def _parts(value: Any) -> Iterator[tuple[str, Any, Any]]:
    """The fields of a dataclass with their declared types."""
    kind: type = type(value)
    hints = _hints(kind)
    return ((field.name, getattr(value, field.name), hints[field.name]) for field in fields(value))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _check(value: Any, hint: Any, name: str) -> None:
    """``TypeError`` where ``value`` is not of the type ``hint``; ``name`` is what it is called."""
    if hint is Any:
        return
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        kinds = [kind for kind in inner if _is_of(value, get_origin(kind) or kind)]
        if not kinds:
            raise _wrong(value, hint, name)
        _check(value, kinds[0], name)
        return
    if not _is_of(value, origin or hint):
        raise _wrong(value, hint, name)
    if origin is tuple:
        for place, entry in enumerate(value):
            _check(entry, inner[0], f"{name}[{place}]")
    elif isinstance(value, Mapping) and inner:
        for key, entry in value.items():
            _check(entry, inner[1], f"{name}[{key!r}]")
    elif is_dataclass(hint):
        for part, entry, declared in _parts(value):
            _check(entry, declared, f"{name}.{part}")


def _is_of(value: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def _wrong(value: Any, hint: Any, name: str) -> TypeError:
    return TypeError(f"{name} is {repr(value)[:60]}, not {getattr(hint, '__name__', hint)}")
