"""Published counts of critical points of deep linear networks, in exact arithmetic.

One generic penalty for every weight; N_C counts all complex critical points, N_C* those without a
zero coordinate. Source: Mehta, Chen, Tang, Hauenstein (arXiv:1810.07716).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest

import polynet as pn
from polynet.critical_system import critical_system
from solvers import Groebner, Outcome, SolutionSet

# widths, examples, N_C, N_C* where it is published
ROWS = [
    ((1, 1, 1), 1, 5, 4),
    ((2, 1, 2), 1, 9, 8),
    ((3, 1, 3), 1, 13, 12),
    ((1, 2, 1), 1, 9, 0),
    ((2, 2, 2), 1, 33, 16),
    ((1, 1, 1, 1), 1, 17, 16),
    ((2, 1, 1, 2), 1, 33, 32),
    ((2, 1, 2), 2, 17, None),
    ((1, 1, 1, 1, 1), 1, 49, None),
]
LONG = [
    ((2, 2, 3), 1, 73, 48),
    ((3, 2, 3), 1, 73, 48),
    ((2, 3, 2), 1, 73, 0),
    ((1, 2, 2, 1), 1, 129, 64),
]


@pytest.mark.parametrize(
    ("widths", "n_examples", "n_complex", "n_no_zero"),
    [*ROWS, *(pytest.param(*row, marks=pytest.mark.slow) for row in LONG)],
)
def test_exact_counts_are_the_published_ones(
    widths: tuple[int, ...], n_examples: int, n_complex: int, n_no_zero: int | None
) -> None:
    found = Groebner().solve(critical_system(_loss(widths, n_examples).expand()))
    assert found.outcome is Outcome.SOLVED
    assert (found.n_finite, found.multiplicity_sum) == (n_complex, n_complex)
    assert found.n_real % 2 == 1  # sign flips pair all but the origin
    assert n_no_zero in (None, _n_without_zero(found))


def _loss(widths: tuple[int, ...], n_examples: int) -> pn.CollectedLoss:
    """The loss on random rational data with random rational penalties, no two equal."""
    rng = Random(0)
    network = pn.Network([pn.Dense(a, b, bias=False) for a, b in pairwise(widths)])
    inputs = [[_number(rng) for _ in range(widths[0])] for _ in range(n_examples)]
    targets = [[_number(rng) for _ in range(widths[-1])] for _ in range(n_examples)]
    penalties = [Fraction(p, 100) for p in rng.sample(range(1, 100), network.n_parameters)]
    return pn.collect(network, pn.Dataset(inputs, targets), l2=penalties)


def _number(rng: Random) -> Fraction:
    return Fraction(rng.choice((-1, 1)) * rng.randint(1, 99), 20)


def _n_without_zero(found: SolutionSet) -> int:
    """Exactly: a coordinate is zero where its numerator is."""
    points = found.representations
    return sum(p.degree for p in points if all(h != 0 for h in p.numerators))
