"""Checkpoint files: a run that was stopped goes on where it was.

A file holds the paths tracked so far and what names the run: equations, seed, start, groups, and a
fingerprint of the homotopy. All that is random is a pure function of the seed and the number of
the attempt, so a run that goes on gives what it would have given without a stop, to the bit.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from polynet.atomic_file import replaced
from polynet.errors import InputError
from solvers.homotopy.path_batches import batches_of
from solvers.homotopy.path_runner import RunState
from solvers.homotopy.path_table import PathTable
from solvers.homotopy.start_systems import StartSystem

__all__ = ["Checkpoint", "RunName", "homotopy_fingerprint"]

_FORMAT = "polynet-homotopy-checkpoint"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class RunName:
    """What a run is of; runs of the same name give the same result."""

    equations: str
    seed: int
    start: str
    groups: str


def homotopy_fingerprint(start: StartSystem) -> str:
    """A hash of the homotopy: its supports, coefficients and first start solution.

    It differs where another version of this program, or of its random numbers, made another
    homotopy for the same run.
    """
    content = hashlib.sha256(start.name.encode())
    for support in start.tape.supports:
        content.update(support.tobytes())
    content.update(start.table.tobytes())
    return content.hexdigest()


@dataclass(slots=True)
class Checkpoint:
    """The file ``path`` of the run ``name``.

    ``attempt`` is the one under way, ``state`` how far it is; ``best`` are the paths of the best
    attempt before it, ``best_attempt``, of which ``repaired`` ends come from others.
    """

    path: Path
    name: RunName
    attempt: int = 0
    fingerprint: str = ""
    state: RunState | None = None
    best: PathTable | None = None
    best_attempt: int = 0
    repaired: int = 0

    @classmethod
    def opened(cls, path: Path, name: RunName) -> Checkpoint:
        """With what the file holds, if there is one.

        Raises ``InputError`` where the file cannot be read or belongs to another run.
        """
        if not path.exists():
            return cls(path, name)
        try:
            with path.open("rb") as file:
                return cls._read(file, path, name)
        except InputError:
            raise
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise InputError(
                f"checkpoint {path} cannot be read ({error}); delete it or name another file"
            ) from None

    @classmethod
    def _read(cls, file: BinaryIO, path: Path, name: RunName) -> Checkpoint:
        with np.load(file, allow_pickle=False) as arrays:
            header = json.loads(bytes(arrays["header"]))
            if (header["format"], header["version"]) != (_FORMAT, _VERSION):
                raise ValueError(f"format {header['format']} {header['version']}")
            _check_name(header, path, name)
            n = int(header["n"])
            table = _table_in(arrays, "", n)
            paths, done = arrays["paths"], arrays["done"].astype(bool)
            if len(done) != len(batches_of(len(paths))):
                raise ValueError("arrays of different lengths")
            return cls(
                path,
                name,
                int(header["attempt"]),
                header["fingerprint"],
                RunState(table, int(header["round"]), paths, done),
                _table_in(arrays, "best_", n) if "best_codes" in arrays else None,
                int(header["best_attempt"]),
                int(header["repaired"]),
            )

    def enter(
        self, attempt: int, start: StartSystem, best: PathTable | None, best_attempt: int
    ) -> None:
        """Say which attempt is under way, and what there is from those before it.

        Raises ``InputError`` where the file's state is of another homotopy.
        """
        fingerprint, state = homotopy_fingerprint(start), self.state
        if state is not None and (
            fingerprint != self.fingerprint or len(state.table) != start.n_paths
        ):
            raise InputError(
                f"checkpoint {self.path} has {len(state.table):,} paths of another homotopy than "
                f"the {start.n_paths:,} of this {start.name} start: another version wrote it; "
                "delete it or name another file"
            )
        self.attempt, self.fingerprint = attempt, fingerprint
        self.best, self.best_attempt = best, best_attempt

    def save(self, state: RunState) -> None:
        """Replace the file by ``state``, all at once."""
        header = {
            "format": _FORMAT,
            "version": _VERSION,
            **asdict(self.name),
            "attempt": self.attempt,
            "best_attempt": self.best_attempt,
            "repaired": self.repaired,
            "fingerprint": self.fingerprint,
            "round": state.round,
            "n": state.table.points.shape[1],
        }
        arrays: dict[str, Any] = {
            "header": np.frombuffer(json.dumps(header).encode(), np.uint8),
            "paths": state.paths,
            "done": state.done,
            **state.table.columns,
        }
        if self.best is not None:
            arrays |= {f"best_{name}": column for name, column in self.best.columns.items()}
        with replaced(self.path) as file:
            np.savez(file, **arrays)


def _table_in(arrays: Mapping[str, NDArray[Any]], prefix: str, n: int) -> PathTable:
    names = PathTable.empty(0, 0).columns
    table = PathTable.of_columns({name: arrays[prefix + name] for name in names}, n)
    if len(table.points) != len(table):
        raise ValueError("paths without points")
    return table


def _check_name(header: Mapping[str, Any], path: Path, name: RunName) -> None:
    for key, own in asdict(name).items():
        if header[key] != own:
            raise InputError(
                f"checkpoint {path} is of another run: {key} {header[key]!r} there, {own!r} here; "
                "name another file, or delete it to begin anew"
            )
