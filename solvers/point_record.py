"""The file format of exact points: by one polynomial, or by invariants under sign flips.

An :class:`~solvers.algebraic_point.AlgebraicPoint` enters, a dict that ``json`` writes leaves, and
back. Points by invariants are ``{"invariants": point, "names", "squares", "coordinates"}`` with
``[place, roots]`` for each variable, as in :class:`~solvers.symmetry_reduction.sign_orbit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from solvers.family_record import representation_in, representation_out
from solvers.record_format import Record

if TYPE_CHECKING:
    from solvers.algebraic_point import AlgebraicPoint
    from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["point_in", "point_out"]


def point_out(point: AlgebraicPoint) -> Record:
    """The record of a point."""
    from solvers.symmetry_reduction.sign_orbit import SignOrbit

    if not isinstance(point, SignOrbit):
        return representation_out(cast("UnivariateRepresentation", point))
    way = point.coordinates
    return {
        "invariants": representation_out(point.invariants),
        "names": list(way.names),
        "squares": list(way.squares),
        "coordinates": [[c.place, sorted(c.roots)] for c in way.coordinates],
    }


def point_in(record: Mapping[str, Any]) -> AlgebraicPoint:
    """The point of a record."""
    from solvers.symmetry_reduction.sign_orbit import Coordinate, SignCoordinates, SignOrbit

    if "invariants" not in record:
        return representation_in(record)
    coordinates = tuple(Coordinate(place, frozenset(r)) for place, r in record["coordinates"])
    way = SignCoordinates(tuple(record["names"]), tuple(record["squares"]), coordinates)
    return SignOrbit(representation_in(record["invariants"]), way)
