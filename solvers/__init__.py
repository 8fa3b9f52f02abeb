"""From a polynomial to its critical points.

A ``Solver`` takes a polynomial system and gives a ``SolutionSet``; ``find_critical_points`` takes
a loss and gives a ``CriticalSet``: every critical point, classified, with a statement of how sure
that is.

>>> import polynet as pn, solvers
>>> system = pn.PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x - y"])
>>> found = solvers.solve(system, solvers.Groebner())
>>> found.n_finite, found.n_real
(2, 2)

Names are loaded when they are first used: ``__init__.pyi`` lists them.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
