"""A task of one's own through several methods, and where each of them ends."""

from __future__ import annotations

from fractions import Fraction

import compare
import polynet as pn
import solvers

network = pn.Network([pn.Dense(2, 1, bias=False), pn.Square(), pn.Dense(1, 1, bias=False)])
task = compare.Task(
    "one-square",
    network,
    pn.datasets.xor(),
    l2=[Fraction(k, 100) for k in (1, 2, 3)],
    landscape=True,  # exact data and few weights: all critical points are found
)

# Methods by name, or as objects with settings of their own.
methods = [
    "linewise-lbfgs",
    "groebner",
    compare.FirstOrder("sgd", learning_rate=0.05),
    compare.ExactSteps("weight by weight", solvers.Coordinatewise("cyclic")),
]
comparison = compare.run(task, methods, budget=0.5, repeats=2, starts=20)
print(comparison)

critical = comparison.critical_map
assert critical is not None  # noqa: S101  # for type checkers: groebner found them all
for record in comparison.starts:
    counts = critical.counts(critical.match(record.ends))
    print(record.method, {critical.words(place): n for place, n in counts.items()})
