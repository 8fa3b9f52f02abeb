"""The exception tree: every refusal of this package is a ``PolynetError``.

A message names the offending value, the limit it broke and what to do instead.
Bad input is refused where it enters, before any work.
"""

from __future__ import annotations

__all__ = [
    "BudgetError",
    "DataError",
    "InputError",
    "ParseError",
    "PolynetError",
    "ShapeError",
]


class PolynetError(Exception):
    """Anything this package refuses or cannot do."""


class InputError(PolynetError, ValueError):
    """An argument that no call could accept; the message says which would do."""


class ShapeError(InputError):
    """Shapes that do not fit together; the message names both."""


class DataError(InputError):
    """Examples or files that cannot be used: empty, not finite, truncated, of the wrong kind."""


class ParseError(InputError):
    """Text that is not a polynomial; the message points at the line and column."""


class BudgetError(PolynetError):
    """Work predicted to exceed a stated budget; the message carries the prediction."""
