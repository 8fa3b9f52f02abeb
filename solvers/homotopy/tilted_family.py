"""A family with right-hand sides: f(x; p) + b = 0, b as further parameters.

Enters: a square ``ParametricSystem``. Leaves: the same with one more parameter for each equation.
Whatever the equations are, the solutions (x, p, b) are the graph of b = -f(x; p), one irreducible
variety with a solution at every x: monodromy needs no luck to start, and nothing splits, not even
solutions with zero coordinates. At generic b there are as many solutions as f(.; p) covers points,
and every isolated solution at b = 0 is a limit of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from polynet.errors import InputError
from polynet.parametric_system import ParametricSystem
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from solvers.number_text import counted

__all__ = ["tilted", "with_tilts"]


def tilted(family: ParametricSystem) -> ParametricSystem:
    """``family`` with the parameters b0, b1, ... added to its equations.

    Raises ``InputError`` where there are not as many equations as variables.

    >>> family = ParametricSystem.from_strings(["x^2 - a"], variables=["x"])
    >>> tilted(family).parameters
    ('a', 'b0')
    """
    if not family.is_square:
        raise InputError(
            f"the family has {counted(family.n_equations, 'equation', 'equations')} in "
            f"{counted(family.n_variables, 'variable', 'variables')}; "
            "monodromy needs as many equations as variables"
        )
    names = family.system.names
    tilts = tuple(f"b{i}" for i in range(family.n_equations))
    while set(tilts) & set(names):
        tilts = tuple(f"{name}_" for name in tilts)
    everything = names + tilts
    added = SparsePolynomial.variables(everything)[len(names) :]
    polynomials = (
        polynomial.with_names(everything) + tilt
        for polynomial, tilt in zip(family.system.polynomials, added, strict=True)
    )
    return ParametricSystem(
        PolynomialSystem(tuple(polynomials)), family.variables, family.parameters + tilts
    )


def with_tilts(
    point: NDArray[np.complex128], tilts: NDArray[np.complex128] | complex, n: int
) -> NDArray[np.complex128]:
    """Parameters of the tilted family: ``point`` and n tilts, one number for all or one for each.

    >>> with_tilts(np.array([3j]), 0.0, 2)
    array([0.+3.j, 0.+0.j, 0.+0.j])
    """
    return np.concatenate([point, np.broadcast_to(np.asarray(tilts, np.complex128), (n,))])
