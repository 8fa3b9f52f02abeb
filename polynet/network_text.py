"""Networks in one line of text, for the command line and for records.

Layers are separated by commas, the arguments of a layer by colons::

    dense:2-2:nobias, square, dense:2-1:nobias
    conv:1-4-3, square, avgpool:2, flatten, dense:676-10

A text enters and a :class:`~polynet.network.Network` leaves; the next stage is collection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from polynet.errors import InputError, ParseError
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

__all__ = ["LAYER_FORMS", "format_network", "parse_network"]

LAYER_FORMS: dict[str, str] = {
    "dense": "dense:INPUTS-OUTPUTS, a full layer (dense:2-2:nobias without bias)",
    "conv": "conv:CHANNELS-CHANNELS-KERNEL, a convolution (conv:1-4-3:nobias without bias)",
    "avgpool": "avgpool:KERNEL, the mean of each KERNEL x KERNEL patch",
    "flatten": "flatten, images to vectors",
    "square": "square, the activation x^2",
    "power": "power:K, the activation x^K",
    "polynomial": "polynomial:C0:C1:C2..., the activation C0 + C1 x + C2 x^2 + ... "
    "(with :trainable at the end the coefficients are weights)",
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


def format_network(network: Network) -> str:
    """The text that ``parse_network`` reads as ``network``.

    Raises ``InputError`` where a layer has no form in text (strides, padding, residual sums).

    >>> format_network(Network([Dense(2, 3), Square(), Dense(3, 1, bias=False)]))
    'dense:2-3, square, dense:3-1:nobias'
    """
    text = ", ".join(_layer_text(layer) for layer in network.layers)
    if parse_network(text).layers != network.layers:
        raise InputError(f"{network!r} has no form in text; keep the network with its weights")
    return text


def _layer_text(layer: Layer) -> str:
    bias = "" if getattr(layer, "bias", True) else ":nobias"
    if isinstance(layer, Dense):
        return f"dense:{layer.n_in}-{layer.n_out}{bias}"
    if isinstance(layer, Conv2d):
        kernel = layer.windows.kernel[0]
        return f"conv:{layer.in_channels}-{layer.out_channels}-{kernel}{bias}"
    if isinstance(layer, AvgPool2d):
        return f"avgpool:{layer.windows.kernel[0]}"
    if isinstance(layer, Power):
        return f"power:{layer.k}"
    if isinstance(layer, Polynomial):
        numbers = ":".join(str(coefficient) for coefficient in layer.coefficients)
        return f"polynomial:{numbers}{':trainable' if layer.trainable else ''}"
    return {Flatten: "flatten", Square: "square"}.get(type(layer), "product")


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
    trainable = arguments[-1:] == ["trainable"]
    numbers = arguments[:-1] if trainable else arguments
    if not numbers:
        raise _Unreadable
    try:
        return Polynomial([Fraction(number) for number in numbers], trainable=trainable)
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
