"""Certified critical points have the inertia that exact arithmetic gives them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

import polynet as pn
from polynet import SparsePolynomial
from polynet.errors import InputError
from solvers.certification.critical_points import certify_critical_points
from solvers.critical_point import Evidence, Kind
from solvers.find import find_critical_points


def test_a_network_loss_and_its_expansion_agree_with_the_exact_solver():
    network = pn.Network([pn.Dense(2, 1, bias=False), pn.Square(), pn.Dense(1, 1, bias=False)])
    loss = pn.collect(
        network, pn.datasets.xor(), l2=[Fraction(1, 7), Fraction(1, 9), Fraction(1, 8)]
    )
    exact = find_critical_points(loss)
    assert exact.index_counts
    candidates = np.array([point.point for point in exact.real]) + 1e-9
    for given in (loss, loss.expand()):
        certificate, points = certify_critical_points(given, candidates)
        assert certificate.n_distinct == certificate.n_real == len(exact.real)
        for point, known in zip(points, exact.real, strict=True):
            assert point.evidence is Evidence.CERTIFIED
            assert point.inertia == known.inertia
            assert arb(point.loss_enclosure).overlaps(arb(known.loss_enclosure))
            assert point.point == pytest.approx(known.point, abs=1e-14)
            assert len(point.enclosure) == 3


def test_points_that_are_not_real_are_no_critical_points_of_the_landscape():
    (x,) = SparsePolynomial.variables(["x"])
    loss = x**4 * Fraction(1, 4) + x * x * Fraction(1, 2)  # x^3 + x
    certificate, points = certify_critical_points(loss, [[0], [1j], [-1j], [0.5]])
    assert (certificate.n_certified, certificate.n_distinct) == (3, 3)
    assert [point.kind if point else None for point in points] == [Kind.MINIMUM, None, None]


def test_a_hessian_of_condition_1e30_is_decided():
    x, y = SparsePolynomial.variables(["x", "y"])
    loss = (x + y) ** 2 - (x - y) ** 2 * Fraction(1, 10**30)
    _, (point,) = certify_critical_points(loss, [[0, 0]])
    assert (point.inertia.positive, point.inertia.negative) == (1, 1)


def test_what_is_no_loss_is_refused():
    with pytest.raises(InputError, match="list is no loss"):
        certify_critical_points(["x^2"], [[0]])
