"""Why a candidate was not certified, each way with the sentence that says what to do next."""

from __future__ import annotations

from enum import Enum

__all__ = ["Failure"]


class Failure(Enum):
    """What kept a candidate from being proved; ``advice`` tells what to try.

    >>> Failure.SINGULAR.value
    'singular'
    """

    advice: str

    def __new__(cls, value: str, advice: str) -> Failure:
        member = object.__new__(cls)
        member._value_ = value
        member.advice = advice
        return member

    NOT_FINITE = (
        "not finite",
        "A coordinate is NaN or infinite; leave such rows out.",
    )
    NO_SOLUTION_NEAR = (
        "no solution near",
        "Newton's method leaves the neighbourhood of the candidate: it is probably no solution, "
        "or a rough approximation of one, or of a singular one. Solve to more digits, or raise "
        "reach.",
    )
    NOT_CONVERGING = (
        "not converging",
        "Newton's method does not settle near the candidate. Solve to more digits.",
    )
    SINGULAR = (
        "singular",
        "The Jacobian is singular here, as far as max_precision tells: a multiple solution, a "
        "point of a family, or a very close cluster, and no box test can prove the first two. "
        "Solve exactly with Groebner(), deflate, or raise max_precision for a cluster.",
    )
    SQUARE_PART_ONLY = (
        "square part only",
        "There are more equations than variables. As many random combinations as variables have "
        "exactly one solution here and all equations may vanish on its enclosure, which is no "
        "proof that they do. Solve exactly with Groebner().",
    )
    REFUTED = (
        "refuted",
        "There are more equations than variables, and one of them is proved nonzero at the "
        "solution of random combinations that the candidate approximates. Leave it out.",
    )
    NOT_SEPARATED = (
        "not separated",
        "A solution, but not proved equal to or distinct from that of an earlier candidate. "
        "Raise max_precision.",
    )
