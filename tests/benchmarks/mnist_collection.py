"""Collecting all of MNIST, each time in a process of its own: seconds and memory.

The process does what a user does, without torch: it imports polynet, reads the files, collects
the loss of 6,769 weights on 60,000 images, and asks for a value and a gradient. Peak memory is
that of the whole process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.timing import timed

__all__ = ["measure"]


def measure(settings: Settings) -> list[Figure]:
    """Medians over processes, the largest memory among them."""
    try:
        runs = [in_own_process(settings.image_root) for _ in range(settings.rounds)]
    except subprocess.CalledProcessError as error:
        note = error.stderr.strip().splitlines()[-1]
        return [Figure("memory", "peak memory", None, "MiB", "below", 1024, note)]
    seconds = {name: median(run[name] for run in runs) for name in runs[0]}
    peak = max(run["peak_mib"] for run in runs)
    return [
        Figure("memory", "import polynet and read 60,000 images", seconds["load"], "s"),
        Figure("memory", "collect, compiling included", seconds["collect"], "s", "below", 10),
        Figure("memory", "first value, with the cached kernels loaded", seconds["value"], "s"),
        Figure("memory", "first gradient", seconds["gradient"], "s"),
        Figure(
            "memory",
            "peak memory of the process",
            peak,
            "MiB",
            "below",
            1024,
            f"images and targets alone are {seconds['data_mib']:.0f} MiB",
        ),
    ]


def in_own_process(root: Path) -> dict[str, float]:
    """Figures from a fresh interpreter that runs this module."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.mnist_collection", str(root)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def collect_all(root: Path) -> dict[str, float]:
    """Load, collect and evaluate once, with the seconds of each step and the peak memory."""
    data, load = timed(lambda: _data(root))
    import polynet as pn
    from tests.benchmarks.mnist_network import layered

    network = layered()
    loss, collect = timed(lambda: pn.collect(network, data))
    weights = network.random_weights(0)
    value = timed(lambda: loss.value(weights))[1]
    gradient = timed(lambda: loss.gradient(weights))[1]
    if "torch" in sys.modules:
        raise RuntimeError("torch was imported; the memory measured is not polynet's alone")
    return {
        "load": load,
        "collect": collect,
        "value": value,
        "gradient": gradient,
        "data_mib": (data.inputs.nbytes + data.targets.nbytes) / 2**20,
        "peak_mib": peak_mib(),
    }


def _data(root: Path) -> Any:
    from tests.benchmarks.mnist_network import training_data

    return training_data(root)


def peak_mib() -> float:
    """Peak resident memory of this program.

    Linux keeps it for each program; getrusage would count what the parent held at the fork.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    print(json.dumps(collect_all(Path(sys.argv[1]))))
