"""Parameters with all solutions there: what parameter homotopies start from.

A ``StartPair`` is what ``generic_solve`` leaves: generic complex parameters with the solutions at
them. It is kept in a file, and ``parameter_homotopy`` follows it to any other parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polynet.atomic_file import write_text
from polynet.errors import InputError
from polynet.parametric_system import ParametricSystem
from solvers.number_text import counted
from solvers.record_format import RecordFormat

__all__ = ["StartPair"]

ComplexArray = NDArray[np.complex128]
_FORMAT = RecordFormat("polynet-start-pair", 1, "start pair")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StartPair:
    """Parameters of a family and the isolated regular solutions there.

    Attributes
    ----------
    fingerprint
        Of the family: the pair serves no other.
    variables, parameters
        The family's names.
    point
        ``(n_parameters,)`` complex.
    solutions
        ``(n_solutions, n_variables)`` complex, all different.
    complete
        Whether every isolated solution at generic parameters is known to be there.
    reason
        Why, or why not.
    start, seed
        How it was found.
    """

    fingerprint: str
    variables: tuple[str, ...]
    parameters: tuple[str, ...]
    point: ComplexArray
    solutions: ComplexArray
    complete: bool
    reason: str
    start: str
    seed: int | None

    def __post_init__(self) -> None:
        shapes = (len(self.parameters),), (len(self.solutions), len(self.variables))
        for name, shape in zip(("point", "solutions"), shapes, strict=True):
            array = np.array(getattr(self, name), np.complex128)
            if array.shape != shape or not np.isfinite(array).all():
                raise InputError(
                    f"{name} of shape {array.shape} must be finite numbers of shape {shape}"
                )
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def n_solutions(self) -> int:
        """The number of solutions, which is that of the paths to any target."""
        return len(self.solutions)

    def check_family(self, family: ParametricSystem) -> None:
        """Raise ``InputError`` unless this is a pair of ``family``."""
        if self.fingerprint != family.fingerprint:
            raise InputError(
                f"the start pair, in {len(self.variables)} variables and {len(self.parameters)} "
                f"parameters, is one of another family than {family!r}; find one with "
                "solve_generic(family)"
            )

    def save(self, path: str | PathLike[str]) -> None:
        """Write the pair to a JSON file, in full or not at all."""
        content = {
            **_FORMAT.head,
            "fingerprint": self.fingerprint,
            "variables": self.variables,
            "parameters": self.parameters,
            "point": _pairs(self.point),
            "solutions": _pairs(self.solutions),
            "complete": self.complete,
            "reason": self.reason,
            "start": self.start,
            "seed": self.seed,
        }
        write_text(Path(path), json.dumps(content) + "\n")

    @classmethod
    def load(cls, path: str | PathLike[str], family: ParametricSystem) -> StartPair:
        """The pair of ``family`` that ``save`` wrote.

        Raises ``InputError`` for a file of another kind, or a pair of another family.
        """
        try:
            content = json.loads(Path(path).read_text("utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise InputError(f"{path} is no start pair: {error}") from error
        pair = _FORMAT.read(content, cls._from, str(path))
        pair.check_family(family)
        return pair

    @classmethod
    def _from(cls, content: Mapping[str, Any]) -> StartPair:
        variables = tuple(map(str, content["variables"]))
        solutions = _complex(content["solutions"]).reshape(-1, len(variables))
        return cls(
            str(content["fingerprint"]),
            variables,
            tuple(map(str, content["parameters"])),
            _complex(content["point"]).reshape(-1),
            solutions,
            bool(content["complete"]),
            str(content["reason"]),
            str(content["start"]),
            content["seed"],
        )

    def __repr__(self) -> str:
        state = "complete" if self.complete else "not known to be complete"
        return (
            f"StartPair({counted(self.n_solutions, 'solution', 'solutions')} in "
            f"{counted(len(self.variables), 'variable', 'variables')} at "
            f"{counted(len(self.parameters), 'parameter', 'parameters')}, {state}: {self.reason})"
        )


def _pairs(values: ComplexArray) -> Any:
    return np.stack([values.real, values.imag], axis=-1).tolist()


def _complex(pairs: Any) -> ComplexArray:
    array = np.array(pairs, np.float64).reshape(-1, 2)
    return np.asarray(array[:, 0] + 1j * array[:, 1])
