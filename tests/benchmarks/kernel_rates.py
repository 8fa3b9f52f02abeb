"""How fast the kernels of training compute, beside the matrix product of the same machine and run.

Operations are counted from the program of the network, two for each multiply-add, and divided by
the least processor time of one call: what is done beside (moving data, solving the polynomials)
makes the rate lower, as it should. A coordinate step is made of vector operations ``y += a x``, one
multiply-add for each number that is read, so that the rate of such sums stands beside it too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

import polynet as pn
import solvers
from polynet.moment_form import MomentForm
from polynet.program import Program
from polynet.sample_form import SampleForm
from solvers.training.cones import cones_of
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.mnist_network import layered, training_data
from tests.benchmarks.timing import least_cpu

__all__ = ["measure"]

MATRIX = 1_000
LANES = 1_437
DENSE = 8  # as in the kernel: groups of more than 1/8 of all monomials go by whole rows of M


def measure(settings: Settings) -> list[Figure]:
    """Giga-operations a second of each kernel, and the share of the matrix product's."""
    work = machine_work() | sample_work()
    try:
        work |= moment_work(training_data(settings.image_root))
    except pn.DataError as error:
        missing = Figure("rates", "coordinate sweep from moments", None, "Gflop/s", note=str(error))
        return [*figures(work, settings), missing]
    return figures(work, settings)


Work = dict[str, tuple[Callable[[], object], float]]
"""What to call, and its operations."""


def figures(work: Work, settings: Settings) -> list[Figure]:
    """The rates of all, the matrix product first."""
    seconds = {name: least_cpu(run, settings.rounds) for name, (run, _) in work.items()}
    rates = {name: operations / seconds[name] / 1e9 for name, (_, operations) in work.items()}
    best = next(iter(rates.values()))
    return [
        Figure(
            "rates",
            name,
            rate,
            "Gflop/s",
            note=f"{100 * rate / best:.1f} % of the matrix product; {work[name][1] / 1e6:,.1f} "
            f"million operations in {1e3 * seconds[name]:.2f} ms",
        )
        for name, rate in rates.items()
    ]


def machine_work() -> Work:
    """What the machine can do."""
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, MATRIX, MATRIX))
    x, y = rng.standard_normal((2, LANES))

    def add_vectors() -> None:
        for _ in range(100):
            np.add(x, y, out=y)

    return {
        f"matrix product of {MATRIX:,}": (partial(np.matmul, a, b), 2.0 * MATRIX**3),
        f"sum of two vectors of {LANES:,}": (add_vectors, 100.0 * LANES),
    }


def sample_work() -> Work:
    """The digits: 64-32-10 with squares, from samples."""
    data, _ = pn.datasets.digits(flat=True).split(LANES, seed=0)
    network = pn.Network([pn.Dense(64, 32), pn.Square(), pn.Dense(32, 10)])
    loss = pn.collect(network, data.to_float(), form="samples")
    if not isinstance(loss.form, SampleForm):
        raise RuntimeError("the loss was to be held as samples")
    program, n = loss.form.program, 2.0 * len(data)
    weights, direction = np.random.default_rng(0).standard_normal((2, loss.n_parameters))
    stepper = solvers.Coordinatewise("cyclic").stepper(loss, np.arange(loss.n_parameters))
    sweep = partial(stepper.run_pass, weights, np.random.default_rng(0))
    rounded = SampleForm.of(network, data.inputs.astype(np.float32), loss.form.blocks[0].targets)
    single = replace(loss, form=rounded)
    stepper = solvers.Coordinatewise("cyclic").stepper(single, np.arange(loss.n_parameters))
    in_single = partial(stepper.run_pass, weights, np.random.default_rng(0))
    sweep_work = n * sum(sweep_products(program))
    forward, backward = program.n_terms, adjoint_products(program)
    return {
        "coordinate sweep from samples": (sweep, sweep_work),
        "coordinate sweep from samples, float32": (in_single, sweep_work),
        "value": (partial(loss.value, weights), n * forward),
        "gradient": (partial(loss.gradient, weights), n * (forward + backward)),
        "Gauss-Newton product": (
            partial(loss.gnvp, weights, direction),
            n * (2 * forward + 2 * backward),
        ),
        "polynomial of a line": (
            partial(loss.along, weights, direction),
            n * line_products(program),
        ),
    }


