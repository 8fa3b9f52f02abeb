"""How a run of an engine can fail: one exception tree, with the engine's own words."""

from __future__ import annotations

from polynet.errors import PolynetError
from solvers.outcome import Outcome

__all__ = [
    "EngineCrashedError",
    "EngineError",
    "EngineMissingError",
    "EngineOutOfMemoryError",
    "EngineOutputError",
    "EngineTimedOutError",
    "EngineUnfitError",
]

_LONGEST_WORDS = 2000


class EngineError(PolynetError):
    """An engine that gave no result.

    ``outcome`` is what a solve ends with that needed the engine.

    Parameters
    ----------
    engine
        Its name.
    happened
        What happened, as the continuation of a sentence that begins with the name.
    remedy
        What to do about it; by default what the class says.
    words
        What the engine itself wrote last, at most 2,000 characters of it.
    """

    remedy = "try another engine"
    outcome = Outcome.ENGINE_FAILED

    def __init__(
        self, engine: str, happened: str, *, words: str = "", remedy: str | None = None
    ) -> None:
        self.engine = engine
        self.happened = happened
        self.words = words.strip()[-_LONGEST_WORDS:]
        self.remedy = self.remedy if remedy is None else remedy
        super().__init__(engine, happened)

    def __str__(self) -> str:
        said = f", saying: {self.words}" if self.words else ""
        return f"{self.engine} {self.happened}{said}; {self.remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        # The words and the remedy are keyword arguments, which exceptions lose in pickles.
        state = {"words": self.words, "remedy": self.remedy}
        return type(self), (self.engine, self.happened), state


class EngineMissingError(EngineError):
    """The engine is not installed, or what is installed does not start."""

    remedy = "install it, or let another engine be chosen"


class EngineTimedOutError(EngineError):
    """The engine was stopped when its time was over."""

    outcome = Outcome.BUDGET_SPENT
    remedy = "allow more time, or try another engine"


class EngineOutOfMemoryError(EngineError):
    """The engine needed more memory than it was allowed."""

    outcome = Outcome.BUDGET_SPENT
    remedy = "allow more memory, or try another engine"


class EngineCrashedError(EngineError):
    """The engine ended with an error of its own, or was killed."""


class EngineOutputError(EngineError):
    """What the engine wrote is no answer, or contradicts the question."""


class EngineUnfitError(EngineError):
    """The question is beyond what the engine can answer rightly, so it was not asked."""
