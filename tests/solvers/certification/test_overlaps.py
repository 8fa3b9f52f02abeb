"""Pairs of touching boxes: the same as by comparing all."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from flint import acb, arb

from solvers.certification.boxes import Box
from solvers.certification.overlaps import touching_pairs


@pytest.mark.parametrize(("half", "seed"), [(0.3, 0), (0.05, 1), (1e-30, 2)])
def test_finds_the_pairs_that_a_comparison_of_all_finds(half, seed):
    rng = np.random.default_rng(seed)
    centres = rng.uniform(-1, 1, (40, 2)) + 1j * rng.uniform(-1, 1, (40, 2))
    centres[30:] = centres[:10]  # some coincide
    boxes = {
        3 * i: Box(tuple(acb(arb(x.real, half), arb(x.imag, half)) for x in row))
        for i, row in enumerate(centres)
    }
    expected = {(a, b) for a, b in combinations(boxes, 2) if boxes[a].overlaps(boxes[b])}
    found = [tuple(sorted(pair)) for pair in touching_pairs(boxes)]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert len(expected) >= 10


def test_tells_boxes_apart_that_floats_cannot():
    boxes = {i: Box((acb(arb(1) + arb(2) ** -k, arb(0)),)) for i, k in enumerate([50, 51, 51])}
    assert list(touching_pairs(boxes)) == [(1, 2)]


def test_numbers_beyond_all_floats_are_compared():
    huge = arb(10) ** 400
    boxes = {0: Box((acb(huge),)), 1: Box((acb(1),)), 2: Box((acb(huge),))}
    assert list(touching_pairs(boxes)) == [(0, 2)]


def test_no_boxes_make_no_pairs():
    assert list(touching_pairs({})) == []


def test_a_box_that_another_stands_for_meets_no_more():
    boxes = {i: Box((acb(arb(0, 1)),)) for i in range(100)}
    assert len(list(touching_pairs(boxes))) == 100 * 99 // 2
    assert len(list(touching_pairs(boxes, stands_for=lambda first, second: True))) == 99
