"""Inertia by three routes, against eigenvalues and each other."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat, ctx, fmpq_mat, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from polynet import SparsePolynomial
from solvers.classify import certified_inertia, exact_inertia, numerical_inertia
from solvers.critical_point import Evidence, Inertia, Kind
from solvers.landscape_point import PointClassifier
from solvers.univariate_representation import UnivariateRepresentation

integers = st.integers(-3, 3)


@given(st.integers(1, 5).flatmap(lambda n: st.lists(integers, min_size=n * n, max_size=n * n)))
def test_routes_agree_on_integer_matrices(entries: list[int]) -> None:
    n = round(len(entries) ** 0.5)
    half = np.array(entries).reshape(n, n)
    matrix = half + half.T
    exact = exact_inertia(fmpq_mat(matrix.tolist()))
    assert numerical_inertia(matrix.astype(float)) == exact
    with ctx.workprec(128):
        assert certified_inertia(arb_mat(matrix.tolist()), exact.zero) == exact


@given(
    st.lists(st.integers(-2, 2), min_size=4, max_size=4),
    st.lists(integers, min_size=16, max_size=16),
)
def test_congruence_keeps_the_inertia(signs: list[int], entries: list[int]) -> None:
    """Sylvester's law: the inertia of P^T D P is that of D where P is invertible."""
    transform = fmpq_mat(4, 4, entries)
    if transform.det() == 0:
        return
    diagonal = fmpq_mat([[s if i == j else 0 for j in range(4)] for i, s in enumerate(signs)])
    found = exact_inertia(transform.transpose() * diagonal * transform)
    positive, negative = sum(s > 0 for s in signs), sum(s < 0 for s in signs)
    assert found == Inertia(positive, negative, 4 - positive - negative)


def test_wide_balls_are_not_decided() -> None:
    wide = arb_mat([[arb(1, 2), arb(0)], [arb(0), arb(1)]])
    assert certified_inertia(wide) is None
    assert certified_inertia(arb_mat([[0, 0], [0, 1]])) is None


def test_scales_far_apart_are_decided() -> None:
    with ctx.workprec(256):
        matrix = arb_mat([[arb(10) ** 30, arb(1)], [arb(1), -(arb(10) ** -30) / 2]])
        assert certified_inertia(matrix) == Inertia(1, 1, 0)


@pytest.mark.parametrize(
    ("inertia", "kind"),
    [
        (Inertia(2, 0, 0), Kind.MINIMUM),
        (Inertia(0, 2, 0), Kind.MAXIMUM),
        (Inertia(1, 1, 0), Kind.SADDLE),
        (Inertia(1, 0, 1), Kind.DEGENERATE),
    ],
)
def test_kind_follows_from_the_inertia(inertia: Inertia, kind: Kind) -> None:
    assert inertia.kind is kind


def test_zero_eigenvalues_at_algebraic_points_are_proved_by_rank() -> None:
    """(x^2 - 2)^2 has minima at the roots of 2; with a cube of them the Hessian is singular."""
    x, y = SparsePolynomial.variables(["x", "y"])
    root_two = UnivariateRepresentation(fmpq_poly([-2, 0, 1]), (fmpq_poly([4]), fmpq_poly([0])))
    simple = PointClassifier((x**2 - 2) ** 2 + y**2).algebraic(root_two, 1)
    assert (simple.inertia, simple.evidence) == (Inertia(2, 0, 0), Evidence.CERTIFIED)
    assert simple.point.tolist() == [2**0.5, 0]
    assert simple.loss_exact == 0
    flat = PointClassifier((x**2 - 2) ** 4 - y**2).algebraic(root_two, 1)
    assert flat.inertia == Inertia(0, 1, 1)


def test_nearly_singular_hessians_are_not_called_singular() -> None:
    """An eigenvalue of 10^-60 at an irrational point needs more than double precision."""
    x, y = SparsePolynomial.variables(["x", "y"])
    root_two = UnivariateRepresentation(fmpq_poly([-2, 0, 1]), (fmpq_poly([4]), fmpq_poly([0])))
    tiny = (x**2 - 2) ** 2 + y**2 / 10**60 + (x**2 - 2) * y
    assert PointClassifier(tiny).algebraic(root_two, 1).inertia == Inertia(1, 1, 0)
    assert PointClassifier((x**2 - 2) ** 2 - y**2 / 10**60).algebraic(
        root_two, 0
    ).inertia == Inertia(1, 1, 0)
