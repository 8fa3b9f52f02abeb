"""Why a linear network without bias cannot learn XOR: a certified floor, and families."""

from __future__ import annotations

import polynet as pn
import solvers

net = pn.Network([pn.Dense(2, 2, bias=False), pn.Dense(2, 1, bias=False)])
loss = pn.collect(net, pn.datasets.xor())

# No function of the inputs that is linear gets below this, so no weights do.
print("floor:", loss.lower_bound())

# The critical points come in families, because a hidden unit can be scaled and undone.
points = solvers.find_critical_points(loss, solvers.Groebner())
print(points)
for family in points.families:
    print(f"dimension {family.dimension}, loss {family.loss_exact}, {family.kind.value}")
