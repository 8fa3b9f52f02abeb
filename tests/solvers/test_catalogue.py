"""The catalogue itself: what its counts must fulfil, and small systems solved again."""

from __future__ import annotations

from itertools import product

import pytest
import sympy

from polynet import PolynomialSystem
from solvers import Groebner, Outcome, solve
from tests.catalogue import CatalogueSystem, catalogue, find_system
from tests.catalogue.catalogue_system import ALL_ENGINES
from tests.catalogue.entries import LITERATURE, NETWORKS, TEXTS

EVERY = pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.name)
TRAITS = {"scaling", "far", "close", "heavy"}

# Long decimals, or bases of hundreds of elements: seconds by exact arithmetic.
SECONDS = {
    "camera1s",
    "chandra6",
    "chemequs",
    "comb3000",
    "comb3000s",
    "game4two",
    "geneig",
    "pb601es",
    "puma",
    "rabmo",
    "tangents2",
    "utbikker",
}
MINUTES = {"gauss_legendre4"}
SMALL = [
    pytest.param(entry, id=entry.name, marks=[pytest.mark.slow] * (entry.name in SECONDS))
    for entry in catalogue()
    if entry.n_multiplicity_sum <= 36 and not entry.families and entry.name not in MINUTES
]
TINY = ["cbms1", "decker2", "griewank_osborne", "intro", "noon3", "ojika3", "product_3", "wood"]


def test_names_are_distinct_and_found() -> None:
    names = [entry.name for entry in catalogue()]
    assert len(set(names)) == len(names)
    assert all(find_system(name).name == name for name in names)
    with pytest.raises(KeyError, match="no system is called 'katsura'"):
        find_system("katsura")


def test_every_text_is_in_the_catalogue() -> None:
    assert {path.stem for path in TEXTS.iterdir()} == {entry.name for entry in LITERATURE}


@EVERY
def test_every_entry_says_what_it_is(entry: CatalogueSystem) -> None:
    assert entry.name.isidentifier()
    assert entry.title
    assert entry.citation.endswith(".")
    assert set(entry.traits) <= TRAITS
    assert set(entry.engines) <= set(ALL_ENGINES)
    assert len(entry.engines) >= 2


@EVERY
def test_systems_are_square_and_use_every_variable(entry: CatalogueSystem) -> None:
    system = entry.system
    assert system is entry.system
    assert system.is_square
    assert min(system.degrees) > 0
    assert all(any(p.degree_in(name) for p in system.polynomials) for name in system.names)


@EVERY
def test_counts_fit_each_other(entry: CatalogueSystem) -> None:
    assert 0 <= entry.n_real <= entry.n_finite
    assert (entry.n_finite - entry.n_real) % 2 == 0  # the others are conjugate pairs
    assert entry.n_singular <= entry.n_finite
    assert entry.n_multiplicity_sum <= entry.system.bezout_number
    assert sum(number for _, number in entry.multiplicities) == entry.n_finite
    assert all(m > 1 and number > 0 for m, number in entry.multiple)
    assert list(entry.multiple) == sorted(entry.multiple)
    assert all(0 < dimension < entry.system.n_variables for dimension, _ in entry.families)


@EVERY
def test_text_gives_the_system_back(entry: CatalogueSystem) -> None:
    assert PolynomialSystem.from_text(entry.system.to_text()) == entry.system


@pytest.mark.parametrize("entry", NETWORKS, ids=lambda entry: entry.name)
def test_real_critical_points_are_odd_in_number(entry: CatalogueSystem) -> None:
    """Sign flips of the weights pair all but the origin."""
    assert entry.n_real % 2 == 1


@pytest.mark.parametrize("entry", SMALL)
def test_the_exact_solver_finds_the_counts(entry: CatalogueSystem) -> None:
    found = solve(entry.system, Groebner())
    assert found.outcome is Outcome.SOLVED
    assert (found.n_finite, found.n_real) == (entry.n_finite, entry.n_real)
    assert found.multiplicity_sum == entry.n_multiplicity_sum


@pytest.mark.parametrize("name", TINY)
def test_standard_monomials_of_sympy_count_the_multiplicities(name: str) -> None:
    entry = find_system(name)
    symbols = sympy.symbols(entry.system.names)
    basis = sympy.groebner(
        [p.to_sympy() for p in entry.system.polynomials], symbols, order="grevlex"
    )
    leads = [sympy.Poly(p, *symbols).monoms(order="grevlex")[0] for p in basis.exprs]
    # A power of each variable leads, and bounds the box of the standard monomials.
    sides = [min(sum(m) for m in leads if sum(m) == m[i]) for i in range(len(symbols))]
    standard = [
        m
        for m in product(*map(range, sides))
        if not any(all(a <= b for a, b in zip(lead, m, strict=True)) for lead in leads)
    ]
    assert len(standard) == entry.n_multiplicity_sum
