"""The known components and counts on XOR: dimension, degree, loss, index, points.

Components: minimal associated primes over the rationals, by Singular and by Macaulay2.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

from polynet import SparsePolynomial
from polynet.critical_system import critical_system
from solvers import CriticalSet, Groebner, Kind, find_critical_points, solve
from solvers.groebner.basis import flint_basis, integer_ring, leading_monomials, over_integers
from solvers.groebner.dimension import dimension_and_degree
from solvers.groebner.engines import Budget, Decomposer
from tests.solvers.catalogue import LAMBDA, generic_loss, xor_loss
from tests.solvers.groebner.ideal_equality import contains, equal, equal_sets, renamed
from tests.solvers.groebner.installed import installed

Component = tuple[int, int, Any, tuple[int, ...]]

# For each component: dimension, degree, loss, and the indices of the Hessian across it.
KNOWN: dict[str, list[Component]] = {
    "linear 2-1-1": [(1, 2, Fraction(4, 3), (0,)), (1, 1, 2, (1,))],
    "linear 2-2-1": [(4, 4, Fraction(4, 3), (0,)), (2, 1, 2, (2,))],
    "linear 2-2-2-1": [
        (8, 9, Fraction(4, 3), (0,)),
        (6, 3, 2, (2,)),
        (6, 3, 2, (2,)),
        (6, 1, 2, (2,)),
    ],
    "square 2-1-1": [
        (1, 3, 0, (0,)),
        (1, 3, Fraction(16, 9), (1,)),
        (1, 2, 2, (0,)),
        (1, 1, 2, (0, 2)),
    ],
}
SIZES = {
    "linear 2-1-1": (1, 3),
    "linear 2-2-1": (4, 4),
    "linear 2-2-2-1": (8, 9),
    "square 2-1-1": (1, 9),
    "square 2-2-1": (3, 18),
}


@cache
def critical(name: str, engine: str | None = None) -> CriticalSet:
    return find_critical_points(xor_loss(name), Groebner(engine=engine))


def decomposer(name: str) -> Decomposer:
    engine = installed(name)
    assert isinstance(engine, Decomposer)
    return engine


@cache
def primes(name: str, engine: str) -> tuple[tuple[SparsePolynomial, ...], ...]:
    """The minimal associated primes of the gradient ideal, by one engine alone."""
    system = critical_system(xor_loss(name).expand())
    ring = integer_ring(system.names)
    generators = [over_integers(p.mpoly, ring) for p in system.polynomials]
    found = decomposer(engine).minimal_primes(generators, ring, Budget(120))
    ring_of_q = system.polynomials[0].mpoly.context()
    return tuple(
        tuple(SparsePolynomial(system.names, ring_of_q.from_dict(g.to_dict())) for g in prime)
        for prime in found
    )


@pytest.mark.parametrize("engine", [None, "flint"])
@pytest.mark.parametrize("name", KNOWN)
def test_components_have_the_known_dimension_degree_loss_and_index(
    name: str, engine: str | None
) -> None:
    found = critical(name, engine)
    listed = [(f.dimension, f.degree, f.loss_exact, f.indices) for f in found.families]
    assert sorted(listed) == sorted(KNOWN[name])
    assert (found.dimension, found.degree) == SIZES[name]
    assert found.complex_count == 0
    assert found.completeness.proved


@pytest.mark.parametrize("name", SIZES)
def test_dimension_and_degree_are_those_of_the_whole_ideal(name: str) -> None:
    system = critical_system(xor_loss(name).expand())
    ring = integer_ring(system.names)
    basis = flint_basis([over_integers(p.mpoly, ring) for p in system.polynomials], ring)
    assert dimension_and_degree(leading_monomials(basis), len(system.names)) == SIZES[name]


@pytest.mark.backend
@pytest.mark.parametrize("name", ["linear 2-2-1", "linear 2-2-2-1", "square 2-1-1", "square 2-2-1"])
def test_singular_and_macaulay2_find_the_same_components(name: str) -> None:
    singular, macaulay2 = primes(name, "singular"), primes(name, "macaulay2")
    assert equal_sets(singular, macaulay2)
    assert equal_sets(singular, [f.solutions.generators for f in critical(name).families])


@pytest.mark.backend
@pytest.mark.parametrize("name", ["linear 2-2-1", "linear 2-2-2-1", "square 2-1-1", "square 2-2-1"])
def test_all_components_are_proved_irreducible_and_sampled_everywhere(name: str) -> None:
    assert primes(name, "singular")
    for family in critical(name).families:
        assert family.solutions.irreducible
        assert family.solutions.has_real_points
        assert family.solutions.sampled_everywhere


@pytest.mark.parametrize("name", ["linear 2-1-1", "linear 2-2-1", "linear 2-2-2-1"])
@pytest.mark.parametrize("engine", [None, "flint"])
def test_four_thirds_is_proved_the_least_loss_of_linear_networks(
    name: str, engine: str | None
) -> None:
    found = critical(name, engine)
    assert found.least_loss_exact == found.floor == Fraction(4, 3)
    assert found.least_loss_proved
    (lowest,) = [f for f in found.families if f.global_minimum]
    assert (lowest.loss_exact, lowest.kind) == (Fraction(4, 3), Kind.MINIMUM)
    assert all(f.kind is Kind.SADDLE for f in found.families if f is not lowest)


@pytest.mark.parametrize("name", ["square 2-1-1", "square 2-2-1"])
def test_squares_reach_zero(name: str) -> None:
    found = critical(name)
    assert found.least_loss_exact == 0
    assert found.least_loss_proved


@pytest.mark.parametrize("name", SIZES)
def test_the_loss_less_its_value_lies_in_the_ideal_of_a_component(name: str) -> None:
    """Second route: the value was found from powers of the loss modulo the ideal."""
    loss = xor_loss(name).expand()
    for family in critical(name).families:
        assert contains(family.solutions.generators, [loss - family.loss_exact])


@pytest.mark.parametrize("name", SIZES)
def test_the_inertia_is_that_of_the_float_hessian(name: str) -> None:
    loss = xor_loss(name)
    for family in critical(name).families:
        for point in family.representatives:
            np.testing.assert_allclose(loss.gradient(point.point), 0, atol=1e-9)
            eigenvalues = np.linalg.eigvalsh(loss.hessian(point.point))
            small = 1e-9 * np.abs(eigenvalues).max(initial=1)
            assert (eigenvalues < -small).sum() == point.index
            assert (np.abs(eigenvalues) <= small).sum() == point.inertia.zero


def test_the_dead_square_unit_is_real_at_the_origin_alone() -> None:
    (dead,) = [f for f in critical("square 2-1-1").families if (f.dimension, f.degree) == (1, 2)]
    assert [point.exact for point in dead.representatives] == [(0, 0, 0)]
    assert dead.solutions.real_dimension == 0
    assert dead.solutions.sampled_everywhere


@pytest.mark.parametrize(
    ("name", "complex_count", "index_counts"),
    [("linear 2-1-1", 9, {0: 2, 1: 1}), ("square 2-1-1", 21, {0: 3, 1: 4, 2: 2})],
)
@pytest.mark.parametrize("engine", [None, "flint"])
def test_generic_penalties_have_the_known_counts(
    name: str, complex_count: int, index_counts: dict[int, int], engine: str | None
) -> None:
    found = find_critical_points(generic_loss(name), Groebner(engine=engine))
    assert (found.complex_count, found.index_counts) == (complex_count, index_counts)
    assert found.least_loss_proved


def test_two_square_units_with_one_penalty_have_the_known_counts() -> None:
    found = find_critical_points(xor_loss("square 2-2-1", LAMBDA))
    counts = (found.complex_count, found.complex_multiplicity, found.n_real, found.n_degenerate)
    assert counts == (257, 289, 49, 8)


@pytest.mark.backend
@pytest.mark.slow
def test_two_square_units_with_generic_penalties_have_the_known_counts() -> None:
    decomposer("singular")
    found = find_critical_points(generic_loss("square 2-2-1"))
    counts = (found.complex_count, found.complex_multiplicity, found.n_real, found.n_degenerate)
    assert counts == (385, 385, 49, 0)


def shuffled(name: str, seed: int) -> tuple[SparsePolynomial, dict[str, str]]:
    """The loss with its variables in another order, by place and by name, and the names back.

    The solver sorts names, so an order by place alone would change nothing for it.
    """
    loss = xor_loss(name).expand()
    rng = np.random.default_rng(seed)
    new = [f"x{k}" for k in rng.permutation(loss.n_variables)]
    moved = renamed(loss, new).with_names(rng.permutation(new).tolist())
    return moved, dict(zip(new, loss.names, strict=True))


def back(polynomial: SparsePolynomial, names: dict[str, str]) -> SparsePolynomial:
    return renamed(polynomial, [names[name] for name in polynomial.names])


@pytest.mark.backend
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["linear 2-2-1", "linear 2-2-2-1"])
def test_every_order_of_the_variables_gives_the_same_components(name: str, seed: int) -> None:
    decomposer("singular")
    loss, names = shuffled(name, seed)
    found = find_critical_points(loss, Groebner(seed=seed))
    listed = [(f.dimension, f.degree, f.loss_exact, f.indices) for f in found.families]
    assert sorted(listed) == sorted(KNOWN[name])
    components = [[back(g, names) for g in f.solutions.generators] for f in found.families]
    assert equal_sets(components, [f.solutions.generators for f in critical(name).families])


@pytest.mark.backend
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["linear 2-2-1", "linear 2-2-2-1"])
def test_without_other_engines_every_order_gives_the_same_critical_points(
    name: str, seed: int
) -> None:
    """Pieces that are not proved irreducible say so; their union is the same set."""
    loss, names = shuffled(name, seed)
    families = solve(critical_system(loss), Groebner(seed=seed, engine="flint")).families
    pieces = [[back(g, names) for g in f.generators] for f in families]
    gradient = xor_loss(name).expand().gradient()
    assert all(contains(piece, gradient) for piece in pieces)
    for prime in primes(name, "singular"):
        assert any(contains(prime, piece) for piece in pieces)
    for piece, family in zip(pieces, families, strict=True):
        known = any(equal(piece, prime) for prime in primes(name, "singular"))
        assert known or not family.irreducible
