"""What was proved about each candidate, and what that proves about all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from os import PathLike
from typing import TypeAlias

import numpy as np
from flint import acb, arb, ctx
from numpy.typing import NDArray

from polynet.errors import InputError
from solvers.certification.boxes import Box
from solvers.certification.failure import Failure
from solvers.certification.overlaps import touching_pairs

__all__ = ["BallText", "Certificate", "Status", "Verdict"]

_PRINTED = 20
_PRINTED_COORDINATES = 4

BallText: TypeAlias = tuple[str, str]
"""A complex ball: real and imaginary part as decimal balls, ``"[mid +/- radius]"``."""


class Status(Enum):
    """Whether a candidate is proved to stand for a solution."""

    CERTIFIED = "certified"
    NOT_CERTIFIED = "not certified"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is proved of one candidate.

    Attributes
    ----------
    failure
        Why there is no proof; None where the candidate is certified.
    enclosure
        For each variable a decimal ball of the real and of the imaginary part, which together
        hold the solution; ``"0"`` for the imaginary parts of a real one. Also given where only
        the square part of an overdetermined system is proved; else empty.
    real
        Whether the solution is real, proved either way; None where neither is.
    solution
        The number of the solution, counted over distinct ones in the order of candidates;
        -1 where the candidate is not certified.
    radius
        An upper bound of the half sides of the enclosure.
    distance
        An upper bound of the greatest difference of a coordinate of candidate and solution.
    precision
        Bits of the last attempt.
    """

    failure: Failure | None
    enclosure: tuple[BallText, ...] = ()
    real: bool | None = None
    solution: int = -1
    radius: float = np.inf
    distance: float = np.inf
    precision: int = 0

    @property
    def status(self) -> Status:
        """Certified or not."""
        return Status.NOT_CERTIFIED if self.failure else Status.CERTIFIED

    @property
    def certified(self) -> bool:
        """Whether the candidate is certified."""
        return self.failure is None

    def balls(self) -> tuple[acb, ...]:
        """The enclosure as python-flint balls ``(n,)``, a little wider than the text."""
        with ctx.workprec(max(64, 2 * self.precision)):
            return tuple(acb(arb(real), arb(imag)) for real, imag in self.enclosure)


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """The verdict on each candidate, in the order given.

    Certified candidates with the same ``solution`` number are proved to stand for the same
    solution, those with different numbers for distinct ones. Every certified solution is simple:
    the Jacobian is invertible there. That no solution is missing is not claimed.

    Attributes
    ----------
    names
        The variables.
    verdicts
        One for each candidate.
    settings
        The arguments that the run can be repeated with.
    engines
        What computed it, with versions.
    seconds
        How long that took.
    notes
        What to know beyond the verdicts.
    """

    names: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    settings: Mapping[str, float] = field(default_factory=dict)
    engines: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def n_candidates(self) -> int:
        """How many candidates there were."""
        return len(self.verdicts)

    @property
    def is_certified(self) -> NDArray[np.bool_]:
        """Which candidates are certified, ``(n_candidates,)``."""
        return np.array([verdict.certified for verdict in self.verdicts], dtype=np.bool_)

    @property
    def n_certified(self) -> int:
        """How many candidates are certified."""
        return int(self.is_certified.sum())

    @property
    def complete(self) -> bool:
        """Whether every candidate is certified, and known to be real or not real."""
        return all(v.certified and v.real is not None for v in self.verdicts)

    @property
    def representatives(self) -> NDArray[np.int64]:
        """The first candidate of each distinct solution, ``(n_distinct,)``."""
        first: dict[int, int] = {}
        for place, verdict in enumerate(self.verdicts):
            if verdict.certified:
                first.setdefault(verdict.solution, place)
        return np.array([first[solution] for solution in sorted(first)], dtype=np.int64)

    @property
    def n_distinct(self) -> int:
        """How many distinct solutions are proved."""
        return len(self.representatives)

    @property
    def is_real(self) -> NDArray[np.bool_]:
        """Which distinct solutions are proved real, ``(n_distinct,)``."""
        chosen = self.representatives.tolist()
        return np.array([self.verdicts[i].real is True for i in chosen], dtype=np.bool_)

    @property
    def n_real(self) -> int:
        """How many distinct solutions are proved real."""
        return int(self.is_real.sum())

    @property
    def n_not_real(self) -> int:
        """How many distinct solutions are proved not real."""
        return sum(self.verdicts[i].real is False for i in self.representatives.tolist())

    @property
    def duplicates(self) -> tuple[tuple[int, ...], ...]:
        """The groups of two or more candidates that are proved to be one solution."""
        groups: dict[int, list[int]] = {}
        for place, verdict in enumerate(self.verdicts):
            if verdict.certified:
                groups.setdefault(verdict.solution, []).append(place)
        return tuple(tuple(group) for group in groups.values() if len(group) > 1)

    @property
    def missing_conjugates(self) -> tuple[int, ...]:
        """The distinct solutions whose complex conjugate is proved to be a solution not listed.

        Equations with rational coefficients have it as a solution too, so each of these proves
        that the candidates left one out.
        """
        chosen = self.representatives.tolist()
        boxes = {k: Box(self.verdicts[place].balls()) for k, place in enumerate(chosen)}
        mirrored = {k + len(boxes): box.conjugate for k, box in boxes.items()}
        met = {k for pair in touching_pairs(boxes | mirrored) for k in pair}
        return tuple(k for k in boxes if k + len(boxes) not in met)

    @property
    def failures(self) -> dict[Failure, int]:
        """How many candidates failed in each way."""
        found = [verdict.failure for verdict in self.verdicts if verdict.failure]
        return {failure: found.count(failure) for failure in Failure if failure in found}

    @property
    def solutions(self) -> NDArray[np.complex128]:
        """The distinct solutions to double precision, ``(n_distinct, n_variables)``."""
        rows = [
            [complex(float(x.real.mid()), float(x.imag.mid())) for x in self.verdicts[i].balls()]
            for i in self.representatives.tolist()
        ]
        return np.array(rows, dtype=np.complex128).reshape(len(rows), len(self.names))

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """JSON text of the certificate, also written to ``path`` where given."""
        from solvers.certification.certificate_json import dump

        return dump(self, path)

    @classmethod
    def from_json(cls, source: str | PathLike[str]) -> Certificate:
        """The certificate from JSON text or a file of it."""
        from solvers.certification.certificate_json import load

        return load(source)

    def __getitem__(self, candidate: int) -> Verdict:
        if not -self.n_candidates <= candidate < self.n_candidates:
            raise InputError(f"no candidate {candidate}; there are {self.n_candidates}")
        return self.verdicts[candidate]

    def __repr__(self) -> str:
        return f"Certificate({self._counts()})"

    def __str__(self) -> str:
        lines = [self._counts()]
        for failure, count in self.failures.items():
            lines.append(f"  {count:,} {failure.value}: {failure.advice}")
        missing = len(self.missing_conjugates)
        if missing:
            lines.append(f"  {missing:,} more solutions exist: conjugates that are not listed")
        lines += [f"  {note}" for note in self.notes]
        if self.verdicts:
            lines += self._table()
        engines = ", ".join(f"{name} {version}" for name, version in self.engines.items())
        return "\n".join([*lines, f"{engines}, {self.seconds:.2f} s"])

    def _counts(self) -> str:
        unknown = self.n_distinct - self.n_real - self.n_not_real
        parts = [f"{self.n_real:,} real", f"{self.n_not_real:,} not real"]
        parts += [f"{unknown:,} real or not real unknown"] if unknown else []
        return (
            f"{self.n_certified:,} of {self.n_candidates:,} candidates certified: "
            f"{self.n_distinct:,} distinct solutions, {', '.join(parts)}"
        )

    def _table(self) -> list[str]:
        names = list(self.names[:_PRINTED_COORDINATES])
        more = ["…"] * (len(self.names) > _PRINTED_COORDINATES)
        rows = [["#", "solution", "kind", "radius", "distance", "bits", *names, *more]]
        rows += [
            [str(place), *_cells(verdict), *more]
            for place, verdict in enumerate(self.verdicts[:_PRINTED])
        ]
        widths = [max(map(len, column)) for column in zip(*_padded(rows), strict=True)]
        lines = [
            "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=False)).rstrip()
            for row in rows
        ]
        left_out = self.n_candidates - _PRINTED
        return lines + ([f"  … and {left_out:,} more"] if left_out > 0 else [])


def _cells(verdict: Verdict) -> list[str]:
    if verdict.failure:
        return ["-", verdict.failure.value]
    kind = {True: "real", False: "not real", None: "unknown"}[verdict.real]
    start = [str(verdict.solution), kind, f"{verdict.radius:.1e}", f"{verdict.distance:.1e}"]
    shown = [_number(x) for x in verdict.balls()[:_PRINTED_COORDINATES]]
    return [*start, str(verdict.precision), *shown]


def _number(ball: acb) -> str:
    real, imag = float(ball.real.mid()), float(ball.imag.mid())
    return f"{real:.10g}" if ball.imag.is_zero() else f"{real:.6g}{imag:+.6g}i"


def _padded(rows: list[list[str]]) -> list[list[str]]:
    length = max(map(len, rows))
    return [row + [""] * (length - len(row)) for row in rows]
