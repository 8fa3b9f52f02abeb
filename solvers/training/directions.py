"""Directions in which to look for the least point on a line.

Each is a small mutable memory with one question, ``next(weights, gradient)``. The exact line
search makes none of them choose a length.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np

from solvers.training.method import FloatArray

__all__ = [
    "BFGSMemory",
    "ConjugateGradient",
    "Direction",
    "Gradient",
    "RandomDirection",
    "SaddleFreeNewton",
    "TruncatedNewton",
]

_FLAT = 1e-8
"""A curvature below this share of the greatest counts as this share."""

Product: TypeAlias = Callable[[FloatArray], FloatArray]
"""v to a curvature matrix, at the weights that the search stands at, times v."""


class Direction(Protocol):
    """Where to look next from ``weights`` with this gradient."""

    def next(self, weights: FloatArray, gradient: FloatArray) -> FloatArray:
        """A direction of the same shape."""


class Gradient:
    """Steepest descent."""

    def next(self, weights: FloatArray, gradient: FloatArray) -> FloatArray:
        return -gradient


class RandomDirection:
    """A standard normal direction, whatever the gradient."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def next(self, weights: FloatArray, gradient: FloatArray) -> FloatArray:
        return self._rng.standard_normal(len(gradient))


class ConjugateGradient:
    """d = -g + max(0, g'(g - g_old) / |g_old|^2) d_old, after Polak, Ribière and Powell.

    It starts again from -g where d does not descend.
    Source: Nocedal and Wright, 'Numerical Optimization', equations (5.44) and (5.45).
    """

    def __init__(self) -> None:
        self._last: tuple[FloatArray, FloatArray] | None = None

    def next(self, weights: FloatArray, gradient: FloatArray) -> FloatArray:
        direction = -gradient
        if self._last is not None:
            old_gradient, old_direction = self._last
            slope = gradient @ (gradient - old_gradient) / (old_gradient @ old_gradient)
            direction = direction + max(0.0, float(slope)) * old_direction
            if direction @ gradient >= 0.0:
                direction = -gradient
        self._last = gradient, direction
        return direction


class BFGSMemory:
    """Minus the inverse Hessian of limited memory times the gradient.

    ``metric`` is the first guess of that inverse up to a factor, the identity unless given.
    Source: Nocedal and Wright, algorithm 7.4.
    """

    def __init__(self, memory: int, metric: Product | None = None) -> None:
        self._metric = metric or np.copy
        self._pairs: deque[tuple[FloatArray, FloatArray, float]] = deque(maxlen=memory)
        self._last: tuple[FloatArray, FloatArray] | None = None

    def next(self, weights: FloatArray, gradient: FloatArray) -> FloatArray:
        if self._last is not None:
            step, change = weights - self._last[0], gradient - self._last[1]
            curvature = float(step @ change)
            if curvature > 1e-12 * float(change @ change) ** 0.5 * float(step @ step) ** 0.5:
                self._pairs.append((step, change, 1.0 / curvature))
        self._last = weights.copy(), gradient
        return -self._applied(gradient)

    def _applied(self, gradient: FloatArray) -> FloatArray:
        q, factors = gradient.copy(), []
        for step, change, weight in reversed(self._pairs):
            factors.append(weight * float(step @ q))
            q -= factors[-1] * change
        q = self._metric(q)
        if self._pairs:
            _, change, weight = self._pairs[-1]
            q /= weight * float(change @ self._metric(change))
        for (step, change, weight), factor in zip(self._pairs, reversed(factors), strict=True):
            q += (factor - weight * float(change @ q)) * step
        return q


class TruncatedNewton:
    """The solution d of A d = -g by at most ``products`` conjugate gradient steps.

    A is the Gauss-Newton matrix, as products; a direction in which it is zero ends the solve, and
    is the answer where it is the first. The residual asked for is min(1/2, |g|^(1/2)) |g|.
    Source: Nocedal and Wright, algorithm 7.1.
    """

    def __init__(self, product: Product, products: int) -> None:
        self._product, self._products = product, products

    def next(self, weights: FloatArray, gradient: FloatArray) -> FloatArray:
        solution, residual = np.zeros_like(gradient), gradient.copy()
        direction = -residual
        square = float(residual @ residual)
        wanted = min(0.25, square**0.5) * square
        for _ in range(self._products):
            image = self._product(direction)
            curvature = float(direction @ image)
            if curvature <= 1e-14 * float(direction @ direction):
                return solution if solution.any() else direction
            length = square / curvature
            solution = solution + length * direction
            residual = residual + length * image
            previous, square = square, float(residual @ residual)
            if square <= wanted:
                break
            direction = -residual + (square / previous) * direction
        return solution


class SaddleFreeNewton:
    """d = -|H|^-1 g on the Krylov space of at most ``products`` Lanczos steps from g.

    |H| has the eigenvectors of the Hessian and the absolute values of its eigenvalues, so that d
    leads away along directions of negative curvature, as far as it would go along those of a
    positive one; without any it is the step of ``TruncatedNewton``, which asks for the same
    residual. Conjugate gradients that end where the curvature turns negative would go little
    further than the gradient there, and back and forth across a valley.
    Source: Dauphin et al., 'Identifying and attacking the saddle point problem' (2014); Nocedal
    and Wright, section 3.4; the Lanczos process with reorthogonalisation.
    """

    def __init__(self, product: Product, products: int) -> None:
        self._product, self._products = product, products

    def next(self, weights: FloatArray, gradient: FloatArray) -> FloatArray:
        size = float(np.linalg.norm(gradient))
        if size == 0.0:
            return -gradient
        basis, images = gradient[None] / size, np.empty((0, len(gradient)))
        while True:
            images = np.vstack([images, self._product(basis[-1])])
            values, vectors = np.linalg.eigh(basis @ images.T)
            sizes = np.maximum(np.abs(values), _FLAT * np.abs(values).max())
            if not sizes.any():
                return -gradient
            solution = -size * (vectors @ (vectors[0] / sizes))
            rest = images[-1] - basis.T @ (basis @ images[-1])
            rest -= basis.T @ (basis @ rest)
            length = float(np.linalg.norm(rest))
            small = length * abs(solution[-1]) <= min(0.5, size**0.5) * size
            if small or len(basis) == min(self._products, len(gradient)):
                step: FloatArray = basis.T @ solution
                return step
            basis = np.vstack([basis, rest / length])
