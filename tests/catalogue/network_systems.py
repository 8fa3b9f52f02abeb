"""Critical systems of regularised network losses, with fixed exact data.

The loss is L(w) = sum_n |f(x_n; w) - y_n|^2 + sum_j lambda_j w_j^2 with one lambda for each
weight; the system is the gradient of L. Complex counts hold at all generic data, real ones at
these.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import cycle, islice, pairwise
from math import prod

import polynet as pn
from polynet import PolynomialSystem, SparsePolynomial
from polynet.critical_system import critical_system

__all__ = ["linear_network", "product_loss", "xor_network"]

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def linear_network(widths: tuple[int, ...], n_examples: int = 1) -> PolynomialSystem:
    """A deep linear network d_0 -> ... -> d_L without biases, on generic rational data.

    Inputs and targets are primes over 10 with alternating signs, and the penalties are primes
    over 100.

    >>> system = linear_network((1, 1, 1))
    >>> print(system.polynomials[0])
    2/25*w0_0_0*w1_0_0^2 + 1/25*w0_0_0 + 3/25*w1_0_0
    """
    numbers = _alternating_primes()
    inputs = [list(islice(numbers, widths[0])) for _ in range(n_examples)]
    targets = [list(islice(numbers, widths[-1])) for _ in range(n_examples)]
    network = pn.Network([pn.Dense(a, b, bias=False) for a, b in pairwise(widths)])
    penalties = [Fraction(p, 100) for p in _PRIMES[: network.n_parameters]]
    loss = pn.collect(network, pn.Dataset(inputs, targets), l2=penalties)
    return critical_system(loss.expand())


def _alternating_primes() -> Iterator[Fraction]:
    for prime, sign in zip(cycle(_PRIMES), cycle((1, -1))):
        yield Fraction(sign * prime, 10)


def xor_network(
    n_units: int, *, square: bool, penalties: tuple[Fraction, ...] | None = None
) -> PolynomialSystem:
    """One hidden layer of square or linear units without biases on XOR.

    ``penalties`` has one lambda for each of the 3 ``n_units`` weights, in parameter order; by
    default 1/100, 3/200, 1/50, 1/40, ...

    >>> print(xor_network(1, square=False).polynomials[0])
    4*w0_0_0*w1_0_0^2 + 2*w0_0_1*w1_0_0^2 + 1/50*w0_0_0 - 2*w1_0_0
    """
    hidden = pn.Dense(2, n_units, bias=False)
    between = [pn.Square()] if square else []
    network = pn.Network([hidden, *between, pn.Dense(n_units, 1, bias=False)])
    if penalties is None:
        penalties = tuple(Fraction(k, 200) for k in range(2, 2 + 3 * n_units))
    loss = pn.collect(network, pn.datasets.xor(), l2=penalties)
    return critical_system(loss.expand())


def product_loss(penalties: tuple[str, ...]) -> PolynomialSystem:
    """Critical points of (w_1 ... w_k - 2)^2 + sum_j lambda_j w_j^2: a deep line on one example.

    >>> print(product_loss(("0.1", "0.15")).polynomials[0])
    2*w1*w2^2 + 1/5*w1 - 4*w2
    """
    w = SparsePolynomial.variables([f"w{k}" for k in range(1, len(penalties) + 1)])
    penalty = sum(Fraction(value) * x**2 for value, x in zip(penalties, w, strict=True))
    return critical_system((prod(w) - 2) ** 2 + penalty)
