"""Symmetries of a network: changes of the weights that leave every output as it is.

Between one layer with weights and the next lie the hidden units of a layer. Exchanging two units,
flipping the sign of one, or scaling one by a nonzero number can be undone by the weights that
read them, if the steps in between carry it through: an even activation swallows a sign, a power
x^k turns the factor a into a^k, products of nodes multiply. Discrete symmetries map critical
points of the loss to critical points, and so check and complete a set of them; continuous ones
make critical points come in families wherever no penalty breaks them.

A network enters (and the penalties of its loss); what leaves is read by ``inspection`` and by the
completeness checks of the solvers. Source: Hecht-Nielsen, 'On the algebraic structure of
feedforward network weight spaces' (1990); Kileel, Trager, Bruna (arXiv:1905.12207).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import factorial, prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from polynet.layers import (
    AvgPool2d,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    NodeProduct,
    Polynomial,
    Power,
    Square,
)
from polynet.network import Network

__all__ = ["HiddenLayer", "NetworkSymmetry", "SignedPermutation", "network_symmetry"]

IntArray: TypeAlias = NDArray[np.int64]
_Through: TypeAlias = Callable[[Layer, tuple[int, ...], IntArray], IntArray]


@dataclass(frozen=True, slots=True, eq=False)
class SignedPermutation:
    """The linear map (g w)_i = signs_i w_{sources_i} of the weights, ``(n_parameters,)`` each."""

    description: str
    sources: IntArray
    signs: IntArray

    def __call__(self, weights: Any) -> NDArray[Any]:
        """The weights after the symmetry; exact numbers stay exact.

        >>> swap = SignedPermutation("swap", np.array([1, 0]), np.array([1, -1]))
        >>> swap(np.array([3.0, 5.0]))
        array([ 5., -3.])
        """
        moved: NDArray[Any] = self.signs * np.asarray(weights)[..., self.sources]
        return moved


@dataclass(frozen=True, slots=True)
class HiddenLayer:
    """The symmetries of the units between the layers at positions ``writer`` and ``reader``.

    ``sign_flips`` counts the units whose sign can be flipped (all of them or none),
    ``scalings`` the independent one-parameter groups of real scalings; ``linear`` says that the
    units pass straight on, so that any invertible matrix can be undone: then the symmetries are
    GL(width), of dimension width^2.
    """

    writer: int
    reader: int
    width: int
    sign_flips: int
    scalings: int
    linear: bool

    @property
    def order(self) -> int:
        """Number of signed permutations."""
        return factorial(self.width) * (1 << self.sign_flips)

    @property
    def dimension(self) -> int:
        """Dimension of the continuous symmetries that hold without penalties."""
        return self.width**2 if self.linear else self.scalings

    def __str__(self) -> str:
        parts = [f"{self.width}! orders of the units"]
        if self.sign_flips:
            parts.append(f"2^{self.sign_flips} signs")
        if self.linear:
            parts.append(f"GL({self.width}): no activation between")
        elif self.scalings:
            parts.append(f"{self.scalings} scalings")
        return f"layers {self.writer} to {self.reader}: " + ", ".join(parts)


@dataclass(frozen=True, slots=True)
class NetworkSymmetry:
    """The symmetries found, hidden layer by hidden layer.

    ``complete`` is False where the structure of the network was not searched (networks built by
    hand, residual sums): then there may be more.
    """

    network: Network | None
    hidden: tuple[HiddenLayer, ...]
    complete: bool

    @property
    def order(self) -> int:
        """Number of discrete symmetries: orders of units times signs."""
        return prod(layer.order for layer in self.hidden)

    @property
    def dimension(self) -> int:
        """Dimension of the continuous symmetries, where no penalty breaks them."""
        return sum(layer.dimension for layer in self.hidden)

    def generators(self, l2: NDArray[Any] | None = None) -> Iterator[SignedPermutation]:
        """Signed permutations that generate the discrete symmetries, one after another.

        With ``l2`` ``(n_parameters,)`` only those that leave sum_j l2_j w_j^2 as it is.
        """
        for layer in self.hidden:
            for generator in _generators(self.network, layer):
                if l2 is None or bool(np.all(l2[generator.sources] == l2)):
                    yield generator

    def scalings(self) -> Iterator[IntArray]:
        """Exponents a ``(n_parameters,)`` of the scalings w_j -> t^(a_j) w_j, one for each unit.

        For every t > 0 they leave all outputs as they are: weights into the unit have the exponent
        1, those that read x^k of it -k.

        >>> from polynet import Dense, Network, Square
        >>> network = Network([Dense(1, 2, bias=False), Square(), Dense(2, 1)])
        >>> [scaling.tolist() for scaling in network_symmetry(network).scalings()]
        [[1, 0, -2, 0, 0], [0, 1, 0, -2, 0]]
        """
        for layer in self.hidden:
            for unit in range(layer.scalings):
                yield _weight_exponents(self.network, layer, unit)


def network_symmetry(network: object) -> NetworkSymmetry:
    """The symmetries of the hidden layers of ``network``.

    >>> from polynet import Dense, Network, Square
    >>> symmetry = network_symmetry(Network([Dense(2, 2), Square(), Dense(2, 1)]))
    >>> symmetry.order, symmetry.dimension
    (8, 2)
    """
    if not isinstance(network, Network):
        return NetworkSymmetry(None, (), complete=False)
    weighted = [i for i, layer in enumerate(network.layers) if isinstance(layer, (Dense, Conv2d))]
    hidden, complete = [], not any(_is_opaque(layer) for layer in network.layers)
    for writer, reader in pairwise(weighted):
        between = network.layers[writer + 1 : reader]
        if not any(_is_opaque(layer) for layer in between):
            hidden.append(_hidden_layer(network, writer, reader))
    return NetworkSymmetry(network, tuple(hidden), complete)


def _is_opaque(layer: Layer) -> bool:
    """Whether symmetries are not followed through this layer."""
    known = (Dense, Conv2d, AvgPool2d, Flatten, NodeProduct, Polynomial, Power, Square)
    return not isinstance(layer, known)


def _hidden_layer(network: Network, writer: int, reader: int) -> HiddenLayer:
    width = network.shapes[writer + 1][0]
    one = np.arange(width) == 0
    flips = _is_carried(network, (writer, reader), np.where(one, -1, 1), _sign_through)
    scales = _is_carried(network, (writer, reader), one.astype(np.int64), _scale_through)
    return HiddenLayer(
        writer,
        reader,
        width,
        sign_flips=width if flips else 0,
        scalings=width if scales else 0,
        linear=all(_is_linear(layer) for layer in network.layers[writer + 1 : reader]),
    )


def _is_linear(layer: Layer) -> bool:
    identity = isinstance(layer, Power) and layer.k == 1
    return identity or isinstance(layer, (AvgPool2d, Flatten))


class _NotCarriedError(Exception):
    """A change of the hidden units that the next layer does not carry through."""


def _carried(
    network: Network, span: tuple[int, int], values: IntArray, through: _Through
) -> IntArray:
    """What values at the units of a layer become at the features that the next one reads.

    ``span`` is (writer, reader). Values belong to the first axis of the shape: channels of
    images, entries of vectors.
    """
    for position in range(span[0] + 1, span[1]):
        layer, shape = network.layers[position], network.shapes[position]
        if not isinstance(layer, AvgPool2d):
            values = through(layer, shape, values)
    return values


def _is_carried(
    network: Network, span: tuple[int, int], values: IntArray, through: _Through
) -> bool:
    try:
        _carried(network, span, values, through)
    except _NotCarriedError:
        return False
    return True


def _sign_through(layer: Layer, shape: tuple[int, ...], signs: IntArray) -> IntArray:
    if isinstance(layer, Flatten):
        return np.repeat(signs, prod(shape[1:]))
    if isinstance(layer, NodeProduct):
        return _products(layer, shape, signs, np.multiply)
    if bool(np.all(signs == 1)):
        return signs
    parities = {k % 2 for k in _exponents(layer)}
    if len(parities) > 1:
        raise _NotCarriedError
    return signs ** parities.pop()


def _scale_through(layer: Layer, shape: tuple[int, ...], exponents: IntArray) -> IntArray:
    if isinstance(layer, Flatten):
        return np.repeat(exponents, prod(shape[1:]))
    if isinstance(layer, NodeProduct):
        return _products(layer, shape, exponents, np.add)
    powers = _exponents(layer)
    if len(powers) > 1:
        raise _NotCarriedError
    return powers[0] * exponents


def _source_through(layer: Layer, shape: tuple[int, ...], sources: IntArray) -> IntArray:
    """Where the features of exchanged units come from; activations act on each unit alike."""
    if isinstance(layer, Flatten):
        block = prod(shape[1:])
        return (sources[:, None] * block + np.arange(block)).ravel()
    if not isinstance(layer, NodeProduct):
        return sources
    n = shape[0]
    first, second = np.triu_indices(n, k=0 if layer.squares else 1)
    number = np.zeros((n, n), np.int64)
    number[first, second] = number[second, first] = np.arange(len(first))
    products = number[sources[first], sources[second]]
    return np.concatenate([sources, n + products]) if layer.keep else products


def _products(layer: NodeProduct, shape: tuple[int, ...], values: IntArray, join: Any) -> IntArray:
    first, second = np.triu_indices(shape[0], k=0 if layer.squares else 1)
    products: IntArray = join(values[first], values[second])
    return np.concatenate([values, products]) if layer.keep else products


def _exponents(layer: Layer) -> list[int]:
    """Exponents that an activation may have: all of them where its coefficients are trained."""
    if isinstance(layer, Square):
        return [2]
    if isinstance(layer, Power):
        return [layer.k]
    if isinstance(layer, Polynomial):
        return [k for k, c in enumerate(layer.coefficients) if c or layer.trainable]
    raise _NotCarriedError


def _generators(network: Network | None, layer: HiddenLayer) -> Iterator[SignedPermutation]:
    if network is None:
        return
    identity, ones = np.arange(layer.width), np.ones(layer.width, np.int64)
    where = f"of layer {layer.writer}"
    for unit in range(layer.width - 1):
        sources = identity.copy()
        sources[[unit, unit + 1]] = unit + 1, unit
        label = f"exchange units {unit} and {unit + 1} {where}"
        yield _on_weights(network, layer, label, (sources, ones))
    for unit in range(layer.sign_flips):
        signs = np.where(identity == unit, -1, 1)
        yield _on_weights(network, layer, f"flip unit {unit} {where}", (identity, signs))


def _on_weights(
    network: Network, layer: HiddenLayer, label: str, units: tuple[IntArray, IntArray]
) -> SignedPermutation:
    """The signed permutation of all weights that a signed permutation of hidden units makes."""
    sources, signs = units
    span = (layer.writer, layer.reader)
    feature_sources = _carried(network, span, sources, _source_through)
    feature_signs = _carried(network, span, signs, _sign_through)
    moved = np.arange(network.n_parameters)
    factors = np.ones(network.n_parameters, np.int64)
    for tensor in network.parameters.tensors:
        index = np.arange(tensor.start, tensor.start + tensor.size).reshape(tensor.shape)
        factor = np.ones(tensor.shape, np.int64)
        if tensor.layer == str(layer.writer):
            index = index[sources]
            factor *= signs.reshape(-1, *[1] * (len(tensor.shape) - 1))
        elif tensor.layer == str(layer.reader) and tensor.letter == "w":
            index = index[:, feature_sources]
            factor *= feature_signs.reshape(1, -1, *[1] * (len(tensor.shape) - 2))
        moved[tensor.slice], factors[tensor.slice] = index.ravel(), factor.ravel()
    return SignedPermutation(label, moved, factors)


def _weight_exponents(network: Network | None, layer: HiddenLayer, unit: int) -> IntArray:
    """The exponents of all weights where the hidden unit is scaled by t."""
    if network is None:
        return np.zeros(0, np.int64)
    units = (np.arange(layer.width) == unit).astype(np.int64)
    features = _carried(network, (layer.writer, layer.reader), units, _scale_through)
    exponents = np.zeros(network.n_parameters, np.int64)
    for tensor in network.parameters.tensors:
        own = np.zeros(tensor.shape, np.int64)
        ones = [1] * (len(tensor.shape) - 1)
        if tensor.layer == str(layer.writer):
            own += units.reshape(-1, *ones)
        elif tensor.layer == str(layer.reader) and tensor.letter == "w":
            own -= features.reshape(1, -1, *ones[1:])
        exponents[tensor.slice] = own.ravel()
    return exponents
