"""Proof that approximate solutions are solutions, distinct, and real or not real.

Enters: equations with rational coefficients, and candidates from any solver. Leaves: a
``Certificate``, computed in ball arithmetic: whatever a certified entry says is proved, whatever
the candidates were. Next stage: classification (``certification.critical_points``), the record.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import __version__ as flint_version
from flint import acb, ctx

from polynet.errors import InputError
from polynet.polynomial_system import PolynomialSystem
from solvers.certification.ball_map import BallMap, CombinedMap, SparseMap
from solvers.certification.candidates import isolate_all, to_points
from solvers.certification.certificate import BallText, Certificate, Status, Verdict
from solvers.certification.failure import Failure
from solvers.certification.isolation import Effort, Isolated, isolate
from solvers.certification.separation import number_solutions

if TYPE_CHECKING:
    from polynet.loss import PolynomialLoss

__all__ = ["Certificate", "Failure", "Status", "Verdict", "certify"]

_BITS_PER_DIGIT = 3.3219
_MAX_PRECISION = 1 << 20


def certify(
    equations: PolynomialSystem | PolynomialLoss,
    candidates: Any,
    *,
    precision: int = 128,
    max_precision: int = 1024,
    reach: float = 1e-3,
    seed: int = 0,
    executor: Executor | None = None,
) -> Certificate:
    """Prove what can be proved about ``candidates`` for solutions of ``equations``.

    Each candidate is refined by Newton's method, then Krawczyk's test looks for a box around it
    that holds exactly one solution; precision doubles until that succeeds. A certified candidate
    is within its ``distance`` of a simple solution, which lies in its ``enclosure``.

    Parameters
    ----------
    equations
        A ``PolynomialSystem``, or an exact loss, which stands for "all its partial derivatives
        are zero" and is not multiplied out. With more equations than variables nothing can be
        proved but that a candidate is no solution; see ``Failure.SQUARE_PART_ONLY``.
    candidates
        ``(m, n_variables)`` complex numbers, or a solution set with that in ``solutions``. Exact
        numbers and python-flint balls may stand in an object array.
    precision, max_precision
        Bits of the first attempt and a bound for the last, which is the first times a power of 2.
    reach
        How far, relative to max(1, greatest coordinate), a solution may be from the candidate.
    seed
        Of the random combinations of an overdetermined system.
    executor
        Spreads the candidates over the workers of a ``concurrent.futures.Executor``. Threads do
        not help, as flint's working precision is shared by all of them.

    Raises
    ------
    InputError
        For equations of another type, fewer equations than variables, a loss with float
        coefficients, candidates that are no numbers, or bad settings. ``ShapeError`` for
        candidates of another shape. NaN among the candidates is a verdict, not an error.

    Notes
    -----
    Cost: for a simple solution one Jacobian, three values of the equations, one inverse and one
    Jacobian on a box, about 0.4 ms for nine equations in nine variables. Source: Breiding, Rose,
    Timme, 'Certifying zeros of polynomial systems using interval arithmetic', arXiv:2011.05000.

    Examples
    --------
    >>> system = PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x = y"])
    >>> found = certify(system, [[0.7071, 0.7071], [-0.70711, -0.70711], [0.5, 0.5]])
    >>> found
    Certificate(2 of 3 candidates certified: 2 distinct solutions, 2 real, 0 not real)
    >>> found[2].failure.value
    'no solution near'
    """
    start = time.perf_counter()
    effort = _checked_effort(precision, max_precision, reach)
    names, mapping = _square_map(equations, seed)
    return Certificate(
        names=names,
        verdicts=_verdicts(mapping, candidates, effort, executor),
        settings=asdict(effort) | {"seed": seed},
        engines={"python-flint": str(flint_version)},
        seconds=time.perf_counter() - start,
    )


def _checked_effort(precision: Any, max_precision: Any, reach: Any) -> Effort:
    for name, bits in (("precision", precision), ("max_precision", max_precision)):
        if isinstance(bits, bool) or not isinstance(bits, (int, np.integer)):
            raise InputError(f"{name} is {bits!r}; give whole bits, such as 128")
    if not 53 <= precision <= max_precision <= _MAX_PRECISION:
        raise InputError(
            f"precision {precision} and max_precision {max_precision} must be ascending and "
            f"from 53 to {_MAX_PRECISION:,} bits"
        )
    if not 0 < reach < np.inf:
        raise InputError(f"reach is {reach!r}; give a positive number, such as 1e-3")
    return Effort(int(precision), int(max_precision), float(reach))


def _square_map(equations: Any, seed: int) -> tuple[tuple[str, ...], BallMap]:
    """The names of the variables, and the equations as a map of as many variables."""
    if not isinstance(equations, PolynomialSystem):
        return _gradient_map(equations)
    n, m = equations.n_variables, equations.n_equations
    if m < n:
        raise InputError(
            f"{m} equations in {n} variables: no solution is isolated, so none can be certified; "
            f"add {n - m} equations"
        )
    mapping = SparseMap(equations)
    if m == n:
        return equations.names, mapping
    # Odd, so that no equation is left out of any combination.
    weights = 2 * np.random.default_rng(seed).integers(-500, 500, (n, m)) + 1
    return equations.names, CombinedMap(mapping, weights.tolist())


def _gradient_map(loss: Any) -> tuple[tuple[str, ...], BallMap]:
    from polynet.loss import PolynomialLoss
    from solvers.certification.loss_map import GradientMap

    if not isinstance(loss, PolynomialLoss):
        raise InputError(
            f"{type(loss).__name__} is neither a PolynomialSystem nor a loss; make one with "
            "PolynomialSystem.from_strings([...]) or polynet.collect(network, data)"
        )
    return loss.parameter_names, GradientMap(loss)


def _verdicts(
    mapping: BallMap, candidates: Any, effort: Effort, executor: Executor | None
) -> tuple[Verdict, ...]:
    """What is proved of each candidate, with the solutions numbered."""
    with ctx.workprec(effort.max_precision):
        points = to_points(candidates, mapping.n_variables)
        isolated, solutions = number_solutions(
            isolate_all(mapping, points, effort, executor),
            lambda place, bits: isolate(mapping, points[place], effort, least=bits),
        )
        return tuple(_verdict(*pair) for pair in zip(isolated, solutions, strict=True))


def _verdict(one: Isolated, solution: int) -> Verdict:
    if one.proof is None:
        return Verdict(one.failure, precision=one.precision)
    box = one.proof.enclosure
    if one.real:
        box = box.on_real_axis()
    return Verdict(
        one.failure,
        enclosure=tuple(_decimal(box.coordinates, one.precision)),
        real=one.real,
        solution=solution,
        radius=box.radius,
        distance=one.distance,
        precision=one.precision,
    )


def _decimal(balls: Iterable[acb], precision: int) -> Iterable[BallText]:
    digits = int(precision / _BITS_PER_DIGIT) + 3
    for ball in balls:
        yield str(ball.real.str(digits)), str(ball.imag.str(digits))
