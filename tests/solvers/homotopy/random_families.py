"""Small random systems on which solvers have lost families, multiple or zero solutions."""

from __future__ import annotations

import numpy as np

from polynet import PolynomialSystem

__all__ = ["random_family_system"]

_STARTS = ("auto", "total-degree", "polyhedral", "multihomogeneous")


def random_family_system(seed: int) -> tuple[PolynomialSystem, str]:
    """Products of common, doubled, linear and random factors or monomials, and a start for them.

    Common factors make families, monomial ones zero coordinates, doubled ones multiplicities.
    """
    rng = np.random.default_rng(seed)
    names = ["x", "y", "z"][: int(rng.integers(2, 4))]
    common = _linear(rng, names) if rng.random() < 0.4 else ""
    kind = rng.integers(3)
    texts = []
    for _ in range(len(names) + int(rng.random() < 0.15)):
        factors = [_factor(rng, names, int(kind)) for _ in range(int(rng.integers(1, 3)))]
        if common and rng.random() < 0.8:
            factors.append(common)
        texts.append("*".join(factors))
    start = _STARTS[int(rng.integers(len(_STARTS)))]
    return PolynomialSystem.from_strings(texts, names), start


def _factor(rng: np.random.Generator, names: list[str], kind: int) -> str:
    draw = rng.random()
    if draw < 0.3:
        chosen = names[int(rng.integers(len(names)))]
        return chosen if rng.random() < 0.7 else f"{chosen}^2"
    if draw < 0.55:
        return _linear(rng, names) + ("^2" if rng.random() < 0.3 else "")
    if draw < 0.7:
        value = int(rng.integers(-3, 4))
        return f"({names[int(rng.integers(len(names)))]} - ({value}))"
    if kind == 0:
        return _sparse(rng, names)
    return f"({_linear(rng, names)}*{_linear(rng, names)} + ({int(rng.integers(-4, 5))}))"


def _linear(rng: np.random.Generator, names: list[str]) -> str:
    terms = [f"({int(c)})*{v}" for c, v in zip(rng.integers(-3, 4, len(names)), names, strict=True)]
    return f"({' + '.join(terms)} + ({int(rng.integers(-3, 4))}))"


def _sparse(rng: np.random.Generator, names: list[str]) -> str:
    terms = []
    for _ in range(int(rng.integers(2, 4))):
        powers = [f"{v}^{int(rng.integers(0, 3))}" for v in names]
        terms.append("*".join([f"({int(rng.integers(1, 6))})", *powers]))
    return f"({' - '.join(terms)})"
