"""Whether a singular zero is isolated or lies on a family, and the zero to full accuracy.

Enters: a system and an approximate zero at which the Jacobian is singular. Leaves: a ``LocalZero``.
The zero is deflated until it is regular: then it is isolated. At each stage it is also moved along
the kernel of the Jacobian: where zeros are found there too, at a distance far above all errors, it
lies on a family. The multiplicity of an isolated one is then counted (``dual_space``), and counting
that comes to an end confirms that it is isolated. Where deflation does not come to an end, as at
zeros of multiplicity 100, and a rational zero is near, that one's is counted exactly.

Sources: Leykin, Verschelde, Zhao, Theoret. Comput. Sci. 359 (2006); Bates, Hauenstein, Peterson,
Sommese, 'A numerical local dimension test for points on the solution set of a system of polynomial
equations', SIAM J. Numer. Anal. 47 (2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import acb, ctx
from numpy.typing import NDArray

from polynet.errors import InputError, ShapeError
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from solvers.homotopy.deflation import deflated, kernel_start
from solvers.homotopy.dual_space import multiplicity
from solvers.homotopy.exact_dual_space import exact_multiplicity, rational_zero_near
from solvers.homotopy.precise_newton import BITS, STEP_BITS, ScaledMap, Slices, to_complex
from solvers.homotopy.target import Target

__all__ = ["LocalZero", "examine_zero", "regular_zero_near"]

_MAX_DEPTH = 4
_MAX_UNKNOWNS = 64
_ASIDE = (1e-2, 1e-3)
_NEARER = (1e-2, 1e-3, 1e-4)
_TRIES = 8
_LEAST_GAP = 10.0
_RANKS = 2
_STAGES = 10
_TINY = 1e-2


@dataclass(frozen=True, slots=True, eq=False)
class LocalZero:
    """What was found near an approximate zero.

    Attributes
    ----------
    isolated
        True, False, or None where it could not be told.
    dimension
        Of the family through it, 0 where isolated, None where not known (special points of
        families).
    point
        ``(n,)``: where isolated or on a family, the zero rounded to doubles; else the given point.
    depth
        How many deflations made it regular; 0 for a regular zero.
    multiplicity
        Of an isolated zero; None where not known.
    exact
        Whether it is a rational zero that was proved isolated in exact arithmetic.
    """

    isolated: bool | None
    dimension: int | None
    point: NDArray[np.complex128]
    depth: int = 0
    multiplicity: int | None = None
    exact: bool = False


def examine_zero(
    system: PolynomialSystem,
    point: NDArray[np.complex128],
    *,
    reach: float = 1e-3,
    max_multiplicity: int = 500,
    seed: int = 0,
) -> LocalZero:
    """Whether the zero of ``system`` within ``reach`` of ``point`` is isolated.

    Raises ``InputError`` for a point that is not finite, ``ShapeError`` for one of another length.

    Parameters
    ----------
    system
        As many equations as unknowns or more.
    point
        ``(n_variables,)``, an approximate zero.
    reach
        How far the zero may be, relative to max(1, greatest coordinate).
    max_multiplicity
        Counting stops there, and a zero of more is taken for one on a family: give the number of
        paths that could have ended at it.
    seed
        Of the random rows.

    Examples
    --------
    The cusp x^3 = 2 x y, y = x^2 has the origin as a triple zero; on x y = x^2 y = 0 the point
    (0, 1) lies on a line.

    >>> cusp = PolynomialSystem.from_strings(["29/16*x^3 - 2*x*y", "y - x^2"])
    >>> found = examine_zero(cusp, [1e-6, -1e-6])
    >>> found.isolated, found.multiplicity, found.depth, bool(abs(found.point).max() < 1e-30)
    (True, 3, 2, True)
    >>> line = PolynomialSystem.from_strings(["x*y", "x^2*y"])
    >>> examine_zero(line, [1e-9, 1]).dimension
    1
    """
    start = np.asarray(point, dtype=np.complex128)
    if start.shape != (system.n_variables,):
        raise ShapeError(f"the point has shape {start.shape}, not ({system.n_variables},)")
    if not np.isfinite(start).all():
        raise InputError("the point has coordinates that are not finite; leave it out")
    kept = tuple(p for p in system.polynomials if not p.is_zero)
    if not kept:
        return LocalZero(False, system.n_variables, start)
    system = PolynomialSystem(kept)
    shifts = _shifts(system, start)
    scales = np.ldexp(1.0, shifts)
    local = _examined(_scaled(system, shifts), start / scales, reach, max_multiplicity, seed)
    if local.isolated is None:
        zero = rational_zero_near(system, start)
        count = None if zero is None else exact_multiplicity(system, zero, limit=max_multiplicity)
        if count is not None:
            return LocalZero(True, 0, np.array(zero, np.complex128), 0, count, exact=True)
    return replace(local, point=local.point * scales)


def regular_zero_near(
    system: PolynomialSystem, point: NDArray[np.complex128], *, reach: float = 1e-3
) -> tuple[NDArray[np.complex128], float] | None:
    """The regular zero within ``reach`` of ``point``, as in ``examine_zero``, and its condition.

    None where Newton's method finds none there; the condition is in unknowns of size about 1.

    >>> parabola = PolynomialSystem.from_strings(["x^2 - y", "x - 1000000"])
    >>> regular_zero_near(parabola, np.array([999999.9, 1e12]))[0].real.tolist()
    [1000000.0, 1000000000000.0]
    """
    start = np.asarray(point, dtype=np.complex128)
    shifts = _shifts(system, start)
    scales = np.ldexp(1.0, shifts)
    near = [acb(complex(x)) for x in start / scales]
    with ctx.workprec(BITS):
        mapping = ScaledMap(_scaled(system, shifts), near)
        zero = mapping.regular_zero(near, reach=reach)
        if zero is None:
            return None
        condition = float(np.linalg.cond(mapping.jacobian(zero)))
        return _resolved(to_complex(zero)) * scales, condition


def _examined(
    system: PolynomialSystem,
    start: NDArray[np.complex128],
    reach: float,
    max_multiplicity: int,
    seed: int,
) -> LocalZero:
    """``examine_zero`` in unknowns of size about 1."""
    search = _Search(np.random.default_rng(seed), reach, start)
    with ctx.workprec(BITS):
        found = search.stage(system, [acb(complex(x)) for x in start], 0)
        if found is not None and found.zero is None:
            return LocalZero(False, found.dimension, found.where)
        where = start if found is None else found.where
        count = None
        if found is not None and found.zero is not None:
            count = multiplicity(system, found.zero, limit=max_multiplicity)
            if found.depth == 0 or (count is not None and count <= max_multiplicity):
                return LocalZero(True, 0, _resolved(where), found.depth, count)
        if count is None:
            return LocalZero(None, None, where)
        # A special point of a family may be deflated, but its conditions have no end.
        return LocalZero(False, None, where)


def _resolved(point: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """A refined zero in unknowns of size about 1, with 0 for parts that Newton's steps cannot see.

    They would be left as 1e-180 or the like, which reads as a value and is none.
    """
    parts = np.stack([point.real, point.imag])
    parts[np.abs(parts) < 2.0**-STEP_BITS] = 0.0
    return np.asarray(parts[0] + 1j * parts[1])


def _shifts(system: PolynomialSystem, point: NDArray[np.complex128]) -> NDArray[np.int64]:
    """Binary exponents of the unknowns: of coordinates, where not tiny, else by coefficients."""
    balanced = Target.of(system, np.random.default_rng(0)).scales
    sizes = np.abs(point) / np.ldexp(1.0, balanced)
    own = np.rint(np.log2(np.where(sizes > _TINY, sizes, 1.0))).astype(np.int64)
    return np.asarray(balanced + own)


def _scaled(system: PolynomialSystem, shifts: NDArray[np.int64]) -> PolynomialSystem:
    """The system in y, x_j = 2^shifts_j y_j."""
    scaled = []
    for p in system.polynomials:
        powers = [Fraction(2) ** int(k) for k in p.exponents @ shifts]
        values = [c * power for c, power in zip(p.coefficients, powers, strict=True)]
        terms = dict(zip(map(tuple, p.exponents.tolist()), values, strict=True))
        scaled.append(SparsePolynomial.from_terms(p.names, terms))
    return PolynomialSystem(tuple(scaled))


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """An isolated zero after ``depth`` deflations, or a point ``where`` on a family."""

    zero: list[acb] | None
    where: NDArray[np.complex128]
    dimension: int = 0
    depth: int = 0


@dataclass(slots=True, eq=False)
class _Search:
    """A walk through deflated systems of at most so many ``stages``."""

    rng: np.random.Generator
    reach: float
    home: NDArray[np.complex128]
    stages: int = _STAGES

    def stage(self, system: PolynomialSystem, start: list[acb], depth: int) -> _Found | None:
        """Regular, on a family, or deflated once more; None where none of these works."""
        if not self.stages:
            return None
        self.stages -= 1
        n, mapping = len(self.home), ScaledMap(system, start)
        # Only the first unknowns are those asked for; the others may be far off at first.
        zero = mapping.regular_zero(start, reach=self.reach if depth == 0 else 0.5)
        if zero is not None and self._near(zero):
            return _Found(zero[:n], to_complex(zero[:n]), depth=depth)
        jacobian = mapping.jacobian(start)
        ranks = _likely_ranks(jacobian)
        for rank in ranks:
            where = self._on_family(mapping, start, _kernel(jacobian, rank))
            if where is not None:
                return _Found(None, where, jacobian.shape[1] - rank, depth)
        dimension = self.crossing(system, start) if depth == 0 else None
        if dimension is not None:
            return _Found(None, to_complex(start), dimension, depth)
        if depth == _MAX_DEPTH or 2 * len(start) > _MAX_UNKNOWNS:
            return None
        for rank in ranks:
            larger, rows = deflated(system, jacobian.shape[1] - rank, self.rng)
            found = self.stage(larger, kernel_start(jacobian, start, rows), depth + 1)
            if found is not None:
                return found
        return None

    def crossing(self, system: PolynomialSystem, point: list[acb]) -> int | None:
        """The dimension of a family through a special point of it, None where none is found.

        The kernel at such a point is larger than the family, which is regular nearby: zeros on
        random slices at distance d from the point, and found within a few d for each d.
        """
        mapping = ScaledMap(system, point)
        jacobian = mapping.jacobian(point)
        for rank in _likely_ranks(jacobian):
            kernel = _kernel(jacobian, rank)
            for dimension in range(1, len(kernel)):
                if all(self._crosses(mapping, point, kernel, dimension, d) for d in _NEARER):
                    return dimension
        return None

    def _crosses(
        self,
        mapping: ScaledMap,
        point: list[acb],
        kernel: NDArray[np.complex128],
        dimension: int,
        distance: float,
    ) -> bool:
        """Whether zeros lie about ``distance`` from ``point`` on random slices of the kernel."""
        size = max(1.0, float(np.abs(self.home).max()))
        for _ in range(_TRIES):
            mixing = self.rng.standard_normal((dimension, len(kernel), 2)) @ np.array([1, 1j])
            rows = np.linalg.qr(mixing.conj().T)[0].conj().T @ kernel.conj()
            steps = self.rng.standard_normal((len(kernel), 2)) @ np.array([1, 1j])
            aside = distance * size * (steps / np.linalg.norm(steps)) @ kernel
            moved = [x + acb(complex(m)) for x, m in zip(point, aside, strict=True)]
            slices = Slices(rows, point, rows @ aside)
            other = mapping.regular_zero(moved, reach=10 * distance, slices=slices)
            if other is not None:
                return True
        return False

    def _near(self, zero: Sequence[acb]) -> bool:
        moved = np.abs(to_complex(zero[: len(self.home)]) - self.home).max()
        return bool(moved <= self.reach * max(1.0, float(np.abs(self.home).max())))

    def _on_family(
        self, mapping: ScaledMap, start: list[acb], kernel: NDArray[np.complex128]
    ) -> NDArray[np.complex128] | None:
        """The zero beside ``start`` where zeros also lie aside, along ``kernel``, else None."""
        n = len(self.home)
        corank = len(kernel)
        rows = kernel.conj()
        here = mapping.regular_zero(
            start, reach=0.5, slices=Slices(rows, start, np.zeros(corank, complex))
        )
        if here is None or not self._near(here):
            return None
        direction = np.exp(2j * np.pi * self.rng.random(corank))
        size = max(1.0, float(np.abs(self.home).max()))
        for aside in _ASIDE:
            shifts = aside * size * direction
            moved = [x + acb(complex(m)) for x, m in zip(here, shifts @ kernel, strict=True)]
            other = mapping.regular_zero(moved, reach=0.5, slices=Slices(rows, here, shifts))
            if other is not None:
                gap = np.abs(to_complex(other[:n]) - to_complex(here[:n])).max()
                if gap > 1e-3 * aside * size:
                    return to_complex(here[:n])
        return None


def _likely_ranks(jacobian: NDArray[np.complex128]) -> list[int]:
    """Ranks below full, those with the widest gap in the singular values first.

    Another than the first only where its gap, too, is wide.
    """
    values = np.linalg.svd(jacobian, compute_uv=False)
    n = jacobian.shape[1]
    values = np.concatenate([values, np.zeros(max(0, n - len(values)))])[:n]
    floor = 1e-17 * max(float(values[0]), 1e-30)
    before = np.concatenate([[1.0 if values[0] < 1e-3 else 0.0], values[:-1]])
    gaps = before / np.maximum(values, floor)
    order = np.argsort(-gaps, kind="stable")[:_RANKS]
    least = max(_LEAST_GAP, float(np.sqrt(gaps.max(initial=0.0))))
    return [int(r) for r in order if gaps[r] >= least]


def _kernel(jacobian: NDArray[np.complex128], rank: int) -> NDArray[np.complex128]:
    """Orthonormal rows ``(n - rank, n)`` that span the kernel of the nearest matrix of ``rank``."""
    return np.asarray(np.linalg.svd(jacobian, full_matrices=True)[2][rank:].conj())
