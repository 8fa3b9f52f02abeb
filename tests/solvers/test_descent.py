"""Descent ends low, repeats by its seed, and has the loss it says it has."""

from __future__ import annotations

import pytest

import polynet as pn
from polynet.errors import InputError
from polynet.named_networks import network
from solvers.descent import descend


@pytest.mark.parametrize(("net", "least"), [("linear", 4 / 3), ("square", 0), ("product-bias", 0)])
def test_least_loss_of_xor_is_reached(net: str, least: float) -> None:
    loss = pn.collect(network(net), pn.datasets.xor())
    found = descend(loss, n_starts=6)
    assert found.loss == pytest.approx(least, abs=1e-8)
    assert loss.value(found.weights) == pytest.approx(found.loss, abs=1e-12)


def test_seed_repeats_the_descent() -> None:
    loss = pn.collect(network("square-1"), pn.datasets.xor())
    assert descend(loss, n_starts=2, seed=3) == descend(loss, n_starts=2, seed=3)


def test_no_starts_are_refused() -> None:
    loss = pn.collect(network("linear"), pn.datasets.xor())
    with pytest.raises(InputError, match="at least 1"):
        descend(loss, n_starts=0)
