"""Every system of the catalogue on many seeds: counts found beside counts known.

A count that differs is a loss: a silent one if the result claims to be complete, else a reported
one, which counts half. What was asked: none on 100 seeds. ``--quick`` takes 3 seeds, ``--full``
also the systems marked heavy.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from solvers import Homotopy
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.timing import timed
from tests.catalogue import CatalogueSystem, catalogue

__all__ = ["SeedCounts", "counted_on_seeds", "measure"]

_SEEDS = 100
_QUICK_SEEDS = 3
_LARGEST = 300  # solutions; more are left to --full, as are the heavy systems


@dataclass(frozen=True, slots=True)
class SeedCounts:
    """One system on ``n_seeds`` seeds.

    ``silent`` and ``reported`` are seeds whose counts differ from the catalogue; ``undecided`` are
    seeds where all was found and yet some path is reported as failed.
    """

    name: str
    n_finite: int
    n_seeds: int
    silent: tuple[int, ...]
    reported: tuple[int, ...]
    undecided: tuple[int, ...]
    seconds: float

    @property
    def failures(self) -> float:
        """Losses, the reported ones counted half."""
        return len(self.silent) + 0.5 * len(self.reported)

    def __str__(self) -> str:
        parts = [f"{self.n_seeds} seeds, {self.seconds / self.n_seeds:.3f} s each"]
        for label in ("silent", "reported", "undecided"):
            seeds = getattr(self, label)
            if seeds:
                parts.append(f"{label} on seeds {', '.join(map(str, seeds[:8]))}")
        return "; ".join(parts)


def counted_on_seeds(entry: CatalogueSystem, n_seeds: int, threads: int) -> SeedCounts:
    """Solve ``entry`` with seeds 0, 1, ... and compare all counts."""
    wrong: dict[str, list[int]] = {"silent": [], "reported": [], "undecided": []}
    expected = entry.n_finite, entry.n_real, entry.n_multiplicity_sum
    total = 0.0
    for seed in range(n_seeds):
        solver = Homotopy(seed=seed, threads=threads)
        found, seconds = timed(lambda solver=solver: solver.solve(entry.system))
        total += seconds
        counts = found.n_finite, found.n_real, found.multiplicity_sum
        if counts != expected:
            wrong["reported" if found.n_failed else "silent"].append(seed)
        elif found.n_failed:
            wrong["undecided"].append(seed)
    lists = {label: tuple(seeds) for label, seeds in wrong.items()}
    return SeedCounts(entry.name, entry.n_finite, n_seeds, **lists, seconds=total)


def measure(settings: Settings) -> list[Figure]:
    """Losses over all seeds, system by system; one line each on standard error as they come."""
    n_seeds = _QUICK_SEEDS if settings.quick else _SEEDS
    rows = []
    for entry in catalogue():
        if settings.full or (entry.n_finite <= _LARGEST and "heavy" not in entry.traits):
            rows.append(counted_on_seeds(entry, n_seeds, settings.threads))
            print(f"  {entry.name} ({entry.n_finite}): {rows[-1]}", file=sys.stderr, flush=True)
    noted = [row for row in rows if row.failures or row.undecided]
    summary = f"{len(rows)} systems, {sum(row.seconds for row in rows):.0f} s in all"
    total = sum(row.failures for row in rows)
    figures = [Figure("catalogue", f"losses on {n_seeds} seeds", total, "", "at most", 0, summary)]
    for row in noted:
        name = f"{row.name}: losses"
        figures.append(Figure("catalogue", name, row.failures, "", "at most", 0, str(row)))
    return figures
