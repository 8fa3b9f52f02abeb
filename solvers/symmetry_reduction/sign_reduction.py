"""Systems that sign flips leave as they are, in invariants: fewer solutions of lower degree.

Enters: a ``PolynomialSystem`` with flips w_j -> (-1)^{a_j} w_j that change no equation but for its
sign, as penalties on all weights leave those of hidden units. Space is cut by which coordinates
are zero (``diagonal_groups.normal_forms``); where the pivots w_p are not zero, their squares u_p
and the ratios y_j = w_j / prod_{p in S_j} w_p are polynomial coordinates on the orbits. Leaves:
``SignStratum`` objects, each with a system in these. Next stage: ``up_to_signs`` solves them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import nmod_mat

from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from solvers.groebner.basis import fresh_name
from solvers.symmetry_reduction.diagonal_groups import (
    IntArray,
    NormalForm,
    normal_forms,
    sign_flips,
)
from solvers.symmetry_reduction.sign_orbit import Coordinate, SignCoordinates

__all__ = ["SignStratum", "sign_strata"]


@dataclass(frozen=True, slots=True)
class SignStratum:
    """The solutions with the zeros and nonzero pivots of ``form``, up to signs.

    Attributes
    ----------
    form
        Which variables are zero, and which are not and carry the signs.
    coordinates
        The way back from the invariants, over each of which lie 2^len(form.pivots) solutions.
    equations
        Those of the system, each divided by the pivots that divide it; solutions with a square
        equal to zero lie outside of the stratum.
    """

    form: NormalForm
    coordinates: SignCoordinates
    equations: tuple[SparsePolynomial, ...]

    def saturated(self) -> PolynomialSystem:
        """The equations with one that keeps the squares from being zero: z prod_p u_p = 1.

        The new variable z is the last.
        """
        names = self.coordinates.names
        z = fresh_name(names, "z")
        system = PolynomialSystem(self.equations).with_names((*names, z))
        variables = SparsePolynomial.variables(system.names)
        product = variables[-1]
        for place in self.coordinates.squares:
            product = product * variables[place]
        return PolynomialSystem((*system.polynomials, product - 1))


def sign_strata(system: PolynomialSystem) -> list[SignStratum]:
    """The strata of ``system`` under all its sign flips; one without flips has one stratum.

    Every solution lies in exactly one. Raises ``BudgetError`` for more than 4,096 strata.

    >>> for stratum in sign_strata(PolynomialSystem.from_strings(["x^3 - 2*x*y", "x^2 - y^2 + 3"])):
    ...     print(", ".join(map(str, stratum.equations)))
    x_squared - 2*y, -y^2 + x_squared + 3
    0, -y^2 + 3
    """
    flips = sign_flips(system)
    found = []
    for form in normal_forms(flips, modulo_two=True):
        coordinates = _coordinates(system.names, flips, form)
        equations = tuple(_reduced(equation, coordinates) for equation in system.polynomials)
        found.append(SignStratum(form, coordinates, equations))
    return found


def _reduced(equation: SparsePolynomial, coordinates: SignCoordinates) -> SparsePolynomial:
    """The equation in the invariants, divided by the roots that all its terms share."""
    parts = coordinates.parts(equation.mpoly)
    if not parts:
        return SparsePolynomial.constant(coordinates.names, 0)
    (part,) = parts.values()
    return SparsePolynomial(coordinates.names, part)


def _coordinates(names: Sequence[str], flips: IntArray, form: NormalForm) -> SignCoordinates:
    """The invariants of a stratum: squares of pivots, ratios, and what no flip moves."""
    basis = _basis(flips, form)
    chosen: list[str] = []
    coordinates = []
    for j, name in enumerate(names):
        combination = _combination(flips, basis, j)
        roots = frozenset(p for p in combination if p < len(form.pivots))
        if j in form.zeros:
            coordinates.append(Coordinate(None, roots))
            continue
        wanted = f"{name}_squared" if j in form.pivots else f"{name}_ratio" if roots else name
        coordinates.append(Coordinate(len(chosen), roots))
        chosen.append(fresh_name((*names, *chosen), wanted) if wanted != name else name)
    squares = tuple(place for j in form.pivots if (place := coordinates[j].place) is not None)
    return SignCoordinates(tuple(chosen), squares, tuple(coordinates))


def _basis(flips: IntArray, form: NormalForm) -> list[int]:
    """Pivots, then zeros, whose signs under the flips are independent and span all others."""
    basis = list(form.pivots)
    for j in form.zeros:
        if _rank(flips, [*basis, j]) > len(basis):
            basis.append(j)
    return basis


def _combination(flips: IntArray, basis: Sequence[int], j: int) -> tuple[int, ...]:
    """Which of ``basis`` multiply to the sign that w_j gets, whatever the flip."""
    if not basis:
        return ()
    matrix = nmod_mat([[int(row[b]) for b in (*basis, j)] for row in flips], 2)
    reduced, _ = matrix.rref()
    return tuple(p for p in range(len(basis)) if int(reduced[p, len(basis)]))


def _rank(flips: IntArray, columns: Sequence[int]) -> int:
    return int(nmod_mat([[int(row[j]) for j in columns] for row in flips], 2).rank())
