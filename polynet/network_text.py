"""Networks in one line of text, for the command line and for records.

Layers are separated by commas, the arguments of a layer by colons::

    dense:2-2:nobias, square, dense:2-1:nobias
    conv:1-4-3, square, avgpool:2, flatten, dense:676-10

A text enters and a :class:`~polynet.network.Network` leaves; the next stage is collection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from polynet.errors import ParseError
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

__all__ = ["LAYER_FORMS", "parse_network"]

LAYER_FORMS: dict[str, str] = {
    "dense": "dense:INPUTS-OUTPUTS, a full layer (dense:2-2:nobias without bias)",
    "conv": "conv:CHANNELS-CHANNELS-KERNEL, a convolution (conv:1-4-3:nobias without bias)",
    "avgpool": "avgpool:KERNEL, the mean of each KERNEL x KERNEL patch",
    "flatten": "flatten, images to vectors",
    "square": "square, the activation x^2",
    "power": "power:K, the activation x^K",
    "polynomial": "polynomial:C0:C1:C2..., the activation C0 + C1 x + C2 x^2 + ...",
    "product": "product, the products of the nodes appended to them",
}
"""What each layer looks like in text, by the word that it begins with."""


def parse_network(text: str) -> Network:
    """The network that ``text`` describes, layer by layer, as in ``LAYER_FORMS``.

    Raises ``ParseError`` where a layer cannot be read, ``ShapeError`` where layers do not fit.

    >>> parse_network("dense:2-2:nobias, square, dense:2-1:nobias").n_parameters
    6
    """
    pieces = [piece.strip() for piece in text.split(",")]
    return Network([_layer(piece) for piece in pieces])


def _layer(piece: str) -> Layer:
    word, *arguments = (part.strip() for part in piece.lower().split(":"))
    reader = _READERS.get(word)
    if reader is None:
        raise ParseError(
            f"no layer is called {word!r}; there are {', '.join(LAYER_FORMS)} "
            "(for example dense:2-2, square, dense:2-1)"
        )
    try:
        return reader(arguments)
    except _Unreadable:
        raise ParseError(f"cannot read the layer {piece!r}; write {LAYER_FORMS[word]}") from None


class _Unreadable(Exception):
    """The arguments of a layer do not have its form."""


def _sizes(arguments: Sequence[str], count: int) -> list[int]:
    """``count`` whole numbers from one argument such as ``2-3``."""
    parts = arguments[0].split("-") if len(arguments) == 1 else []
    if len(parts) != count or not all(part.isascii() and part.isdigit() for part in parts):
        raise _Unreadable
    return [int(part) for part in parts]


def _split_bias(arguments: list[str]) -> tuple[list[str], bool]:
    if arguments and arguments[-1] in ("bias", "nobias"):
        return arguments[:-1], arguments[-1] == "bias"
    return arguments, True


def _dense(arguments: list[str]) -> Layer:
    sizes, bias = _split_bias(arguments)
    n_in, n_out = _sizes(sizes, 2)
    return Dense(n_in, n_out, bias=bias)


def _conv(arguments: list[str]) -> Layer:
    sizes, bias = _split_bias(arguments)
    n_in, n_out, kernel = _sizes(sizes, 3)
    return Conv2d(n_in, n_out, kernel, bias=bias)


def _polynomial(arguments: list[str]) -> Layer:
    if not arguments:
        raise _Unreadable
    try:
        return Polynomial([Fraction(argument) for argument in arguments])
    except (ValueError, ZeroDivisionError):
        raise _Unreadable from None


def _bare(layer: Callable[[], Layer]) -> Callable[[list[str]], Layer]:
    def read(arguments: list[str]) -> Layer:
        if arguments:
            raise _Unreadable
        return layer()

    return read


_READERS: dict[str, Callable[[list[str]], Layer]] = {
    "dense": _dense,
    "conv": _conv,
    "avgpool": lambda arguments: AvgPool2d(*_sizes(arguments, 1)),
    "flatten": _bare(Flatten),
    "square": _bare(Square),
    "power": lambda arguments: Power(*_sizes(arguments, 1)),
    "polynomial": _polynomial,
    "product": _bare(NodeProduct),
}
