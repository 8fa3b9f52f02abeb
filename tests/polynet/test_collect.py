"""The collected loss against its definition: exact arithmetic, expansion, both forms, merging."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import polynet as pn
from polynet.errors import BudgetError, InputError, PolynetError, ShapeError
from tests.polynet.network_strategies import exact_data, exact_weights, networks

SQUARE = pn.Network([pn.Dense(2, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])


def defined_loss(network, data, weights, l2=0):
    """The loss by its definition, from exact forward passes."""
    residuals = network.forward_exact(weights, data.inputs).reshape(len(data), -1) - data.targets
    return sum(r * r for r in residuals.ravel()) + sum(l2 * w * w for w in weights)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_both_forms_and_the_expansion_equal_the_definition_exactly(data):
    network = data.draw(networks())
    examples = data.draw(exact_data(network))
    weights = exact_weights(network.n_parameters, data.draw(st.integers(0, 1000)))
    expected = defined_loss(network, examples, weights, l2=Fraction(1, 7))
    losses = [
        pn.collect(network, examples, l2=Fraction(1, 7), form=form)
        for form in ("moments", "samples")
    ]
    assert [loss.value(weights) for loss in losses] == [expected, expected]
    if losses[0].predict_terms() < 20_000:
        polynomials = [loss.expand() for loss in losses]
        assert polynomials[0] == polynomials[1]
        assert polynomials[0].evaluate(weights) == expected
        assert polynomials[0].n_terms <= losses[0].predict_terms()
        assert polynomials[0].degree <= losses[0].degree


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_float_derivatives_equal_the_exact_ones(data):
    network = data.draw(networks())
    examples = data.draw(exact_data(network))
    seed = data.draw(st.integers(0, 1000))
    weights = exact_weights(network.n_parameters, seed)
    direction = exact_weights(network.n_parameters, seed + 1)
    floats, line = np.array(weights, float), np.array(direction, float)
    for form in ("moments", "samples"):
        loss = pn.collect(network, examples, l2=Fraction(1, 3), form=form)
        for exact, approximate in (
            (loss.gradient(weights), loss.gradient(floats)),
            (loss.hvp(weights, direction), loss.hvp(floats, line)),
            (loss.along(weights, direction), loss.along(floats, line)),
        ):
            exact = exact.astype(float)
            scale = 1.0 + np.abs(exact).max(initial=0.0)
            np.testing.assert_allclose(approximate / scale, exact / scale, atol=1e-11)
        if network.n_parameters <= 12:
            exact = loss.hessian(weights).astype(float)
            scale = 1.0 + np.abs(exact).max(initial=0.0)
            np.testing.assert_allclose(loss.hessian(floats) / scale, exact / scale, atol=1e-11)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_gradient_and_hessian_are_the_derivatives_of_the_expansion(data):
    network = data.draw(networks())
    loss = pn.collect(network, data.draw(exact_data(network)))
    if loss.predict_terms() > 5_000 or loss.n_parameters > 10:
        return
    weights = exact_weights(loss.n_parameters, data.draw(st.integers(0, 1000)))
    polynomial = loss.expand()
    gradient = polynomial.gradient()
    assert list(loss.gradient(weights)) == [part.evaluate(weights) for part in gradient]
    hessian = [[entry.evaluate(weights) for entry in part.gradient()] for part in gradient]
    assert loss.hessian(weights).tolist() == hessian


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_merging_and_adding_equal_collecting_at_once_exactly(data):
    network = data.draw(networks())
    examples = data.draw(exact_data(network, least=2, most=5))
    cut = data.draw(st.integers(1, len(examples) - 1))
    weights = exact_weights(network.n_parameters, 3)
    for form in ("moments", "samples"):
        whole = pn.collect(network, examples, form=form)
        first = pn.collect(network, examples[:cut], form=form)
        merged = first.merge(pn.collect(network, examples[cut:], form=form))
        added = first
        for x, y in examples[cut:]:
            added = added.add(x, y)
        batch = first.add(examples[cut:].inputs, examples[cut:].targets)
        for loss in (merged, added, batch):
            assert loss.n_examples == len(examples)
            assert loss.exact
            assert loss.value(weights) == whole.value(weights)
        assert first.n_examples == cut
        if form == "moments":
            for loss in (merged, added, batch):
                assert (loss.form.moments.values == whole.form.moments.values).all()
                assert (loss.form.moments.cross == whole.form.moments.cross).all()


def test_along_is_the_polynomial_composed_with_the_line():
    loss = pn.collect(SQUARE, pn.datasets.xor(), l2=Fraction(1, 100))
    w, d = exact_weights(6, 1), exact_weights(6, 2)
    t = sympy.Symbol("t")
    line = {
        sympy.Symbol(name): sympy.Rational(a) + sympy.Rational(b) * t
        for name, a, b in zip(loss.parameter_names, w, d, strict=True)
    }
    composed = sympy.Poly(loss.expand().to_sympy().subs(line), t)
    coefficients = [Fraction(int(c.p), int(c.q)) for c in reversed(composed.all_coeffs())]
    assert loss.along(w, d).tolist() == coefficients


def test_degrees_are_those_of_the_expansion():
    loss = pn.collect(SQUARE, pn.datasets.xor())
    polynomial = loss.expand()
    assert loss.degree == polynomial.degree == 6
    for name in loss.parameter_names:
        assert loss.degree_in(name) == polynomial.degree_in(name)


def test_a_weight_behind_an_input_that_is_always_zero_has_degree_zero():
    data = pn.Dataset([[1, 0], [2, 0]], [1, 2])
    loss = pn.collect(pn.Network([pn.Dense(2, 1, bias=False)]), data, form="moments")
    assert [loss.degree_in(name) for name in loss.parameter_names] == [2, 0]


def test_mean_reduction_divides_the_data_term_alone():
    data = pn.Dataset([[1, 2], [3, 4]], [[1, 0], [0, 1]])
    network = pn.Network([pn.Dense(2, 2)])
    weights = exact_weights(6, 0)
    penalty = sum(w * w for w in weights)
    total = pn.collect(network, data, l2=1).value(weights) - penalty
    mean = pn.collect(network, data, l2=1, reduction="mean").value(weights) - penalty
    assert mean == total / 4


def test_one_penalty_for_each_weight():
    loss = pn.collect(SQUARE, pn.datasets.xor(), l2=[1, 2, 3, 4, 5, 6])
    assert loss.value([1, 0, 0, 0, 0, 0]) == 2 + 1
    assert loss.value([0, 0, 0, 0, 0, 1]) == 2 + 6


def test_exact_arguments_give_fractions_and_arrays_give_floats():
    loss = pn.collect(SQUARE, pn.datasets.xor())
    assert isinstance(loss.value([1, 0, 0, 1, 1, 1]), Fraction)
    assert isinstance(loss.value(np.ones(6)), float)
    assert isinstance(loss.value([1.0, 0, 0, 1, 1, 1]), float)
    assert loss.gradient(np.ones(6)).dtype == np.float64


def test_float_examples_make_an_exact_loss_a_float_one():
    loss = pn.collect(SQUARE, pn.datasets.xor())
    more = loss.add([0.5, 0.25], [1.0])
    assert loss.exact
    assert not more.exact
    w = np.arange(6.0)
    expected = loss.value(w) + (SQUARE.forward(w, [[0.5, 0.25]])[0, 0] - 1.0) ** 2
    assert more.value(w) == pytest.approx(expected, rel=1e-14)


def test_a_float_loss_becomes_exact_only_on_request():
    data = pn.Dataset([[0.5, 0.25], [1.0, 2.0]], [[1.0], [0.5]])
    for form in ("moments", "samples"):
        loss = pn.collect(SQUARE, data, form=form)
        with pytest.raises(InputError, match="to_exact"):
            loss.expand()
        exact = loss.to_exact()
        weights = exact_weights(6, 5)
        assert exact.expand().evaluate(weights) == exact.value(weights)
        assert float(exact.value(weights)) == pytest.approx(loss.value(np.array(weights, float)))


def test_the_linear_network_has_its_floor_on_xor():
    network = pn.Network([pn.Dense(2, 2, bias=False), pn.Dense(2, 1, bias=False)])
    assert pn.collect(network, pn.datasets.xor()).lower_bound() == Fraction(4, 3)
    assert pn.collect(SQUARE, pn.datasets.xor()).lower_bound() == 0
    assert pn.collect(SQUARE, pn.datasets.xor()).value([1, -1, 0, 0, 1, 0]) == 0


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_weights_get_below_the_lower_bound(data):
    network = data.draw(networks())
    examples = data.draw(exact_data(network, most=6))
    weights = exact_weights(network.n_parameters, data.draw(st.integers(0, 1000)))
    for form in ("moments", "samples"):
        loss = pn.collect(network, examples, form=form)
        assert 0 <= loss.lower_bound() <= loss.value(weights)


def test_the_lower_bound_of_samples_is_the_scatter_at_equal_inputs():
    data = pn.Dataset([[1, 2], [1, 2], [3, 4]], [1, 3, 7])
    assert pn.collect(SQUARE, data, form="samples").lower_bound() == 2
    assert pn.collect(SQUARE, data.to_float(), form="samples").lower_bound() == 2.0


def test_expansion_over_budget_is_refused_with_the_prediction():
    loss = pn.collect(SQUARE, pn.datasets.xor())
    predicted = loss.predict_terms()
    with pytest.raises(BudgetError, match=f"{predicted}.*max_terms = 10"):
        loss.expand(max_terms=10)


def test_the_prediction_for_mnist_is_the_count_by_hand():
    network = pn.Network(
        [pn.Conv2d(1, 1, 3, bias=False), pn.Flatten(), pn.Dense(676, 10, bias=False)]
    )
    rng = np.random.default_rng(0)
    data = pn.Dataset(rng.random((3, 1, 28, 28)), rng.random((3, 10)))
    loss = pn.collect(network, data, form="moments")
    pairs = (9 * 10 // 2) * (676 * 677 // 2)
    assert loss.predict_terms() == 10 * (pairs + 9 * 676) + 1 == 103_032_541


def test_the_smaller_form_is_chosen_and_reported():
    rng = np.random.default_rng(0)
    network = pn.Network([pn.Dense(20, 3), pn.Square(), pn.Dense(3, 1)])
    few = pn.collect(network, pn.Dataset(rng.random((5, 20)), rng.random((5, 1))))
    assert few.choice.form == "moments"
    assert "one cost" in few.choice.reason
    wide = pn.Network([pn.Dense(200, 3), pn.Square(), pn.Dense(3, 1)])
    samples = pn.collect(wide, pn.Dataset(rng.random((5, 200)), rng.random((5, 1))))
    assert samples.choice.form == samples.form.name == "samples"
    layers = [pn.Conv2d(1, 1, 3), pn.Flatten(), pn.Dense(38 * 38, 2)]
    images = pn.Dataset(rng.random((5, 1, 40, 40)), rng.random((5, 2)))
    filtered = pn.collect(pn.Network(layers), images)
    assert filtered.choice.form == "samples"
    assert filtered.choice.n_monomials is None
    forced = pn.collect(
        network, pn.Dataset(rng.random((5, 20)), rng.random((5, 1))), form="samples"
    )
    assert forced.choice.reason == "asked for"


def test_moments_out_of_reach_are_refused_by_name_too():
    wide = pn.Network([pn.Dense(300, 2), pn.Square(), pn.Dense(2, 1)])
    data = pn.Dataset(np.ones((2, 300)), np.ones((2, 1)))
    with pytest.raises(BudgetError, match="20,000 input monomials"):
        pn.collect(wide, data, form="moments")


def test_numbers_beyond_floats_stay_exact_and_are_refused_as_floats():
    loss = pn.collect(pn.Network([pn.Dense(1, 1, bias=False)]), pn.Dataset([[10**200]], [1]))
    assert loss.value([1]) == (10**200 - 1) ** 2
    with pytest.raises(PolynetError, match="range of floats"):
        loss.value(np.array([1.0]))


def test_one_penalty_may_be_a_numpy_number():
    loss = pn.collect(SQUARE, pn.datasets.xor(), l2=np.array(3))
    assert loss.exact
    assert loss.value([1, 0, 0, 0, 0, 0]) == 5


def test_adding_one_example_at_a_time_keeps_few_blocks():
    rng = np.random.default_rng(0)
    loss = pn.collect(SQUARE, pn.Dataset(rng.random((1, 2)), rng.random((1, 1))), form="samples")
    for _ in range(300):
        loss = loss.add(rng.random(2), rng.random(1))
    assert loss.n_examples == 301
    assert len(loss.form.blocks) < 12


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda d: pn.collect(SQUARE, d, l2=-1), InputError, "-1"),
        (lambda d: pn.collect(SQUARE, d, l2=float("nan")), InputError, "nan"),
        (lambda d: pn.collect(SQUARE, d, l2="x"), PolynetError, "l2"),
        (lambda d: pn.collect(SQUARE, d, l2=[1, 2]), ShapeError, "2 entries.*6 weights"),
        (lambda d: pn.collect(SQUARE, d, l2=10**400), PolynetError, "range of floats"),
        (lambda d: pn.collect(d, SQUARE), InputError, "Network"),
        (lambda d: pn.collect(None, d), InputError, "NoneType"),
        (lambda d: pn.collect(pn.Network([pn.Square()]), d), InputError, "no weights"),
        (lambda d: pn.collect(SQUARE, d).merge(3), InputError, "int"),
        (lambda d: pn.collect(SQUARE, d, reduction="max"), InputError, "'max'"),
        (lambda d: pn.collect(SQUARE, d, form="dense"), InputError, "'dense'"),
        (lambda d: pn.collect(SQUARE, pn.Dataset([[1]], [1])), ShapeError, r"\(1,\).*\(2,\)"),
        (lambda d: pn.collect(SQUARE, pn.Dataset([[1, 2]], [[1, 2]])), ShapeError, "2 targets"),
        (lambda d: pn.collect(SQUARE, d).value([1, 2]), ShapeError, r"\(6,\)"),
        (lambda d: pn.collect(SQUARE, d).value([[1] * 6]), ShapeError, r"\(6,\)"),
        (lambda d: pn.collect(SQUARE, d).value(["a"] * 6), InputError, "6 numbers"),
        (lambda d: pn.collect(SQUARE, d).degree_in("w9"), InputError, "'w9'"),
        (lambda d: pn.collect(SQUARE, d).add([1, 2, 3], [1]), PolynetError, "3"),
        (lambda d: pn.collect(SQUARE, d).add([1, float("inf")], [1]), PolynetError, "inf"),
        (
            lambda d: pn.collect(SQUARE, d).merge(pn.collect(SQUARE, d, l2=1)),
            InputError,
            "same network, l2",
        ),
        (
            lambda d: pn.collect(SQUARE, d).merge(pn.collect(SQUARE, d, form="samples")),
            InputError,
            "form='moments'",
        ),
    ],
)
def test_bad_input_has_its_own_error(call, error, message):
    with pytest.raises(error, match=message):
        call(pn.datasets.xor())
