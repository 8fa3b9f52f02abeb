"""The whole way in one call: a loss in, every critical point of it classified, on record.

A collected loss and a solver enter, a :class:`~solvers.study_record.Study` leaves, with its
picture on request. This is what ``polynet study`` runs.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import polynet
from polynet.inspection import inspect
from polynet.loss import PolynomialLoss
from solvers.find import find_critical_points
from solvers.groebner.solver import Groebner
from solvers.study_record import FamilyRecord, PointRecord, Reach, Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from polynet.collected_loss import CollectedLoss
    from solvers.critical_point import CriticalPoint
    from solvers.critical_set import CriticalSet
    from solvers.family import CriticalFamily

__all__ = ["reach_of", "run_study", "save_study", "study_figure"]

_PACKAGES = ("numpy", "scipy", "sympy", "symengine", "python-flint", "numba")


def run_study(
    loss: CollectedLoss,
    solver: Groebner | None = None,
    *,
    name: str = "study",
    reach: Sequence[Reach] = (),
) -> Study:
    """Inspect ``loss``, find and classify its critical points, and record it all.

    ``solver`` is ``Groebner()`` where none is given; ``reach`` is carried along. Raises
    ``InputError`` for a loss with float data, ``BudgetError`` for one too large to expand.
    """
    start = time.perf_counter()
    used = solver if solver is not None else Groebner()
    polynomial = loss.expand()
    facts = inspect(loss)
    found = find_critical_points(loss, used)
    return Study(
        name=name,
        network=facts.network,
        parameter_names=tuple(loss.parameter_names),
        l2=tuple(str(value) for value in loss.l2),
        polynomial=polynomial.to_string(),
        n_terms=polynomial.n_terms,
        inspection=facts.to_dict(),
        floor=str(facts.least),
        solver=repr(used),
        seed=used.seed,
        outcome=found.outcome.value,
        advice=found.outcome.advice,
        completeness=str(found.completeness),
        complex_count=found.complex_count,
        points=tuple(_point_record(point) for point in found.real),
        families=tuple(_family_record(family) for family in found.families),
        reach=tuple(reach),
        versions=_versions(),
        seconds=time.perf_counter() - start,
    )


def reach_of(loss: CollectedLoss, *, network: str, description: str) -> Reach:
    """What the network of ``loss`` can reach: its certified floor, and the least critical value."""
    found = find_critical_points(loss, Groebner())
    return Reach(network, description, str(loss.lower_bound()), _least_exact(found))


def _least_exact(found: CriticalSet) -> str | None:
    """The least loss of the critical set where it is a rational number."""
    values = [family.loss_exact for family in found.families]
    values += [point.loss_exact for point in found.real]
    known = [value for value in values if value is not None]
    return str(min(known)) if known else None


def study_figure(study: Study, loss: PolynomialLoss) -> Figure:
    """The picture of a study: index against loss, and a slice of the loss."""
    from solvers.picture import Landscape, draw

    points = list(study.points)
    kinds = [point.kind for point in points]
    for family in study.families:
        points += family.samples[:3]
        kinds += ["family"] * len(family.samples[:3])
    landscape = Landscape(
        np.array([point.point for point in points]).reshape(len(points), loss.n_parameters),
        np.array([point.loss for point in points]),
        np.array([point.index for point in points], np.int64),
        tuple(kinds),
    )
    return draw(
        landscape,
        lambda weights: np.asarray(loss.value_series((weights,), 1)[0]),
        title=f"{study.name}: {study.network}",
    )


def save_study(study: Study, loss: PolynomialLoss, folder: Path) -> tuple[Path, Path]:
    """Write ``study.json`` and ``study.png`` into ``folder``, which is made where it is missing."""
    from io import BytesIO

    from polynet.atomic_file import write_bytes

    folder.mkdir(parents=True, exist_ok=True)
    record, picture = folder / "study.json", folder / "study.png"
    study.save(record)
    image = BytesIO()
    study_figure(study, loss).savefig(image, format="png")
    write_bytes(picture, image.getvalue())
    return record, picture


def _point_record(point: CriticalPoint) -> PointRecord:
    inertia = point.inertia
    return PointRecord(
        kind=point.kind.value,
        index=point.index,
        inertia=(inertia.positive, inertia.negative, inertia.zero),
        loss=float(point.loss),
        loss_exact=None if point.loss_exact is None else str(point.loss_exact),
        evidence=point.evidence.value,
        multiplicity=int(point.multiplicity),
        point=tuple(float(x) for x in point.point),
        exact=tuple(str(x) for x in point.exact or ()),
        enclosure=point.enclosure,
    )


def _family_record(family: CriticalFamily) -> FamilyRecord:
    solutions = family.solutions
    return FamilyRecord(
        kind=family.kind.value,
        dimension=family.dimension,
        degree=family.degree,
        irreducible=solutions.irreducible,
        real_dimension=solutions.real_dimension,
        loss=float(family.loss) if family.losses else None,
        loss_exact=None if family.loss_exact is None else str(family.loss_exact),
        global_minimum=family.global_minimum,
        generators=tuple(generator.to_string() for generator in solutions.generators),
        samples=tuple(_point_record(point) for point in family.representatives),
    )


def _versions() -> tuple[tuple[str, str], ...]:
    installed = [(package, metadata.version(package)) for package in _PACKAGES]
    return (
        ("polynet", polynet.__version__),
        ("python", platform.python_version()),
        *installed,
    )
