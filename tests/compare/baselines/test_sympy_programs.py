"""The published programs in plain SymPy: what they find, and their limits of time."""

from __future__ import annotations

import pytest

from compare.baselines.sympy_programs import SympyRecord, main, run_program
from polynet.errors import InputError


def test_one_linear_layer_cannot_get_xor_below_four_thirds() -> None:
    record = SympyRecord.from_json(main("xor layer", 0))
    assert record.n_answers >= 1
    assert record.losses[0] == pytest.approx(4 / 3)


@pytest.mark.slow
def test_products_of_nodes_get_xor_well_below_the_linear_floor() -> None:
    record = run_program("xor products", seed=0, limit=120)
    assert record.error == ""
    assert record.losses[-1] < 1.0


def test_a_program_is_stopped_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compare.baselines.sympy_programs._IMPORTING", 0.0)
    record = run_program("xor", limit=0.2)
    assert record.error == "stopped after 0.2 s"
    assert record.seconds is None
    assert SympyRecord.from_json(record.to_json()) == record


def test_an_unknown_program_is_refused() -> None:
    with pytest.raises(InputError, match="no program is called 'and'"):
        run_program("and")
