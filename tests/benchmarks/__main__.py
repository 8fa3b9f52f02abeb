"""The one command: ``python -m tests.benchmarks [names...] [--quick] [--full] [--json FILE]``."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from compare.machine import available_cores
from tests.benchmarks.figure import Benchmark, Figure, Settings
from tests.benchmarks.machine import pin_threads, this_machine

MODULES = {
    "exact": "exact_collection",
    "add": "adding_examples",
    "memory": "mnist_collection",
    "mnist": "mnist_derivatives",
    "by-hand": "mnist_by_hand",
    "start": "start_up",
    "landscape": "landscapes",
    "monodromy": "monodromy",
    "paths": "long_runs",
    "catalogue": "catalogue_seeds",
    "speed": "tracking_speed",
    "groebner": "groebner_engines",
    "train": "exact_training",
    "train-mnist": "mnist_training",
    "rates": "kernel_rates",
    "costs": "training_costs",
    "planes": "plane_training",
    "subspace": "subspace_accuracy",
    "zoo": "model_zoo",
    "newton": "newton_baselines",
}
"""Names on the command line, and the modules with their ``measure(settings)``."""

REPOSITORY = Path(__file__).resolve().parents[2]


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    result = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure polynet beside the alternatives. Exit code 1 where a goal is missed.",
    )
    result.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(MODULES)}; all")
    result.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    result.add_argument("--quick", action="store_true", help="fewer repeats and examples")
    result.add_argument("--full", action="store_true", help="measure what is else extrapolated")
    result.add_argument("--threads", type=int, default=available_cores(), help="for every library")
    result.add_argument(
        "--data", type=Path, metavar="DIR", help="the folder above mnist; else POLYNET_DATA"
    )
    result.add_argument(
        "--seeds", type=int, metavar="N", help="repeats: landscape, catalogue 100, others 1"
    )
    result.add_argument(
        "--runs",
        type=Path,
        metavar="DIR",
        help="subspace, zoo, newton, train-mnist, catalogue: keep finished runs and go on",
    )
    result.add_argument(
        "--published", action="store_true", help="subspace: the published start and subspace"
    )
    group = result.add_argument_group("landscape")
    group.add_argument(
        "--rows", nargs="+", default=(), metavar="ROW", help="such as 2-2-3, or cyclic7; all"
    )
    group.add_argument("--real", type=int, metavar="N", help="real data sets; 1000, 0 for none")
    group.add_argument(
        "--method",
        nargs="+",
        default=("reduced", "parameter"),
        choices=("plain", "reduced", "parameter"),
        help="of solving at complex data: without and with row reduction, from a start pair",
    )
    return result


def main(arguments: Sequence[str]) -> int:
    """Run what was named; the exit code."""
    options = parser().parse_args(arguments)
    unknown = [name for name in options.names if name not in MODULES]
    if unknown:
        parser().error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(MODULES)}")
    pin_threads(options.threads, arguments)
    root = options.data or os.environ.get("POLYNET_DATA")
    root = Path(root) if root else REPOSITORY.parent / "shared" / "data"
    settings = Settings(
        options.quick,
        options.full,
        options.threads,
        root,
        seeds=options.seeds,
        rows=tuple(options.rows),
        n_real=options.real,
        methods=tuple(options.method),
        runs=options.runs,
        published=options.published,
    )
    figures = measured(options.names or list(MODULES), settings)
    from rich.console import Console

    from tests.benchmarks.report import print_table, write_json

    machine = this_machine()
    print_table(figures, machine, Console(width=None if sys.stdout.isatty() else 160))
    if options.json:
        write_json(options.json, figures, machine, quick=options.quick)
    return int(any(figure.met is False for figure in figures))


def measured(names: Sequence[str], settings: Settings) -> list[Figure]:
    """The figures of the named benchmarks, in their own order, each said when it is there."""
    from tests.benchmarks.report import one_line

    figures: list[Figure] = []
    for name, module in MODULES.items():
        if name in names:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            measure: Benchmark = importlib.import_module(f"tests.benchmarks.{module}").measure
            for figure in measure(settings):
                print(f"  {one_line(figure)}", file=sys.stderr, flush=True)
                figures.append(figure)
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
