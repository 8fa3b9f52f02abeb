"""Ideals that every engine must agree on."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from flint import fmpz_mpoly, fmpz_mpoly_ctx

import polynet as pn
from polynet.critical_system import critical_system
from solvers.groebner.basis import integer_ring, over_integers

__all__ = ["Ideal", "cyclic", "katsura", "random_ideal", "xor"]

Ideal = tuple[list[fmpz_mpoly], fmpz_mpoly_ctx]


def katsura(n: int) -> Ideal:
    """The n + 1 equations of Katsura's magnetism problem; 2^n solutions."""
    ring = integer_ring([f"u{i}" for i in range(n + 1)])
    u = ring.gens()

    def at(i: int) -> fmpz_mpoly:
        return u[abs(i)] if abs(i) <= n else ring.constant(0)

    zero = ring.constant(0)
    equations = [sum((at(i) * at(m - i) for i in range(-n, n + 1)), zero) - u[m] for m in range(n)]
    return [*equations, sum((at(i) for i in range(-n, n + 1)), zero) - 1], ring


def cyclic(n: int) -> Ideal:
    """The sums of cyclic products of n roots."""
    ring = integer_ring([f"c{i}" for i in range(n)])
    x = ring.gens()

    def product(start: int, count: int) -> fmpz_mpoly:
        result = ring.constant(1)
        for k in range(count):
            result *= x[(start + k) % n]
        return result

    sums = [sum((product(i, k) for i in range(n)), ring.constant(0)) for k in range(1, n)]
    return [*sums, product(0, n) - 1], ring


def xor(hidden: str, l2: list[Fraction] | None = None) -> Ideal:
    """The critical equations of a network without bias on XOR."""
    layers: dict[str, list[pn.Layer]] = {
        "linear 2-1-1": [_dense(2, 1), _dense(1, 1)],
        "linear 2-2-1": [_dense(2, 2), _dense(2, 1)],
        "linear 2-2-2-1": [_dense(2, 2), _dense(2, 2), _dense(2, 1)],
        "square 2-1-1": [_dense(2, 1), pn.Square(), _dense(1, 1)],
    }
    network = pn.Network(layers[hidden])
    loss = pn.collect(network, pn.datasets.xor(), **({} if l2 is None else {"l2": l2}))
    system = critical_system(loss.expand())
    ring = integer_ring(system.names)
    return [over_integers(p.mpoly, ring) for p in system.polynomials], ring


def _dense(n_in: int, n_out: int) -> pn.Dense:
    return pn.Dense(n_in, n_out, bias=False)


def random_ideal(seed: int) -> Ideal:
    """Two or three sparse polynomials of degree up to three in three variables."""
    rng = Random(seed)
    ring = integer_ring(["p", "q", "r"])
    generators = []
    for _ in range(rng.randint(2, 3)):
        terms: dict[tuple[int, ...], int] = {}
        for _ in range(rng.randint(1, 4)):
            exponents = tuple(rng.choice([0, 0, 1, 1, 2]) for _ in range(3))
            if sum(exponents) <= 3:
                terms[exponents] = rng.randint(-9, 9)
        generators.append(ring.from_dict(terms))
    return generators, ring
