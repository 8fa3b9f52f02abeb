"""How far training in a subspace stays above the least loss of that subspace.

A polynomial network, few examples and a dimension enter. In the subspace theta = P omega the
squared loss is a polynomial in omega; Adam and L-BFGS minimise it from theta_0, and
``solvers.find_critical_points`` gives all of its critical points, the least among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from compare.baselines.cost import with_cost
from compare.baselines.flat_loss import FlatLoss
from compare.baselines.json_record import JsonRecord
from compare.baselines.projections import Orthonormal
from polynet.collect import collect
from polynet.dataset import Dataset
from polynet.network import Network
from polynet.restriction import RestrictedLoss
from solvers.find import find_critical_points
from solvers.homotopy.solver import Homotopy
from solvers.record_format import RecordFormat

__all__ = ["SubspaceMinimum", "lbfgs", "least_in_subspace", "restricted_loss"]


@dataclass(frozen=True, slots=True)
class SubspaceMinimum(JsonRecord):
    """Losses at the start and where each method ends in one subspace, and seconds for each.

    ``least`` is the least loss at a real critical point, None where there is none;
    ``completeness`` says how sure it is that none is missing.
    """

    FORMAT: ClassVar[RecordFormat] = RecordFormat("polynet-subspace-minimum", 1, "subspace minimum")

    dimension: int
    n_parameters: int
    n_examples: int
    seed: int
    start: float
    adam: float
    lbfgs: float
    least: float | None
    n_complex: int
    n_real: int
    completeness: str
    adam_seconds: float
    lbfgs_seconds: float
    least_seconds: float


def least_in_subspace(
    network: Network, data: Dataset, dimension: int, *, seed: int = 0, adam_steps: int = 2_344
) -> SubspaceMinimum:
    """The least loss in a random subspace beside what Adam and L-BFGS find from theta_0.

    All examples are one batch; Adam has the rate and the number of steps of the published runs.
    Cost: (D - 1)^d paths for a loss of degree D.
    """
    subspace, restricted = restricted_loss(network, data, dimension, seed=seed)
    flat = FlatLoss.of(network, data)
    basis = subspace.basis

    def value(omega: Tensor) -> Tensor:
        return flat.value(basis @ omega)

    start = subspace.omega.detach()
    by_adam, adam_cost = with_cost(lambda: adam(value, start, steps=adam_steps))
    by_lbfgs, lbfgs_cost = with_cost(lambda: lbfgs(value, start))
    found, cost = with_cost(
        lambda: find_critical_points(restricted, Homotopy(seed=seed), certify=False)
    )
    return SubspaceMinimum(
        dimension=dimension,
        n_parameters=network.n_parameters,
        n_examples=len(data),
        seed=seed,
        start=float(value(start)),
        adam=float(value(by_adam)),
        lbfgs=float(value(by_lbfgs)),
        least=min((point.loss for point in found.real), default=None),
        n_complex=found.complex_count,
        n_real=len(found.real),
        completeness=found.completeness.status.name,
        adam_seconds=adam_cost.seconds,
        lbfgs_seconds=lbfgs_cost.seconds,
        least_seconds=cost.seconds,
    )


def restricted_loss(
    network: Network, data: Dataset, dimension: int, *, seed: int
) -> tuple[Orthonormal, RestrictedLoss]:
    """The subspace of the published convention, and the loss polynomial in its unknowns."""
    rng = np.random.default_rng(seed)
    start = torch.from_numpy(network.random_weights(rng))
    subspace = Orthonormal(start, dimension, rng)
    basis: NDArray[np.float64] = subspace.basis.numpy()
    return subspace, collect(network, data).restrict(basis, np.zeros(len(start)))


def lbfgs(value: Callable[[Tensor], Tensor], start: Tensor, *, steps: int = 500) -> Tensor:
    """Where torch's L-BFGS with strong Wolfe line searches ends; all examples each time."""
    omega = start.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS(
        [omega],
        max_iter=steps,
        history_size=20,
        tolerance_grad=1e-10,
        tolerance_change=1e-14,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = value(omega)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return omega.detach()


def adam(value: Callable[[Tensor], Tensor], start: Tensor, *, steps: int) -> Tensor:
    """Where Adam with the published rate ends; all examples each time."""
    omega = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([omega], lr=3e-3, betas=(0.9, 0.99))
    for _ in range(steps):
        optimizer.zero_grad()
        value(omega).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return omega.detach()
