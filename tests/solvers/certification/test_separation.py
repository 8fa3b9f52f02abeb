"""Candidates get one number for each solution, and lose their certificate where none is proved."""

from __future__ import annotations

from dataclasses import replace

from flint import acb, arb

from solvers.certification.boxes import Box
from solvers.certification.failure import Failure
from solvers.certification.isolation import Isolated
from solvers.certification.krawczyk import Isolation
from solvers.certification.separation import number_solutions, same_solution


def ball(centre: float, half: float) -> Box:
    return Box((acb(arb(centre, half), arb(0, half)),))


def isolation(centre: float, inner: float, outer: float) -> Isolation:
    return Isolation(region=ball(centre, outer), enclosure=ball(centre, inner))


def isolated(proof: Isolation, precision: int = 128) -> Isolated:
    return Isolated(proof, None, True, precision, 0.0)


def never(place: int, bits: int) -> Isolated:
    raise AssertionError(f"candidate {place} needs no {bits} bits")


def test_same_and_distinct_are_proofs():
    base = isolation(0, 0.1, 1)
    assert same_solution(base, isolation(0.15, 0.1, 0.12)) is True
    assert same_solution(isolation(0.15, 0.1, 0.12), base) is True
    assert same_solution(base, isolation(0.5, 0.1, 10)) is False
    assert same_solution(isolation(0, 0.1, 0.11), isolation(0.15, 0.1, 0.11)) is None


def test_numbers_count_up_in_the_order_of_candidates():
    one, two = isolation(5, 0.1, 1), isolation(0, 0.1, 1)
    failed = Isolated(None, Failure.SINGULAR, None, 1024)
    found, numbers = number_solutions([*map(isolated, (one, two)), failed, isolated(one)], never)
    assert numbers == [0, 1, -1, 0]
    assert found[2] is failed


def test_undecided_pairs_are_refined():
    asked: list[tuple[int, int]] = []

    def refine(place: int, bits: int) -> Isolated:
        asked.append((place, bits))
        return isolated(isolation(0.2 * place, 0.01, 0.05), bits)

    start = [isolated(isolation(0.15 * place, 0.1, 0.11)) for place in range(2)]
    found, numbers = number_solutions(start, refine)
    assert numbers == [0, 1]
    assert sorted(asked) == [(0, 256), (1, 256)]
    assert [one.precision for one in found] == [256, 256]


def test_the_later_of_an_undecided_pair_loses_its_certificate():
    start = [isolated(isolation(0.15 * place, 0.1, 0.11)) for place in range(2)]
    failed = Isolated(None, Failure.SINGULAR, None, 1024)
    found, numbers = number_solutions(start, lambda place, bits: failed)
    assert numbers == [0, -1]
    assert found == [start[0], found[1]]
    assert found[1].failure is Failure.NOT_SEPARATED
    assert replace(found[1], failure=None).proof is start[1].proof
