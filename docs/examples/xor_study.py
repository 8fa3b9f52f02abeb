"""XOR from the data to every critical point, step by step: the tutorial's code."""

from __future__ import annotations

from fractions import Fraction

import polynet as pn
import solvers

data = pn.datasets.xor()
net = pn.Network([pn.Dense(2, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])

# The loss is a polynomial in six weights, exact because data and network are.
loss = pn.collect(net, data, l2=Fraction(1, 100))
print(loss)
print(loss.expand())
print(pn.inspect(loss))

# Every critical point, with the inertia of the Hessian as evidence of its kind.
points = solvers.find_critical_points(loss, solvers.Groebner())
print(points)

lowest = points.minima[0]
print("the lowest minimum:", lowest)
print("its coordinates, enclosed:", *lowest.enclosure[:2], "...")

# At that point the network computes XOR, a little shrunk by the penalty.
print(net.forward(lowest.point, data.inputs).round(3).ravel())
