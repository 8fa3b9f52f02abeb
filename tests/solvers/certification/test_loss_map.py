"""Gradients of losses on balls agree with the expanded polynomial."""

from __future__ import annotations

import pickle
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, ctx

import polynet as pn
from polynet.critical_system import critical_system
from solvers.certification.ball_map import SparseMap
from solvers.certification.loss_map import GradientMap

PENALTIES = [Fraction(k + 2, 30) for k in range(9)]


@pytest.fixture(scope="module", params=["moments", "samples"])
def loss(request):
    network = pn.Network([pn.Dense(2, 2), pn.Square(), pn.Dense(2, 1)])
    return pn.collect(network, pn.datasets.xor(), l2=PENALTIES, form=request.param)


def test_gradient_and_hessian_are_those_of_the_expanded_loss(loss):
    rng = np.random.default_rng(0)
    expanded = loss.expand()
    direct, sparse = GradientMap(loss), SparseMap(critical_system(expanded))
    with ctx.workprec(128):
        point = [acb(complex(*rng.normal(size=2))) for _ in range(9)]
        assert acb(direct.loss(point)).overlaps(acb(expanded.evaluate(point)))
        pairs = [
            *zip(direct.values(point), sparse.values(point), strict=True),
            *zip(direct.jacobian(point).entries(), sparse.jacobian(point).entries(), strict=True),
        ]
    assert len(pairs) == 9 + 81
    assert all(one.overlaps(other) and one.rad() < 1e-30 for one, other in pairs)


def test_the_length_of_power_series_is_left_alone(loss):
    before = ctx.cap
    GradientMap(loss).jacobian([acb(1)] * 9)
    assert ctx.cap == before


def test_a_copy_is_of_the_same_loss(loss):
    mapping = GradientMap(loss)
    copy = pickle.loads(pickle.dumps(mapping))
    point = [acb(k) / 4 for k in range(9)]
    assert [str(v) for v in copy.values(point)] == [str(v) for v in mapping.values(point)]
    assert (copy.n_variables, copy.n_equations) == (9, 9)
