"""What inspection says, against counts by hand and the expanded polynomial."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

import polynet as pn
from polynet.errors import InputError
from polynet.named_networks import network


def test_the_linear_network_on_xor():
    found = pn.inspect(pn.collect(network("linear"), pn.datasets.xor()))
    assert (found.n_parameters, found.n_examples, found.degree) == (6, 4, 4)
    assert found.least == Fraction(4, 3)
    assert found.monomials.exact
    assert found.monomials.count == 15
    assert found.bounds.bezout == 3**6
    assert [layer.critical_points_of_one_weight for layer in found.layers] == ["0 or 1"] * 2
    assert found.symmetry.dimension == 4


def test_activations_raise_the_number_of_critical_points_of_one_weight():
    found = pn.inspect(pn.collect(network("square"), pn.datasets.xor()))
    assert [layer.weight_degree for layer in found.layers] == [4, 2]
    assert "1 to 3" in str(found)


@pytest.mark.backend
def test_dead_weights_of_r2_on_a_hundred_mnist_images(image_root):
    data = pn.datasets.mnist(image_root, limit=100)
    loss = pn.collect(network("mnist-conv"), data)
    found = pn.inspect(loss)
    # A readout weight is dead where its whole 3 x 3 window is black in every image.
    lit = data.inputs[:, 0].any(axis=0)
    windows = np.lib.stride_tricks.sliding_window_view(lit, (3, 3)).any(axis=(2, 3))
    assert len(found.dead) == 10 * int((~windows).sum())
    assert found.dead_share == pytest.approx(0.13, abs=0.01)
    assert found.monomials.count == 103_032_541
    assert not found.monomials.exact
    assert [layer.weight_degree for layer in found.layers] == [2, 2]
    for name in found.dead[:3]:
        direction = np.zeros(loss.n_parameters)
        direction[loss.parameter_names.index(name)] = 1
        along = loss.along(np.random.default_rng(0).standard_normal(6769), direction)
        assert along[1:].tolist() == [0] * 4


def test_dead_weights_are_the_same_in_both_forms():
    data = pn.Dataset([[1, 0, 2], [3, 0, 1]], [1, 2])
    net = pn.Network([pn.Dense(3, 2, bias=False), pn.Square(), pn.Dense(2, 1)])
    dead = [pn.inspect(pn.collect(net, data, form=form)).dead for form in ("moments", "samples")]
    assert dead == [("w0_0_1", "w0_1_1")] * 2


def test_the_form_and_the_reason_are_told():
    loss = pn.collect(network("square"), pn.datasets.xor(), form="samples")
    assert "samples" in str(pn.inspect(loss))
    assert pn.inspect(loss).to_dict()["form"]["reason"] == "asked for"


def test_the_record_is_plain_json():
    record = json.loads(pn.inspect(pn.collect(network("square"), pn.datasets.xor())).to_json())
    assert record["n_parameters"] == 6
    assert record["symmetry"]["discrete"] == "8"
    assert record["least_loss"] == "0"


def test_what_is_feasible_depends_on_the_loss():
    exact = dict(pn.inspect(pn.collect(network("square"), pn.datasets.xor())).feasible)
    assert "exact elimination" in exact["all critical points"]
    floats = pn.datasets.xor().to_float()
    inexact = dict(pn.inspect(pn.collect(network("square"), floats)).feasible)
    assert "to_exact" in inexact["all critical points"]
    wide = pn.collect(network("dense:2-9,square,dense:9-1"), pn.datasets.xor())
    assert "restrict" in dict(pn.inspect(wide).feasible)["all critical points"]


def test_only_collected_losses_are_inspected():
    loss = pn.collect(network("square"), pn.datasets.xor())
    with pytest.raises(InputError, match="RestrictedLoss"):
        pn.inspect(loss.restrict("2", [1] * 6))
