"""The float restriction against the exact expansion, on every kind of layer."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import polynet as pn
from polynet.errors import ShapeError
from polynet.float_polynomial import FloatPolynomial
from polynet.float_restriction import float_restriction
from tests.solvers.training.cases import CASES


def exact_case(network: pn.Network, seed: int) -> tuple[pn.Dataset, np.ndarray, np.ndarray]:
    """Small integers as data, weights in eighths and directions in quarters."""
    rng = np.random.default_rng(seed)
    shape = tuple(network.input_shape or ())
    data = pn.Dataset(
        rng.integers(-2, 3, (4, *shape)).tolist(),
        rng.integers(-2, 3, (4, network.n_outputs)).tolist(),
    )
    n = network.n_parameters
    return data, rng.integers(-8, 9, n), rng.integers(-4, 5, (n, 3))


def coefficients(p: FloatPolynomial) -> dict[tuple[int, ...], float]:
    pairs = zip(map(tuple, p.exponents.tolist()), p.coefficients.tolist(), strict=True)
    return {exponents: value for exponents, value in pairs if value != 0.0}


@pytest.mark.parametrize("form", ["moments", "samples"])
@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize("name", CASES)
def test_coefficients_are_those_of_the_exact_expansion(name: str, d: int, form: str) -> None:
    data, weights, table = exact_case(CASES[name], d)
    loss = pn.collect(CASES[name], data, l2=Fraction(1, 4), form=form)
    to = [[Fraction(int(v), 4) for v in row] for row in table[:, :d]]
    exact = loss.restrict(to, [Fraction(int(v), 8) for v in weights]).expand()
    expected = dict(
        zip(map(tuple, exact.exponents.tolist()), map(float, exact.coefficients), strict=True)
    )
    found = coefficients(float_restriction(loss, weights / 8, table[:, :d] / 4))
    sizes: dict[int, float] = {}
    for exponents, value in expected.items():
        sizes[sum(exponents)] = max(sizes.get(sum(exponents), 0.0), abs(value))
    for exponents in expected.keys() | found.keys():
        error = abs(found.get(exponents, 0.0) - expected.get(exponents, 0.0))
        assert error <= 1e-11 * sizes.get(sum(exponents), 0.0)


def test_what_the_loss_does_not_depend_on_has_no_coefficient() -> None:
    network = pn.Network([pn.Dense(2, 1, bias=False), pn.Square()])
    data = pn.Dataset([[1.0, 0.0], [2.0, 0.0]], [1.0, 3.0])  # the second input is dead
    p = float_restriction(pn.collect(network, data), [0.3, 0.7], np.eye(2))
    assert not p.coefficients[p.exponents[:, 1] > 0].any()
    assert p.degree == 4


def test_directions_that_do_not_fit_are_refused() -> None:
    loss = pn.collect(CASES["squares"], exact_case(CASES["squares"], 0)[0])
    n = loss.n_parameters
    for shape in [(n,), (n - 1, 2), (n, 0)]:
        with pytest.raises(ShapeError, match=r"\(n, d\)|column"):
            float_restriction(loss, np.zeros(n), np.ones(shape))


P = FloatPolynomial(
    np.array([[0, 0], [1, 0], [3, 1], [0, 2], [2, 0]]), np.array([7.0, -2.0, 3.0, 1.0, 0.5])
)


def test_parts_of_a_float_polynomial() -> None:
    x, y = 1.5, -0.25
    there = np.array([x, y])
    value = 7 - 2 * x + 3 * x**3 * y + y**2 + x**2 / 2
    assert P.value(there) == pytest.approx(value)
    assert P.value(np.stack([there, 0 * there])) == pytest.approx([value, 7.0])
    slopes = [part.value(there) for part in P.gradient()]
    assert slopes == pytest.approx([-2 + 9 * x**2 * y + x, 3 * x**3 + 2 * y])
    assert P.without_constant().value(there) == pytest.approx(value - 7)
    factors = np.array([2.0, 0.5])
    assert P.scaled(factors).value(there / factors) == pytest.approx(value)
    assert P.on_axis(0).tolist() == [7.0, -2.0, 0.5]
    assert P.on_axis(1).tolist() == [7.0, 0.0, 1.0]
    alone = P.among(np.array([True, False]))
    assert alone.value(np.array([x])) == pytest.approx(7 - 2 * x + x**2 / 2)
    assert P.degree == 4


def test_exponents_and_coefficients_must_fit() -> None:
    with pytest.raises(ShapeError, match="one row of exponents"):
        FloatPolynomial(np.zeros((2, 2)), np.zeros(3))


@pytest.mark.parametrize("name", CASES)
def test_in_single_precision_noise_is_no_structure_either(name: str) -> None:
    data, weights, table = exact_case(CASES[name], 2)
    losses = [
        pn.collect(CASES[name], data.to_float(), form="samples", precision=precision)
        for precision in ("double", "single")
    ]
    double, single = (float_restriction(loss, weights / 8, table[:, :2] / 4) for loss in losses)
    np.testing.assert_array_equal(single.coefficients == 0.0, double.coefficients == 0.0)
    for k in range(double.degree + 1):
        rows = double.exponents.sum(axis=1) == k
        size = np.abs(double.coefficients[rows]).max()
        error = np.abs(single.coefficients[rows] - double.coefficients[rows])
        assert error.max() <= losses[1].rounding * size
    assert losses[0].rounding < losses[1].rounding
