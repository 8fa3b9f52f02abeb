"""Collected data: second moments of input monomials, exact or float, independent of their number.

With weight polynomials q_k = (q_{k alpha}), the data term of the loss is

    sum_n sum_k (f_k(x_n; w) - y_nk)^2 = sum_k [q_k' M q_k - 2 b_k' q_k] + c,
    M_{alpha beta} = sum_n x_n^(alpha + beta),  b_{k alpha} = sum_n y_nk x_n^alpha,  c = sum y^2.

M depends on alpha + beta alone, so only distinct moments are kept. Adding an example is a
rank-one update of (M, b, c); moments of disjoint data add. What enters are monomials from
``lowering`` and examples from ``dataset``; ``collected_form`` makes the loss of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq_mat, fmpz_mat
from numpy.typing import NDArray

from polynet.lowering import Monomial
from polynet.rational import exact_array, float_array, object_array, to_fmpq, to_fraction

__all__ = ["MomentBasis", "Moments", "bytes_a_number"]

_CHUNK_BYTES = 16 * 2**20
"""Features of one chunk of examples stay under this size: collection needs about thrice that."""


_Sums: TypeAlias = tuple[NDArray[Any], NDArray[Any], Any]
"""Distinct moments, cross moments and square sum of some examples."""


@dataclass(frozen=True, slots=True, eq=False)
class MomentBasis:
    """The monomials alpha, the distinct products alpha + beta, and which product each pair is.

    ``monomials`` ``(A, degree)`` and ``products`` ``(M, 2 * degree)`` index the columns of
    ``(1, x_1, ..., x_m)``, padded with the constant; ``product_of`` ``(A, A)`` points into
    ``products``, ``pair_of`` ``(M, 2)`` gives one pair (alpha, beta) for each product.
    """

    n_inputs: int
    monomials: NDArray[np.int32]
    products: NDArray[np.int32]
    product_of: NDArray[np.int32]
    pair_of: NDArray[np.int32]

    @classmethod
    def of(cls, monomials: Sequence[Monomial], n_inputs: int) -> MomentBasis:
        """The basis of these input monomials (sorted index tuples)."""
        degree = max((len(monomial) for monomial in monomials), default=0)
        table = np.zeros((len(monomials), degree), np.int32)
        for row, monomial in enumerate(monomials):
            table[row, degree - len(monomial) :] = np.array(monomial, np.int32) + 1
        products, pair_of, product_of = _distinct_products(table, n_inputs)
        return cls(n_inputs, table, products, product_of, pair_of)

    @property
    def size(self) -> int:
        """Number A of input monomials."""
        return len(self.monomials)

    @property
    def n_moments(self) -> int:
        """Number of distinct moments kept."""
        return len(self.products)

    def features(self, inputs: NDArray[Any]) -> NDArray[Any]:
        """The monomials at each example, ``(n, A)``, for inputs ``(n, m)``."""
        return _monomials_at(inputs, self.monomials)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Distinct moments, cross moments and square sum of the examples collected so far.

    ``values`` ``(n_moments,)``, ``cross`` ``(A, n_outputs)``, ``square_sum`` a number: float64,
    or object arrays of integers and Fractions where ``exact``.
    """

    basis: MomentBasis
    values: NDArray[Any]
    cross: NDArray[Any]
    square_sum: Any
    n_examples: int

    @property
    def exact(self) -> bool:
        """Whether the moments are exact rational numbers."""
        return self.values.dtype == object

    @classmethod
    def empty(cls, basis: MomentBasis, n_outputs: int, *, exact: bool) -> Moments:
        """Moments of no example."""
        dtype = object if exact else np.float64
        values = np.zeros(basis.n_moments, np.int64).astype(dtype)
        cross = np.zeros((basis.size, n_outputs), np.int64).astype(dtype)
        return cls(basis, values, cross, 0 if exact else 0.0, 0)

    def add(self, inputs: NDArray[Any], targets: NDArray[Any]) -> Moments:
        """Moments with examples ``(n, m)``, targets ``(n, n_outputs)`` added.

        Cost: n times the number of distinct moments (by matrix products where n is large).
        """
        moments_of: Callable[[MomentBasis, NDArray[Any], NDArray[Any]], _Sums]
        moments_of = _exact_moments if self.exact else _float_moments
        rows = max(1, _CHUNK_BYTES // (8 * max(1, self.basis.size)))
        total = self
        for low in range(0, len(inputs), rows):
            chunk = slice(low, low + rows)
            size = len(inputs[chunk])
            total = total._plus(*moments_of(self.basis, inputs[chunk], targets[chunk]), size)
        return total

    def merge(self, other: Moments) -> Moments:
        """Moments of both data sets together; both over the same basis."""
        return self._plus(other.values, other.cross, other.square_sum, other.n_examples)

    def to_float(self) -> Moments:
        """The same moments rounded to float64."""
        if not self.exact:
            return self
        return Moments(
            self.basis,
            float_array(self.values),
            float_array(self.cross),
            float(float_array(np.array(self.square_sum, object))),
            self.n_examples,
        )

    def to_exact(self) -> Moments:
        """The same moments, each float taken as the rational number it is."""
        if self.exact:
            return self
        return Moments(
            self.basis,
            exact_array(self.values),
            exact_array(self.cross),
            Fraction(self.square_sum),
            self.n_examples,
        )

    def gram(self) -> NDArray[Any]:
        """The symmetric matrix M, ``(A, A)``."""
        return self.values[self.basis.product_of]

    @property
    def live(self) -> NDArray[np.bool_]:
        """Which monomials are not zero for every example, ``(A,)``: those with M_aa > 0."""
        mask: NDArray[np.bool_] = self.values[np.diagonal(self.basis.product_of)] != 0
        return mask

    @property
    def n_bytes(self) -> int:
        """Memory of the numbers kept."""
        return bytes_a_number(exact=self.exact) * (self.values.size + self.cross.size + 1)

    def _plus(
        self, values: NDArray[Any], cross: NDArray[Any], square_sum: Any, count: int
    ) -> Moments:
        return Moments(
            self.basis,
            self.values + values,
            self.cross + cross,
            self.square_sum + square_sum,
            self.n_examples + count,
        )


def bytes_a_number(*, exact: bool) -> int:
    """Memory of one moment: a float64, or about as much as a small Python integer takes."""
    return 32 if exact else 8


def _distinct_products(
    table: NDArray[np.int32], n_inputs: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Distinct alpha + beta, a pair (alpha, beta) for each, and the product of every pair."""
    count = len(table)
    upper = np.triu_indices(count)
    pairs = np.concatenate([table[upper[0]], table[upper[1]]], axis=1)
    pairs.sort(axis=1)
    width = pairs.shape[1]
    if (n_inputs + 1) ** width < 2**63:
        # One integer a row sorts many times faster than rows do.
        keys = pairs.astype(np.int64) @ (n_inputs + 1) ** np.arange(width, dtype=np.int64)[::-1]
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    else:
        _, first, inverse = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    product_of = np.empty((count, count), np.int32)
    product_of[upper] = inverse.ravel()
    product_of.T[upper] = inverse.ravel()
    pair_of = np.stack([upper[0][first], upper[1][first]], axis=1).astype(np.int32)
    return pairs[first], pair_of, product_of


def _monomials_at(inputs: NDArray[Any], table: NDArray[np.int32]) -> NDArray[Any]:
    """Products of the columns of ``(1, inputs)`` named in each row of ``table``."""
    extended = np.concatenate([np.ones((len(inputs), 1), inputs.dtype), inputs], axis=1)
    if not table.shape[1]:
        return np.ones((len(inputs), len(table)), inputs.dtype)
    # Rows are padded in front, so the last column is the one that is hardly ever constant.
    result = extended[:, table[:, -1]]
    for column in table.T[:-1]:
        if column.any():
            result *= extended[:, column]
    return result


def _float_moments(basis: MomentBasis, inputs: NDArray[Any], targets: NDArray[Any]) -> _Sums:
    inputs = np.asarray(inputs, np.float64)
    targets = np.asarray(targets, np.float64)
    features = basis.features(inputs)
    square_sum = float(np.vdot(targets, targets))
    if len(inputs) * basis.products.shape[1] < basis.size:
        values = _monomials_at(inputs, basis.products).sum(axis=0)
    else:
        gram = features.T @ features
        values = gram[basis.pair_of[:, 0], basis.pair_of[:, 1]]
    return values, features.T @ targets, square_sum


def _exact_moments(basis: MomentBasis, inputs: NDArray[Any], targets: NDArray[Any]) -> _Sums:
    if _exact_in_floats(basis, inputs, targets):
        values, cross, square_sum = _float_moments(basis, inputs, targets)
        return _integers(values), _integers(cross), int(square_sum)
    inputs, targets = inputs.astype(object), targets.astype(object)
    features = basis.features(inputs)
    if len(inputs) == 1:
        values = _monomials_at(inputs, basis.products)[0]
        cross = features.T * targets
    else:
        gram = _exact_product(features.T, features)
        values = gram[basis.pair_of[:, 0], basis.pair_of[:, 1]]
        cross = _exact_product(features.T, targets)
    return values, cross, sum(value * value for value in targets.ravel())


def _exact_in_floats(basis: MomentBasis, inputs: NDArray[Any], targets: NDArray[Any]) -> bool:
    """Whether these are integers so small that float sums of their products stay exact.

    No partial sum of moments, cross moments or squares exceeds n * largest^2, where ``largest``
    bounds features and targets; below 2^53 every one of them is a float without rounding.
    """
    if inputs.dtype.kind != "i" or targets.dtype.kind != "i" or not inputs.size:
        return False
    degree = int(basis.monomials.shape[1])
    largest: int = max(max(1, _largest(inputs)) ** degree, _largest(targets))
    return len(inputs) * largest * largest < 2**53


def _largest(values: NDArray[Any]) -> int:
    return max(int(values.max()), -int(values.min()))


def _integers(values: NDArray[np.float64]) -> NDArray[Any]:
    return values.astype(np.int64).astype(object)


def _exact_product(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """The matrix product in exact arithmetic, through python-flint."""
    shape = (left.shape[0], right.shape[1])
    if all(isinstance(value, int) for value in (*left.ravel(), *right.ravel())):
        integers = fmpz_mat(left.tolist()) * fmpz_mat(right.tolist())
        return object_array([int(value) for value in integers.entries()], shape)
    product = _rational_matrix(left) * _rational_matrix(right)
    return object_array([to_fraction(value) for value in product.entries()], shape)


def _rational_matrix(values: NDArray[Any]) -> fmpq_mat:
    return fmpq_mat([[to_fmpq(value) for value in row] for row in values.tolist()])
