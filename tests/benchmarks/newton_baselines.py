"""The published Newton experiments, and second- and higher-order steps on the same polynomial.

The check of the functional inverse on 3 x 3 matrices; ``fast_net`` and ``slow_net`` on the
CIFAR-100 images that are there, printing what the originals print; every second-order baseline on
XOR; steps to the same critical point by order; the published SymPy programs, with ``--full`` all.
"""

from __future__ import annotations

import sys
from functools import partial

import numpy as np
import torch

import polynet as pn
from compare.baselines.cifar_newton import FastNet, SlowNet
from compare.baselines.flat_loss import FlatLoss
from compare.baselines.functional_inverse_check import check_functional_inverse
from compare.baselines.high_order import halley_step, iterate, tensor_newton_step
from compare.baselines.newton_methods import (
    gauss_newton,
    kfac,
    minimise_by_library,
    saddle_free_newton,
)
from compare.baselines.sympy_programs import PROGRAMS, run_program
from compare.cifar_methods import NewtonProgram
from compare.record import CellRecord
from compare.task_facts import TaskFacts
from tests.benchmarks.experiment_figures import ran
from tests.benchmarks.figure import Figure, Settings

__all__ = ["measure"]

_LIMIT = 300.0  # seconds for a SymPy program


def measure(settings: Settings) -> list[Figure]:
    """All of it, one group after the other."""
    return [
        *functional_inverse(settings),
        *cifar(settings),
        *second_order(),
        *higher_order(),
        *sympy_programs(settings),
    ]


def functional_inverse(settings: Settings) -> list[Figure]:
    """Relative distances from the dense layer Hessians, and of the block step from the full one."""
    check = check_functional_inverse(20 if settings.quick else 200)
    note = f"median over {check.n_seeds} problems"
    return [
        Figure(
            "newton", "closed form: distance, worst", check.closed_form_worst, "", "below", 1e-6
        ),
        *(
            Figure("newton", f"finite difference, r = {r:g}: distance", distance, "", note=note)
            for r, distance in zip(check.changes, check.by_change, strict=True)
        ),
        Figure(
            "newton", "layer steps: distance from the full step", check.full_step, "", note=note
        ),
    ]


def cifar(settings: Settings) -> list[Figure]:
    """First and last error, and hits on the test images; what the originals print, on stderr."""
    steps = None if settings.full else 3 if settings.quick else 12
    fast = FastNet(epochs=2 if settings.quick else 10)
    slow = SlowNet(most_steps=steps, test_every=6)
    printed = partial(print, file=sys.stderr)
    programs = [
        NewtonProgram("fast_net", "published settings", fast, printed),
        NewtonProgram("slow_net", "published settings", slow, printed),
    ]
    try:
        found = ran("cifar100-newton", settings, programs)
    except pn.DataError as error:
        return [Figure("newton", "CIFAR-100", None, "", note=str(error).partition(". ")[0])]
    return [figure for cell in found.cells for figure in _program(cell, found.facts)]


def _program(cell: CellRecord, facts: TaskFacts) -> list[Figure]:
    last = cell.curve[-1]
    share = 100 * (last.test_accuracy or 0.0)
    note = (
        f"an image, from {cell.curve[0].loss:.4f}; {len(cell.curve)} batches from "
        f"{facts.n_examples} images; {share:.2f} % of the test images; CPU {last.cpu_seconds:.1f} s"
    )
    return [Figure("newton", f"{cell.method}: last error", last.loss, "", note=note)]


def second_order() -> list[Figure]:
    """Steps and loss of each method on XOR, 2-3-1 with squares, from one start."""
    network = pn.Network([pn.Dense(2, 3), pn.Square(), pn.Dense(3, 1)])
    loss = FlatLoss.of(network, pn.datasets.xor())
    start = torch.from_numpy(network.random_weights(1))
    methods = [
        partial(minimise_by_library, method="newton-cg"),
        partial(minimise_by_library, method="trust-ncg"),
        saddle_free_newton,
        gauss_newton,
        kfac,
    ]
    figures = []
    for method in methods:
        try:
            record = method(loss, start)
        except pn.PolynetError as error:
            figures.append(Figure("newton", "XOR", None, "", note=str(error)))
            continue
        note = f"{len(record.losses) - 1} steps, CPU {record.cpu_seconds:.2f} s"
        figures.append(Figure("newton", f"XOR, {record.method}: loss", record.loss, "", note=note))
    return figures


def higher_order() -> list[Figure]:
    """Steps to a critical point, to rounding, from 0.02 away."""
    rng = np.random.default_rng(0)
    network = pn.Network([pn.Dense(2, 2), pn.Square(), pn.Dense(2, 1)])
    data = pn.Dataset(rng.normal(size=(12, 2)), rng.normal(size=(12, 1)))
    loss = pn.collect(network, data, l2=0.05)
    point = network.random_weights(3)
    for _ in range(200):
        damped = loss.hessian(point) + 5.0 * np.eye(len(point))
        point = point - np.linalg.solve(damped, loss.gradient(point))
    direction = rng.standard_normal(len(point))
    start = point + 0.02 * direction / np.linalg.norm(direction)
    steps = {
        "order 1 (Newton)": partial(tensor_newton_step, order=1),
        "order 2 (Chebyshev)": partial(tensor_newton_step, order=2),
        "order 3": partial(tensor_newton_step, order=3),
        "order 4": partial(tensor_newton_step, order=4),
        "Halley": halley_step,
    }
    return [
        Figure(
            "newton", f"steps to a critical point, {name}", len(iterate(loss, start, step)) - 1, ""
        )
        for name, step in steps.items()
    ]


def sympy_programs(settings: Settings) -> list[Figure]:
    """Seconds of the published programs in plain SymPy; without ``--full`` the first layer only."""
    figures = []
    for program in PROGRAMS if settings.full else ("xor layer",):
        record = run_program(program, limit=_LIMIT)
        least = (
            f"losses {min(record.losses):.3g} to {max(record.losses):.3g}" if record.losses else ""
        )
        note = record.error or f"{record.n_answers} answers, {least}"
        figures.append(Figure("newton", f"SymPy, {program}", record.seconds, "s", note=note))
    return figures
