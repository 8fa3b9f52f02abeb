"""Counts by PHCpack's black box, tracking paths in floating point (Verschelde, ACM TOMS 25, 1999).

A numerical check: it may lose a solution, and on systems with families it reports points of them.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from polynet import PolynomialSystem
from tests.benchmarks.engines.runner import EngineCounts, Runner, names_and_texts

__all__ = ["count_with_phc"]

Points = NDArray[np.complex128]
_ACCURATE = 1e-8  # of the residual, or of the last correction
_SAME_POINT = 1e-6
_REAL = 1e-7


def count_with_phc(system: PolynomialSystem, runner: Runner) -> EngineCounts:
    """Points with a small residual or correction, those nearer than 1e-6 taken for one."""
    _, texts = names_and_texts(system)
    source = runner.write("in.phc", f"{len(texts)}\n" + ";\n".join(texts) + ";\n")
    runner.run("-b", "-012345", source, "out.phc")
    # The black box appends what it found to its input, unless it stops early.
    _, listed, found = runner.read(source).partition("THE SOLUTIONS")
    if not listed and system.n_variables > 1:
        return EngineCounts("phc", problem="stopped without a list of solutions")
    distinct = _distinct(_read_points(found or runner.read(source), system.n_variables))
    off_axis = np.abs(distinct.imag).max(axis=1, initial=0) >= _REAL * _scale(distinct)
    return EngineCounts("phc", len(distinct), int((~off_axis).sum()))


def _read_points(text: str, n_variables: int) -> Points:
    """The accurate points ``(n_points, n_variables)``, with the variables in order."""
    points = []
    for block in text.split("solution ")[1:]:
        quality = re.search(r"err :\s*(\S+).*res :\s*(\S+)", block)
        values = re.findall(r"^ v(\d+) :\s+(\S+)\s+(\S+)", block, flags=re.MULTILINE)
        if quality is None or len(values) != n_variables:
            continue
        if min(map(float, quality.groups())) <= _ACCURATE:
            ordered = sorted(values, key=lambda value: int(value[0]))
            points.append([complex(float(real), float(imag)) for _, real, imag in ordered])
    return np.array(points, dtype=np.complex128).reshape(-1, n_variables)


def _scale(points: Points) -> NDArray[np.float64]:
    scale: NDArray[np.float64] = np.maximum(1.0, np.abs(points).max(axis=1, initial=0))
    return scale


def _distinct(points: Points) -> Points:
    kept: list[int] = []
    for k, (point, scale) in enumerate(zip(points, _scale(points), strict=True)):
        gaps = np.abs(points[kept] - point).max(axis=1, initial=0)
        if not kept or gaps.min() > _SAME_POINT * scale:
            kept.append(k)
    return points[kept]
