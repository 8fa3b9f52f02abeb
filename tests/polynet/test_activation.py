"""Polynomial fits report the error that they have."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from polynet.activation import FitMethod, PolynomialFit, fit_polynomial
from polynet.errors import InputError
from polynet.layers import Polynomial
from polynet.network import Network

METHODS: list[FitMethod] = ["chebyshev", "least-squares"]
both_methods = pytest.mark.parametrize("method", METHODS)


@both_methods
@pytest.mark.parametrize("interval", [(-3, 3), (-1, 2.5), (0.5, 1)])
@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
def test_reported_error_is_the_measured_one(
    name: str, interval: tuple[float, float], method: FitMethod
) -> None:
    reference = {
        "tanh": torch.tanh,
        "relu": torch.relu,
        "gelu": torch.nn.functional.gelu,
    }[name]
    fit = fit_polynomial(name, 8, interval, method=method)
    x = np.random.default_rng(0).uniform(*interval, 5000)
    error = np.abs(fit(x) - reference(torch.from_numpy(x)).numpy())
    assert error.max() <= fit.max_error * 1.001 + 1e-14
    assert error.max() >= 0.9 * fit.max_error - 1e-14
    assert math.isclose(np.sqrt(np.mean(error**2)), fit.rms_error, rel_tol=0.1, abs_tol=1e-14)


@both_methods
def test_polynomials_are_found_again(method: FitMethod) -> None:
    fit = fit_polynomial(lambda x: 2 - x + 3 * x**4, 6, (-1, 3), method=method)
    np.testing.assert_allclose(fit.coefficients, [2, -1, 0, 0, 3], atol=1e-10)
    assert fit.max_error < 1e-10


@both_methods
def test_symmetry_is_kept_exactly(method: FitMethod) -> None:
    odd = fit_polynomial("tanh", 7, (-2, 2), method=method).coefficients
    assert odd[0::2] == (0.0,) * 4
    even_part = fit_polynomial("relu", 6, (-2, 2), method=method).coefficients
    assert even_part[3::2] == (0.0, 0.0)
    assert math.isclose(even_part[1], 0.5, rel_tol=1e-12)


def test_least_squares_of_relu_is_the_known_projection() -> None:
    # relu = (x + |x|)/2, and |x| ~ 3/16 + 15/16 x² on [-1, 1] (Legendre projection by hand).
    fit = fit_polynomial("relu", 2, (-1, 1), method="least-squares")
    np.testing.assert_allclose(fit.coefficients, [3 / 32, 1 / 2, 15 / 32], rtol=1e-12)


def test_chebyshev_interpolates_in_its_points() -> None:
    fit = fit_polynomial(np.exp, 4, (0, 2))
    points = 1 + np.cos((2 * np.arange(5) + 1) * np.pi / 10)
    np.testing.assert_allclose(fit(points), np.exp(points), rtol=1e-13)
    assert fit.name == "exp"


def test_each_method_is_better_by_its_own_measure() -> None:
    chebyshev = fit_polynomial(np.exp, 3, (-1, 1))
    least_squares = fit_polynomial(np.exp, 3, (-1, 1), method="least-squares")
    assert chebyshev.max_error < least_squares.max_error
    assert least_squares.rms_error < chebyshev.rms_error


def test_rounding_of_high_degrees_is_in_the_reported_error() -> None:
    fit = fit_polynomial("relu", 60, (-3, 3))
    x = np.linspace(-3, 3, 4001)
    assert np.abs(fit(x) - np.maximum(x, 0)).max() <= 1.001 * fit.max_error
    assert fit.max_error > 0.1  # the best polynomial has 0.01: powers lose it to rounding


@pytest.mark.parametrize("trainable", [False, True])
def test_layers_have_the_coefficients(trainable: bool) -> None:
    fit = fit_polynomial("tanh", 3, (-1, 1))
    layer = fit.layer(trainable=trainable)
    assert layer == Polynomial(fit.coefficients, trainable=trainable)
    network = Network([layer], input_shape=(5,))
    x = np.linspace(-1, 1, 5)
    weights = network.random_weights(0)
    np.testing.assert_allclose(network.forward(weights, [x])[0], fit(x), rtol=1e-14, atol=1e-16)


def test_text_reports_the_error() -> None:
    fit = PolynomialFit("tanh", (0.0, 1.0), (-1.0, 1.0), "chebyshev", 0.25, 0.125)
    assert str(fit) == (
        "tanh on [-1, 1] by a polynomial of degree 1 (chebyshev): "
        "error at most 2.50e-01, rms 1.25e-01"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"function": "selu"}, r"no activation is named 'selu'; use one of \['gelu', "),
        ({"function": 3}, "3 is neither the name of an activation nor a function"),
        ({"function": lambda x: 1.0}, "it must work entrywise"),
        ({"function": lambda x: np.full_like(x, np.nan)}, "is not finite on the whole interval"),
        ({"function": np.ones_like}, "is constant; use a higher degree"),
        ({"degree": 0}, "degree is 0; it must be a whole number >= 1"),
        ({"degree": 2.5}, r"degree is 2\.5"),
        ({"interval": (1, 1)}, "must be finite with a < b"),
        ({"interval": (0, math.inf)}, "must be finite with a < b"),
        ({"interval": (1, 2, 3)}, "give two numbers"),
        ({"interval": 3}, "interval is 3; give two numbers"),
        ({"method": "taylor"}, r"method 'taylor' is unknown; use one of \('chebyshev'"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    given = {"function": "tanh", "degree": 3, "interval": (-1, 1), **arguments}
    with pytest.raises(InputError, match=message):
        fit_polynomial(**given)
