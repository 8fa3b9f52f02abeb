"""Any polynomial system with rational coefficients, from text."""

from __future__ import annotations

import polynet as pn
import solvers

system = pn.PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x^2 - y"])
print(system)
found = solvers.solve(system, solvers.Groebner())
print(found)
print("real solutions:")
print(found.real_solutions)
