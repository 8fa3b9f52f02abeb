"""Deflation: a singular isolated zero becomes a regular zero of a larger system.

Where the Jacobian J of F has corank c at x, the system F(x) = 0, J(x) v = 0, H v = (1000, 0, ...)
with c random rows H has a zero (x, v) of smaller multiplicity; after fewer rounds than the
multiplicity of x it is regular, and Newton's method finds it to any accuracy. Enters: a system and
the corank. Leaves: the larger system. Next stage: ``local_dimension``.

Source: Leykin, Verschelde, Zhao, 'Newton's method with deflation for isolated singularities of
polynomial systems', Theoret. Comput. Sci. 359 (2006), with all of the kernel in place of a random
combination of columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import acb
from numpy.typing import NDArray

from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem

__all__ = ["deflated", "kernel_start"]

_SIZE = 1000  # of random integers


def deflated(
    system: PolynomialSystem, corank: int, rng: np.random.Generator
) -> tuple[PolynomialSystem, NDArray[np.int64]]:
    """The deflated system in twice as many unknowns, and H ``(corank, n_variables)``.

    >>> system = PolynomialSystem.from_strings(["x^2"])
    >>> print(deflated(system, 1, np.random.default_rng(1))[0])
    3 equations in 2 variables (x, d1_x), degrees 2, 2, 1
      x^2 = 0
      2*x*d1_x = 0
      -53*d1_x - 1000 = 0
    """
    names = system.names
    depth = 1 + max((_depth(name) for name in names), default=0)
    all_names = (*names, *(f"d{depth}_{name}" for name in names))
    variables = SparsePolynomial.variables(all_names)[len(names) :]
    # Odd numbers, so that no unknown is left out; many, so that they fit no kernel.
    rows = 2 * rng.integers(-_SIZE // 2, _SIZE // 2, (corank, len(names))) + 1
    equations = [p.with_names(all_names) for p in system.polynomials]
    zero = SparsePolynomial.constant(all_names, 0)
    for p in system.polynomials:
        slopes = [slope.with_names(all_names) for slope in p.gradient()]
        equations.append(sum((s * v for s, v in zip(slopes, variables, strict=True)), zero))
    for i, row in enumerate(rows.tolist()):
        combination = sum((h * v for h, v in zip(row, variables, strict=True)), zero)
        equations.append(combination - _SIZE * int(i == 0))
    kept = tuple(equation for equation in equations if not equation.is_zero)
    return PolynomialSystem(kept), rows


def _depth(name: str) -> int:
    head, _, rest = name.partition("_")
    return int(head[1:]) if rest and head[0] == "d" and head[1:].isdigit() else 0


def kernel_start(
    jacobian: NDArray[np.complex128], point: Sequence[acb], rows: NDArray[np.int64]
) -> list[acb]:
    """``point`` with the v that solves J v = 0, H v = (1000, 0, ...) best: a start for Newton."""
    matrix = np.vstack([jacobian, rows.astype(complex)])
    right = np.zeros(len(matrix), complex)
    right[len(matrix) - len(rows)] = _SIZE
    found = np.linalg.lstsq(matrix, right, rcond=None)[0]
    return [*point, *(acb(complex(v)) for v in found)]
