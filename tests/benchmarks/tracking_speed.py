"""Path tracking beside PHCpack's black box ``phc -b``, in turns, whole counts required.

The peer is one process that reads a file, its start included, on one thread as the black box runs;
polynet is warm, and timed on one thread and on all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from statistics import median

from solvers import Homotopy
from tests.benchmarks.engines.counting import count_with
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.timing import timed
from tests.catalogue import CatalogueSystem, find_system

__all__ = ["measure"]

_ASKED = {"katsura8": 20.0, "katsura10": 20.0, "noon5": 20.0, "cyclic7": 7.0}
_AIMS = {"katsura10": 1.0, "cyclic7": 1.0, "noon5": 0.05}
_SEEDS_A_TURN = 5


def measure(settings: Settings) -> list[Figure]:
    """Seconds and ratios of each system."""
    return [figure for name in _ASKED for figure in _figures(_raced(find_system(name), settings))]


@dataclass(slots=True)
class _Race:
    """Seconds by number of threads, and those of the peer with the numbers it found."""

    entry: CatalogueSystem
    threads: int
    own: dict[int, list[float]] = field(default_factory=dict)
    peer: list[float] = field(default_factory=list)
    peer_counts: list[int | None] = field(default_factory=list)
    complete: bool = True


def _raced(entry: CatalogueSystem, settings: Settings) -> _Race:
    race = _Race(entry, settings.threads)
    Homotopy(seed=0).solve(entry.system)  # warm
    for turn in range(settings.rounds):
        for threads in {1, settings.threads}:
            for seed in range(_SEEDS_A_TURN * turn, _SEEDS_A_TURN * (turn + 1)):
                solver = Homotopy(seed=seed, threads=threads)
                found, seconds = timed(partial(solver.solve, entry.system))
                race.own.setdefault(threads, []).append(seconds)
                race.complete &= found.n_finite == entry.n_finite and not found.n_failed
        counts = count_with("phc", entry.system)
        if not counts.problem:
            race.peer.append(counts.seconds)
            race.peer_counts.append(counts.n_finite)
    return race


def _figures(race: _Race) -> Iterator[Figure]:
    name, n_finite = race.entry.name, race.entry.n_finite
    found = f"{'all' if race.complete else 'NOT all'} {n_finite} on {len(race.own[1])} seeds"
    own = median(race.own[race.threads])
    aim = _AIMS.get(name)
    goal = None if aim is None else "below"
    yield Figure("speed", f"{name}: polynet, {race.threads} threads", own, "s", goal, aim, found)
    yield Figure("speed", f"{name}: polynet, 1 thread", median(race.own[1]), "s")
    ratio, note = None, "phc is not installed"
    if race.peer:
        shortest = f"{median(race.peer):.2f} s"
        note = f"phc -b: {shortest}, {n_finite} known, found {race.peer_counts}"
        ratio = median(race.peer) / own if race.complete else None
    asked = _ASKED[name]
    yield Figure("speed", f"{name}: phc over polynet", ratio, "x", "at least", asked, note)
