"""Which start system: the number of paths of each is predicted, and the least is taken.

Enters: a ``Target`` and what was asked for. Leaves: a ``StartSystem`` and the predictions. More
paths than the budget are refused before any is tracked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Literal

import numpy as np

from polynet.errors import BudgetError
from solvers.homotopy.start_systems import LinearProduct, Polyhedral, StartSystem, TotalDegree
from solvers.homotopy.target import Target
from solvers.homotopy.variable_groups import Groups, group_number, grouped, least_groups

if TYPE_CHECKING:
    from solvers.homotopy.mixed_cells import MixedCells

__all__ = ["STARTS", "Start", "StartChoice"]

Start = Literal["auto", "total-degree", "multihomogeneous", "polyhedral"]
STARTS = ("auto", "total-degree", "multihomogeneous", "polyhedral")

# A polyhedral path is two paths, and pays where it saves a fifth of them. Products of linear forms
# have many terms.
_COSTS = {"polyhedral": 1.25, "multihomogeneous": 1.5}


@dataclass(frozen=True, slots=True)
class StartChoice:
    """What was asked for: a start, groups of variables (``"auto"``: found), and a budget."""

    start: Start = "auto"
    groups: Sequence[Sequence[str]] | Literal["auto"] = "auto"
    max_paths: int = 1_000_000
    seed: int = 0

    def check(self, names: Sequence[str]) -> None:
        """Raise ``InputError`` where the groups are no partition of the variables."""
        if self.groups != "auto":
            grouped(names, self.groups)

    def made(
        self, target: Target, names: Sequence[str], rng: np.random.Generator
    ) -> tuple[StartSystem, dict[str, int]]:
        """The start system with the fewest paths among those asked for, and all predictions.

        One without paths could not tell families from a contradiction: the total degree instead.
        Raises ``BudgetError`` where it has more than ``max_paths`` paths.
        """
        predicted: dict[str, int] = {}
        groups: Groups = ()
        if self.start in ("auto", "total-degree"):
            predicted["total degree"] = prod(target.degrees)
        if self.start in ("auto", "multihomogeneous"):
            groups, number = self._groups(target, names)
            # A single group is the total degree.
            if self.start == "multihomogeneous" or len(groups) > 1:
                predicted["multihomogeneous"] = number
        cells = self._cells(target, predicted)
        if cells is not None:
            predicted["polyhedral"] = cells.mixed_volume
        # No paths: no isolated solutions, but perhaps families, where only paths can end.
        if not all(predicted.values()):
            predicted.setdefault("total degree", prod(target.degrees))
        candidates = [key for key in predicted if predicted[key]] or list(predicted)
        name = min(candidates, key=lambda key: predicted[key] * _COSTS.get(key, 1.0))
        if predicted[name] > self.max_paths:
            raise BudgetError(self._refusal(predicted))
        if name == "polyhedral" and cells is not None:
            return Polyhedral(target, cells, rng), predicted
        if name == "multihomogeneous":
            return LinearProduct(target, groups, rng), predicted
        return TotalDegree(target, rng), predicted

    def _groups(self, target: Target, names: Sequence[str]) -> tuple[Groups, int]:
        if self.groups == "auto":
            return least_groups(target.supports, names)
        groups = grouped(names, self.groups)
        return groups, group_number(target.supports, groups)

    def _cells(self, target: Target, predicted: dict[str, int]) -> MixedCells | None:
        """Mixed cells with the origin in every support, unless finding them cannot pay."""
        from solvers.homotopy.mixed_cells import mixed_cells

        least = min(predicted.values(), default=None)
        if self.start not in ("auto", "polyhedral") or (least is not None and least <= 1):
            return None
        limit = self.max_paths if least is None else min(least, self.max_paths)
        try:
            return mixed_cells(target.supports, with_origin=True, seed=self.seed, max_cells=limit)
        except BudgetError as error:
            if predicted:
                return None
            raise BudgetError(
                f"a polyhedral start has more than max_paths={self.max_paths:,} paths ({error}); "
                "raise max_paths, or use another start"
            ) from None

    def _refusal(self, predicted: dict[str, int]) -> str:
        counts = ", ".join(f"{key} {count:,}" for key, count in predicted.items())
        if self.start == "auto" and "polyhedral" not in predicted:
            counts += f", polyhedral more than {min(self.max_paths, *predicted.values()):,}"
        return (
            f"{counts} paths, over max_paths={self.max_paths:,}; raise max_paths, or give "
            "groups of variables for a multihomogeneous start"
        )
