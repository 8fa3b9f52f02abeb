"""Teachers: targets that a network of the same shape reaches, exactly where asked for."""

from __future__ import annotations

import numpy as np
import pytest

from polynet.datasets import teacher
from polynet.errors import DataError, InputError, ShapeError
from polynet.layers import Conv2d, Dense, Polynomial, Power, Square
from polynet.network import Network

NETWORK = Network([Dense(2, 3), Square(), Dense(3, 1), Power(3)])


class SquaredSum:
    """The network f(x; w) = (sum_i w_i x_i)^2 with two outputs f and f w_0."""

    input_shape = (3,)
    n_parameters = 3

    def random_weights(self, seed: int) -> np.ndarray:
        return np.random.default_rng(seed).standard_normal(3)

    def forward(self, weights: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        values = (inputs @ weights) ** 2
        return np.stack([values, values * weights[0]], axis=1)

    def forward_exact(self, weights: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        return self.forward(weights.astype(object), inputs.astype(object))


class Overflowing(SquaredSum):
    def forward(self, weights: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        return np.full((len(inputs), 1), np.inf)


class TwoAxes(SquaredSum):
    def forward(self, weights: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        return np.arange(4.0 * len(inputs)).reshape(len(inputs), 2, 2)


@pytest.mark.parametrize("exact", [False, True])
def test_the_true_weights_give_the_targets(exact: bool) -> None:
    data = teacher(SquaredSum(), 20, seed=5, exact=exact)
    assert (data.inputs.shape, data.targets.shape, data.exact) == ((20, 3), (20, 2), exact)
    assert data.true_weights is not None
    assert np.array_equal(SquaredSum().forward(data.true_weights, data.inputs), data.targets)


def test_a_layered_network_reaches_its_exact_targets_exactly() -> None:
    data = teacher(NETWORK, 12, seed=1, exact=True)
    outputs = NETWORK.forward_exact(data.true_weights, data.inputs)
    assert data.exact
    assert outputs.tolist() == data.targets.tolist()


def test_a_layered_network_reaches_its_float_targets() -> None:
    data = teacher(NETWORK, 12, seed=1)
    assert np.array_equal(NETWORK.forward(data.true_weights, data.inputs), data.targets)
    assert np.array_equal(data.true_weights, NETWORK.random_weights(1))


def test_a_network_with_floats_has_no_exact_teacher() -> None:
    network = Network([Dense(2, 1), Polynomial([0.0, 0.5, 0.25])])
    with pytest.raises(InputError, match="float coefficients, so outputs are not exact"):
        teacher(network, 2, exact=True)


def test_an_open_input_shape_is_asked_for() -> None:
    network = Network([Conv2d(1, 1, 3, stride=2)])
    assert network.input_shape is None
    with pytest.raises(ShapeError, match=r"say which with network\.with_input_shape"):
        teacher(network, 2)
    assert teacher(network.with_input_shape((1, 5, 5)), 2).targets.shape == (2, 4)


def test_exact_numbers_are_small_integers_and_no_weight_is_zero() -> None:
    data = teacher(SquaredSum(), 200, exact=True)
    assert set(data.inputs.ravel().tolist()) == set(range(-3, 4))
    drawn = [teacher(SquaredSum(), 1, seed=seed, exact=True).true_weights for seed in range(30)]
    assert set(np.concatenate(drawn).tolist()) == {-3, -2, -1, 1, 2, 3}


@pytest.mark.parametrize("exact", [False, True])
def test_the_seed_decides_inputs_and_weights(exact: bool) -> None:
    data = teacher(SquaredSum(), 20, seed=5, exact=exact)
    again = teacher(SquaredSum(), 20, seed=5, exact=exact)
    other = teacher(SquaredSum(), 20, seed=6, exact=exact)
    assert data == again
    assert np.array_equal(data.true_weights, again.true_weights)
    assert not np.array_equal(data.inputs, other.inputs)


def test_inputs_are_not_the_stream_of_the_weights() -> None:
    data = teacher(SquaredSum(), 1, seed=5)
    assert not np.array_equal(data.inputs[0], data.true_weights)


def test_the_true_weights_survive_cutting() -> None:
    data = teacher(SquaredSum(), 20)
    parts = [data.take(5), *data.split(10), data[3:], data.flatten()]
    assert all(np.array_equal(part.true_weights, data.true_weights) for part in parts)
    assert not data.true_weights.flags.writeable


def test_outputs_with_several_axes_become_rows() -> None:
    data = teacher(TwoAxes(), 3)
    assert data.targets.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


def test_the_source_names_the_draw() -> None:
    data = teacher(SquaredSum(), 2, seed=7, exact=True)
    assert data.source == "network with 3 random weights on integer inputs, seed 7"


@pytest.mark.parametrize("n_examples", [0, -3, 1.5])
def test_a_teacher_needs_an_example(n_examples: int) -> None:
    with pytest.raises(InputError, match="n_examples must be a whole number at least 1, not"):
        teacher(SquaredSum(), n_examples)


def test_outputs_that_overflow_are_refused() -> None:
    with pytest.raises(DataError, match=r"targets\[0, 0\] is inf"):
        teacher(Overflowing(), 2)
