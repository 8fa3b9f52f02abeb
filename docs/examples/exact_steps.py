"""Training by exact steps, one weight at a time and along the gradient, with no step size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import polynet as pn

net = pn.Network([pn.Dense(2, 3), pn.Square(), pn.Dense(3, 1)])
loss = pn.collect(net, pn.datasets.xor())
start = np.random.default_rng(0).standard_normal(loss.n_parameters)


def least(coefficients: NDArray[np.float64]) -> float:
    """Where a polynomial, constant term first, is least: the best of its critical points."""
    polynomial = np.polynomial.Polynomial(coefficients).trim()
    roots = polynomial.deriv().roots()
    real = roots[np.abs(roots.imag) < 1e-9].real
    return float(real[np.argmin(polynomial(real))]) if len(real) else 0.0


# In one weight the loss is a polynomial, whose degree is known before anything is solved.
print({name: loss.degree_in(name) for name in ("w0_0_0", "b0_0", "w2_0_0", "b2_0")})
weights = start.copy()
for _ in range(20):
    for j in range(loss.n_parameters):
        unit = np.eye(loss.n_parameters)[j]
        weights[j] += least(loss.along(weights, unit))
print(f"20 passes, one weight at a time: {abs(loss.value(weights)):.0e}")

# Along any line it is one too, so that line search is exact.
weights = start.copy()
for _ in range(200):
    direction = -loss.gradient(weights)
    weights += least(loss.along(weights, direction)) * direction
print(f"200 steps along the gradient: {abs(loss.value(weights)):.0e}")
