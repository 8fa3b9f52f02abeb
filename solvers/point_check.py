"""Numerical solutions of the gradient equations, each examined, and completed where one is missing.

Enters: what a numerical solver found, and the loss as a polynomial. Singular solutions are
deflated to full accuracy, or recognised as points of families; all others are certified; then the
set is closed under complex conjugation and the symmetries of the loss: a missing image of a
solution is a solution, and is added as repaired. Leaves: ``CheckedPoints``, with every correction
counted. Next stage: ``completeness``, the critical set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from polynet.critical_system import critical_system
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from polynet.symmetry import SignedPermutation
from solvers.certification.certificate import Certificate
from solvers.certification.critical_points import certify_critical_points
from solvers.certification.failure import Failure
from solvers.checked_points import CheckedPoint, CheckedPoints, lost_conjugates
from solvers.homotopy.local_dimension import examine_zero
from solvers.orbits import Orbits, orbits_of
from solvers.solution_set import SolutionSet

__all__ = ["affordable", "check_points"]

_MAX_WORK = 10_000_000
_ROUNDS = 8
_MAX_LEFT_OUT = 1000
_MAX_UNDECIDED = 20
_SINGULAR = "degenerate: the Hessian is singular, which no box test can prove"
_NOT_ASKED = "certification was not asked for"

ComplexArray = NDArray[np.complex128]


def affordable(n_points: int, polynomial: SparsePolynomial) -> bool:
    """Whether certifying so many points of this loss takes about ten minutes at most.

    Measured: 50 microseconds for each monomial of the loss and point, on one core.
    """
    return n_points * polynomial.n_terms <= _MAX_WORK


def check_points(
    found: SolutionSet,
    polynomial: SparsePolynomial,
    generators: Sequence[SignedPermutation],
    *,
    certify: bool,
) -> CheckedPoints:
    """Examine the solutions ``found`` of grad ``polynomial`` = 0, and close the set.

    ``generators`` are symmetries of ``polynomial``. Cost: about a millisecond a simple solution,
    a tenth of a second a singular one.
    """
    work = _Check(polynomial, critical_system(polynomial), tuple(generators), certify)
    work.take(found)
    return work.closed()


@dataclass(slots=True)
class _Check:
    """The points so far: ``simple`` ones are to be certified, ``singular`` ones were examined.

    No isolated solution has a multiplicity above ``most``.
    """

    polynomial: SparsePolynomial
    system: PolynomialSystem
    generators: tuple[SignedPermutation, ...]
    certify: bool
    simple: list[CheckedPoint] = field(default_factory=list)
    singular: list[CheckedPoint] = field(default_factory=list)
    most: int = 500
    on_families: int = 0
    family_dimension: int = 0
    recovered: int = 0
    undecided: int = 0

    def take(self, found: SolutionSet) -> None:
        """Simple solutions as they are, singular ones examined, and ends left out by the solver."""
        accuracies = _accuracies(found)
        n_paths = len(getattr(found, "paths", ()))
        self.most = min(self.most, n_paths) if n_paths else self.most
        for row, multiplicity in enumerate(found.multiplicities.tolist()):
            point = CheckedPoint(
                found.solutions[row],
                bool(found.is_real[row]),
                multiplicity,
                accuracy=float(accuracies[row]),
            )
            if multiplicity > 1:
                self._examine(point)
            else:
                self.simple.append(point)
        ends = _left_out(found, self.system)
        for place, value in enumerate(ends):
            if self.undecided >= _MAX_UNDECIDED:
                self.undecided += len(ends) - place
                break
            before = len(self.singular)
            # Two ends may be one zero, listed by now.
            self._examine(CheckedPoint(value, real=False, multiplicity=0))
            self.recovered += len(self.singular) - before

    def _examine(self, point: CheckedPoint) -> None:
        """Keep an isolated singular point, refined; count one on a family."""
        local = examine_zero(self.system, point.value, max_multiplicity=self.most)
        if local.isolated is False:
            self.on_families += 1
            self.family_dimension = max(self.family_dimension, local.dimension or 0)
            return
        if not point.multiplicity and not local.isolated:
            self.undecided += 1
            return
        if local.isolated:
            if _is_listed(local.point, [*self.simple, *self.singular]):
                return
            size = max(1.0, float(np.abs(local.point).max()))
            real = bool(np.abs(local.point.imag).max() <= 1e-14 * size)
            value = local.point.real.astype(complex) if real else local.point
            many = local.multiplicity or point.multiplicity
            if local.depth == 0:
                self.simple.append(replace(point, value=value, real=real, multiplicity=1))
                return
            point = replace(point, value=value, real=real, multiplicity=many, accuracy=1e-15)
        self.singular.append(replace(point, reason=_SINGULAR))

    def closed(self) -> CheckedPoints:
        """Certify, add the images that are missing, until none is."""
        duplicates = corrected = conjugates = images = 0
        for _ in range(_ROUNDS):
            certificate, simple, removed, wrong = self._certified()
            duplicates, corrected = duplicates + removed, corrected + wrong
            self.simple = simple
            points = [*self.simple, *self.singular]
            added = _conjugates(points)
            conjugates += len(added)
            orbits = None
            if not added:
                orbits, added = self._images(points)
                images += len(added)
            if not added:
                break
            self.simple += [p for p in added if p.multiplicity == 1]
            self.singular += [p for p in added if p.multiplicity != 1]
        return CheckedPoints(
            tuple(points),
            orbits,
            duplicates,
            corrected,
            conjugates,
            images,
            self.on_families,
            self.family_dimension,
            self.recovered,
            self.undecided,
            certificate,
        )

    def _images(self, points: Sequence[CheckedPoint]) -> tuple[Orbits | None, list[CheckedPoint]]:
        if not self.generators or not points:
            return None, []
        orbits, images, sources = orbits_of(
            np.array([p.value for p in points]),
            self.generators,
            polynomial=self.polynomial,
            accuracies=np.array([p.accuracy for p in points]),
        )
        added = [_image(points[i], value) for i, value in zip(sources, images, strict=True)]
        return orbits, added

    def _certified(
        self,
    ) -> tuple[Certificate | None, list[CheckedPoint], int, int]:
        """The simple points with proofs, how many were duplicates, how many wrongly real or not."""
        if not self.certify:
            return None, [replace(p, reason=_NOT_ASKED) for p in self.simple], 0, 0
        values = np.array([p.value for p in self.simple]).reshape(-1, self.system.n_variables)
        certificate, critical = certify_critical_points(self.polynomial, values)
        kept: list[CheckedPoint] = []
        wrong = 0
        solutions = certificate.solutions
        first = set(certificate.representatives.tolist())
        for place, (point, verdict) in enumerate(
            zip(self.simple, certificate.verdicts, strict=True)
        ):
            if verdict.failure is Failure.SINGULAR:
                self._examine(replace(point, multiplicity=1))
            elif verdict.failure is not None:
                kept.append(replace(point, reason=f"not certified: {verdict.failure.value}"))
            elif place in first:
                real = point.real if verdict.real is None else verdict.real
                wrong += real is not point.real
                kept.append(
                    replace(
                        point,
                        value=solutions[verdict.solution],
                        real=real,
                        certified=True,
                        critical=critical[verdict.solution],
                        reason="",
                        accuracy=1e-15,
                    )
                )
        return certificate, kept, certificate.n_certified - certificate.n_distinct, wrong


def _image(source: CheckedPoint, value: ComplexArray) -> CheckedPoint:
    return replace(source, value=value, certified=False, critical=None, repaired=True)


def _conjugates(points: Sequence[CheckedPoint]) -> list[CheckedPoint]:
    return [_image(points[i], points[i].value.conj()) for i in lost_conjugates(points)]


def _is_listed(value: ComplexArray, points: Iterable[CheckedPoint]) -> bool:
    size = max(1.0, float(np.abs(value).max()))
    return any(np.abs(value - p.value).max() <= 10 * p.accuracy * size for p in points)


def _accuracies(found: SolutionSet) -> NDArray[np.float64]:
    """How far each solution may be from the true one, where the solver says so."""
    paths, path_of = getattr(found, "paths", None), getattr(found, "path_of", None)
    if paths is None or path_of is None or len(path_of) != found.n_finite:
        return np.full(found.n_finite, 1e-10)
    found_by: NDArray[np.float64] = np.maximum(1e-14, paths.accuracies[path_of])
    return found_by


def _left_out(found: SolutionSet, system: PolynomialSystem) -> list[ComplexArray]:
    """Singular ends of paths that are at no listed solution, one of each place.

    At most 1,000: where there are more, they lie on families.
    """
    from solvers.homotopy.close_points import clusters
    from solvers.homotopy.path_table import PathEnd
    from solvers.homotopy.target import Target

    paths = getattr(found, "paths", None)
    # Long runs may not keep where their paths ended.
    if paths is None or len(paths.points) != len(paths) or not paths.count(PathEnd.SINGULAR):
        return []
    target = Target.of(system, np.random.default_rng(0))
    ends = target.unscaled(paths.points[paths.codes == PathEnd.SINGULAR])
    labels = clusters(np.concatenate([found.solutions, ends]), 1e-5)
    listed = set(labels[: found.n_finite].tolist())
    rest = [k for k, label in enumerate(labels[found.n_finite :].tolist()) if label not in listed]
    first = np.unique(labels[found.n_finite :][rest], return_index=True)[1]
    return [ends[rest[k]] for k in first[:_MAX_LEFT_OUT]]
