"""Boxes: containment and overlap err to the safe side, copies enclose."""

from __future__ import annotations

import pickle

from flint import acb, arb, ctx

from solvers.certification.boxes import Box, greatest, upper_float


def square(centre: complex, half: float) -> acb:
    return acb(arb(centre.real, half), arb(centre.imag, half))


def test_a_box_around_a_point_has_the_given_half_sides():
    box = Box.around([acb(1, 2), acb(3)], [arb(0.5), arb(0.25)])
    assert box.holds(Box((square(1 + 2j, 0.5), square(3, 0.25))))
    assert [complex(x) for x in box.centre] == [1 + 2j, 3]
    assert 0.5 <= box.radius < 0.5000001


def test_the_interior_leaves_out_the_boundary():
    box = Box((square(0, 1),))
    assert box.holds(Box((acb(1, 1),)))
    assert not box.holds_inside(box)
    assert box.holds_inside(Box((square(0.25j, 0.5),)))
    assert not box.holds_inside(Box((square(0.75j, 0.5),)))


def test_boxes_are_disjoint_where_one_coordinate_is():
    first, second = Box((square(0, 1), square(0, 1))), Box((square(0, 1), square(2.5j, 1)))
    assert not first.overlaps(second)
    assert first.overlaps(Box((square(0, 1), square(1.5j, 1))))


def test_a_box_excludes_the_real_points_by_any_coordinate():
    assert Box((square(0, 1), square(2j, 1))).excludes_real
    assert not Box((square(0, 1), square(0.5j, 1))).excludes_real
    assert Box((square(2j, 1),)).conjugate.holds(Box((square(-2j, 0.5),)))


def test_the_real_part_of_a_box_has_no_imaginary_part():
    (ball,) = Box((square(3 + 0.5j, 1),)).on_real_axis().coordinates
    assert ball.imag.is_zero()
    assert ball.real.contains(2.5)


def test_the_distance_bounds_that_of_every_point():
    box = Box((square(0, 1), square(0, 0.1)))
    assert box.distance([acb(3), acb(0)]) >= arb(17).sqrt()
    assert box.distance([acb(3), acb(0)]) < 4.2


def test_a_copy_encloses_the_box_to_all_its_digits():
    with ctx.workprec(400):
        box = Box((acb(arb(1) / 3, arb(2).sqrt()),))
    copy = pickle.loads(pickle.dumps(box))
    assert copy.holds(box)
    assert copy.centre[0].real.man_exp() == box.centre[0].real.man_exp()
    assert copy.radius < 1.01 * box.radius < 1e-100


def test_bounds_are_rounded_up():
    assert upper_float(arb(0)) == 0.0
    assert arb(upper_float(arb("0.1"))) > arb("0.1")
    assert upper_float(arb(-3)) >= 3
    assert greatest([arb(1), arb(5), arb(2)]) == 5
    assert greatest([]) == 0
    assert not greatest([arb(1), arb.nan(), arb(2)]) <= 10
