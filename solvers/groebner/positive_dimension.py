"""Components of positive dimension: their sizes and real points on them.

Enters: a piece of a split system. Leaves: a ``SolutionFamily``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

import numpy as np
from flint import fmpz_mpoly, fmpz_mpoly_ctx

from polynet.polynomial import SparsePolynomial
from solvers.family import SolutionFamily
from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import (
    Basis,
    is_unit_ideal,
    leading_monomials,
    over_rationals,
    rational_ring,
)
from solvers.groebner.dimension import (
    dimension,
    dimension_and_degree,
    independent_sets,
    is_zero_dimensional,
)
from solvers.groebner.real_locus import real_locus
from solvers.groebner.real_points import real_points
from solvers.groebner.splitting import is_graph_over_hypersurface, split
from solvers.groebner.zero_dimensional import separated_points
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["solution_family"]

_SLICES = 18
_SCALES = (1, 1, 1, 4, 20, 200)
_SAMPLES = 6


def solution_family(
    piece: Basis,
    ring: fmpz_mpoly_ctx,
    *,
    seed: int,
    prime: bool = False,
    algebra: Algebra | None = None,
) -> SolutionFamily:
    """The component with the Gröbner basis ``piece``, with samples of its real points.

    ``prime`` where its ideal is known to be prime.
    """
    algebra = algebra or Algebra()
    names = tuple(ring.names())
    rationals = rational_ring(names)
    size, degree = dimension_and_degree(leading_monomials(piece), len(names))
    real = real_locus(piece, ring, algebra)
    forced = None if real == piece else dimension(leading_monomials(real), len(names))
    found = real_points(piece, ring, seed=seed, algebra=algebra, prime=prime)
    if found.complete and not found.points:
        forced = -1
    slices = (
        () if forced == -1 else islice(_samples(real, ring, seed, algebra.unburdened()), _SAMPLES)
    )
    samples = {str(point.numerators): point for point in (*slices, *found.points)}
    return SolutionFamily(
        names=names,
        generators=tuple(SparsePolynomial(names, over_rationals(g, rationals)) for g in piece),
        dimension=size,
        degree=degree,
        irreducible=prime or is_graph_over_hypersurface(piece),
        samples=tuple(sorted(samples.values(), key=lambda point: point.degree)),
        real_dimension=forced,
        sampled_everywhere=found.complete,
    )


def _samples(
    piece: Basis, ring: fmpz_mpoly_ctx, seed: int, algebra: Algebra
) -> Iterator[UnivariateRepresentation]:
    """Real points where free variables take small values, the generic slices first."""
    if is_unit_ideal(piece):
        return
    names = ring.names()
    seen: set[str] = set()
    for chosen, values, scale in _slices(piece, len(names), seed):
        slice_ = [scale * ring.gen(i) - v for i, v in zip(chosen, values, strict=True)]
        for point in _real_points([*piece, *slice_], ring, seed, algebra):
            if str(point.numerators) not in seen:
                seen.add(str(point.numerators))
                yield point


def _slices(
    piece: Basis, n_variables: int, seed: int
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], int]]:
    """Independent variables, integers to give them and what to divide these by.

    Random nonzero values first, at several scales as real components may be small and bounded;
    then zeros.
    """
    rng = np.random.default_rng(seed)
    free = list(islice(independent_sets(leading_monomials(piece), n_variables), 4))
    size = len(free[0])
    for k in range(_SLICES):
        signs = rng.choice([-1, 1], size=size)
        values = signs * rng.integers(1, 2 + k, size=size, endpoint=True)
        yield free[k % len(free)], tuple(int(v) for v in values), _SCALES[k % len(_SCALES)]
    for chosen in free:
        for small in islice(product((0, 1, -1), repeat=size), 9):
            yield chosen, small, 1


def _real_points(
    generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, seed: int, algebra: Algebra
) -> list[UnivariateRepresentation]:
    """The real points of a slice, the simplest first; none where the slice is not finite."""
    n = len(ring.names())
    pieces = split(generators, ring, algebra)
    finite = [piece for piece in pieces if is_zero_dimensional(leading_monomials(piece), n)]
    points, _ = separated_points(finite, ring, seed, algebra)
    return sorted((p for p in points if p.n_real), key=lambda p: p.degree)
