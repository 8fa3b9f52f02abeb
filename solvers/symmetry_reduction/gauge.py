"""Critical points up to scalings: in each part of weight space the scalings are fixed exactly.

Where no penalty breaks them, the scalings of hidden units (and any other w_j -> t^{a_j} w_j that
leaves the loss as it is) make critical points come in orbits. Enters: a loss polynomial. Leaves:
``GaugeStratum`` objects, each a polynomial system for one representative of each orbit; dead units
and other places where a gauge fails are strata of their own, so that together they miss nothing.
Next stage: ``critical_orbits``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from flint import nmod_mat
from numpy.typing import NDArray

from polynet.polynomial import SparsePolynomial
from solvers.family import SolutionFamily
from solvers.symmetry_reduction.diagonal_groups import IntArray, normal_forms, scalings
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["GaugeStratum", "gauge_strata"]


@dataclass(frozen=True, slots=True)
class GaugeStratum:
    """The critical points with some weights zero, others brought to 1 or -1 by a scaling.

    Attributes
    ----------
    names
        All weights.
    values
        The weights with a given value: 0 for those that are zero, 1 or -1 for those that are not
        and are scaled to it. Every real orbit of the stratum meets this slice in finitely many
        points, in one where the scalings have no further stabiliser.
    loss
        The loss as a polynomial in the other weights.
    equations
        The gradient there, without the derivatives by scaled weights: by Euler's relations
        sum_j a_j w_j dL/dw_j = 0 these are combinations of the others.
    orbit_dimension
        The dimension of the orbit of each of its points.
    """

    names: tuple[str, ...]
    values: Mapping[str, int]
    loss: SparsePolynomial
    equations: tuple[SparsePolynomial, ...]
    orbit_dimension: int

    def lifted(self, point: UnivariateRepresentation) -> UnivariateRepresentation:
        """A point of the slice, coordinates in the order of ``loss.names``, as all weights."""
        slope = point.minimal_polynomial.derivative()
        free = dict(zip(self.loss.names, point.numerators, strict=True))
        numerators = tuple(
            free[name] if name in free else slope * self.values[name] for name in self.names
        )
        return UnivariateRepresentation(point.minimal_polynomial, numerators)

    def lifted_family(self, family: SolutionFamily) -> SolutionFamily:
        """A family in the slice as one in all weights."""
        free, given = family.names, tuple(self.values)
        ring = (*free, *given)
        units = SparsePolynomial.variables(ring)[len(free) :]
        fixed = tuple(x - self.values[name] for name, x in zip(given, units, strict=True))
        return replace(
            family,
            names=ring,
            generators=(*(g.with_names(ring) for g in family.generators), *fixed),
            samples=tuple(self.lifted(sample) for sample in family.samples),
        )

    def lifted_values(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """A point of the slice in floating point, ``(n_free,)``, as all weights ``(n,)``."""
        free = dict(zip(self.loss.names, point.tolist(), strict=True))
        return np.array([free.get(name, self.values.get(name)) for name in self.names], float)

    def __str__(self) -> str:
        scaled = [f"{name} = {value}" for name, value in self.values.items() if value]
        zeros = [name for name, value in self.values.items() if not value]
        if zeros:
            scaled.append(" = ".join(zeros) + " = 0")
        return ", ".join(scaled) or "no scaling"


def gauge_strata(loss: SparsePolynomial) -> list[GaugeStratum]:
    """The strata of ``loss``: orbits of their solutions together are all its critical points.

    With k independent scalings; a hidden unit with d incoming weights contributes d strata (its
    first nonzero weight is 1) and those where it is dead. Where a scaling cannot change the sign
    of a weight, it is scaled to 1 or -1, in two strata.

    >>> w, v = SparsePolynomial.variables(["w", "v"])
    >>> for stratum in gauge_strata((w * v - 1) ** 2):
    ...     print(stratum, "|", ", ".join(map(str, stratum.equations)))
    w = 1 | 2*v - 2
    v = 1, w = 0 | -2
    w = v = 0 | 0, 0
    """
    weights = scalings(loss)
    gradient = loss.gradient()
    found = []
    for form in normal_forms(weights):
        for signs in product(*_reachable_signs(weights, form.pivots)):
            given = dict.fromkeys(form.zeros, 0) | dict(zip(form.pivots, signs, strict=True))
            kept = [g for j, g in enumerate(gradient) if j not in form.pivots]
            found.append(
                GaugeStratum(
                    loss.names,
                    {loss.names[j]: given[j] for j in sorted(given)},
                    substituted(loss, given),
                    tuple(substituted(g, given) for g in kept),
                    len(form.pivots),
                )
            )
    return found


def _reachable_signs(weights: IntArray, pivots: Sequence[int]) -> list[tuple[int, ...]]:
    """1 for each pivot whose sign a real scaling changes that keeps those before it, else 1, -1.

    Signs are the elements of order two: linear algebra modulo 2.
    """
    ranks = [
        nmod_mat([[int(row[j]) % 2 for j in pivots[:count]] for row in weights], 2).rank()
        if count
        else 0
        for count in range(len(pivots) + 1)
    ]
    return [(1,) if ranks[i + 1] > ranks[i] else (1, -1) for i in range(len(pivots))]


def substituted(polynomial: SparsePolynomial, values: Mapping[int, int]) -> SparsePolynomial:
    """``polynomial`` with variable j equal to ``values[j]``, in the other variables.

    >>> x, y = SparsePolynomial.variables(["x", "y"])
    >>> print(substituted(x * y + y**2, {1: -1}))
    -x + 1
    """
    kept = [j for j in range(polynomial.n_variables) if j not in values]
    terms: dict[tuple[int, ...], object] = {}
    for exponents, coefficient in polynomial.mpoly.terms():
        factor = coefficient
        for j, value in values.items():
            factor = factor * value ** int(exponents[j])
        key = tuple(int(exponents[j]) for j in kept)
        terms[key] = terms.get(key, 0) + factor  # type: ignore[operator]
    return SparsePolynomial.from_terms([polynomial.names[j] for j in kept], terms)
