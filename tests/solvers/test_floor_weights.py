"""Weights at the proved lower bound: components, exact points, and where there are none."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest

import polynet as pn
from polynet.errors import InputError
from polynet.named_networks import network
from solvers import FloorWeights, Groebner, find_critical_points, find_floor_weights, modular_count
from solvers.groebner.engines import Decomposer
from tests.solvers.groebner.installed import installed

# Floor, and dimension with degree of each component (minimal primes over the rationals).
KNOWN = {
    "linear": (Fraction(4, 3), [(4, 4)]),
    "linear-deep": (Fraction(4, 3), [(8, 9)]),
    "square-1": (Fraction(0), [(1, 3)]),
    "square": (Fraction(0), [(3, 3), (3, 3), (3, 3)]),
    "product": (Fraction(0), [(4, 7), (4, 11)]),
    "square-bias": (Fraction(0), [(5, 7), (5, 7), (5, 9), (5, 31)]),
    "product-bias": (Fraction(0), [(6, 15), (6, 28)]),
}
LONG = {"product", "square-bias", "product-bias"}
NETWORKS = [pytest.param(n, marks=[pytest.mark.slow] if n in LONG else []) for n in KNOWN]


def xor(name: str, l2: object = 0, form: str | None = None) -> pn.CollectedLoss:
    return pn.collect(network(name), pn.datasets.xor(), l2=l2, form=form)  # type: ignore[arg-type]


@cache
def found(name: str) -> FloorWeights:
    return find_floor_weights(xor(name))


@pytest.mark.backend
@pytest.mark.parametrize("name", NETWORKS)
def test_components_of_xor(name: str) -> None:
    assert isinstance(installed("singular"), Decomposer)
    floor, components = KNOWN[name]
    families = found(name).solutions.families
    assert found(name).floor == floor
    assert sorted((f.dimension, f.degree) for f in families) == components
    assert all(f.irreducible and f.has_real_points for f in families)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_real_point_at_the_floor_proves_the_least_loss(name: str) -> None:
    """By the loss itself, which the equations do not come from by expansion."""
    assert found(name).attained
    point = found(name).point
    assert point is not None
    assert point.n_real
    assert point.vanishes((xor(name).expand() - KNOWN[name][0]).mpoly)
    if point.rational_point is not None:
        assert xor(name).value(np.array(point.rational_point)) == KNOWN[name][0]


@pytest.mark.parametrize("name", NETWORKS)
def test_dimension_and_degree_are_those_modulo_a_prime(name: str) -> None:
    count = modular_count(xor(name).floor_system())
    assert (count.dimension, count.degree) == (found(name).dimension, found(name).solutions.degree)


@pytest.mark.parametrize("name", ["linear", "square-1"])
def test_the_least_critical_points_are_the_same_set(name: str) -> None:
    critical = find_critical_points(xor(name))
    least = [f for f in critical.families if f.loss_exact == critical.floor]
    ours = [f.generators for f in found(name).solutions.families]
    assert sorted(map(str, (f.solutions.generators for f in least))) == sorted(map(str, ours))


@pytest.mark.parametrize("name", ["square-1", "square"])
def test_samples_and_moments_have_the_same_weights_at_the_floor(name: str) -> None:
    by_samples = find_floor_weights(xor(name, form="samples"))
    ours = [f.generators for f in found(name).solutions.families]
    theirs = [f.generators for f in by_samples.solutions.families]
    assert sorted(map(str, theirs)) == sorted(map(str, ours))


def test_isolated_weights_are_found() -> None:
    line = pn.Network([pn.Dense(1, 1)])
    at_floor = find_floor_weights(pn.collect(line, pn.Dataset([[1], [2]], [[3], [5]])))
    assert at_floor.solutions.n_finite == 1
    assert [str(weight) for weight in at_floor.weights or ()] == ["2", "1"]
    assert str(at_floor) == (
        "loss 0 is the least, proved, and the weights that have it are 1 real point"
    )


def test_weights_that_are_not_rational_are_exact() -> None:
    """w^2 = 2: the least loss 0 is at the roots of 2."""
    square = pn.Network([pn.Dense(1, 1, bias=False), pn.Square()])
    at_floor = find_floor_weights(pn.collect(square, pn.Dataset([[1]], [[2]])))
    assert [str(weight) for weight in at_floor.weights or ()] == ["-sqrt(2)"]


@pytest.mark.parametrize(
    ("target", "l2"),
    [(-1, 0), (1, Fraction(1, 100))],
    ids=["no square is negative", "a penalty keeps the weights from fitting"],
)
def test_a_floor_out_of_reach_is_proved_so(target: int, l2: object) -> None:
    square = pn.Network([pn.Dense(1, 1, bias=False), pn.Square()])
    data = pn.Dataset([[1]], [[target]])
    at_floor = find_floor_weights(pn.collect(square, data, l2=l2))  # type: ignore[arg-type]
    assert at_floor.attained is False
    assert at_floor.weights is None
    assert str(at_floor) == "no real weights have loss 0, which is proved"


def test_a_function_that_no_weights_have_is_out_of_reach() -> None:
    """Linear networks under the bound of samples, which is that of all functions."""
    assert find_floor_weights(xor("linear", form="samples")).attained is False


def test_a_penalty_on_some_weights_makes_them_zero() -> None:
    square = pn.Network([pn.Dense(1, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])
    data = pn.Dataset([[1]], [[2]])
    loss = pn.collect(square, data, l2=[0, 1, 0, 1])
    at_floor = find_floor_weights(loss)
    point = at_floor.point
    assert point is not None
    assert point.rational_point is not None
    assert point.rational_point[1] == point.rational_point[3] == 0
    assert loss.value(np.array(point.rational_point)) == 0


def test_out_of_time_nothing_is_claimed() -> None:
    at_floor = find_floor_weights(xor("product-bias"), Groebner(timeout=0.01))
    assert at_floor.attained is None
    assert "budget spent" in str(at_floor)


def test_float_losses_are_refused() -> None:
    with pytest.raises(InputError, match="floats hit a bound by rounding only"):
        find_floor_weights(xor("square", 0.5))
