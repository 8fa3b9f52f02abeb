"""Which components lie in others."""

from __future__ import annotations

from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import Limits, flint_basis, integer_ring
from solvers.groebner.overlaps import lies_within, maximal_places

RING = integer_ring(["x", "y", "inverse"])
X, Y, Z = RING.gens()


def test_a_fat_line_lies_in_the_plane_through_it() -> None:
    """On x^3 = y^2 = z x^2 = 0 the form x + y vanishes, but it is not in the ideal."""
    fat = flint_basis([X**3, Y**2, Z * X**2], RING)
    assert lies_within(fat, (X + Y,), RING)
    assert not lies_within(fat, (X + Y - Z,), RING)


def test_the_whole_space_holds_everything() -> None:
    assert lies_within((X,), (), RING)
    assert not lies_within((), (X,), RING)


def test_one_of_equal_pieces_is_kept_and_the_clearest() -> None:
    pieces = [flint_basis([X**2 + Y, X**3 + Y * Z], RING), (Y, X), (X, Y), (X,)]
    places = maximal_places([(X**2, X * Y, Y**2), (X, Y), (X, Y)], RING)
    assert places == [1]
    assert maximal_places(pieces, RING) == [3, 0]


def test_limits_leave_a_piece_outside() -> None:
    tight = Algebra(Limits(1, 1, 1))
    assert not lies_within((X**2, X * Y, Y**2), (X, Y), RING, tight)
