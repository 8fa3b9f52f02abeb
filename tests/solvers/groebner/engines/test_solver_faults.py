"""A solve whose engine fails ends with an outcome and the engine's words, and leaves nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from polynet import InputError, PolynomialSystem, SparsePolynomial
from solvers import Groebner, Outcome, SolutionSet
from solvers.groebner.engines import EngineMissingError, Msolve
from tests.benchmarks.timing import cpu_timed
from tests.solvers.groebner.engines.test_faults import HANGS, is_gone, pids
from tests.solvers.groebner.installed import installed

Pretend = Callable[[str], Msolve]
ASKED = PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x - y"])
_VERSION = "import sys\nif '-V' in sys.argv: sys.exit(print('0.10.1'))\n"


def _assert_nothing_known(found: SolutionSet, outcome: Outcome) -> None:
    assert found.outcome is outcome
    assert (found.n_finite, found.families, found.dimension) == (0, (), None)
    assert not found.outcome.solved


def test_a_missing_engine_is_an_error_and_says_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYNET_MSOLVE", "/nowhere/msolve")
    with pytest.raises(EngineMissingError, match=r"/nowhere.*correct it, or `pip install"):
        Groebner(engine="msolve").solve(ASKED)


def test_a_missing_engine_that_nobody_chose_is_done_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("MSOLVE", "SINGULAR", "MACAULAY2"):
        monkeypatch.setenv(f"POLYNET_{name}", "/nowhere/at-all")
    found = Groebner().solve(ASKED)
    assert (found.outcome, found.n_real, list(found.engines)) == (
        Outcome.SOLVED,
        2,
        ["python-flint"],
    )


@pytest.mark.parametrize("limits", [{}, {"timeout": 60.0}], ids=["here", "second process"])
@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("print('[x0', flush=True); import os; os.kill(os.getpid(), 9)", r"signal 9.*\[x0"),
        ("sys.exit('my matrix is upside down')", "status 1, saying: my matrix is upside down"),
        ("print('garbage')", "wrote no basis.*garbage"),
        ("print('#variable order: x0, x1\\n[x0-x7]:')", "wrote no basis"),
        ("pass", "wrote no basis"),
    ],
)
def test_a_failing_engine_is_an_outcome(
    pretend: Pretend, temporary: Path, does: str, says: str, limits: dict[str, float]
) -> None:
    pretend(_VERSION + does)
    found = Groebner(engine="msolve", **limits).solve(ASKED)  # type: ignore[arg-type]
    _assert_nothing_known(found, Outcome.ENGINE_FAILED)
    (note,) = found.notes
    assert _matches(f"(?s)msolve .*{says}", note)
    assert "another engine" in note
    assert not list(temporary.iterdir())


def test_a_wrong_basis_is_refuted(pretend: Pretend, temporary: Path) -> None:
    """The equations do not vanish at the origin."""
    pretend(_VERSION + "print('#variable order: x0, x1\\n[x0, x1]:')")
    found = Groebner(engine="msolve").solve(ASKED)
    _assert_nothing_known(found, Outcome.ENGINE_FAILED)
    assert "wrong basis" in found.notes[0]
    assert not list(temporary.iterdir())


def test_a_contradiction_by_an_engine_alone_is_not_called_proved(pretend: Pretend) -> None:
    pretend(_VERSION + "print('#variable order: x0, x1\\n[1]:')")
    found = Groebner(engine="msolve").solve(ASKED)
    assert found.outcome is Outcome.INCONSISTENT
    assert "the Gröbner basis by msolve" in found.unproved[0]
    assert "not proved" in str(found)


def test_a_hanging_engine_ends_with_the_time_of_the_solve(
    pretend: Pretend, temporary: Path, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    pretend(_VERSION + HANGS.format(started=str(started)))
    start = time.monotonic()
    found = Groebner(engine="msolve", timeout=4).solve(ASKED)
    assert time.monotonic() - start < 12
    _assert_nothing_known(found, Outcome.BUDGET_SPENT)
    assert "stopped after" in found.notes[0]
    engine, child = pids(started)
    assert is_gone(engine)
    assert is_gone(child)
    assert not list(temporary.iterdir())


def test_an_engine_beyond_the_memory_of_the_solve(pretend: Pretend, temporary: Path) -> None:
    pretend(_VERSION + "bytearray(4 * 10**9)")
    found = Groebner(engine="msolve", memory=2_000_000_000).solve(ASKED)
    _assert_nothing_known(found, Outcome.BUDGET_SPENT)
    assert "2,000,000,000 bytes" in found.notes[0]
    assert not list(temporary.iterdir())


_TRIVIAL = [
    (("x*y - 1", "x"), Outcome.INCONSISTENT, -1),
    (("1",), Outcome.INCONSISTENT, -1),
    (("0",), Outcome.POSITIVE_DIMENSIONAL, 2),
    (("0", "x - x"), Outcome.POSITIVE_DIMENSIONAL, 2),
    (("0", "x^2 - 4", "y - x", "y - x"), Outcome.SOLVED, 0),
]


@pytest.mark.backend
@pytest.mark.parametrize("engine", ["flint", "sympy", "msolve", "singular", "macaulay2", None])
@pytest.mark.parametrize(("equations", "outcome", "dimension"), _TRIVIAL)
def test_contradictions_no_equations_and_zero_polynomials(
    engine: str | None, equations: tuple[str, ...], outcome: Outcome, dimension: int
) -> None:
    system = PolynomialSystem.from_strings(equations, ["x", "y"])
    found = _solved(system, engine)
    assert (found.outcome, found.dimension) == (outcome, dimension)
    assert found.n_finite == (2 if outcome is Outcome.SOLVED else 0)


def test_a_system_without_equations_is_refused() -> None:
    with pytest.raises(InputError, match="at least one equation"):
        Groebner().solve(PolynomialSystem(()))


@pytest.mark.backend
@pytest.mark.parametrize(
    "engine",
    ["flint", "sympy", "singular", pytest.param("msolve", marks=pytest.mark.slow),
     pytest.param("macaulay2", marks=pytest.mark.slow), None],
)  # fmt: skip
def test_coefficients_of_ten_thousand_digits_are_exact(engine: str | None) -> None:
    root = 10**10_000 + 7
    x, y = SparsePolynomial.variables(["x", "y"])
    found = _solved(PolynomialSystem((x - root * y, y * y - root**2)), engine)
    assert found.outcome is Outcome.SOLVED
    points = {point.rational_point for point in found.representations}
    assert points == {(Fraction(root**2), Fraction(root)), (Fraction(-(root**2)), Fraction(-root))}


def _solved(system: PolynomialSystem, engine: str | None) -> SolutionSet:
    if engine is not None:
        installed(engine)
    found, seconds = cpu_timed(partial(Groebner(engine=engine).solve, system))
    assert seconds < 60
    return found


def _matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None
