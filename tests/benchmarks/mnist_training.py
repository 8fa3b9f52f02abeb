"""All of MNIST by exact steps alone, beside Adam and L-BFGS in torch on the same networks.

The networks of ``mnist_contests`` are trained on the 60,000 images by ``Batchwise``: exact line
minima on growing random batches, no learning rate. Beside each, from the same first weights and on
the same threads, stand Adam in torch (batches of 256, rate 3e-3 that falls along a cosine; 15
epochs) and full-batch L-BFGS (20 line searches) on the same polynomial network and loss, and both
on a ReLU network of as many weights. Fashion-MNIST goes through the same functions unchanged.

With ``--runs DIR`` each finished run is kept there, so that a stopped measurement goes on. 'To the
same loss' compares the CPU seconds of both up to the first pass that is at or below the higher of
their final training losses.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import torch

import polynet as pn
import solvers
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.mnist_contests import CONTESTS, Contest, products
from tests.benchmarks.mnist_runs import METHODS, Images, Run, kept

__all__ = ["measure"]

DATA = {"MNIST": pn.datasets.mnist, "Fashion-MNIST": pn.datasets.fashion_mnist}
ON_ALL_SEEDS = ("exact", "Adam")  # the others on the first
Runs = dict[str, list[Run]]


def measure(settings: Settings) -> list[Figure]:
    """All networks on three seeds; quick: the first on one, on MNIST, and no ReLU network."""
    torch.set_num_threads(settings.threads)
    data = list(DATA)[:1] if settings.quick else list(DATA)
    return [figure for name in data for figure in on_data(name, settings)]


def on_data(name: str, settings: Settings) -> list[Figure]:
    """The figures of all networks; what is asked is asked of MNIST."""
    chosen = [c for c in CONTESTS if not settings.rows or c.name in settings.rows]
    load, root = DATA[name], settings.image_root
    try:
        images = Images(load(root), load(root, train=False))
    except pn.DataError as error:
        return [
            Figure("train-mnist", f"{name}, {c.name}", None, "%", "at least", c.asked, str(error))
            for c in chosen
        ]
    compiled(images)
    figures = [
        replace(figure, name=f"{name}, {figure.name}")
        for contest in (chosen[:1] if settings.quick else chosen)
        for figure in figures_of(contest, runs_of(name, contest, images, settings))
    ]
    if name == "MNIST":
        return figures
    return [replace(figure, goal=None, asked=None) for figure in figures]


def compiled(images: Images) -> None:
    """Loads what is compiled, so that no run pays for it."""
    few = images.train.take(100)
    solvers.train(products(2, 2), few, solvers.Batchwise(20), passes=1, precision="single")


def runs_of(name: str, contest: Contest, images: Images, settings: Settings) -> Runs:
    """The runs of each method, those of one seed next to each other."""
    methods = [m for m in METHODS if not (settings.quick and "ReLU" in m)]
    runs: Runs = {method: [] for method in methods}
    for seed in range(settings.seeds or (1 if settings.quick else 3)):
        for method in methods:
            if seed == 0 or method in ON_ALL_SEEDS:
                run = METHODS[method]
                record = kept(
                    None if settings.quick else settings.runs,
                    f"{name}, {contest.name}, {method}, {seed}",
                    lambda run=run, seed=seed: run(contest, images, seed),
                )
                runs[method].append(record)
    return runs


def figures_of(contest: Contest, runs: Runs) -> list[Figure]:
    """Accuracies and times of one network."""
    return [
        *accuracy_figures(contest, runs["exact"]),
        adam_figure(contest, runs["exact"], runs["Adam"]),
        *(outcome(contest, name, of) for name, of in runs.items()),
    ]


def accuracy_figures(contest: Contest, runs: list[Run]) -> list[Figure]:
    """The test share at the end, beside what is asked and aimed at."""
    shares = [run.end.test for run in runs]
    n = contest.network.n_parameters
    note = f"{n:,} weights; {min(shares):.2f} to {max(shares):.2f} over {len(shares)} seeds"
    name, share = f"{contest.name}: test", median(shares)
    figures = [Figure("train-mnist", name, share, "%", "at least", contest.asked, note)]
    if contest.aim is not None:
        figures.append(
            Figure("train-mnist", f"{contest.name}: aim", share, "%", "at least", contest.aim)
        )
    return figures


def adam_figure(contest: Contest, exact: list[Run], adam: list[Run]) -> Figure:
    """CPU seconds to one loss beside Adam's."""
    pairs = [same_loss(one, other) for one, other in zip(exact, adam, strict=True)]
    target, own, other = (median(column) for column in zip(*pairs, strict=True))
    return Figure(
        "train-mnist",
        f"{contest.name}: Adam / exact steps, CPU time to the same loss",
        median(other / own for _, own, other in pairs),
        "x",
        "at least",
        1.0,
        f"loss {target:.4f}: {own:.1f} s beside {other:.1f} s",
    )


def outcome(contest: Contest, method: str, runs: list[Run]) -> Figure:
    """Where a method ends, and how long it took to the share asked of the network."""
    ends = [run.end for run in runs]
    there = [run.first_cpu(lambda p: p.test >= contest.asked) for run in runs]
    seconds = [t for t in there if t is not None]
    asked = f"; {contest.asked} % in {median(seconds):.1f} CPU s" if seconds else ""
    if len(seconds) < len(runs):
        asked += f"; {contest.asked} % by {len(seconds)} of {len(runs)} seeds"
    note = (
        f"loss {median(e.loss for e in ends):.4f}, CPU {median(e.cpu for e in ends):.1f} s, "
        f"wall {median(e.wall for e in ends):.1f} s, {len(runs)} seeds{asked}"
    )
    name = f"{contest.name}: {method}, test"
    return Figure("train-mnist", name, median(e.test for e in ends), "%", note=note)


def same_loss(one: Run, other: Run) -> tuple[float, float, float]:
    """The higher of both final losses, and the CPU seconds of each to it."""
    loss = max(one.end.loss, other.end.loss)
    own, others = (run.first_cpu(lambda p: p.loss <= loss) or 0.0 for run in (one, other))
    return loss, own, others
