"""All engines find the same reduced bases, in every order that they know."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import Ordering, fmpz_mpoly_ctx

from solvers.groebner.basis import (
    NormalForms,
    integer_ring,
    leading_monomials,
    over_rationals,
    rational_ring,
)
from solvers.groebner.dimension import dimension_and_degree
from solvers.groebner.engines import (
    Budget,
    Decomposer,
    Engine,
    Flint,
    Macaulay2,
    Msolve,
    Singular,
    Sympy,
)
from tests.solvers.groebner.engines.ideals import Ideal, cyclic, katsura, random_ideal, xor
from tests.solvers.groebner.installed import installed

EXTERNAL = ["msolve", "singular", "macaulay2"]
GENERIC = [Fraction(k, 200) for k in (2, 3, 4, 5, 6, 7)]
NAMED = {
    "katsura-4": katsura(4),
    "katsura-5": katsura(5),
    "katsura-6": katsura(6),
    "cyclic-5": cyclic(5),
    "linear 2-1-1": xor("linear 2-1-1", GENERIC[:3]),
    "linear 2-2-1": xor("linear 2-2-1"),
    "linear 2-2-1, penalties": xor("linear 2-2-1", GENERIC),
    "linear 2-2-2-1": xor("linear 2-2-2-1"),
    "square 2-1-1": xor("square 2-1-1"),
    "square 2-1-1, penalties": xor("square 2-1-1", GENERIC[:3]),
}


@pytest.mark.backend
@pytest.mark.parametrize("name", EXTERNAL)
@pytest.mark.parametrize("ideal", NAMED.values(), ids=NAMED)
def test_external_engines_agree_with_flint(name: str, ideal: Ideal) -> None:
    generators, ring = ideal
    engine = installed(name)
    assert engine.basis(generators, ring, Budget(120)) == Flint().basis(generators, ring, Budget())


@pytest.mark.backend
@pytest.mark.parametrize("name", EXTERNAL)
def test_external_engines_agree_on_random_ideals(name: str) -> None:
    engine = installed(name)
    for seed in range(6 if name == "macaulay2" else 25):  # which takes half a second to start
        generators, ring = random_ideal(seed)
        expected = Flint().basis(generators, ring, Budget())
        assert engine.basis(generators, ring, Budget(60)) == expected, generators


@pytest.mark.parametrize("order", list(Ordering))
def test_sympy_agrees_with_flint_in_all_orders(order: Ordering) -> None:
    for seed in range(12):
        generators, graded = random_ideal(seed)
        ring = fmpz_mpoly_ctx.get(graded.names(), order)
        moved = [ring.from_dict(g.to_dict()) for g in generators]
        assert Sympy().basis(moved, ring, Budget()) == Flint().basis(moved, ring, Budget())


@pytest.mark.backend
@pytest.mark.parametrize("order", [Ordering.lex, Ordering.deglex])
@pytest.mark.parametrize("name", ["singular", "macaulay2"])
def test_external_engines_know_other_orders(name: str, order: Ordering) -> None:
    engine = installed(name)
    for seed in range(6):
        generators, graded = random_ideal(seed)
        ring = fmpz_mpoly_ctx.get(graded.names(), order)
        moved = [ring.from_dict(g.to_dict()) for g in generators]
        found = engine.basis(moved, ring, Budget(60))
        assert found == Sympy().basis(moved, ring, Budget())


@pytest.mark.parametrize("engine", [Flint(), Sympy()], ids=["flint", "sympy"])
def test_libraries_find_the_same_in_a_second_process(engine: Engine) -> None:
    generators, ring = katsura(3)
    budget = Budget(seconds=60, memory=4 * 10**9)
    assert engine.basis(generators, ring, budget) == Flint().basis(generators, ring, Budget())
    zero: list[object] = []
    assert engine.basis(zero, ring, budget) == ()  # type: ignore[arg-type]


# Dimension and degree of the components of published and independent computations.
COMPONENTS = {
    "linear 2-2-1": [(2, 1), (4, 4)],
    "square 2-1-1": [(1, 1), (1, 2), (1, 3), (1, 3)],
}


@pytest.mark.backend
@pytest.mark.parametrize("name", ["singular", "macaulay2"])
@pytest.mark.parametrize("system", COMPONENTS)
def test_minimal_primes_of_the_xor_networks(name: str, system: str) -> None:
    engine = installed(name)
    assert isinstance(engine, Decomposer)
    generators, ring = NAMED[system]
    primes = engine.minimal_primes(generators, ring, Budget(120))
    n = ring.nvars()
    kinds = [dimension_and_degree(leading_monomials(prime), n) for prime in primes]
    assert sorted(kinds) == COMPONENTS[system]
    rationals = rational_ring(ring.names())
    for prime in primes:
        inside = NormalForms(prime, ring.names()).contains
        assert all(inside(over_rationals(g, rationals)) for g in generators)
        assert prime == Flint().basis(prime, ring, Budget())


@pytest.mark.backend
def test_the_decomposers_agree() -> None:
    singular, macaulay2 = installed("singular"), installed("macaulay2")
    assert isinstance(singular, Singular)
    assert isinstance(macaulay2, Macaulay2)
    for seed in range(5):
        generators, ring = random_ideal(seed)
        first = singular.minimal_primes(generators, ring, Budget(60))
        assert first == macaulay2.minimal_primes(generators, ring, Budget(60))


@pytest.mark.backend
def test_trivial_ideals_have_trivial_primes() -> None:
    ring = integer_ring(["x", "y"])
    x, y = ring.gens()
    for name in ("singular", "macaulay2"):
        engine = installed(name)
        assert isinstance(engine, Decomposer)
        assert engine.minimal_primes([], ring, Budget(60)) == ((),)
        assert engine.minimal_primes([ring.constant(2)], ring, Budget(60)) == ()
        assert engine.minimal_primes([x * y - 1, x], ring, Budget(60)) == ()
        assert engine.minimal_primes([x**2], ring, Budget(60)) == ((x,),)


@pytest.mark.backend
@pytest.mark.slow
def test_parametrised_counts_of_the_xor_networks() -> None:
    engine = installed("msolve")
    assert isinstance(engine, Msolve)
    for system, complex_count, real_count in (
        ("linear 2-1-1", 9, 3),
        ("linear 2-2-1, penalties", 33, 5),
        ("square 2-1-1, penalties", 21, 9),
    ):
        generators, ring = NAMED[system]
        found = engine.parametrisation(generators, ring, Budget(120), 0)
        assert found is not None
        assert found.degree == complex_count
        assert sum(point.n_real for point in found.factored()) == real_count
