"""Giving up a proof that takes too long."""

from __future__ import annotations

import time

__all__ = ["Patience", "PatienceLostError"]

_PAUSE = 0.1  # seconds between looks at the processor's clock, which may take milliseconds


class PatienceLostError(Exception):
    """The deadline passed."""


class Patience:
    """Lasts until ``time.process_time()`` passes ``deadline``.

    Of processor time, so that on a busy machine as much is proved as on another.
    """

    def __init__(self, deadline: float = float("inf")) -> None:
        self._deadline, self._looked = deadline, -_PAUSE

    @classmethod
    def lasting(cls, seconds: float | None) -> Patience:
        """From now on for ``seconds`` of processor time; None for ever."""
        return cls() if seconds is None else cls(time.process_time() + seconds)

    def check(self) -> None:
        """Raises ``PatienceLostError`` once it is over."""
        now = time.monotonic()
        if now > self._looked + _PAUSE:
            self._looked = now
            if time.process_time() > self._deadline:
                raise PatienceLostError
