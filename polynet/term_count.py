"""How many monomials a loss has when it is multiplied out, predicted without doing so.

The weights of each layer form a group. If an output has monomials of multidegrees S in the
groups, its square has only monomials of multidegrees in S + S, and there are
prod_g C(n_g + d_g - 1, d_g) monomials of multidegree d in groups of n_g variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations_with_replacement
from math import comb, prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from polynet.program import Program
from polynet.program_map import reached_registers

__all__ = ["predicted_terms"]

_Degrees: TypeAlias = frozenset[tuple[int, ...]]


def predicted_terms(
    program: Program,
    groups: Sequence[range],
    n_outputs: int,
    *,
    penalised: NDArray[Any],
) -> int:
    """An upper bound of the number of monomials of sum_k (q-form of output k) plus penalties.

    ``program`` has outputs in the order (anything, network output); ``groups`` are ranges of
    weights; ``penalised`` ``(n,)`` says which weights have a square of their own.
    """
    degrees = _multidegrees(program, groups)
    seen_by_all = np.zeros(program.n_weights, np.bool_)
    total, zero = 0, (0,) * len(groups)
    squared: set[int] = set()
    for k in range(n_outputs):
        outputs = program.outputs[k::n_outputs]
        support = frozenset().union(*(degrees[index] for index in outputs.tolist()))
        used = reached_registers(program, outputs)[1 : 1 + program.n_weights]
        seen_by_all |= used
        sizes = [int(used[group.start : group.stop].sum()) for group in groups]
        kinds = set(support).union(
            tuple(a + b for a, b in zip(first, second, strict=True))
            for first, second in combinations_with_replacement(sorted(support), 2)
        )
        total += sum(_count(sizes, kind) for kind in kinds - {zero})
        squared |= {g for g in range(len(groups)) if _unit(g, len(groups)) in kinds}
    # The constant is one term; squares from penalties are new where no output has them.
    total += 1
    for g, group in enumerate(groups):
        members = slice(group.start, group.stop)
        extra = penalised[members].astype(bool)
        if g in squared:
            extra = extra & ~seen_by_all[members]
        total += int(extra.sum())
    return total


def _unit(group: int, n_groups: int) -> tuple[int, ...]:
    return tuple(2 * int(g == group) for g in range(n_groups))


def _count(sizes: Sequence[int], degrees: Sequence[int]) -> int:
    return prod(
        comb(n + d - 1, d) if n else int(d == 0) for n, d in zip(sizes, degrees, strict=True)
    )


def _multidegrees(program: Program, groups: Sequence[range]) -> list[_Degrees]:
    """For every register, the multidegrees in the groups that its monomials can have."""
    zero = (0,) * len(groups)
    registers: list[_Degrees] = [frozenset([zero])] * program.first_node
    for g, group in enumerate(groups):
        unit = frozenset([tuple(int(h == g) for h in range(len(groups)))])
        registers[1 + group.start : 1 + group.stop] = [unit] * len(group)
    left, right = program.left.tolist(), program.right.tolist()
    start = program.start.tolist()
    for node in range(program.n_nodes):
        terms = range(start[node], start[node + 1])
        # Most terms of a node are alike: equal pairs of sets are added once.
        pairs = {(registers[left[t]], registers[right[t]]) for t in terms}
        registers.append(frozenset().union(*(_sums(a, b) for a, b in pairs)))
    return registers


@lru_cache(maxsize=4096)
def _sums(first: _Degrees, second: _Degrees) -> _Degrees:
    return frozenset(
        tuple(a + b for a, b in zip(left, right, strict=True)) for left in first for right in second
    )
