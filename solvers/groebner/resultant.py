"""Two equations in two unknowns by resultants.

Enters: two polynomials with rational coefficients. Leaves: all common zeros as algebraic points
with multiplicities, and the curves on which both vanish.

With t = x + k y, F(t, y) = f(t - k y, y) and G alike, R(t) = Res_y(F, G) has the roots t(p) with
the multiplicities of the common zeros p, for all but finitely many k (Bezout). Moving k moves each
root of R with velocity y(p), so y = -(dR/dk) / (dR/dt) there: both derivatives are interpolated
from values modulo primes, with as many primes as a bound on the coefficients asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from flint import fmpq_poly, fmpz, fmpz_mpoly, fmpz_poly, nmod, nmod_mat, nmod_poly

from polynet.errors import InputError
from polynet.polynomial import SparsePolynomial, polynomial_context
from solvers.groebner.basis import integer_ring, over_integers, over_rationals
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["BivariateSolutions", "resultant", "solve_bivariate"]

_LARGEST_PRIME = 2**62


def resultant(f: SparsePolynomial, g: SparsePolynomial, variable: str) -> SparsePolynomial:
    """Res(f, g) with respect to ``variable``, in the same variables, in which it does not occur.

    Zero exactly where f and g have a common factor in which ``variable`` occurs.

    >>> x, y = SparsePolynomial.variables(["x", "y"])
    >>> print(resultant(x**2 + y**2 - 1, x - y, "x"))
    2*y^2 - 1
    """
    if f.names != g.names:
        raise InputError("f and g are in different variables; bring both to the same with_names")
    if variable not in f.names:
        raise InputError(f"no variable {variable!r}; the variables are {', '.join(f.names)}")
    return SparsePolynomial(f.names, f.mpoly.resultant(g.mpoly, variable))


@dataclass(frozen=True, slots=True)
class BivariateSolutions:
    """The common zeros of two polynomials in two variables.

    Attributes
    ----------
    points
        The zeros off the curves, each group of conjugates once.
    multiplicities
        Of each group: the intersection multiplicity of f and g divided by their common factor.
    curves
        The irreducible factors over Q that f and g share.
    """

    points: tuple[UnivariateRepresentation, ...]
    multiplicities: tuple[int, ...]
    curves: tuple[SparsePolynomial, ...]


def solve_bivariate(f: SparsePolynomial, g: SparsePolynomial) -> BivariateSolutions:
    """All common zeros of ``f`` and ``g``, proved complete.

    Raises ``InputError`` where there are not two variables, the same for both, or where both
    polynomials are zero. Cost: deg f deg g univariate resultants modulo each of about
    (deg f + deg g) bits / 62 primes, and the factorisation of a polynomial of degree deg f deg g.

    >>> x, y = SparsePolynomial.variables(["x", "y"])
    >>> found = solve_bivariate(x * (x**2 + y**2 - 1), x * (y - x**2 + 1))
    >>> [(p.degree, m) for p, m in zip(found.points, found.multiplicities)]
    [(1, 1), (1, 1)]
    >>> [str(curve) for curve in found.curves]
    ['x']
    """
    names = f.names
    if len(names) != 2 or g.names != names:
        raise InputError(
            f"f is in ({', '.join(names)}) and g in ({', '.join(g.names)}); both must be in the "
            "same two variables"
        )
    ring = integer_ring(names)
    first, second = over_integers(f.mpoly, ring), over_integers(g.mpoly, ring)
    if first.is_zero() and second.is_zero():
        raise InputError("both polynomials are zero: every point of the plane is a solution")
    common = first.gcd(second)
    curves = tuple(_sparse(factor, names) for factor, _ in common.factor()[1])
    found = _coprime_zeros(first // common, second // common)
    off = [(p, m) for p, m in found if not any(p.vanishes(c.mpoly) for c in curves)]
    off.sort(key=lambda pair: (pair[0].degree, str(pair[0].minimal_polynomial)))
    return BivariateSolutions(tuple(p for p, _ in off), tuple(m for _, m in off), curves)


def _sparse(polynomial: fmpz_mpoly, names: tuple[str, ...]) -> SparsePolynomial:
    return SparsePolynomial(names, over_rationals(polynomial, polynomial_context(names)))


def _coprime_zeros(f: fmpz_mpoly, g: fmpz_mpoly) -> list[tuple[UnivariateRepresentation, int]]:
    if f.is_constant() or g.is_constant():
        return []
    for k in count(1):
        sheared = _Sheared.by(f, g, k)
        if sheared is not None:
            found = sheared.zeros()
            if found is not None:
                return found
    raise AssertionError("unreachable: only finitely many k do not separate")


@dataclass(frozen=True)
class _Sheared:
    """F(t, y) = f(t - k y, y) and G, of full degree in y, with their derivatives by k.

    Each is the list of its coefficients of 1, y, y^2, ..., polynomials in t.
    """

    k: int
    f: list[fmpz_poly]
    g: list[fmpz_poly]
    f_moved: list[fmpz_poly]
    g_moved: list[fmpz_poly]

    @classmethod
    def by(cls, f: fmpz_mpoly, g: fmpz_mpoly, k: int) -> _Sheared | None:
        """None where the highest power of y has no constant coefficient."""
        t, y = f.context().gens()
        full, moved = [], []
        for p in (f, g):
            sheared = p.compose(t - k * y, y)
            if int(sheared.degrees()[1]) != int(p.total_degree()):
                return None
            full.append(_by_y(sheared))
            moved.append(_by_y(-y * p.derivative(0).compose(t - k * y, y)))
        return cls(k, *full, *moved)

    def zeros(self) -> list[tuple[UnivariateRepresentation, int]] | None:
        """The common zeros with multiplicities, None where t does not separate them."""
        eliminated, moved = map(fmpq_poly, self._resultant_and_derivative)
        found = []
        for factor, multiplicity in eliminated.factor()[1]:
            minimal = factor / factor[factor.degree()]
            power = minimal ** (multiplicity - 1)
            cofactor = eliminated // (power * minimal) % minimal
            slope = moved // power % minimal
            y_numerator = slope * _inverse(-multiplicity * cofactor, minimal) % minimal
            t_numerator = fmpq_poly([0, 1]) * minimal.derivative()
            x_numerator = (t_numerator - self.k * y_numerator) % minimal
            point = UnivariateRepresentation(minimal, (x_numerator, y_numerator))
            if multiplicity > 1 and not self._is_alone(point):
                return None
            found.append((point, multiplicity))
        return found

    def _is_alone(self, point: UnivariateRepresentation) -> bool:
        """Whether no other common zero has the same t: F and G share no other root in y."""
        y = point.coordinates[1]
        first, second = (self._without_root(p, point, y) for p in (self.f, self.g))
        return first is not None and second is not None and _coprime(first, second, point)

    @staticmethod
    def _without_root(
        polynomial: Sequence[fmpz_poly], point: UnivariateRepresentation, y: fmpq_poly
    ) -> list[fmpq_poly] | None:
        """``polynomial`` divided by the power of (Y - y) in it, None where y is no root."""
        rest = [point.reduce(fmpq_poly(c)) for c in polynomial]
        divided = 0
        while True:
            quotient, carry = [], fmpq_poly([0])
            for c in reversed(rest):  # Horner's scheme
                carry = point.reduce(carry * y + c)
                quotient.append(carry)
            if quotient.pop().degree() >= 0:
                return rest if divided else None
            rest, divided = quotient[::-1], divided + 1

    @cached_property
    def _resultant_and_derivative(self) -> tuple[fmpz_poly, fmpz_poly]:
        """R(t) and dR/dk, by values at deg f deg g + 1 points modulo enough primes."""
        modulus = 1
        size = (len(self.f) - 1) * (len(self.g) - 1) + 1
        found = ([0] * size, [0] * size)
        for prime in _primes():
            values = self._modulo(prime, size)
            if values is None:
                continue
            step = pow(modulus, -1, prime)
            for old, new in zip(found, values, strict=True):
                for i, (a, b) in enumerate(zip(old, new, strict=True)):
                    old[i] = a + modulus * ((b - a) * step % prime)
            modulus *= prime
            if modulus > 2 * self._bound:
                break
        signed = [[c - modulus if 2 * c > modulus else c for c in values] for values in found]
        return fmpz_poly(signed[0]), fmpz_poly(signed[1])

    @property
    def _bound(self) -> int:
        """Of the coefficients of R and dR/dk, by the 1-norms of the rows of Sylvester's matrix."""
        f, g = _norm(self.f), _norm(self.g)
        f_moved, g_moved = _norm(self.f_moved), _norm(self.g_moved)
        m, n = len(self.f) - 1, len(self.g) - 1
        f_power: int = f ** (n - 1)
        g_power: int = g ** (m - 1)
        moved: int = f_power * g_power * (n * f_moved * g + m * g_moved * f)
        return max(f_power * f * g_power * g, moved)

    def _modulo(self, prime: int, size: int) -> tuple[list[int], list[int]] | None:
        parts = [
            [nmod_poly([int(c) % prime for c in p.coeffs()], prime) for p in part]
            for part in (self.f, self.g, self.f_moved, self.g_moved)
        ]
        if any(part[-1].degree() < 0 for part in parts[:2]):
            return None  # the prime lowers a degree
        points: list[int] = []
        rows: list[list[int]] = []
        for t in range(1, 3 * size + 10):
            values = _at(parts, t, prime)
            if values is not None:
                points.append(t)
                rows.append(values)
            if len(points) == size:
                break
        else:
            return None
        powers = nmod_mat([[pow(t, i, prime) for i in range(size)] for t in points], prime)
        solved = powers.solve(nmod_mat(rows, prime))
        table = [[int(c) for c in row] for row in solved.tolist()]
        return [row[0] for row in table], [row[1] for row in table]


