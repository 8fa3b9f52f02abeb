"""The start system of a parameter homotopy: the same equations at other parameters.

Enters: a family and a start pair. Leaves: a ``ParameterPaths``, which sets up the paths to any
target parameters, and is small enough to send to other processes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from polynet.coefficient_map import CoefficientMap
from polynet.parametric_system import ParametricSystem
from solvers.homotopy.start_systems import StartSystem
from solvers.homotopy.tape import SystemTape
from solvers.homotopy.target import Target

__all__ = ["ParameterPaths", "ParameterStart"]

ComplexArray = NDArray[np.complex128]


class ParameterStart(StartSystem):
    """Paths along ``table`` from known ``solutions`` ``(n_paths, n)`` at t = 1."""

    name = "parameter homotopy"

    def __init__(self, tape: SystemTape, table: ComplexArray, solutions: ComplexArray) -> None:
        self.tape = tape
        self.table = table
        self._solutions = solutions

    @property
    def n_paths(self) -> int:
        return len(self._solutions)

    def starts(self, paths: NDArray[np.int64]) -> ComplexArray:
        return self._solutions[paths]


@dataclass(frozen=True, slots=True, eq=False)
class ParameterPaths:
    """Solutions ``(n_paths, n)`` of a family at ``point``, with the family's tape."""

    tape: SystemTape
    coefficient_map: CoefficientMap
    point: ComplexArray
    solutions: ComplexArray

    @classmethod
    def of(
        cls, family: ParametricSystem, point: ComplexArray, solutions: ComplexArray
    ) -> ParameterPaths:
        """The paths of ``family`` that start at ``solutions`` of ``point``."""
        tape = SystemTape.of_supports(family.supports, family.n_variables)
        return cls(tape, family.coefficient_map, point, solutions)

    def moved(self, point: ComplexArray, solutions: ComplexArray) -> ParameterPaths:
        """The paths from another start."""
        return ParameterPaths(self.tape, self.coefficient_map, point, solutions)

    def to(self, target: ComplexArray) -> tuple[ParameterStart, Target]:
        """Start system and target of the straight path to ``target`` ``(n_parameters,)``."""
        table = self.coefficient_map.along(target, self.point)
        scaled_target, scaled = Target.of_table(self.tape.supports, table)
        starts = self.solutions * np.ldexp(1.0, -scaled_target.scales)
        return ParameterStart(self.tape, scaled, starts), scaled_target
