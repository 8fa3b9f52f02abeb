"""Systems of the literature that come in families, from their formulas.

Enters: the size. Leaves: a ``PolynomialSystem``. The counts are in ``catalogue``.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from polynet import PolynomialSystem, SparsePolynomial

__all__ = [
    "chandra",
    "cyclic",
    "eco",
    "gauss_legendre",
    "katsura",
    "kss",
    "noon",
    "redeco",
    "reimer",
    "wilkinson",
]


def _variables(letter: str, first: int, last: int) -> list[SparsePolynomial]:
    return list(SparsePolynomial.variables([f"{letter}{k}" for k in range(first, last + 1)]))


def cyclic(n: int) -> PolynomialSystem:
    """sum_i x_i x_(i+1) ... x_(i+k-1) = 0 for k = 1..n-1, indices modulo n, and prod x_i = 1.

    >>> print(cyclic(3))
    3 equations in 3 variables (x0, x1, x2), degrees 1, 2, 3
      x0 + x1 + x2 = 0
      x0*x1 + x0*x2 + x1*x2 = 0
      x0*x1*x2 - 1 = 0
    """
    x = _variables("x", 0, n - 1)
    sums = [sum(prod(x[(i + j) % n] for j in range(k)) for i in range(n)) for k in range(1, n)]
    return PolynomialSystem((*sums, prod(x) - 1))


def katsura(n: int) -> PolynomialSystem:
    """sum_(l=-n..n) u_|l| u_|m-l| = u_m for m = 0..n-1, and u_0 + 2 sum_(l>0) u_l = 1.

    In the n + 1 variables u_0..u_n; u_l = 0 beyond n. 2^n solutions.

    >>> print(katsura(1))
    2 equations in 2 variables (u0, u1), degrees 2, 1
      u0^2 + 2*u1^2 - u0 = 0
      u0 + 2*u1 - 1 = 0
    """
    u = _variables("u", 0, n)
    sums = [
        sum(u[abs(k)] * u[abs(m - k)] for k in range(-n, n + 1) if abs(m - k) <= n) - u[m]
        for m in range(n)
    ]
    return PolynomialSystem((*sums, u[0] + 2 * sum(u[1:]) - 1))


def noon(n: int) -> PolynomialSystem:
    """x_i sum_(j != i) x_j^2 - 1.1 x_i + 1 = 0.

    >>> print(noon(2))
    2 equations in 2 variables (x1, x2), degrees 3, 3
      x1*x2^2 - 11/10*x1 + 1 = 0
      x1^2*x2 - 11/10*x2 + 1 = 0
    """
    x = _variables("x", 1, n)
    squares = [sum(x[j] ** 2 for j in range(n) if j != i) for i in range(n)]
    return PolynomialSystem(
        tuple(x[i] * squares[i] - Fraction(11, 10) * x[i] + 1 for i in range(n))
    )


def eco(n: int) -> PolynomialSystem:
    """(x_k + sum_(i=1..n-1-k) x_i x_(i+k)) x_n = k for k = 1..n-1, and x_1 + ... + x_(n-1) = -1.

    >>> print(eco(3))
    3 equations in 3 variables (x1, x2, x3), degrees 3, 2, 1
      x1*x2*x3 + x1*x3 - 1 = 0
      x2*x3 - 2 = 0
      x1 + x2 + 1 = 0
    """
    *x, last = _variables("x", 1, n)
    return PolynomialSystem(
        (*(row * last - k for k, row in enumerate(_eco_rows(x), 1)), sum(x) + 1)
    )


def redeco(n: int) -> PolynomialSystem:
    """``eco`` divided by x_n, with u = 1 / x_n: x_k + sum_i x_i x_(i+k) = k u.

    >>> print(redeco(3))
    3 equations in 3 variables (x1, x2, u), degrees 2, 1, 1
      x1*x2 + x1 - u = 0
      x2 - 2*u = 0
      x1 + x2 + 1 = 0
    """
    *x, u = SparsePolynomial.variables([*(f"x{k}" for k in range(1, n)), "u"])
    return PolynomialSystem((*(row - k * u for k, row in enumerate(_eco_rows(x), 1)), sum(x) + 1))


def _eco_rows(x: list[SparsePolynomial]) -> list[SparsePolynomial]:
    n = len(x)
    return [x[k - 1] + sum(x[i] * x[i + k] for i in range(n - k)) for k in range(1, n + 1)]


def chandra(n: int) -> PolynomialSystem:
    """2 n H_k - c H_k (1 + sum_(j<n) k / (j+k) H_j) = 2 n for k = 1..n, with c = 0.51234.

    Chandrasekhar's H-equation, discretised. 2^(n-1) solutions.

    >>> print(chandra(2).polynomials[0])
    -25617/100000*H1^2 + 174383/50000*H1 - 4
    """
    h = _variables("H", 1, n)
    c = Fraction(51234, 100_000)
    sums = [1 + sum(Fraction(k, j + k) * h[j - 1] for j in range(1, n)) for k in range(1, n + 1)]
    return PolynomialSystem(tuple(2 * n * h[k] - c * h[k] * sums[k] - 2 * n for k in range(n)))


def reimer(n: int) -> PolynomialSystem:
    """2 sum_i (-1)^i x_i^k = 1 for k = 2..n+1, the sum over i = 0..n-1.

    >>> print(reimer(2))
    2 equations in 2 variables (x0, x1), degrees 2, 3
      2*x0^2 - 2*x1^2 - 1 = 0
      2*x0^3 - 2*x1^3 - 1 = 0
    """
    x = _variables("x", 0, n - 1)
    return PolynomialSystem(
        tuple(2 * sum((-1) ** i * x[i] ** k for i in range(n)) - 1 for k in range(2, n + 2))
    )


def kss(n: int) -> PolynomialSystem:
    """x_i^2 - 2 x_i + sum_j x_j = n - 1, whose solution (1, ..., 1) is singular.

    >>> print(kss(2))
    2 equations in 2 variables (x1, x2), degrees 2, 2
      x1^2 - x1 + x2 - 1 = 0
      x2^2 + x1 - x2 - 1 = 0
    """
    x = _variables("x", 1, n)
    return PolynomialSystem(tuple(x[i] ** 2 - 2 * x[i] + sum(x) - (n - 1) for i in range(n)))


def gauss_legendre(n: int) -> PolynomialSystem:
    """sum_i w_i x_i^k = integral of x^k over [-1, 1], for k = 0..2n-1.

    Its solutions are the n! orders of the Gauss-Legendre knots and weights; far fewer than the
    bounds tell.

    >>> print(gauss_legendre(1))
    2 equations in 2 variables (w1, x1), degrees 1, 2
      w1 - 2 = 0
      w1*x1 = 0
    """
    names = [f"{letter}{k}" for letter in "wx" for k in range(1, n + 1)]
    both = SparsePolynomial.variables(names)
    w, x = both[:n], both[n:]
    moments = [Fraction(1 + (-1) ** k, k + 1) for k in range(2 * n)]
    return PolynomialSystem(
        tuple(sum(w[i] * x[i] ** k for i in range(n)) - moments[k] for k in range(2 * n))
    )


def wilkinson(n: int) -> PolynomialSystem:
    """(x - 1) (x - 2) ... (x - n) = 0.

    >>> print(wilkinson(3).polynomials[0])
    x^3 - 6*x^2 + 11*x - 6
    """
    (x,) = SparsePolynomial.variables(["x"])
    return PolynomialSystem((prod(x - k for k in range(1, n + 1)),))
