"""``polynet inspect`` on named data and files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

Run = Callable[..., Result]


def test_facts_of_xor(run: Run) -> None:
    result = run("inspect", "xor", "--net", "linear", "--json", "facts.json")
    assert result.exit_code == 0
    assert "at least 4/3, whatever the weights" in result.stdout
    facts = json.loads(Path("facts.json").read_text())
    assert (facts["n_parameters"], facts["degree"], facts["least_loss"]) == (6, 4, "4/3")


def test_penalties_are_read_exactly(run: Run) -> None:
    result = run("inspect", "xor", "--net", "square-1", "--l2", "0.1,1/3,1e-2", "--json", "-")
    assert json.loads(result.stdout)["penalised_weights"] == 3
    assert json.loads(result.stdout)["exact"] is True


def test_parity_of_some_bits(run: Run) -> None:
    net = "dense:3-2,square,dense:2-1"
    result = run("inspect", "parity:3", "--net", net, "--limit", "5", "--json", "-")
    assert json.loads(result.stdout)["n_examples"] == 5


def test_data_from_an_npz_file(run: Run) -> None:
    np.savez("points.npz", inputs=[[0.5], [1.5]], targets=[1.0, 2.0])
    result = run("inspect", "points.npz", "--net", "dense:1-1", "--json", "-")
    facts = json.loads(result.stdout)
    assert (facts["n_examples"], facts["exact"]) == (2, False)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"no zip file", "not a readable .npz file"), (b"", "not a readable .npz file")],
)
def test_damaged_file_is_refused(run: Run, content: bytes, message: str) -> None:
    Path("points.npz").write_bytes(content)
    result = run("inspect", "points.npz", "--net", "dense:1-1")
    assert result.exit_code == 2
    assert message in result.stderr


def test_file_without_targets_is_refused(run: Run) -> None:
    np.savez("points.npz", inputs=[[0.5]])
    result = run("inspect", "points.npz", "--net", "dense:1-1")
    assert result.exit_code == 2
    assert "targets" in result.stderr
