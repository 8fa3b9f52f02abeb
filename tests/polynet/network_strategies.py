"""Random small networks of every layer type, and exact data that fit them, for hypothesis."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from polynet import (
    AvgPool2d,
    Conv2d,
    Dataset,
    Dense,
    Flatten,
    Network,
    NodeProduct,
    Polynomial,
    Power,
    Residual,
    Square,
)
from polynet.layers import Layer

ACTIVATIONS = st.sampled_from(
    [
        Square(),
        Power(3),
        Polynomial([1, Fraction(1, 2), -1]),
        Polynomial([0, 1, 1], trainable=True),
    ]
)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A network of one or two hidden stages, on vectors or on 3 x 3 images."""
    return draw(_image_networks()) if draw(st.booleans()) else draw(_vector_networks())


@st.composite
def _vector_networks(draw: st.DrawFn) -> Network:
    n_in = width = draw(st.integers(1, 3))
    layers: list[Layer] = []
    for _ in range(draw(st.integers(1, 2))):
        new = draw(st.integers(1, 2))
        layers.append(Dense(width, new, bias=draw(st.booleans())))
        width = new
        kind = draw(st.sampled_from(["none", "activation", "product", "residual"]))
        if kind == "activation":
            layers.append(draw(ACTIVATIONS))
        elif kind == "product" and width > 1:
            layers.append(NodeProduct(squares=draw(st.booleans()), keep=draw(st.booleans())))
            width = layers[-1].output_shape((width,))[0]
        elif kind == "residual":
            layers.append(Residual([Dense(width, width, bias=False), Square()]))
    layers.append(Dense(width, draw(st.integers(1, 2)), bias=draw(st.booleans())))
    return Network(layers, input_shape=(n_in,))


@st.composite
def _image_networks(draw: st.DrawFn) -> Network:
    channels = draw(st.integers(1, 2))
    layers: list[Layer] = [
        Conv2d(1, channels, 2, padding=draw(st.integers(0, 1)), bias=draw(st.booleans())),
        draw(ACTIVATIONS),
        AvgPool2d(2),
        Flatten(),
    ]
    size = Network(layers, input_shape=(1, 3, 3)).output_shape[0]
    return Network([*layers, Dense(size, 1, bias=draw(st.booleans()))], input_shape=(1, 3, 3))


@st.composite
def exact_data(draw: st.DrawFn, network: Network, least: int = 1, most: int = 4) -> Dataset:
    """Small integers or fractions as inputs and targets of ``network``."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n_examples = draw(st.integers(least, most))
    inputs = rng.integers(-2, 3, (n_examples, *(network.input_shape or ())))
    targets = rng.integers(-2, 3, (n_examples, network.n_outputs)).astype(object)
    if draw(st.booleans()):
        targets = targets * Fraction(1, 3)
    return Dataset(inputs, targets.tolist())


def exact_weights(n_parameters: int, seed: int) -> list[Fraction]:
    """Small rational weights."""
    rng = np.random.default_rng(seed)
    numerators = rng.integers(-4, 5, n_parameters).tolist()
    denominators = rng.integers(1, 4, n_parameters).tolist()
    return [Fraction(p, q) for p, q in zip(numerators, denominators, strict=True)]
