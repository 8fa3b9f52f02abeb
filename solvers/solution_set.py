"""The solutions of a polynomial system, as a solver found them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from os import PathLike
from typing import Self

import numpy as np
from flint import acb
from numpy.typing import NDArray

from polynet.errors import InputError
from solvers.algebraic_number import AlgebraicNumber, ball_interval
from solvers.algebraic_point import AlgebraicPoint
from solvers.critical_point import Evidence
from solvers.family import SolutionFamily, family_count
from solvers.number_text import counted, decimal
from solvers.outcome import Outcome
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["SolutionSet"]

PRINTED_SOLUTIONS = 20
_BALL_BITS = 64


@dataclass(frozen=True, slots=True, eq=False)
class SolutionSet:
    """The isolated solutions, the families, and how they were found.

    Attributes
    ----------
    names
        The variables.
    outcome
        How the solve ended; ``outcome.advice`` says what to do next.
    solutions
        ``(n_finite, n_variables)`` complex: the distinct isolated solutions, the real ones first
        and ascending; infinite where a number is beyond the range of floats (``text`` has it).
    is_real
        ``(n_finite,)`` booleans.
    multiplicities
        ``(n_finite,)`` integers; 0 where not known (isolated points beside families).
    families
        The components of positive dimension.
    dimension, degree
        Of the whole solution set; dimension -1 where it is empty, None where not known.
    n_at_infinity, n_failed
        Paths that diverged and that failed; 0 for an algebraic solver.
    representations
        Where the solver is exact: the isolated solutions as conjugate algebraic points.
    members
        ``(n_finite, 2)`` integers: representation and root of it, for each solution.
    unproved
        What an exact solver computed by luck and could not prove, and why.
    """

    names: tuple[str, ...]
    outcome: Outcome
    solutions: NDArray[np.complex128]
    is_real: NDArray[np.bool_]
    multiplicities: NDArray[np.int64]
    evidence: Evidence = Evidence.NUMERICAL
    families: tuple[SolutionFamily, ...] = ()
    dimension: int | None = None
    degree: int | None = None
    n_at_infinity: int = 0
    n_failed: int = 0
    representations: tuple[AlgebraicPoint, ...] = ()
    members: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    solver: str = ""
    engines: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("solutions", "is_real", "multiplicities", "members"):
            array = np.asarray(getattr(self, name))
            if array.flags.writeable:  # else it is nobody's to change, and may be large
                array = array.copy()
                array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def n_finite(self) -> int:
        """The number of distinct isolated complex solutions."""
        return len(self.solutions)

    @property
    def n_real(self) -> int:
        """The number of distinct isolated real solutions."""
        return int(self.is_real.sum())

    @property
    def n_singular(self) -> int:
        """The number of isolated solutions known to have a multiplicity above 1."""
        return int((self.multiplicities > 1).sum())

    @property
    def singular_text(self) -> str:
        """``n_singular``, and how many solutions there are whose multiplicity is not known."""
        n_unknown = int((self.multiplicities == 0).sum())
        return f"{self.n_singular:,} singular" + (
            f", {n_unknown:,} of unknown multiplicity" if n_unknown else ""
        )

    @property
    def multiplicity_sum(self) -> int:
        """The number of isolated complex solutions with multiplicity."""
        return int(self.multiplicities.sum())

    @property
    def real_solutions(self) -> NDArray[np.float64]:
        """``(n_real, n_variables)`` floats."""
        return np.ascontiguousarray(self.solutions[self.is_real].real)

    def boxes(self, row: int, bits: int) -> tuple[tuple[Fraction, Fraction], ...]:
        """Exact rational bounds (lo, hi) of each coordinate of a real solution.

        hi - lo is below 2^(1-bits) (1 + |x|). Raises ``InputError`` for a solution that is not
        real, and where the set is numerical.
        """
        self._check_exact(row)
        if not self.is_real[row]:
            raise InputError(f"solution {row} is not real; balls(row, bits) encloses it")
        return tuple(ball_interval(ball.real) for ball in self.balls(row, bits))

    def balls(self, row: int, bits: int) -> tuple[acb, ...]:
        """Certified balls of the coordinates of a solution, of radius below 2^-bits (1 + |x|).

        Raises ``InputError`` where the set is numerical.
        """
        self._check_exact(row)
        point, root = map(int, self.members[row])
        return self.representations[point].balls(bits)[root]

    def algebraic(self, row: int) -> tuple[AlgebraicNumber, ...]:
        """The coordinates of a solution as algebraic numbers.

        Raises ``InputError`` where the set is numerical, or the solution is known by invariants
        of sign flips. Cost: ``UnivariateRepresentation.coordinate`` for each coordinate.
        """
        self._check_exact(row)
        point, root = map(int, self.members[row])
        found = self.representations[point]
        if not isinstance(found, UnivariateRepresentation):
            raise InputError(
                f"solution {row} is known by invariants of sign flips; solve without the "
                "reduction by signs for its coordinates as algebraic numbers"
            )
        return tuple(found.coordinate(root, j) for j in range(len(self.names)))

    def exact_text(self, row: int, column: int, *, largest_degree: int = 8) -> str:
        """One coordinate of a solution: a fraction, radicals or a root of its minimal polynomial.

        Above ``largest_degree``, the degree over the rationals and an interval. Raises
        ``InputError`` where the set is numerical.
        """
        self._check_exact(row)
        point, root = map(int, self.members[row])
        found = self.representations[point]
        if not isinstance(found, UnivariateRepresentation):
            return self.text(row, column)
        degree = found.coordinate_degree(column)
        if degree <= largest_degree:
            return str(found.coordinate(root, column))
        return f"of degree {degree}: {self.text(row, column)}"

    def _check_exact(self, row: int) -> None:
        if not 0 <= row < self.n_finite:
            raise InputError(f"there is no solution {row}; rows are 0 to {self.n_finite - 1}")
        if not len(self.members):
            raise InputError(
                f"the solutions of {self.solver or 'this solver'} are floating-point numbers; "
                "solvers.Groebner() finds exact ones"
            )

    def text(self, row: int, column: int) -> str:
        """One coordinate of a solution, also where it is beyond the range of floats."""
        real, imaginary = self.decimals(row, column, 10 if self.is_real[row] else 6)
        if self.is_real[row]:
            return real
        return f"{real}{'' if imaginary.startswith('-') else '+'}{imaginary}i"

    def decimals(self, row: int, column: int, digits: int) -> tuple[str, str]:
        """Real and imaginary part of one coordinate of a solution with ``digits`` digits."""
        value = self.solutions[row, column]
        balls = ("", "")
        if self.representations and not np.isfinite(value):
            point, root = self.members[row]
            ball = self.representations[point].balls(_BALL_BITS)[root][column]
            balls = (str(ball.real), str(ball.imag))
        parts = (float(value.real), float(value.imag))
        return decimal(parts[0], digits, ball=balls[0]), decimal(parts[1], digits, ball=balls[1])

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.outcome.value}: {self.n_finite} isolated, "
            f"{self.n_real} real, {counted(len(self.families), 'family', 'families')})"
        )

    def __str__(self) -> str:
        lines = [f"{self.outcome.value}. {self.outcome.advice}", self._counts()]
        for i, family in enumerate(self.families, start=1):
            lines += [f"  family {i}: {family}", *(f"    {line}" for line in family.details())]
        lines += [*self.notes, *(f"not proved: {what}" for what in self.unproved)]
        if self.n_finite:
            lines.append(self.table())
        engines = ", ".join(f"{name} {version}" for name, version in self.engines.items())
        lines.append(f"{self.solver} ({engines}), seed {self.seed}, {self.seconds:.2f} s")
        return "\n".join(lines)

    def table(self, *, max_rows: int | None = PRINTED_SOLUTIONS) -> str:
        """One row for each solution as aligned text, ``max_rows`` at most (None: all)."""
        n_rows = self.n_finite if max_rows is None else min(max_rows, self.n_finite)
        columns = [[name, *cells] for name, cells in self._columns(n_rows).items()]
        widths = [max(map(len, column)) for column in columns]
        lines = [
            "  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            for row in zip(*columns, strict=True)
        ]
        if self.n_finite > n_rows:
            lines.append(f"  … and {self.n_finite - n_rows:,} more")
        return "\n".join(lines)

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """JSON text that ``from_json`` reads back, also written to ``path`` where given.

        Floats come back to the same bits. The file is there in full or not at all.
        """
        from solvers.solution_record import dump

        return dump(self, path)

    @classmethod
    def from_json(cls, source: str | PathLike[str]) -> Self:
        """The solutions from JSON text or a file of it; raises ``InputError`` for other text."""
        from solvers.solution_record import load

        found = load(source)
        if not isinstance(found, cls):
            raise InputError(
                f"the record has no paths, so it is no {cls.__name__}; use SolutionSet.from_json"
            )
        return found

    def _columns(self, n_rows: int) -> dict[str, list[str]]:
        """Headings with their cells for the first ``n_rows`` solutions."""
        columns = {
            name: [self.text(row, column) for row in range(n_rows)]
            for column, name in enumerate(self.names)
        }
        return {
            **columns,
            "real": ["real" if real else "complex" for real in self.is_real[:n_rows]],
            "multiplicity": [str(m) if m else "?" for m in self.multiplicities[:n_rows]],
        }

    def _counts(self) -> str:
        parts = [
            f"{counted(self.n_finite, 'isolated complex solution', 'isolated complex solutions')} "
            f"({self.n_real} real, {self.singular_text}"
        ]
        if self.n_finite and self.multiplicities.all():
            parts[0] += f", {self.multiplicity_sum:,} counted with multiplicity"
        parts[0] += ")"
        parts.append(f"{self.n_at_infinity} at infinity, {self.n_failed} failed")
        if self.families:
            parts.append(family_count(self.families))
            parts.append(f"solution set of dimension {self.dimension} and degree {self.degree}")
        return "; ".join(parts)
