"""Networks in text: what reads, and what each mistake is told."""

from __future__ import annotations

import pytest

from polynet import AvgPool2d, Conv2d, Network, NodeProduct
from polynet.errors import InputError, ParseError, ShapeError
from polynet.layers import Layer
from polynet.named_networks import NAMED_NETWORKS, network
from polynet.network_text import LAYER_FORMS, format_network, parse_network

WEIGHTS = {
    "linear": 6,
    "linear-deep": 10,
    "square-1": 3,
    "square": 6,
    "square-bias": 9,
    "product": 7,
    "product-bias": 10,
    "mnist-conv": 6769,
}


@pytest.mark.parametrize("name", NAMED_NETWORKS)
def test_named_network_has_the_weights_it_is_known_for(name: str) -> None:
    assert network(name).n_parameters == WEIGHTS[name]


@pytest.mark.parametrize(
    ("text", "n_parameters"),
    [
        ("dense:2-3", 9),
        ("dense:2-3:bias", 9),
        ("DENSE:2-3:nobias", 6),
        ("dense:2-2:nobias,square,dense:2-1:nobias", 6),
        ("dense:2-2, power:3, dense:2-1", 9),
        ("dense:2-2:nobias, product, dense:3-1:nobias", 7),
        ("dense:2-2, polynomial:0:1/2:0.25, dense:2-1", 9),
        ("dense:2-2, polynomial:0:1:1/2:trainable, dense:2-1", 12),
        ("conv:1-2-3, square, avgpool:2, flatten, dense:338-10:nobias", 3400),
    ],
)
def test_text_gives_the_network_it_describes(text: str, n_parameters: int) -> None:
    built = parse_network(text)
    assert isinstance(built, Network)
    assert built.n_parameters == n_parameters
    assert parse_network(format_network(built)) == built


@pytest.mark.parametrize(
    "layer", [Conv2d(1, 1, 3, stride=2), AvgPool2d(2, stride=1), NodeProduct(squares=True)]
)
def test_a_layer_without_a_form_in_text_is_refused(layer: Layer) -> None:
    with pytest.raises(InputError, match="no form in text"):
        format_network(Network([layer]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dense:2", "dense:INPUTS-OUTPUTS"),
        ("dense:2-x", "dense:INPUTS-OUTPUTS"),
        ("dense:2-2:maybe", "dense:INPUTS-OUTPUTS"),
        ("dense:2-²", "dense:INPUTS-OUTPUTS"),
        ("dense:2-2, square:2", "write square"),
        ("dense:2-2, power, dense:2-1", "power:K"),
        ("dense:2-2, polynomial, dense:2-1", "polynomial:C0"),
        ("dense:2-2, polynomial:1/0, dense:2-1", "polynomial:C0"),
        ("dense:2-2,, dense:2-1", "no layer is called ''"),
        ("relu", "no layer is called 'relu'"),
    ],
)
def test_unreadable_text_is_told_the_form(text: str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        parse_network(text)


def test_layers_that_do_not_fit_are_refused_by_the_network() -> None:
    with pytest.raises(ShapeError):
        parse_network("dense:2-3, dense:2-1")


def test_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no network is called 'cubic'; there are linear, "):
        network("cubic")


def test_every_form_names_its_own_word() -> None:
    for word, form in LAYER_FORMS.items():
        assert form.startswith(word)
