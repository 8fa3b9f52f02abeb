"""Programs: written once, run in floats and in exact rings alike, forwards and backwards."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import symengine
from flint import fmpq, fmpq_poly

from polynet.errors import BudgetError, InputError
from polynet.lowering import lower_collected, lower_samples
from polynet.program import ProgramWriter, add_into
from polynet.program_map import ProgramMap
from polynet.program_structure import output_degree, output_degrees, used_weights
from polynet.ring_evaluation import ring_adjoints, ring_outputs, ring_registers

X, Y = symengine.symbols("x y")
A, B, C = symengine.symbols("a b c")


def test_equal_nodes_are_written_once():
    writer = ProgramWriter(2, 0)
    product = writer.multiply(writer.weight(0), writer.weight(1))
    assert writer.register(product) == writer.register(dict(product))
    assert writer.n_terms == 1


def test_what_cancels_is_removed():
    form = {(1, 0): 2}
    add_into(form, [((1, 0), -2)])
    assert form == {}


def test_a_program_keeps_shared_parts_shared():
    shared = (A * X + B) ** 2
    program = lower_samples([shared * C, shared + 1], [X], [A, B, C])
    assert program.n_terms <= 8
    assert ring_outputs(program, [fmpq(2), fmpq(1), fmpq(5)], [fmpq(3)]) == [245, 50]


def test_collection_by_input_monomials_never_multiplies_out_in_the_weights():
    output = C * (A * X + B * Y + 1) ** 2
    collected = lower_collected([output], [X, Y], [A, B, C])
    assert collected.monomials == ((), (0,), (1,), (0, 0), (0, 1), (1, 1))
    values = ring_outputs(collected.program, [fmpq(2), fmpq(3), fmpq(1, 2)])
    assert values == [fmpq(1, 2), 2, 3, 2, 6, fmpq(9, 2)]


def test_the_limit_on_monomials_is_kept():
    with pytest.raises(BudgetError, match="more than 3 input monomials"):
        lower_collected([(A * X + B * Y) ** 3], [X, Y], [A, B], max_monomials=3)


@pytest.mark.parametrize(
    "expression",
    [symengine.sin(X) * A, A / X, X**A, A * symengine.Symbol("z"), X ** symengine.Rational(1, 2)],
)
def test_what_is_no_polynomial_is_refused(expression):
    with pytest.raises(InputError):
        lower_collected([expression], [X], [A])


def test_float_coefficients_make_the_program_inexact():
    program = lower_samples([0.5 * A * X], [X], [A])
    assert not program.exact
    with pytest.raises(TypeError, match="float"):
        ring_outputs(program, [fmpq(1)], [fmpq(1)])
    assert lower_samples([A * X / 2], [X], [A]).exact


def test_taylor_coefficients_equal_the_exact_composition():
    program = lower_samples([(A * X + B) ** 3 * C, A * B], [X], [A, B, C])
    w, d = [Fraction(1, 2), Fraction(-1), Fraction(2)], [Fraction(1), Fraction(3), Fraction(-1, 4)]
    line = [
        fmpq_poly([fmpq(p.numerator, p.denominator), fmpq(q.numerator, q.denominator)])
        for p, q in zip(w, d, strict=True)
    ]
    exact = [fmpq_poly(part) for part in ring_outputs(program, line, [fmpq(2)])]
    series = ProgramMap(program).evaluate(
        (np.array(w, float), np.array(d, float)), np.array([[2.0]]), None
    )
    assert len(series) == output_degree(program) + 1 == 5
    for k, part in enumerate(series):
        np.testing.assert_allclose(part[0], [float(p[k].p) / float(p[k].q) for p in exact])


def test_the_backward_sweep_is_the_same_in_floats_and_rationals():
    program = lower_samples([(A * X + B) ** 2 * C, A**3 * Y], [X, Y], [A, B, C])
    weights, inputs = [fmpq(1, 2), fmpq(-2), fmpq(3)], [fmpq(2), fmpq(5)]
    exact = ring_adjoints(program, ring_registers(program, weights, inputs), [fmpq(1), fmpq(-2)])
    floats = np.array([0.5, -2.0, 3.0])
    _, pull_back = ProgramMap(program).linearize((floats,), np.array([[2.0, 5.0]]), 1)
    gradient = pull_back((np.array([[1.0, -2.0]]),))[0]
    np.testing.assert_allclose(gradient, [float(v.p) / float(v.q) for v in exact])


def test_lanes_and_many_examples_equal_one_at_a_time():
    program = lower_samples([(A * X + B) ** 2 * C], [X], [A, B, C])
    run = ProgramMap(program)
    rng = np.random.default_rng(0)
    weights, inputs = rng.standard_normal((4, 3)), rng.standard_normal((70, 1))
    together = run.evaluate((weights,), inputs, 1)[0]
    assert together.shape == (4, 70, 1)
    for lane in range(4):
        np.testing.assert_allclose(together[lane], run.evaluate((weights[lane],), inputs, 1)[0])
    cotangent = rng.standard_normal((4, 70, 1))
    _, pull_back = run.linearize((weights,), inputs, 1)
    gradients = pull_back((cotangent,))[0]
    for lane in range(4):
        _, single = run.linearize((weights[lane],), inputs, 1)
        np.testing.assert_allclose(gradients[lane], single((cotangent[lane],))[0], rtol=1e-12)


def test_degrees_are_known_before_anything_is_expanded():
    program = lower_samples([(A * X + B) ** 2 * C, B * 0 + 1], [X], [A, B, C])
    assert output_degrees(program, np.array([True, False, False])).tolist() == [2, 0]
    assert output_degrees(program, np.array([True, True, True])).tolist() == [3, 0]


def test_dependence_is_known_before_anything_is_run():
    program = lower_samples([A * X, (A + B) ** 2 * C], [X], [A, B, C])
    first, second = program.outputs.tolist()
    assert used_weights(program, [first]).tolist() == [True, False, False]
    assert used_weights(program, [second]).tolist() == [True, True, True]
