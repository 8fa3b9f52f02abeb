"""From a solution of the gradient equations to a classified critical point.

Enters: the loss as a polynomial, and points as algebraic numbers or floats. Leaves:
``CriticalPoint`` and ``CriticalFamily`` objects with proved inertia where the points are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from flint import acb, arb, arb_mat, ctx, fmpq_mat, fmpq_poly
from numpy.typing import NDArray

from polynet.critical_system import critical_system
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from polynet.rational import to_fmpq, to_fraction
from solvers.algebraic_point import AlgebraicPoint
from solvers.certification.ball_map import SparseMap
from solvers.classify import (
    certified_inertia,
    exact_inertia,
    midpoints,
    numerical_inertia,
    scaled,
)
from solvers.complex_roots import complex_roots
from solvers.critical_point import CriticalPoint, Evidence
from solvers.family import CriticalFamily, SolutionFamily
from solvers.number_text import exact_text, saturated

if TYPE_CHECKING:
    from solvers.groebner.value_split import ValueParts

__all__ = ["PointClassifier"]

_FIRST_ACCURACY = 64
_LAST_ACCURACY = 4096
_SMALL_DEGREE = 4  # up to here the loss is tried as an exact rational number
_DIGITS = 17
_ZERO = 1e-9


class PointClassifier:
    """Classifies points of one loss; its Hessian is differentiated once.

    Parameters
    ----------
    polynomial
        The loss.
    """

    def __init__(self, polynomial: SparsePolynomial) -> None:
        self._loss = polynomial.mpoly
        n = polynomial.n_variables
        gradient = [self._loss.derivative(i) for i in range(n)]
        self._hessian = [[gradient[i].derivative(j) for j in range(n)] for i in range(n)]
        self._value = SparseMap(PolynomialSystem((polynomial,)))
        self._gradient = SparseMap(critical_system(polynomial))
        self._size = n
        # What is remembered of a point goes by its id, which is its own while it is kept.
        self._known: dict[int, AlgebraicPoint] = {}
        self._ranks: dict[int, int] = {}
        self._balls: dict[tuple[int, int], list[tuple[arb, ...]]] = {}

    def algebraic(
        self, point: AlgebraicPoint, root: int, multiplicity: int = 1, kernel: int = 0
    ) -> CriticalPoint:
        """The critical point at real root number ``root`` of an algebraic point.

        Its Hessian is known to have at least ``kernel`` zero eigenvalues, as it has on a manifold
        of critical points of that dimension.
        """
        if point.rational_point is not None:
            return self._rational(point.rational_point, multiplicity)
        accuracy, zero = _FIRST_ACCURACY, kernel
        while True:
            ball = self._real_balls(point, accuracy)[root]
            with ctx.workprec(2 * accuracy):
                loss, hessian = self._at(ball)
                inertia = certified_inertia(hessian, zero)
            if inertia is not None or accuracy > _LAST_ACCURACY:
                break
            # Either one more eigenvalue is zero, which exact arithmetic decides, or digits are
            # missing.
            zero = self._size - self._rank(point)
            accuracy *= 2
        if inertia is None:
            return self._numerical(ball, multiplicity, "the signs of the Hessian are not told")
        return CriticalPoint(
            point=np.array([float(x.mid()) for x in ball]),
            loss=float(loss.mid()),
            inertia=inertia,
            evidence=Evidence.CERTIFIED,
            enclosure=tuple(_decimal(x) for x in ball),
            loss_exact=self._exact_loss(point),
            loss_enclosure=_decimal(loss),
            multiplicity=multiplicity,
        )

    def _rational(self, point: tuple[Fraction, ...], multiplicity: int) -> CriticalPoint:
        values = [to_fmpq(x) for x in point]
        loss = to_fraction(self._loss(*values))
        hessian = fmpq_mat([[entry(*values) for entry in row] for row in self._hessian])
        return CriticalPoint(
            point=np.array([saturated(x) for x in point]),
            loss=saturated(loss),
            inertia=exact_inertia(hessian),
            evidence=Evidence.EXACT,
            exact=point,
            enclosure=tuple(map(exact_text, point)),
            loss_exact=loss,
            loss_enclosure=exact_text(loss),
            multiplicity=multiplicity,
        )

    def numerical(
        self,
        point: NDArray[np.float64],
        multiplicity: int = 1,
        *,
        reason: str = "",
        accuracy: float = 1e-10,
    ) -> CriticalPoint:
        """The critical point at floating coordinates ``(n,)``, without proof.

        ``reason`` says why there is none; eigenvalues of the Hessian that ``accuracy`` of the
        point does not tell from zero count as zero.
        """
        return self._numerical([arb(float(x)) for x in point], multiplicity, reason, accuracy)

    def _numerical(
        self, ball: Sequence[arb], multiplicity: int, reason: str, accuracy: float = 1e-10
    ) -> CriticalPoint:
        loss, hessian = self._at(ball)
        matrix = midpoints(scaled(hessian))
        return CriticalPoint(
            point=np.array([float(x.mid()) for x in ball]),
            loss=float(loss.mid()),
            inertia=numerical_inertia(matrix, max(_ZERO, 10 * accuracy)),
            evidence=Evidence.NUMERICAL,
            multiplicity=multiplicity,
            reason=reason,
        )

    def families(self, parts: ValueParts, floor: Fraction | float | None) -> list[CriticalFamily]:
        """The components by value of the loss, with classified representatives."""
        found = []
        for component, values in parts.families:
            exact = to_fraction(-values[0]) if values.degree() == 1 else None
            losses = _values_above(floor, exact, values)
            # Without a real value that the bound allows there is no real point.
            part = component if losses else replace(component, real_dimension=-1, samples=())
            points = [
                _with_loss(self.algebraic(sample, root, 1, _kernel(part)), exact)
                for sample in part.samples
                for root in range(sample.n_real)
            ]
            # The most generic first: fewest zero eigenvalues.
            points.sort(key=lambda p: p.inertia.zero)
            least = bool(points) and exact is not None and exact == floor
            found.append(CriticalFamily(part, losses, exact, tuple(points), least))
        return found

    def _at(self, ball: Sequence[arb]) -> tuple[arb, arb_mat]:
        """The loss and its Hessian on a box."""
        point = [acb(x) for x in ball]
        hessian: arb_mat = self._gradient.jacobian(point).real
        return self._value.values(point)[0].real, hessian

    def _real_balls(self, point: AlgebraicPoint, accuracy: int) -> list[tuple[arb, ...]]:
        key = (id(point), accuracy)
        self._known[id(point)] = point
        if key not in self._balls:
            balls = point.balls(accuracy)[: point.n_real]
            self._balls[key] = [tuple(x.real for x in ball) for ball in balls]
        return self._balls[key]

    def _rank(self, point: AlgebraicPoint) -> int:
        """The rank of the Hessian, the same at all conjugates."""
        self._known[id(point)] = point
        if id(point) not in self._ranks:
            self._ranks[id(point)] = point.rank(self._hessian)
        return self._ranks[id(point)]

    def _exact_loss(self, point: AlgebraicPoint) -> Fraction | None:
        if point.degree > _SMALL_DEGREE:
            return None
        value = point.value(self._loss)
        return to_fraction(value[0]) if value.degree() <= 0 else None


def _kernel(family: SolutionFamily) -> int:
    """How many zero eigenvalues the Hessian has at least: it is zero on tangent vectors.

    The dimension, where it is that of all parts of the family: then no tangent space is smaller.
    """
    equidimensional = family.irreducible or family.sampled_everywhere
    return family.dimension if equidimensional and family.real_dimension is None else 0


def _with_loss(point: CriticalPoint, exact: Fraction | None) -> CriticalPoint:
    """The point with the loss of its family where that is one rational number."""
    if exact is None:
        return point
    text = exact_text(exact)
    return replace(point, loss=saturated(exact), loss_exact=exact, loss_enclosure=text)


def _values_above(
    floor: Fraction | float | None, exact: Fraction | None, values: fmpq_poly
) -> tuple[float, ...]:
    """The real values, ascending, without those that a lower bound on the loss excludes."""
    if exact is not None:
        return () if floor is not None and exact < floor else (saturated(exact),)
    bound = -np.inf if floor is None else saturated(Fraction(floor))
    least = bound - 1e-12 * max(1.0, min(abs(bound), 1e300))
    return tuple(value for value in _real_roots(values) if value >= least)


def _real_roots(polynomial: fmpq_poly) -> tuple[float, ...]:
    """The real roots, ascending, rounded."""
    roots = complex_roots(polynomial)
    return tuple(float(root.real.mid()) for root in roots if root.imag.is_zero())


def _decimal(ball: arb) -> str:
    return str(ball.str(_DIGITS))
