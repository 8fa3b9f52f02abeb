"""The solutions of a polynomial system, as a solver found them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solvers.critical_point import Evidence
from solvers.family import SolutionFamily
from solvers.outcome import Outcome
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["SolutionSet"]

_PRINTED_SOLUTIONS = 20


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
        ``(n_finite, n_variables)`` complex: the distinct isolated solutions, the real ones first.
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
    representations: tuple[UnivariateRepresentation, ...] = ()
    members: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    solver: str = ""
    engines: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("solutions", "is_real", "multiplicities", "members"):
            array = np.array(getattr(self, name))
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
        """The number of isolated solutions with multiplicity above 1."""
        return int((self.multiplicities > 1).sum())

    @property
    def multiplicity_sum(self) -> int:
        """The number of isolated complex solutions with multiplicity."""
        return int(self.multiplicities.sum())

    @property
    def real_solutions(self) -> NDArray[np.float64]:
        """``(n_real, n_variables)`` floats."""
        return np.ascontiguousarray(self.solutions[self.is_real].real)

    def __repr__(self) -> str:
        return (
            f"SolutionSet({self.outcome.value}: {self.n_finite} isolated, {self.n_real} real, "
            f"{len(self.families)} families)"
        )

    def __str__(self) -> str:
        lines = [f"{self.outcome.value}. {self.outcome.advice}", self._counts()]
        lines += [f"  family {i}: {family}" for i, family in enumerate(self.families, start=1)]
        lines += list(self.notes)
        if self.n_finite:
            lines.append("  " + ", ".join(self.names))
        for row, real, multiplicity in zip(
            self.solutions[:_PRINTED_SOLUTIONS],
            self.is_real,
            self.multiplicities,
            strict=False,
        ):
            many = f"  (multiplicity {multiplicity})" if multiplicity > 1 else ""
            lines.append("  " + ", ".join(_number(x, real=bool(real)) for x in row) + many)
        if self.n_finite > _PRINTED_SOLUTIONS:
            lines.append(f"  … and {self.n_finite - _PRINTED_SOLUTIONS:,} more")
        engines = ", ".join(f"{name} {version}" for name, version in self.engines.items())
        lines.append(f"{self.solver} ({engines}), seed {self.seed}, {self.seconds:.2f} s")
        return "\n".join(lines)

    def _counts(self) -> str:
        parts = [
            f"{self.n_finite} isolated complex solutions ({self.n_real} real, "
            f"{self.n_singular} singular"
        ]
        if self.n_finite and self.multiplicities.all():
            parts[0] += f", {self.multiplicity_sum} with multiplicity"
        parts[0] += ")"
        parts.append(f"{self.n_at_infinity} at infinity, {self.n_failed} failed")
        if self.families:
            parts.append(f"{len(self.families)} families, solution set of dimension")
            parts[-1] += f" {self.dimension} and degree {self.degree}"
        return "; ".join(parts)


def _number(value: complex, *, real: bool) -> str:
    if real:
        return f"{value.real:.10g}"
    return f"{value.real:.6g}{value.imag:+.6g}i"
