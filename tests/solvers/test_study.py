"""A study from end to end: what is recorded, and that a record comes back as it was."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import polynet as pn
from polynet.errors import DataError, InputError
from polynet.named_networks import network
from solvers import Groebner
from solvers.study import reach_of, run_study, save_study, study_figure
from solvers.study_record import Reach, Study


def xor(net: str, l2: object = 0) -> pn.CollectedLoss:
    return pn.collect(network(net), pn.datasets.xor(), l2=l2)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def isolated() -> Study:
    """One squared unit with a penalty of its own for each weight: 21 isolated critical points."""
    penalties = [Fraction(1, 100), Fraction(3, 200), Fraction(1, 50)]
    return run_study(xor("square-1", penalties), Groebner(seed=5), name="XOR")


@pytest.fixture(scope="module")
def families() -> Study:
    return run_study(
        xor("linear"), Groebner(engine="flint"), reach=[Reach("linear", "4/3", "4/3", 4)]
    )


@pytest.fixture(scope="module")
def unfinished() -> Study:
    return run_study(xor("square-bias"), Groebner(timeout=0.5))


@pytest.mark.parametrize("kind", ["isolated", "families", "unfinished"])
def test_record_loads_back_equal(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    study: Study = request.getfixturevalue(kind)
    again = Study.from_json(study.to_json())
    assert again == study
    assert again.to_json() == study.to_json()
    assert str(again) == str(study)
    study.save(tmp_path / "study.json")
    assert Study.load(tmp_path / "study.json") == study


def test_record_holds_what_repeats_the_run(isolated: Study) -> None:
    assert isolated.seed == 5
    assert isolated.l2 == ("1/100", "3/200", "1/50")
    assert isolated.solver.startswith("Groebner(seed=5")
    assert {"polynet", "python", "python-flint"} <= set(isolated.versions)
    text = isolated.polynomial
    again = pn.PolynomialSystem.from_strings([text]).polynomials[0]
    assert again.n_terms == isolated.n_terms
    assert again.to_sympy() == xor("square-1", isolated_penalties()).expand().to_sympy()


def isolated_penalties() -> list[Fraction]:
    return [Fraction(1, 100), Fraction(3, 200), Fraction(1, 50)]


def test_one_squared_unit_has_its_21_points(isolated: Study) -> None:
    assert isolated.critical.complex_count == 21
    assert isolated.critical.index_counts == {0: 3, 1: 4, 2: 2}
    assert isolated.descent is None


def test_linear_network_reaches_its_floor_and_no_lower() -> None:
    reach = reach_of(xor("linear"), "linear")
    assert (reach.floor, reach.lowest, reach.dimension) == ("4/3", "4/3", 4)
    assert reach.attained
    weights = np.array([Fraction(weight) for weight in reach.weights])
    assert xor("linear").value(weights) == Fraction(4, 3)


def test_a_network_without_weights_at_its_floor_has_a_least_critical_value() -> None:
    """Squares of one weight cannot be -1: the least loss is that of the weight zero."""
    square = pn.Network([pn.Dense(1, 1, bias=False), pn.Square()])
    reach = reach_of(pn.collect(square, pn.Dataset([[1]], [[-1]])), "one square")
    assert reach == Reach("one square", "0", "1", 0)
    assert not reach.attained


def test_reach_says_nothing_where_time_is_out() -> None:
    reach = reach_of(xor("product-bias"), "products", Groebner(timeout=0.01))
    assert reach == Reach("products", "0", None, 0)


def test_text_says_plainly_that_there_are_families(families: Study) -> None:
    text = str(families)
    assert "they form families of dimension up to 4: 2 families, 1 of them not decomposed" in text
    assert "no weights get below 4/3 (proved); reached on a family of dimension 4" in text


def test_unfinished_study_says_what_descent_reaches(unfinished: Study) -> None:
    assert unfinished.critical.outcome.value == "budget spent"
    assert unfinished.descent is not None
    assert unfinished.descent.loss == pytest.approx(0, abs=1e-9)
    assert "Descent from 20 random starts" in str(unfinished)


def test_float_loss_is_refused() -> None:
    with pytest.raises(InputError, match="exact"):
        run_study(xor("linear", 0.01))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, "no study"),
        ({"version": 99}, "version 99"),
        ({"critical": {}}, "damaged study"),
        ({"reach": [{"network": "linear"}]}, "damaged study"),
        ({"l2": None}, "damaged study"),
    ],
)
def test_changed_record_is_refused(
    isolated: Study, change: dict[str, object], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        Study.from_json(json.dumps(isolated.to_dict() | change))


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"format": "polynet-study"}'])
def test_text_that_is_no_study_is_refused(text: str) -> None:
    with pytest.raises(DataError):
        Study.from_json(text)


def test_truncated_record_is_refused(isolated: Study) -> None:
    with pytest.raises(DataError, match="not JSON"):
        Study.from_json(isolated.to_json()[:-50])


def test_missing_entry_is_refused(isolated: Study) -> None:
    for key in isolated.to_dict():
        record = isolated.to_dict()
        del record[key]
        with pytest.raises(DataError):
            Study.from_json(json.dumps(record))


def test_folder_gets_record_and_picture_and_nothing_else(families: Study, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    record, picture = save_study(families, xor("linear"), folder)
    assert sorted(os.listdir(folder)) == [record.name, picture.name] == ["study.json", "study.png"]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("kind", ["isolated", "unfinished"])
def test_every_study_has_a_picture(kind: str, request: pytest.FixtureRequest) -> None:
    study: Study = request.getfixturevalue(kind)
    loss = xor("square-1" if kind == "isolated" else "square-bias")
    assert len(study_figure(study, loss).axes) >= 2
