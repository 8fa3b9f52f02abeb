"""Certified critical points: the point, its loss and the inertia of its Hessian, all proved.

Enters: a loss and approximate critical points. Leaves: the certificate, and a ``CriticalPoint``
with evidence ``CERTIFIED`` for each real one. Next stage: the critical set.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from flint import acb, ctx

from polynet.critical_system import critical_system
from polynet.errors import InputError
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from solvers.certification.ball_map import BallMap, SparseMap
from solvers.certification.certificate import Certificate, Verdict
from solvers.certification.inertia import nonsingular_inertia
from solvers.certify import certify
from solvers.critical_point import CriticalPoint, Evidence

if TYPE_CHECKING:
    from polynet.loss import PolynomialLoss

__all__ = ["certify_critical_points"]

_DIGITS = 17

_Loss: TypeAlias = Callable[[Sequence[acb]], acb]


def certify_critical_points(
    loss: SparsePolynomial | PolynomialLoss, candidates: Any, **settings: Any
) -> tuple[Certificate, tuple[CriticalPoint | None, ...]]:
    """Certify critical points of ``loss``, and classify the real ones with proof.

    Parameters
    ----------
    loss
        A ``SparsePolynomial``, or an exact loss, which is not multiplied out.
    candidates
        ``(m, n_parameters)``, real or complex, as for ``certify``.
    settings
        ``precision``, ``max_precision``, ``reach`` and ``executor``, as for ``certify``.

    Returns
    -------
    certificate, points
        ``points[k]`` belongs to distinct solution k of the certificate. It is None where that is
        not real, or where its enclosure is too wide to show the signs of the Hessian; raise
        ``precision`` then.

    A certified critical point is nondegenerate: the Hessian is the Jacobian of the gradient, and
    invertible there.

    Examples
    --------
    >>> x, y = SparsePolynomial.variables(["x", "y"])
    >>> certificate, points = certify_critical_points(
    ...     (x * x - 2) ** 2 + y * y, [[1.4142, 0], [-1.4142, 0], [0, 0]])
    >>> [str(point.inertia) for point in points]
    ['(2+, 0-, 0 zero)', '(2+, 0-, 0 zero)', '(1+, 1-, 0 zero)']
    """
    gradient, value, equations = _prepared(loss)
    certificate = certify(equations, candidates, **settings)
    chosen = [certificate[place] for place in certificate.representatives.tolist()]
    return certificate, tuple(_classified(gradient, value, verdict) for verdict in chosen)


def _prepared(loss: Any) -> tuple[BallMap, _Loss, PolynomialSystem | PolynomialLoss]:
    """The gradient and the loss on balls, and the equations to certify."""
    from polynet.loss import PolynomialLoss
    from solvers.certification.loss_map import GradientMap

    if isinstance(loss, PolynomialLoss):
        gradient = GradientMap(loss)
        return gradient, gradient.loss, loss
    if not isinstance(loss, SparsePolynomial):
        raise InputError(
            f"{type(loss).__name__} is no loss; use polynet.collect(network, data) "
            "or a SparsePolynomial"
        )
    system = critical_system(loss)
    values = SparseMap(PolynomialSystem((loss,))).values
    return SparseMap(system), lambda point: values(point)[0], system


def _classified(gradient: BallMap, value: _Loss, verdict: Verdict) -> CriticalPoint | None:
    """The critical point of a verdict that is real, with loss and inertia on its enclosure."""
    if not verdict.real:
        return None
    balls = verdict.balls()
    with ctx.workprec(2 * verdict.precision):
        hessian = gradient.jacobian(balls)
        inertia = nonsingular_inertia(hessian.real)
        loss = value(balls).real
    if inertia is None:
        return None
    return CriticalPoint(
        point=np.array([float(x.real.mid()) for x in balls]),
        loss=float(loss.mid()),
        inertia=inertia,
        evidence=Evidence.CERTIFIED,
        enclosure=tuple(real for real, _ in verdict.enclosure),
        loss_enclosure=str(loss.str(_DIGITS)),
    )