def moment_work(images: pn.Dataset) -> Work:
    """The published network, from the moments of all images."""
    network = layered().with_input_shape(images.input_shape)
    loss = pn.collect(network, images, form="moments")
    if not isinstance(loss.form, MomentForm):
        raise RuntimeError("the loss was to be held as moments")
    stepper = solvers.Coordinatewise("cyclic").stepper(loss, np.arange(loss.n_parameters))
    sweep = partial(stepper.run_pass, network.random_weights(0), np.random.default_rng(0))
    return {"coordinate sweep from moments": (sweep, 2.0 * moment_products(loss.form))}


def varying(program: Program) -> np.ndarray:
    """Which registers depend on weights: neither the constant nor the inputs."""
    found = np.zeros(program.n_registers, np.bool_)
    found[1 : 1 + program.n_weights] = True
    for register, terms in nodes(program):
        found[register] = (found[program.left[terms]] | found[program.right[terms]]).any()
    return found


def nodes(program: Program) -> list[tuple[int, slice]]:
    """Each computed register and its terms."""
    ends = zip(program.start[:-1], program.start[1:], strict=True)
    return [(program.first_node + i, slice(*pair)) for i, pair in enumerate(ends)]


def adjoint_products(program: Program) -> int:
    """Multiply-adds of one reverse sweep: one for each factor that depends on weights."""
    depends = varying(program)
    return int(depends[program.left].sum() + depends[program.right].sum())


def line_products(program: Program) -> int:
    """Multiply-adds of the loss as a polynomial: products of polynomials of known degrees."""
    degree = np.zeros(program.n_registers, np.int64)
    degree[1 : 1 + program.n_weights] = 1
    total = 0
    for register, terms in nodes(program):
        left, right = degree[program.left[terms]], degree[program.right[terms]]
        degree[register] = (left + right).max(initial=0)
        total += int(((left + 1) * (right + 1)).sum())
    outputs = degree[program.outputs]
    return total + int(((outputs + 1) * (outputs + 2) // 2).sum())


def sweep_products(program: Program) -> list[int]:
    """Multiply-adds for one example of the step in each weight: changes, polynomial, update."""
    cones = cones_of(program, np.arange(len(program.outputs)))
    counts = []
    for j in range(program.n_weights):
        degree = {1 + j: 1}
        total = 0
        for term in cones.terms[cones.term_start[j] : cones.term_start[j + 1]]:
            left = degree.get(int(program.left[term]), 0)
            right = degree.get(int(program.right[term]), 0)
            register = int(cones.register_of_term[term])
            degree[register] = max(degree.get(register, 0), left + right)
            total += left + right + left * right
        reached = cones.outputs[cones.output_start[j] : cones.output_start[j + 1]]
        orders = np.array([degree[int(program.outputs[k])] for k in reached], np.int64)
        polynomial = int((orders + orders * (orders + 1) // 2).sum())
        counts.append(total + polynomial + int(orders.sum()) + sum(degree.values()) - 1)
    return counts


def moment_products(form: MomentForm) -> int:
    """Multiply-adds of a sweep: v' M v of what each weight changes, and M q brought up to date.

    For networks linear in each weight, where every change is of degree 1.
    """
    size, n_outputs = form.moments.cross.shape
    program = form.weight_program
    cones = cones_of(program, np.arange(len(program.outputs)))
    total = len(cones.terms)
    for j in range(program.n_weights):
        reached = cones.outputs[cones.output_start[j] : cones.output_start[j + 1]]
        groups = np.bincount(reached % n_outputs, minlength=n_outputs)
        dense = groups * DENSE > size
        total += int((np.where(dense, groups * size, groups**2)).sum()) + len(reached) * size
    return total
