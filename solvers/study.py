"""The whole way in one call: a loss in, every critical point of it classified, on record.

A collected loss and a solver enter, a :class:`~solvers.study_record.Study` leaves, with its
picture on request. This is what ``polynet study`` runs.
"""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import polynet
from polynet.inspection import inspect
from polynet.loss import PolynomialLoss
from solvers.critical_set_text import levels
from solvers.descent import descend
from solvers.find import exact_loss, find_critical_points
from solvers.floor_weights import find_floor_weights
from solvers.groebner.solver import Groebner
from solvers.study_record import Reach, Study
from solvers.study_text import penalty_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from polynet.collected_loss import CollectedLoss
    from solvers.critical_set import CriticalSet
    from solvers.picture import Landscape, Level
    from solvers.protocol import Solver

__all__ = ["landscape_of", "reach_of", "run_study", "save_study", "study_figure"]

_PACKAGES = ("numpy", "scipy", "sympy", "symengine", "python-flint", "numba")
_SAMPLES_SHOWN = 3


def run_study(
    loss: CollectedLoss,
    solver: Solver | None = None,
    *,
    name: str = "study",
    reach: Sequence[Reach] = (),
    progress: Callable[[str], None] | None = None,
) -> Study:
    """Inspect ``loss``, find and classify its critical points, and record it all.

    Where the solver does not finish, the record has what descent reaches instead.
    ``solver`` is ``Groebner()`` where none is given; ``reach`` is carried along; ``progress`` is
    called with the name of each stage. Raises ``InputError`` for a loss with float data and an
    exact solver, ``BudgetError`` for a loss too large to expand.
    """
    start = time.perf_counter()
    used = solver if solver is not None else Groebner()
    polynomial = exact_loss(loss, used)[0].expand()
    facts = inspect(loss)
    found = find_critical_points(loss, used, progress=progress)
    known = found.outcome.solved and (found.least_loss is not None or bool(found.families))
    descent = None if known else descend(loss, seed=found.seed or 0)
    return Study(
        name=name,
        network=facts.network,
        l2=tuple(str(value) for value in loss.l2),
        polynomial=polynomial.to_string(),
        n_terms=polynomial.n_terms,
        inspection=facts.to_dict(),
        critical=found,
        descent=descent,
        reach=tuple(reach),
        solver=repr(used),
        seed=found.seed,
        versions=_versions(),
        seconds=time.perf_counter() - start,
    )


def reach_of(loss: CollectedLoss, network: str, solver: Groebner | None = None) -> Reach:
    """What ``network``, whose loss is ``loss``, can reach: its proved floor, its least value.

    ``solver`` is ``Groebner()`` where none is given. The weights at the floor are looked for
    first, and critical points where there are none.
    """
    at_floor = find_floor_weights(loss, solver)
    floor = str(at_floor.floor)
    if at_floor.weights is not None:
        weights = tuple(map(str, at_floor.weights))
        return Reach(network, floor, floor, at_floor.dimension or 0, weights)
    if at_floor.attained is None:
        return Reach(network, floor, None, 0)
    found = find_critical_points(loss, solver)
    lowest = found.least_loss_exact
    largest = [f.dimension for f in found.families if f.loss_exact == lowest is not None]
    text = None if lowest is None else str(lowest)
    return Reach(network, floor, text, max(largest, default=0))


def study_figure(study: Study, loss: PolynomialLoss) -> Figure:
    """The picture of a study: index against loss, and a slice of the loss."""
    from solvers.picture import draw

    # The expanded polynomial is small here, and needs none of the compiled kernels loaded.
    title = f"{study.name}: {study.network}\n{penalty_text(study.l2)}"
    return draw(landscape_of(study.critical), loss.expand().evaluate_many, title=title)


def landscape_of(found: CriticalSet) -> Landscape:
    """What a picture needs of the critical points: the points, and samples of the families."""
    from solvers.picture import Landscape

    points = list(found.real)
    kinds = [point.kind.value for point in points]
    for family in found.families:
        samples = family.representatives[:_SAMPLES_SHOWN]
        points += samples
        kinds += [family.kind.value] * len(samples)
    return Landscape(
        np.array([point.point for point in points]).reshape(len(points), len(found.names)),
        np.array([point.loss for point in points]),
        tuple(kinds),
        tuple(_levels(found)),
    )


def _levels(found: CriticalSet) -> Iterator[Level]:
    """The markers of the picture: points of one loss, index and kind together, and families."""
    from solvers.picture import Level

    for points in levels(found.real):
        first, count = points[0], len(points)
        label = f"{first.loss:.4g} ×{count}"
        yield Level(first.loss, first.index, first.kind.value, count, label)
    shown = [family for family in found.families if family.indices]
    places = Counter(
        (f.loss, f.loss_exact, min(f.indices), f.kind.value, f.dimension) for f in shown
    )
    for (loss, exact, index, kind, dimension), count in places.items():
        value = f"{loss:.4g}" if exact is None else str(exact)
        label = f"{value} ×{count}, dimension {dimension}"
        yield Level(loss, index, kind, count, label)


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


def _versions() -> dict[str, str]:
    installed = {package: metadata.version(package) for package in _PACKAGES}
    return {"polynet": polynet.__version__, "python": platform.python_version()} | installed
