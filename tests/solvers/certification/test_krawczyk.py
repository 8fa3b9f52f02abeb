"""Krawczyk's test: boxes with one solution are proved, boxes with none or two are not."""

from __future__ import annotations

import pickle

from flint import acb, ctx

from polynet import PolynomialSystem
from solvers.certification.ball_map import SparseMap
from solvers.certification.krawczyk import isolating_box
from solvers.certification.newton import NewtonEnd, approximate_inverse, better_start, newton


def isolated(equations, point):
    mapping = SparseMap(PolynomialSystem.from_strings(equations))
    inverse = approximate_inverse(mapping, point)
    return isolating_box(mapping, point, inverse)


def refined(equations, point, reach=1):
    mapping = SparseMap(PolynomialSystem.from_strings(equations))
    return newton(mapping, point, home=point, reach=acb(reach).real)


def test_the_enclosure_holds_the_solution_and_lies_inside_the_region():
    with ctx.workprec(128):
        point = [acb(2).sqrt().mid()]
        found = isolated(["x^2 - 2"], point)
        assert found.region.holds_inside(found.enclosure)
        assert found.enclosure.coordinates[0].overlaps(acb(2).sqrt())
        assert found.enclosure.radius < 1e-37
        # Half the digits: wide enough to recognise another approximation.
        assert 1e-20 < found.region.radius < 1e-18


def test_a_point_without_a_solution_gives_no_box():
    with ctx.workprec(128):
        assert isolated(["x^2 - 2"], [acb(10)]) is None


def test_a_rough_centre_gives_a_wide_box():
    with ctx.workprec(128):
        found = isolated(["x^2 - 2"], [acb(1.41)])
        assert found.enclosure.coordinates[0].overlaps(acb(2).sqrt())
        assert 1e-5 < found.enclosure.radius < 1e-2


def test_a_box_never_holds_two_solutions():
    with ctx.workprec(128):
        found = isolated(["x^2 - 1/10^30"], [acb(1e-15)])
        assert found is not None
        assert not found.region.coordinates[0].contains(acb(-1e-15))


def test_a_double_root_gives_no_box():
    with ctx.workprec(128):
        assert isolated(["x^2", "y"], [acb(1e-20), acb(0)]) is None


def test_a_copied_region_is_no_larger_and_a_copied_enclosure_no_smaller():
    with ctx.workprec(128):
        found = isolated(["x^3 - 2*x - 5", "y - x"], [acb("2.0945514815423265914823865405793")] * 2)
        copy = pickle.loads(pickle.dumps(found))
        assert found.region.holds(copy.region)
        assert copy.enclosure.holds(found.enclosure)
        assert copy.region.holds_inside(copy.enclosure)


class TestNewton:
    def test_settles_at_a_simple_solution(self):
        with ctx.workprec(256):
            found = refined(["x^2 - 2"], [acb(1.4142)])
            assert found.end is NewtonEnd.SETTLED
            assert abs(found.centre[0] ** 2 - 2).abs_upper() < 1e-75

    def test_contracts_slowly_at_a_double_one(self):
        with ctx.workprec(256):
            assert refined(["(x - 1/3)^2"], [acb(0.33)]).end is NewtonEnd.SLOW

    def test_says_when_it_leaves(self):
        with ctx.workprec(128):
            assert refined(["x^2 - 2"], [acb(1.3)], reach=0.01).end is NewtonEnd.STRAYED

    def test_wanders_where_there_is_no_solution_on_the_axis(self):
        with ctx.workprec(128):
            assert refined(["x^2 + 1"], [acb(0.3)], reach=1e9).end is NewtonEnd.UNSETTLED

    def test_says_when_the_jacobian_is_singular(self):
        with ctx.workprec(128):
            assert refined(["x^2 - 2"], [acb(0)]).end is NewtonEnd.SINGULAR

    def test_prefers_the_start_with_the_shorter_step(self):
        mapping = SparseMap(PolynomialSystem.from_strings(["x^2 - 2"]))
        with ctx.workprec(128):
            near, far, singular = [acb(1.4142)], [acb(1.3)], [acb(0)]
            assert better_start(mapping, far, near) == near
            assert better_start(mapping, near, far) == near
            assert better_start(mapping, singular, far) == far
            assert better_start(mapping, far, singular) == far
