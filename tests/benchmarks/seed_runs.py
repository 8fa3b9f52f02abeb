"""What systems of the catalogue gave on each seed, kept in files so that a stopped run goes on.

Enters: an entry of the catalogue and a seed. Leaves: a ``SeedRun``. A folder of runs has one file
for each system, with one line of JSON for each seed, written as soon as that seed is done.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from solvers import Homotopy
from solvers.homotopy.solutions import HomotopySolutions
from solvers.outcome import Outcome
from tests.catalogue import CatalogueSystem

__all__ = ["KeptRuns", "SeedRun", "solved_with_seed"]


@dataclass(frozen=True, slots=True)
class SeedRun:
    """The counts of one solve. ``multiplicities`` has pairs (multiplicity, number), ascending."""

    seed: int
    n_finite: int
    n_real: int
    multiplicities: tuple[tuple[int, int], ...]
    n_failed: int
    outcome: str
    completeness: str
    notes: tuple[str, ...]
    cpu_seconds: float

    @classmethod
    def of(cls, found: HomotopySolutions, seed: int, cpu_seconds: float) -> Self:
        """What ``found`` says."""
        return cls(
            seed,
            found.n_finite,
            found.n_real,
            tuple(sorted(Counter(found.multiplicities.tolist()).items())),
            found.n_failed,
            found.outcome.value,
            str(found.completeness),
            found.notes,
            cpu_seconds,
        )

    @classmethod
    def from_json(cls, line: str) -> Self:
        """The run that a line of a file holds."""
        fields = json.loads(line)
        fields["multiplicities"] = tuple(map(tuple, fields["multiplicities"]))
        return cls(**fields | {"notes": tuple(fields["notes"])})

    def verdict(self, entry: CatalogueSystem) -> str:
        """``"right"``, or how the counts differ from those of ``entry``.

        ``"silent"`` where the outcome owns to nothing, else ``"reported"``; ``"undecided"`` where
        all was found and the outcome says that something may be missing.
        """
        doubted = self.outcome == Outcome.INCOMPLETE.value
        found = self.n_finite, self.n_real, self.multiplicities
        if found != (entry.n_finite, entry.n_real, entry.multiplicities):
            return "reported" if doubted else "silent"
        return "undecided" if doubted else "right"


def solved_with_seed(entry: CatalogueSystem, seed: int, threads: int) -> SeedRun:
    """Solve ``entry`` once, timed in processor seconds of all threads."""
    begun = time.process_time()
    found = Homotopy(seed=seed, threads=threads).solve(entry.system)
    return SeedRun.of(found, seed, time.process_time() - begun)


@dataclass(frozen=True, slots=True)
class KeptRuns:
    """The runs of one system, in the file ``path`` if there is one; ``runs`` by seed."""

    path: Path | None
    runs: dict[int, SeedRun]

    @classmethod
    def of(cls, folder: Path | None, name: str) -> Self:
        """Those that ``folder`` has; a last line that a kill cut short is taken off its file."""
        if folder is None:
            return cls(None, {})
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.jsonl"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            path.write_text(whole, encoding="utf-8")
        runs = [SeedRun.from_json(line) for line in whole.splitlines()]
        return cls(path, {run.seed: run for run in runs})

    def add(self, run: SeedRun) -> None:
        """Keep ``run``, in the file too."""
        self.runs[run.seed] = run
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(run)) + "\n")
