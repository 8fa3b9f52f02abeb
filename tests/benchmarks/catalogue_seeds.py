"""Every system of the catalogue on many seeds: counts found beside counts known.

A count that differs is a loss: a silent one if the result claims to be complete, else a reported
one, which counts half. What was asked: none on 100 seeds. ``--quick`` takes 3 seeds. Systems whose
first solve takes longer than two seconds get 10 seeds, but for ``--full``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial

from solvers import Homotopy
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.timing import timed
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


def counted_on_seeds(
    entry: CatalogueSystem, n_seeds: int, threads: int, *, full: bool = True
) -> SeedCounts:
    """Solve ``entry`` with seeds 0, 1, ... and compare all counts; fewer of them if it is slow."""
    wrong: dict[str, list[int]] = {"silent": [], "reported": [], "undecided": []}
    expected = entry.n_finite, entry.n_real, entry.n_multiplicity_sum
    total, seed = 0.0, 0
    while seed < n_seeds:
        found, seconds = timed(partial(Homotopy(seed=seed, threads=threads).solve, entry.system))
        total += seconds
        if seed == 0 and seconds > _SLOW_SECONDS and not full:
            n_seeds = min(n_seeds, _SLOW_SEEDS)
        counts = found.n_finite, found.n_real, found.multiplicity_sum
        if counts != expected:
            wrong["reported" if found.n_failed else "silent"].append(seed)
        elif found.n_failed:
            wrong["undecided"].append(seed)
        seed += 1
    lists = {label: tuple(seeds) for label, seeds in wrong.items()}
    return SeedCounts(entry.name, entry.n_finite, n_seeds, **lists, seconds=total)


def measure(settings: Settings) -> list[Figure]:
    """Losses over all seeds, system by system; one line each on standard error as they come."""
    n_seeds = _QUICK_SEEDS if settings.quick else _SEEDS
    Homotopy().solve(find_system("noon3").system)  # compiles
    rows = []
    for entry in catalogue():
        rows.append(counted_on_seeds(entry, n_seeds, settings.threads, full=settings.full))
        print(f"  {entry.name} ({entry.n_finite}): {rows[-1]}", file=sys.stderr, flush=True)
    noted = [row for row in rows if row.failures or row.undecided]
    summary = f"{len(rows)} systems, {sum(row.seconds for row in rows):.0f} s in all"
    total = sum(row.failures for row in rows)
    figures = [Figure("catalogue", f"losses on {n_seeds} seeds", total, "", "at most", 0, summary)]
    for row in noted:
        name = f"{row.name}: losses"
        figures.append(Figure("catalogue", name, row.failures, "", "at most", 0, str(row)))
    return figures
