"""One network for every layer type and its options, by name, small enough for every check."""

from __future__ import annotations

from fractions import Fraction

from polynet import (
    AvgPool2d,
    Conv2d,
    Dense,
    Flatten,
    Network,
    NodeProduct,
    Polynomial,
    Power,
    Residual,
    Square,
)

NETWORKS: dict[str, Network] = {
    "dense": Network([Dense(3, 2, bias=False), Dense(2, 4), Dense(4, 2)]),
    "square": Network([Dense(3, 4), Square(), Dense(4, 2, bias=False)]),
    "power": Network([Dense(2, 3), Power(3), Dense(3, 2), Power(1)]),
    "fixed polynomial": Network([Dense(3, 3), Polynomial([Fraction(1, 2), 1, -0.5]), Dense(3, 1)]),
    "trainable polynomial": Network(
        [Dense(2, 3), Polynomial([0.5, 1, Fraction(1, 5), -1], trainable=True), Dense(3, 2)]
    ),
    "node products": Network([Dense(3, 3), NodeProduct(), Dense(6, 2)]),
    "squared node products alone": Network(
        [Dense(2, 3), NodeProduct(squares=True, keep=False), Dense(6, 2)]
    ),
    "convolution": Network(
        [
            Conv2d(2, 3, (2, 3), stride=(1, 2), padding=(0, 1)),
            Square(),
            Flatten(),
            Dense(18, 2),
        ],
        input_shape=(2, 4, 3),
    ),
    "pooling": Network(
        [AvgPool2d(2, stride=1, padding=1), Conv2d(1, 2, 2, bias=False), AvgPool2d((1, 2))],
        input_shape=(1, 3, 4),
    ),
    "residual": Network(
        [
            Dense(3, 4),
            Residual([Dense(4, 2), Polynomial([0, 1, 1], trainable=True), Dense(2, 4)]),
            Residual([Residual([Dense(4, 4, bias=False)]), Square()]),
        ]
    ),
    "image residual": Network(
        [Residual([Conv2d(1, 1, 3, padding=1), Square()]), Flatten(), Dense(9, 2)],
        input_shape=(1, 3, 3),
    ),
}
