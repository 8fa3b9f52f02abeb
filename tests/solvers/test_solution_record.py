"""Solutions come back from their files as they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polynet import PolynomialSystem
from polynet.errors import InputError
from solvers import Groebner, Homotopy, SolutionSet
from solvers.homotopy.solutions import HomotopySolutions

SYSTEMS = [
    ["x^2 + y^2 - 1", "x - y"],
    ["29/16*x^3 - 2*x*y", "y - x^2"],
    ["x*(x + y - 1)", "y*(x + y - 1)"],
    ["x*y - 1", "x"],
    ["x + y + z - 1", "x*y - z"],
]


def _assert_equal(back: SolutionSet, found: SolutionSet) -> None:
    assert type(back) is type(found)
    for name in ("names", "outcome", "evidence", "families", "dimension", "degree"):
        assert getattr(back, name) == getattr(found, name)
    for name in ("n_at_infinity", "n_failed", "solver", "engines", "seed", "seconds", "notes"):
        assert getattr(back, name) == getattr(found, name)
    for name in ("solutions", "is_real", "multiplicities", "members"):
        assert getattr(back, name).tobytes() == getattr(found, name).tobytes()
    assert str(back) == str(found)


@pytest.mark.parametrize("equations", SYSTEMS)
@pytest.mark.parametrize("solver", [Groebner(), Homotopy()], ids=["groebner", "homotopy"])
def test_solutions_come_back_to_the_bit(equations: list[str], solver: Any, tmp_path: Path) -> None:
    found = solver.solve(PolynomialSystem.from_strings(equations))
    text = found.to_json(tmp_path / "found.json")
    assert (tmp_path / "found.json").read_text() == text + "\n"
    for source in (text, tmp_path / "found.json", str(tmp_path / "found.json")):
        _assert_equal(SolutionSet.from_json(source), found)
    assert [file.name for file in tmp_path.iterdir()] == ["found.json"]


def test_paths_come_back_to_the_bit() -> None:
    system = PolynomialSystem.from_strings(["x^2*y - 1", "x*y^2 - x", "x - y"][:2])
    found = Homotopy(start="total-degree").solve(system)
    assert found.n_at_infinity > 0
    back = HomotopySolutions.from_json(found.to_json())
    for name, column in found.paths.columns.items():
        if name not in ("points", "fingerprints"):
            assert back.paths.columns[name].tobytes() == column.tobytes()
    assert back.path_of.tolist() == found.path_of.tolist()
    assert back.solution_of.tolist() == found.solution_of.tolist()
    assert (back.completeness, back.predicted) == (found.completeness, found.predicted)
    assert (back.start, str(back.paths)) == (found.start, str(found.paths))
    with pytest.raises(InputError, match="solve again"):
        back.start_of(0)


def test_numbers_beyond_floats_come_back_with_their_digits() -> None:
    found = Groebner().solve(PolynomialSystem.from_strings(["x - 10^400", "y^2 - x"]))
    back = SolutionSet.from_json(found.to_json())
    assert back.text(0, 0) == found.text(0, 0) == "1.000000000e+400"
    assert np.isinf(back.solutions[0, 0].real)


def test_the_json_is_plain() -> None:
    found = Homotopy().solve(PolynomialSystem.from_strings(["x*y - 1", "x^2*y - 2*x"]))

    def refuse(name: str) -> None:
        raise AssertionError(name)

    json.loads(found.to_json(), parse_constant=refuse)


def _record() -> dict[str, Any]:
    found = Homotopy().solve(PolynomialSystem.from_strings(["x^2 - 2"]))
    return dict(json.loads(found.to_json()))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "polynet-critical-set"}, "'format' must be 'polynet-solutions'"),
        ({"version": 7}, "version 7 of polynet-solutions is not known; this reads 1; read it with"),
        ({"solutions": [{"real": True}]}, "damaged solutions"),
        ({"outcome": "fine"}, "damaged solutions"),
        ({"path_of": [0]}, "damaged solutions"),
        ({"paths": {"codes": [9]}}, "damaged solutions"),
    ],
)
def test_other_records_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        SolutionSet.from_json(json.dumps(_record() | changes))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{no json", "not JSON"),
        ("[]", "'format' must be"),
        ("none.json", "cannot read 'none.json'"),
    ],
)
def test_other_text_is_refused(source: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        SolutionSet.from_json(source)


def test_a_record_without_paths_is_no_homotopy_solutions() -> None:
    text = Groebner().solve(PolynomialSystem.from_strings(["x^2 - 2"])).to_json()
    with pytest.raises(InputError, match="no HomotopySolutions"):
        HomotopySolutions.from_json(text)
