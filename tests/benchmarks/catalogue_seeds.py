"""Every system of the catalogue on many seeds: counts found beside counts known.

A count that differs is a loss: a silent one if the outcome owns to nothing, else a reported one,
which counts half. What was asked: none on 100 seeds. ``--quick`` takes 3 seeds, ``--seeds`` others.
Systems whose first solve takes longer than two seconds get 10 seeds, but for ``--full``. ``--rows``
names some systems; ``--runs`` a folder of finished runs, from which a stopped one goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from solvers import Homotopy
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.seed_runs import KeptRuns, SeedRun, solved_with_seed
from tests.catalogue import CatalogueSystem, catalogue, find_system

__all__ = ["SeedCounts", "counted_on_seeds", "measure"]

_SEEDS = 100
_QUICK_SEEDS = 3
_SLOW_SEEDS = 10
_SLOW_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class SeedCounts:
    """One system on ``n_seeds`` seeds.

    ``silent`` and ``reported`` are seeds whose counts differ from the catalogue; ``undecided`` are
    seeds where all was found and yet the outcome says that something may be missing.
    """

    name: str
    n_finite: int
    n_seeds: int
    silent: tuple[int, ...]
    reported: tuple[int, ...]
    undecided: tuple[int, ...]
    cpu_seconds: float

    @classmethod
    def of(cls, entry: CatalogueSystem, runs: Sequence[SeedRun]) -> SeedCounts:
        """The verdicts on ``runs``."""
        wrong: dict[str, list[int]] = {"silent": [], "reported": [], "undecided": [], "right": []}
        for run in runs:
            wrong[run.verdict(entry)].append(run.seed)
        del wrong["right"]
        lists = {label: tuple(seeds) for label, seeds in wrong.items()}
        seconds = sum(run.cpu_seconds for run in runs)
        return cls(entry.name, entry.n_finite, len(runs), **lists, cpu_seconds=seconds)

    @property
    def failures(self) -> float:
        """Losses, the reported ones counted half."""
        return len(self.silent) + 0.5 * len(self.reported)

    def __str__(self) -> str:
        parts = [f"{self.n_seeds} seeds, CPU {self.cpu_seconds / self.n_seeds:.3f} s each"]
        for label in ("silent", "reported", "undecided"):
            seeds = getattr(self, label)
            if seeds:
                parts.append(f"{label} on seeds {', '.join(map(str, seeds[:8]))}")
        return "; ".join(parts)


def counted_on_seeds(
    entry: CatalogueSystem,
    n_seeds: int,
    threads: int,
    *,
    full: bool = True,
    folder: Path | None = None,
) -> SeedCounts:
    """Solve ``entry`` with seeds 0, 1, ... and compare all counts; fewer of them if it is slow."""
    kept = KeptRuns.of(folder, entry.name)
    runs: list[SeedRun] = []
    while len(runs) < n_seeds:
        seed = len(runs)
        if seed not in kept.runs:
            kept.add(solved_with_seed(entry, seed, threads))
        runs.append(kept.runs[seed])
        if runs[0].cpu_seconds > _SLOW_SECONDS and not full:
            n_seeds = min(n_seeds, _SLOW_SEEDS)
    return SeedCounts.of(entry, runs)


def measure(settings: Settings) -> list[Figure]:
    """Losses over all seeds, system by system; one line each on standard error as they come."""
    n_seeds = settings.seeds or (_QUICK_SEEDS if settings.quick else _SEEDS)
    Homotopy().solve(find_system("noon3").system)  # compiles
    entries = [find_system(name) for name in settings.rows] or catalogue()
    rows = []
    for entry in entries:
        row = counted_on_seeds(
            entry, n_seeds, settings.threads, full=settings.full, folder=settings.runs
        )
        rows.append(row)
        print(f"  {entry.name} ({entry.n_finite}): {row}", file=sys.stderr, flush=True)
    return [_summary(rows), *(_noted(row) for row in rows if row.failures or row.undecided)]


def _summary(rows: Sequence[SeedCounts]) -> Figure:
    """Losses on all seeds of all systems."""
    solves = sum(row.n_seeds for row in rows)
    note = f"{solves:,} solves, CPU {sum(row.cpu_seconds for row in rows):.0f} s in all"
    total = sum(row.failures for row in rows)
    return Figure("catalogue", f"losses, {len(rows)} systems", total, "", "at most", 0, note)


def _noted(row: SeedCounts) -> Figure:
    return Figure("catalogue", f"{row.name}: losses", row.failures, "", "at most", 0, str(row))
