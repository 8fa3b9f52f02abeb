"""The small networks that studies, documents and tests call by name.

A name enters and a :class:`~polynet.network.Network` leaves; :func:`network` also takes the
text form of ``polynet.network_text``.
"""

from __future__ import annotations

from dataclasses import dataclass

from polynet.errors import InputError
from polynet.network import Network
from polynet.network_text import LAYER_FORMS, parse_network

__all__ = ["NAMED_NETWORKS", "NamedNetwork", "network"]


@dataclass(frozen=True, slots=True)
class NamedNetwork:
    """A network by name: its layers in text and what it is an example of."""

    name: str
    layers: str
    description: str


NAMED_NETWORKS: dict[str, NamedNetwork] = {
    entry.name: entry
    for entry in (
        NamedNetwork(
            "linear",
            "dense:2-2:nobias, dense:2-1:nobias",
            "linear 2-2-1",
        ),
        NamedNetwork(
            "linear-deep",
            "dense:2-2:nobias, dense:2-2:nobias, dense:2-1:nobias",
            "linear 2-2-2-1",
        ),
        NamedNetwork(
            "square-1",
            "dense:2-1:nobias, square, dense:1-1:nobias",
            "2-1-1 with a square",
        ),
        NamedNetwork(
            "square",
            "dense:2-2:nobias, square, dense:2-1:nobias",
            "2-2-1 with squares",
        ),
        NamedNetwork(
            "square-bias",
            "dense:2-2, square, dense:2-1",
            "2-2-1 with squares and biases",
        ),
        NamedNetwork(
            "product",
            "dense:2-2:nobias, product, dense:3-1:nobias",
            "2-2-1 with the product of the nodes",
        ),
        NamedNetwork(
            "product-bias",
            "dense:2-2, product, dense:3-1",
            "2-2-1 with the product of the nodes and biases",
        ),
        NamedNetwork(
            "mnist-conv",
            "conv:1-1-3:nobias, flatten, dense:676-10:nobias",
            "28x28 images, one 3x3 filter, 10 outputs",
        ),
    )
}
"""The named networks, smallest first within each kind."""


def network(text: str) -> Network:
    """The network called ``text``, or described by it layer by layer.

    Raises ``InputError`` for a word that is neither, and what ``parse_network`` raises.

    >>> network("linear-deep").n_parameters
    10
    >>> network("dense:2-1").n_parameters
    3
    """
    name = text.strip().lower()
    if name in NAMED_NETWORKS:
        return parse_network(NAMED_NETWORKS[name].layers)
    first_word = name.split(",")[0].split(":")[0].strip()
    if first_word not in LAYER_FORMS:
        raise InputError(
            f"no network is called {text!r}; there are {', '.join(NAMED_NETWORKS)}, "
            "or write the layers, such as dense:2-2,square,dense:2-1"
        )
    return parse_network(text)
