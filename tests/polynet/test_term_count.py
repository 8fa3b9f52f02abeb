"""Predicted numbers of monomials against those of the expansion."""

from __future__ import annotations

import numpy as np
import pytest

import polynet as pn


@pytest.mark.parametrize("form", ["moments", "samples"])
def test_separate_squares_are_predicted_from_products_of_terms(form: str) -> None:
    """Degrees alone would say 421: a first-layer weight meets only its own output weight."""
    network = pn.Network([pn.Dense(3, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])
    inputs = np.random.default_rng(0).integers(-9, 10, (30, 3))
    loss = pn.collect(network, pn.Dataset(inputs, inputs.sum(axis=1)), form=form)
    terms = 2 * 6  # v_h w_hi w_hj for i <= j
    assert loss.predict_terms() == terms * (terms + 1) // 2 + terms + 1
    # v_h^2 w^4 and v_0 v_1 w^2 w^2, then v_h w^2, then 1: some products of terms coincide.
    assert loss.expand().n_terms == 2 * 15 + 36 + terms + 1


def test_a_shared_filter_is_predicted_from_degrees() -> None:
    """Products of terms would say 153: every filter weight meets every weight behind it."""
    network = pn.Network([pn.Conv2d(1, 1, 2, bias=False), pn.Flatten(), pn.Dense(4, 1, bias=False)])
    network = network.with_input_shape((1, 3, 3))
    inputs = np.random.default_rng(0).integers(-9, 10, (30, 1, 3, 3))
    loss = pn.collect(network, pn.Dataset(inputs, inputs[:, 0, 0, 0]))
    assert loss.predict_terms() == loss.expand().n_terms == 10 * 10 + 4 * 4 + 1


def test_penalties_count_once_for_each_weight() -> None:
    network = pn.Network([pn.Dense(2, 1, bias=False)])
    loss = pn.collect(network, pn.datasets.xor(), l2=1)
    assert loss.predict_terms() == loss.expand().n_terms == 6
