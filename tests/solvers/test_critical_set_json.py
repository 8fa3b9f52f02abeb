"""Critical sets survive the way through JSON, and damage is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polynet import InputError
from solvers import CriticalSet, find_critical_points
from tests.solvers.catalogue import LAMBDA, generic_loss, xor_loss


@pytest.mark.parametrize("name", ["square 2-1-1", "linear 2-2-1"])
def test_families_and_points_come_back_equal(name: str, tmp_path: Path) -> None:
    for loss in (xor_loss(name), generic_loss(name), xor_loss(name, LAMBDA)):
        found = find_critical_points(loss)
        path = tmp_path / "found.json"
        text = found.to_json(path)
        for back in (CriticalSet.from_json(text), CriticalSet.from_json(path)):
            assert back.to_json() == text
            assert str(back) == str(found)


def test_counts_and_proofs_stand_in_the_file() -> None:
    record = json.loads(find_critical_points(xor_loss("linear 2-2-1")).to_json())
    assert record["floor"] == record["least_loss_exact"] == "4/3"
    assert record["least_loss_proved"] is True
    assert [family["dimension"] for family in record["families"]] == [4, 2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[1]", "no critical set"),
        ("missing.json", "cannot read 'missing.json'"),
        ("", "give a file that to_json wrote"),
        ('{"format": "other"}', "'format' must be"),
        ('{"format": "polynet-critical-set", "version": 99}', "version 99"),
        ('{"format": "polynet-critical-set", "version": 1}', "damaged"),
    ],
)
def test_damaged_files_are_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        CriticalSet.from_json(text)


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "found.json"
    found = find_critical_points(xor_loss("linear 2-1-1"))
    found.to_json(path)
    text = found.to_json(path)
    assert path.read_text("utf-8") == text + "\n"
    assert [file.name for file in tmp_path.iterdir()] == ["found.json"]
