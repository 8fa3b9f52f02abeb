"""Logarithmic axes that can be read: which losses are drawn, and ticks whose names do not collide.

Losses and the axis of a picture enter; limits and ticks leave.
"""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axis import Axis

__all__ = ["drawn_losses", "name_ticks"]

_DECADES_DOWN = 8
"""Losses so many decades below the start are all drawn alike, so that one does not flatten all."""
_FACTOR_UP = 10.0
"""Losses so far above the start are all drawn alike: a run that diverges takes no room."""
_BARE = 2.5
"""From so many decades on powers of ten alone are named."""
_SHORT = 0.7
"""Below so many decades ticks are equally far apart, as on a linear scale."""
_NAMES = 6
"""So many of them at most."""


def drawn_losses(start: float) -> tuple[float, float]:
    """The least and the greatest loss that a picture tells from others; ``start`` is the first.

    The least is a power of ten.

    >>> drawn_losses(250.0)
    (1e-06, 2500.0)
    """
    start = start or 1.0
    return 10.0 ** (floor(log10(start)) - _DECADES_DOWN), _FACTOR_UP * start


def name_ticks(axis: Axis) -> None:
    """Name the ticks of a logarithmic ``axis``, whose limits are set, sparsely enough to be read.

    Powers of ten; over few decades also twice and five times; over less than one round numbers.
    """
    from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator

    low, high = axis.get_view_interval()
    decades = log10(high / low)
    if decades >= _BARE:
        axis.set_minor_formatter(NullFormatter())
        return
    if decades < _SHORT:
        axis.set_major_locator(MaxNLocator(_NAMES))
    axis.set_minor_locator(LogLocator(subs=(2, 5)) if decades >= _SHORT else NullLocator())
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter("{x:g}")
