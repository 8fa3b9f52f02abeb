"""What all outside engines share: how they are found, run and written for.

Enters: a ``PolynomialSystem`` and a program. Leaves: the program's output, under a time limit.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path

from polynet import PolynomialSystem, SparsePolynomial

__all__ = ["EngineCounts", "Runner", "find_program", "names_and_texts"]


@dataclass(frozen=True, slots=True)
class EngineCounts:
    """What an engine found; None for what it does not count.

    ``multiplicities`` are pairs (multiplicity, number of solutions that have it). ``problem``
    says why there is no answer: no program, time spent, infinitely many solutions.
    """

    engine: str
    n_finite: int | None = None
    n_real: int | None = None
    n_multiplicity_sum: int | None = None
    multiplicities: tuple[tuple[int, int], ...] | None = None
    seconds: float = 0.0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Runner:
    """A program, the folder it works in, and the ``time.perf_counter()`` at which it must end."""

    program: str
    folder: Path
    deadline: float

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline; not positive once it has passed."""
        return self.deadline - time.perf_counter()

    def write(self, name: str, text: str) -> str:
        """Writes a file into the folder and returns its name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def read(self, name: str) -> str:
        """The text of a file in the folder; empty where there is none."""
        path = self.folder / name
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    def run(self, *arguments: str) -> str:
        """What the program prints. Raises ``subprocess.TimeoutExpired`` at the deadline."""
        done = subprocess.run(
            [self.program, *arguments],
            cwd=self.folder,
            timeout=max(self.seconds_left, 0.01),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        return done.stdout


def find_program(name: str) -> str | None:
    """The path of ``msolve``, ``Singular`` or ``phc``: on the PATH, or in a wheel that has it."""
    found = shutil.which(name)
    if found is not None:
        return found
    inside = (Path(folder) / "sage_wheels" / "bin" / name for folder in sys.path)
    return next((str(path) for path in inside if path.is_file()), None)


def names_and_texts(system: PolynomialSystem) -> tuple[list[str], list[str]]:
    """The variables renamed to v1, v2, ..., and the equations in them.

    Expanded, with integer coefficients: the one form that all engines read correctly.
    """
    names = [f"v{i}" for i in range(1, system.n_variables + 1)]
    return names, [_integer_text(p, names) for p in system.polynomials]


def _integer_text(polynomial: SparsePolynomial, names: list[str]) -> str:
    scale = lcm(*(Fraction(c).denominator for c in polynomial.coefficients))
    terms = zip(polynomial.exponents.tolist(), polynomial.coefficients, strict=True)
    return "+".join(
        "*".join([str(int(c * scale))] + [f"{x}^{e}" for x, e in zip(names, row, strict=True) if e])
        for row, c in terms
    ).replace("+-", "-")
