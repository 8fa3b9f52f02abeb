"""Certificates: counts, text, and the file format."""

from __future__ import annotations

import json

import numpy as np
import pytest

from polynet import PolynomialSystem
from polynet.errors import InputError
from solvers.certification.certificate import Certificate, Verdict
from solvers.certification.failure import Failure
from solvers.certify import certify


@pytest.fixture(scope="module")
def found() -> Certificate:
    system = PolynomialSystem.from_strings(["x^3 - 2", "y - x^2"])
    root = 2 ** (1 / 3)
    turn = root * np.exp(2j * np.pi / 3)
    return certify(
        system, [[root, root**2], [turn, turn**2], [0.5, 0.25], [root, root**2], [np.nan, 0]]
    )


def test_counts_add_up(found):
    assert (found.n_candidates, found.n_certified, found.n_distinct) == (5, 3, 2)
    assert (found.n_real, found.n_not_real) == (1, 1)
    assert found.is_certified.tolist() == [True, True, False, True, False]
    assert found.is_real.tolist() == [True, False]
    assert found.duplicates == ((0, 3),)
    assert not found.complete
    assert sum(found.failures.values()) + found.n_certified == found.n_candidates


def test_solutions_are_the_distinct_ones_to_double_precision(found):
    root = 2 ** (1 / 3)
    assert found.solutions[0] == pytest.approx([root, root**2], rel=1e-15)
    assert found.solutions.shape == (2, 2)


def test_a_conjugate_that_is_not_listed_is_reported(found):
    assert found.missing_conjugates == (1,)
    assert "1 more solutions exist" in str(found)


def test_the_table_shows_every_candidate_and_each_reason(found):
    text = str(found)
    assert text.startswith("3 of 5 candidates certified: 2 distinct solutions, 1 real, 1 not real")
    assert Failure.NOT_FINITE.advice in text
    lines = text.splitlines()
    rows = lines[next(i for i, line in enumerate(lines) if "radius" in line) + 1 : -1]
    assert len(rows) == 5
    assert rows[0].split()[:3] == ["0", "0", "real"]
    assert rows[2].split(maxsplit=2)[2] == rows[2].split(maxsplit=2)[2].strip()
    assert "1.259921" in rows[3]


def test_long_tables_are_abridged_with_the_count():
    system = PolynomialSystem.from_strings(["x^30 - 1"])
    roots = np.exp(2j * np.pi * np.arange(30) / 30)
    assert "and 10 more" in str(certify(system, roots[:, None]))


def test_json_restores_the_certificate(found, tmp_path):
    path = tmp_path / "certificate.json"
    text = found.to_json(path)
    for source in (path, text):
        back = Certificate.from_json(source)
        assert back.verdicts == found.verdicts
        assert (back.names, back.settings, back.engines) == (
            found.names,
            found.settings,
            found.engines,
        )
        assert str(back) == str(found)


def test_json_states_what_readers_of_the_file_need(found):
    record = json.loads(found.to_json())
    assert (record["format"], record["version"]) == ("polynet-certificate", 1)
    assert (record["n_certified"], record["n_distinct"], record["n_real"]) == (3, 2, 1)
    first, third = record["candidates"][0], record["candidates"][2]
    assert first["status"] == "certified"
    assert first["enclosure"][0][0].startswith("[1.2599210498948731647")
    assert third["status"] == "not certified"
    assert third["advice"] == Failure.NO_SOLUTION_NEAR.advice


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ('{"format": "other", "version": 1}', "no certificate: the entry 'format'"),
        ('{"format": "polynet-certificate", "version": 2}', "version 2 of polynet-certificate"),
        ("none.json", "cannot read 'none.json'"),
        ('{"format": "polynet-certificate", "version": 1}', "damaged"),
    ],
)
def test_damaged_files_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        Certificate.from_json(text)


def test_a_missing_candidate_is_an_error(found):
    assert found[4].failure is Failure.NOT_FINITE
    with pytest.raises(InputError, match="no candidate 5; there are 5"):
        found[5]


def test_balls_lose_nothing_that_the_text_has():
    verdict = Verdict(None, (("[1.5 +/- 1e-40]", "0"),), True, 0, 1e-40, 0.0, 128)
    (ball,) = verdict.balls()
    assert ball.real.rad() < 1.1e-40
    assert ball.imag.is_zero()