def _at(parts: Sequence[Sequence[nmod_poly]], t: int, prime: int) -> list[int] | None:
    """The resultant and its derivative at one t, None where the resultant is zero.

    d Res(f, g) = Res(f, g) (trace of df / f modulo g + trace of dg / g modulo f).
    """
    f, g, f_moved, g_moved = (nmod_poly([int(c(t)) for c in part], prime) for part in parts)
    divisor, u, v = f.xgcd(g)
    if divisor.degree() != 0:
        return None
    value = int(f.resultant(g))
    traces = _trace(f_moved * u, g) + _trace(g_moved * v, f)
    return [value, value * traces % prime]


def _trace(element: nmod_poly, modulus: nmod_poly) -> int:
    """The trace of an element of F_p[y]/(modulus): Euler's formula."""
    degree = int(modulus.degree())
    top: nmod = (element * modulus.derivative() % modulus)[degree - 1]
    quotient: nmod = top / modulus[degree]
    return int(quotient)


def _coprime(
    f: Sequence[fmpq_poly], g: Sequence[fmpq_poly], point: UnivariateRepresentation
) -> bool:
    """Whether two polynomials over Q[t]/(minimal polynomial) have no common root: Euclid."""
    a, b = _trimmed(f), _trimmed(g)
    while b:
        inverse = point.inverse(b[-1])
        while len(a) >= len(b):
            factor, shift = point.reduce(a[-1] * inverse), len(a) - len(b)
            for i, c in enumerate(b):
                a[shift + i] = point.reduce(a[shift + i] - factor * c)
            a = _trimmed(a)
        a, b = b, a
    return len(a) == 1


def _trimmed(polynomial: Sequence[fmpq_poly]) -> list[fmpq_poly]:
    found = list(polynomial)
    while found and found[-1].degree() < 0:
        found.pop()
    return found


def _inverse(element: fmpq_poly, modulus: fmpq_poly) -> fmpq_poly:
    return element.xgcd(modulus)[1] % modulus


def _by_y(polynomial: fmpz_mpoly) -> list[fmpz_poly]:
    """The coefficients of 1, y, y^2, ... as polynomials in the first variable."""
    degrees = [max(0, int(d)) for d in polynomial.degrees()]
    table = [[0] * (degrees[0] + 1) for _ in range(degrees[1] + 1)]
    for (i, j), c in polynomial.terms():
        table[int(j)][int(i)] = int(c)
    return [fmpz_poly(row) for row in table]


def _norm(coefficients: Sequence[fmpz_poly]) -> int:
    return sum(abs(int(c)) for p in coefficients for c in p.coeffs())


def _primes() -> Iterator[int]:
    candidate = _LARGEST_PRIME - 1
    while True:
        if fmpz(candidate).is_prime():
            yield candidate
        candidate -= 2
