"""How a solve ended, each way with the sentence that says what to do next."""

from __future__ import annotations

from enum import Enum

__all__ = ["Outcome"]


class Outcome(Enum):
    """The end of a solve; ``advice`` tells the caller what it means and what to try next.

    >>> Outcome.POSITIVE_DIMENSIONAL.value
    'positive-dimensional'
    >>> Outcome.INCONSISTENT.solved
    True
    """

    advice: str

    def __new__(cls, value: str, advice: str) -> Outcome:
        member = object.__new__(cls)
        member._value_ = value
        member.advice = advice
        return member

    SOLVED = ("solved", "All complex solutions are isolated and all are listed.")
    POSITIVE_DIMENSIONAL = (
        "positive-dimensional",
        "Solutions form families; an exact solver lists each with its dimension and degree.",
    )
    INCONSISTENT = (
        "inconsistent",
        "The equations contradict each other: there is no complex solution. "
        "Check the equations for a wrong sign or one equation too many.",
    )
    INCOMPLETE = (
        "incomplete",
        "Some solutions may be missing. Raise the limits, change the seed or try another solver.",
    )
    BUDGET_SPENT = (
        "budget spent",
        "The computation did not finish within its limits. Give more time, solve a smaller case, "
        "restrict the loss to fewer weights, or use a numerical solver.",
    )
    ENGINE_FAILED = (
        "engine failed",
        "A program that computes for this solver crashed or gave no usable answer; the notes have "
        "its own words. Choose another engine.",
    )

    @property
    def solved(self) -> bool:
        """Whether the whole solution set is known."""
        return self in (Outcome.SOLVED, Outcome.POSITIVE_DIMENSIONAL, Outcome.INCONSISTENT)
