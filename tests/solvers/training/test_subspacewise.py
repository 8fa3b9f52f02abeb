"""Plane and subspace steps: decrease, least points by independent routes, counts, refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import polynet as pn
import solvers
from polynet.errors import BudgetError, InputError
from solvers.solution_set import SolutionSet
from solvers.training.linewise import Linewise
from solvers.training.method import TrainingMethod
from solvers.training.planewise import Planewise, SecondDirection
from solvers.training.subspace_search import SubspaceSearch
from solvers.training.subspacewise import BasisName, Subspacewise
from tests.solvers.training.cases import CASES, images

XOR = pn.Network([pn.Dense(2, 2), pn.Square(), pn.Dense(2, 1)])
METHODS: dict[str, TrainingMethod] = {
    **{f"subspaces of {b}": Subspacewise(2, b, steps=3) for b in get_args(BasisName)},
    **{
        f"planes with {s}": Planewise(Linewise("lbfgs", lines=3), s)
        for s in get_args(SecondDirection)
    },
    "gauss-newton planes": Planewise(Linewise("gauss-newton", lines=3), "gradient"),
    "random planes": Planewise(Linewise("random", lines=3), "random"),
}


@pytest.mark.parametrize("form", ["samples", "moments"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["linear", "squares", "convolution"])
def test_the_loss_never_rises(name: str, method: str, form: str) -> None:
    network = CASES[name]
    for seed in range(3):
        record = solvers.train(
            network, images(network, seed=seed), METHODS[method], passes=3, form=form, seed=seed
        )
        losses = [entry.loss for entry in record.history]
        assert all(b <= a * (1 + 1e-9) for a, b in pairwise(losses))
        assert losses[-1] < losses[0]
        assert record.counts.steps == 3 * record.passes


@pytest.mark.parametrize("seed", range(4))
def test_a_plane_step_is_below_a_dense_grid_and_the_line(seed: int) -> None:
    """Nothing on a grid over the plane is lower, nor the least point of the line within it."""
    loss, weights = pn.collect(XOR, pn.datasets.xor()), XOR.random_weights(seed)
    start = {"seed": seed, "passes": 1, "start": weights}
    method = Planewise(Linewise("gradient", lines=1), "random")
    record = solvers.train(XOR, pn.datasets.xor(), method, **start)
    line = solvers.train(XOR, pn.datasets.xor(), Linewise("gradient", lines=1), **start)
    assert record.loss <= line.loss + 1e-12
    d = np.stack([-loss.gradient(weights), np.random.default_rng([seed, 1]).standard_normal(9)])
    plane = d / np.linalg.norm(d, axis=1, keepdims=True)
    steps = np.linspace(-6, 6, 241)
    points = weights + (steps[:, None, None] * plane[0] + steps[None, :, None] * plane[1])
    outputs = XOR.forward(points, pn.datasets.xor().to_float().inputs)
    values = ((outputs - pn.datasets.xor().to_float().targets) ** 2).sum(axis=(-1, -2))
    assert record.loss <= values.min() + 1e-12
    # The step did stay in the plane.
    moved = record.weights - weights
    coordinates = np.linalg.lstsq(plane.T, moved, rcond=None)[0]
    np.testing.assert_allclose(plane.T @ coordinates, moved, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_a_subspace_step_is_the_least_of_the_exact_critical_points(seed: int) -> None:
    """Rational weights and directions, exact expansion, a Gröbner basis: the same least value."""
    rng = np.random.default_rng(seed)
    weights, table = rng.integers(-4, 5, 9), rng.integers(-3, 4, (9, 2))
    loss = pn.collect(XOR, pn.datasets.xor())
    polynomial = loss.restrict(table.tolist(), weights.tolist()).expand()
    exact = solvers.find_critical_points(polynomial, solvers.Groebner())
    search = SubspaceSearch(loss, solvers.Homotopy())
    moved, counts = search.step(weights.astype(float), table.astype(float))
    assert loss.value(moved) == pytest.approx(min(p.loss for p in exact.real), abs=1e-10)
    assert counts.n_complex == exact.complex_count
    assert counts.n_real == len(exact.real)
    assert counts.minima == len(exact.minima)


def test_three_unknowns_and_an_exact_solver() -> None:
    data = images(CASES["squares"])
    three = solvers.train(CASES["squares"], data, Subspacewise(3, "krylov", steps=2), passes=1)
    assert three.loss < three.history[0].loss
    methods = [
        Subspacewise(2, "random", 2, solver) for solver in (solvers.Homotopy(), solvers.Groebner())
    ]
    one, other = (solvers.train(XOR, pn.datasets.xor(), m, passes=2) for m in methods)
    np.testing.assert_allclose(one.weights, other.weights, atol=1e-9)
    assert one.counts.by_points == other.counts.by_points


@pytest.mark.parametrize(
    "method",
    [
        Subspacewise(2, "random", steps=2),
        Subspacewise(2, "krylov", steps=2),
        Planewise(Linewise("gauss-newton", lines=2), "gradient"),
    ],
)
def test_a_record_goes_on_to_the_same_bits(method: TrainingMethod, tmp_path: Path) -> None:
    def run(**arguments: Any) -> solvers.TrainingRecord:
        return solvers.train(XOR, pn.datasets.xor(), method, seed=3, **arguments)

    whole = run(passes=5)
    run(passes=2, checkpoint=tmp_path / "half.json")
    rest = run(passes=3, start=solvers.TrainingRecord.from_json(tmp_path / "half.json"))
    np.testing.assert_array_equal(rest.weights, whole.weights)
    assert [e.counts for e in rest.history] == [e.counts for e in whole.history]


def test_only_free_weights_move() -> None:
    network = CASES["squares"]
    loss, weights = pn.collect(network, images(network)), network.random_weights(0)
    free = np.array([0, 2, 5])
    for method in METHODS.values():
        moved, _ = method.stepper(loss, free).run_pass(weights, np.random.default_rng(0))
        changed = np.flatnonzero(moved != weights)
        assert set(changed) <= set(free)
        assert len(changed)


def test_planes_train_the_layers_below_least_squares() -> None:
    network = CASES["deep"]
    method = solvers.Blockwise(Planewise(Linewise("gradient", lines=3)))
    record = solvers.train(network, images(network), method, passes=3)
    losses = [entry.loss for entry in record.history]
    assert all(b <= a * (1 + 1e-9) for a, b in pairwise(losses))
    assert losses[-1] < losses[0]
    # In the first layer alone the loss has degree 8, in the second 4, and 49 and 9 paths a plane.
    assert record.counts.n_complex <= 3 * 3 * (49 + 9)


def test_dependent_and_zero_directions_make_a_smaller_subspace() -> None:
    loss, weights = pn.collect(XOR, pn.datasets.xor()), XOR.random_weights(1)
    search = SubspaceSearch(loss, solvers.Homotopy())
    g = loss.gradient(weights)
    one, _ = search.step(weights, g[:, None])
    same, counts = search.step(weights, np.stack([g, -3 * g, 0 * g], axis=1))
    np.testing.assert_allclose(same, one, rtol=1e-12)
    assert counts.n_complex == loss.degree - 1
    still, nothing = search.step(weights, np.zeros((9, 2)))
    np.testing.assert_array_equal(still, weights)
    assert nothing.by_points == (1,)


@dataclass(frozen=True)
class Forgetful:
    """A solver that keeps one critical point, whichever comes first, and loses the rest."""

    def solve(self, system: Any) -> SolutionSet:
        found = solvers.Homotopy().solve(system)
        return replace(found.listing(np.arange(1)), n_failed=found.n_finite - 1)


def test_a_solver_that_loses_paths_still_never_raises_the_loss() -> None:
    for seed in range(5):
        method = Subspacewise(2, "random", steps=5, solver=Forgetful())
        record = solvers.train(XOR, pn.datasets.xor(), method, passes=2, seed=seed)
        losses = [entry.loss for entry in record.history]
        assert all(b <= a * (1 + 1e-9) for a, b in pairwise(losses))
        assert record.counts.lost == record.counts.steps
        assert losses[-1] < losses[0]


def test_too_many_paths_are_refused_with_their_number() -> None:
    deep = CASES["deep"]  # outputs of degree 7, a loss of degree 14
    with pytest.raises(BudgetError, match="2,197 paths of at most max_paths = 1,000"):
        solvers.train(deep, images(deep), Subspacewise(3))
    with pytest.raises(BudgetError, match="169 paths"):
        solvers.train(deep, images(deep), Planewise(max_paths=100))


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(InputError, match="random, krylov, steps"):
        Subspacewise(2, "gradient")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="dimension"):
        Subspacewise(0)
    with pytest.raises(InputError, match="step, gradient, random"):
        Planewise(second="krylov")  # type: ignore[arg-type]
