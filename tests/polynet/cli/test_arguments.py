"""Bad words on the command line: exit status 2 and one clear line, before any work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["study", "xor", "--timeout", "inf"], "inf is not in the range"),
        (["study", "xor", "--timeout", "0"], "0"),
        (["study", "xor", "--l2", "1e-99999999"], "exponent above 300"),
        (["study", "xor", "--l2", "abc"], "'abc' is not a number"),
        (["study", "xor", "--l2", "1,2"], "2 entries"),
        (["study", "xor", "--l2", "-1"], "-1"),
        (["study", "xor", "--net", ""], "no network is called"),
        (["study", "xor", "--seed", "-1"], "-1"),
        (["study", "xor", "--json", "missing/out.json"], "no folder"),
        (["study", "xor", "--out", "file.txt"], "file"),
        (["inspect", "nodata"], "no data set is called 'nodata'"),
        (["inspect", "parity:x"], "number of bits"),
    ],
)
def test_bad_words_are_refused_before_any_work(run: Run, words: list[str], message: str) -> None:
    Path("file.txt").write_text("")
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not Path("study.json").exists()
