"""How many monomials a loss has when it is multiplied out, predicted without doing so.

Two upper bounds, of which the smaller is taken. The weights of each layer form a group. If an
output has monomials of multidegrees S in the groups, its square has only monomials of
multidegrees in S + S, and there are prod_g C(n_g + d_g - 1, d_g) monomials of multidegree d in
groups of n_g variables. And an output of m terms has a square of at most m (m + 1) / 2, which is
less where each weight of a layer meets only some of the next.
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
from polynet.program_structure import used_weights

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
    by_products = _terms_by_products(program, n_outputs) + int(np.count_nonzero(penalised))
    return min(by_products, _terms_by_degrees(program, groups, n_outputs, penalised))


def _terms_by_products(program: Program, n_outputs: int) -> int:
    """Monomials of sum_k (f_k^2 + f_k) + 1 if no two products of terms coincide."""
    counts = _term_counts(program)
    outputs: list[int] = program.outputs.tolist()
    sizes = [sum(counts[i] for i in outputs[k::n_outputs]) for k in range(n_outputs)]
    return 1 + sum(_pairs(size) + size for size in sizes)


def _term_counts(program: Program) -> list[int]:
    """For every register, a bound of its number of monomials in the weights."""
    counts = [1] * program.first_node
    left, right = program.left.tolist(), program.right.tolist()
    start = program.start.tolist()
    for node in range(program.n_nodes):
        pairs = ((left[t], right[t]) for t in range(start[node], start[node + 1]))
        counts.append(sum(_pairs(counts[a]) if a == b else counts[a] * counts[b] for a, b in pairs))
    return counts


def _pairs(size: int) -> int:
    return size * (size + 1) // 2


def _terms_by_degrees(
    program: Program, groups: Sequence[range], n_outputs: int, penalised: NDArray[Any]
) -> int:
    """Monomials of the multidegrees that occur: exact where every layer is generic."""
    degrees = _multidegrees(program, groups)
    seen_by_all = np.zeros(program.n_weights, np.bool_)
    total, zero = 0, (0,) * len(groups)
    squared: set[int] = set()
    for k in range(n_outputs):
        outputs = program.outputs[k::n_outputs]
        support = frozenset().union(*(degrees[index] for index in outputs.tolist()))
        used = used_weights(program, outputs.tolist())
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
