"""Layers that rearrange or combine what they get: flatten, products of nodes, residual sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from polynet.errors import ShapeError
from polynet.layers.chain import Chain
from polynet.layers.layer import Layer, ParameterSpec, Shape, as_flag
from polynet.layers.series import Array, Series, add, cauchy, transform, truncate

__all__ = ["Flatten", "NodeProduct", "Residual"]


@dataclass(frozen=True, slots=True, repr=False)
class Flatten(Layer):
    """Images or any other inputs as vectors, in C order; the example axis stays.

    >>> Flatten().output_shape((2, 3, 4))
    (24,)
    """

    def output_shape(self, input_shape: Shape) -> Shape:
        return (int(np.prod(input_shape)),)

    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        return inputs

    def multiply_adds(self, input_shape: Shape) -> int:
        return 0

    def forward(
        self, parameters: Sequence[Series], inputs: Series, *, shape: Shape, order: int | None
    ) -> Series:
        def flat(x: Array) -> Array:
            return x.reshape(*x.shape[: x.ndim - len(shape)], int(np.prod(shape)))

        return transform(flat, truncate(inputs, order))

    def input_cotangent(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> Series:
        return transform(lambda g: g.reshape(*g.shape[:-1], *shape), truncate(cotangent, order))


@dataclass(frozen=True, slots=True, repr=False)
class NodeProduct(Layer):
    """The nodes z of a layer and after them the products z_i z_j, i < j, in lexicographic order.

    ``squares`` adds the products with i = j; without ``keep`` the products stand alone. Two nodes
    get a third, their product. Inputs are vectors.
    Source: J. Butler, 'NN + Polynomial Solvers', second post.

    >>> NodeProduct().output_shape((3,)), NodeProduct(squares=True, keep=False).output_shape((3,))
    ((6,), (6,))
    """

    squares: bool = False
    keep: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "squares", as_flag(self.squares, "NodeProduct squares"))
        object.__setattr__(self, "keep", as_flag(self.keep, "NodeProduct keep"))

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1:
            raise ShapeError(
                f"takes vectors (n,), not inputs of shape {input_shape}; put Flatten() before it"
            )
        n_products = len(self._pairs(input_shape)[0])
        if n_products == 0:
            raise ShapeError(
                f"takes vectors of two nodes or more, not {input_shape}; give it more nodes or "
                "set squares=True"
            )
        return (n_products + (input_shape[0] if self.keep else 0),)

    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        return 2 * inputs

    def multiply_adds(self, input_shape: Shape) -> int:
        return len(self._pairs(input_shape)[0])

    def forward(
        self, parameters: Sequence[Series], inputs: Series, *, shape: Shape, order: int | None
    ) -> Series:
        kept = truncate(inputs, order) if self.keep else ()
        length = max(2 * len(inputs) - 1, 0)
        nodes = transform(_rows, inputs)
        return tuple(
            self._coefficient(nodes, k, kept=_rows(kept[k]) if k < len(kept) else None)
            for k in range(length if order is None else min(order, length))
        )

    def _coefficient(self, nodes: Series, k: int, *, kept: Array | None) -> Array:
        """The coefficient of t^k, written in place: the nodes above, the products below."""
        n, n_kept = nodes[0].shape[-2], nodes[0].shape[-2] if self.keep else 0
        pairs = [(i, k - i) for i in range(max(0, k - len(nodes) + 1), min(k, len(nodes) - 1) + 1)]
        lanes = np.broadcast_shapes(*(x.shape[:-2] for i, j in pairs for x in (nodes[i], nodes[j])))
        height = n_kept + (n * (n + 1) if self.squares else n * (n - 1)) // 2
        result = np.zeros((*lanes, height, nodes[0].shape[-1]), np.result_type(*nodes))
        if kept is not None:
            result[..., :n_kept, :] = kept
        for node, rows in self._groups(n):
            others = slice(node + (0 if self.squares else 1), n)
            part = result[..., n_kept + rows.start : n_kept + rows.stop, :]
            for i, j in pairs:
                part += nodes[i][..., node : node + 1, :] * nodes[j][..., others, :]
        return _rows(result)

    def input_cotangent(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> Series:
        n = shape[0]
        n_kept, diagonal = n if self.keep else 0, 0 if self.squares else 1

        def pull(g: Array, x: Array) -> Array:
            g, x = _rows(g), _rows(x)
            lanes, kind = np.broadcast_shapes(g.shape[:-2], x.shape[:-2]), np.result_type(g, x)
            result = np.zeros((*lanes, n, x.shape[-1]), kind)
            for i, rows in self._groups(n):
                some = g[..., n_kept + rows.start : n_kept + rows.stop, :]
                others = slice(i + diagonal, n)
                result[..., i, :] += (some * x[..., others, :]).sum(axis=-2)
                result[..., others, :] += some * x[..., i : i + 1, :]
            return _rows(result)

        through_products = cauchy(pull, cotangent, inputs, order)
        if not self.keep:
            return through_products
        return add(through_products, transform(lambda g: g[..., :n], truncate(cotangent, order)))

    def _pairs(self, shape: Shape) -> tuple[Array, Array]:
        return np.triu_indices(shape[0], k=0 if self.squares else 1)

    def _groups(self, n: int) -> Iterator[tuple[int, slice]]:
        """For each i the positions of the products z_i z_j."""
        start = 0
        for i in range(n if self.squares else n - 1):
            stop = start + n - i - (0 if self.squares else 1)
            yield i, slice(start, stop)
            start = stop


@dataclass(frozen=True, slots=True, repr=False)
class Residual(Layer):
    """The sum x + f(x), where f is a sequence of layers that returns the shape it gets.

    Its weights are those of the inner layers, named ``"position.name"``. Raises ``InputError``
    where ``layers`` is not a list of layers. Cost of the adjoint: one more forward pass.
    """

    layers: Sequence[Layer]

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", Chain.of(self.layers, "Residual").layers)

    @property
    def _chain(self) -> Chain:
        return Chain(tuple(self.layers))

    @property
    def exact(self) -> bool:
        return all(layer.exact for layer in self.layers)

    def parameters(self) -> tuple[ParameterSpec, ...]:
        return self._chain.parameters()

    def output_shape(self, input_shape: Shape) -> Shape:
        output_shape = self._chain.shapes(input_shape)[-1]
        if output_shape != input_shape:
            raise ShapeError(
                f"its inner layers turn shape {input_shape} into {output_shape}, and the two "
                f"cannot be added; end them with a layer that returns {input_shape}"
            )
        return input_shape

    def degree(self, inputs: int, parameters: Sequence[int]) -> int:
        return max(inputs, self._chain.degree(inputs, parameters))

    def multiply_adds(self, input_shape: Shape) -> int:
        shapes = self._chain.shapes(input_shape)
        inner = zip(self.layers, shapes[:-1], strict=True)
        return sum(layer.multiply_adds(shape) for layer, shape in inner) + int(np.prod(input_shape))

    def forward(
        self, parameters: Sequence[Series], inputs: Series, *, shape: Shape, order: int | None
    ) -> Series:
        shapes = self._chain.shapes(shape)
        inner = self._chain.forward(parameters, inputs, shapes=shapes, order=order)
        return add(truncate(inputs, order), inner)

    def parameter_cotangents(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> tuple[Series, ...]:
        shapes = self._chain.shapes(shape)
        signals = self._chain.record(parameters, inputs, shapes=shapes, order=order)
        return self._chain.parameter_cotangents(
            parameters, signals, cotangent, shapes=shapes, order=order
        )

    def input_cotangent(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> Series:
        return self.backward(parameters, inputs, cotangent, shape=shape, order=order)[1]

    def backward(
        self,
        parameters: Sequence[Series],
        inputs: Series,
        cotangent: Series,
        *,
        shape: Shape,
        order: int | None,
    ) -> tuple[tuple[Series, ...], Series]:
        shapes = self._chain.shapes(shape)
        signals = self._chain.record(parameters, inputs, shapes=shapes, order=order)
        own, pulled = self._chain.backward(
            parameters, signals, cotangent, shapes=shapes, order=order
        )
        return own, add(truncate(cotangent, order), pulled)

    def _shown(self, name: str) -> str:
        return f"[{', '.join(map(repr, self.layers))}]"


def _rows(signal: Array) -> Array:
    """Nodes ``(*lanes, n, nodes)`` as rows ``(*lanes, nodes, n)``, and back."""
    return np.swapaxes(signal, -1, -2)
