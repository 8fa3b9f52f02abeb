"""The homotopy solver finds every isolated solution, on every seed, and its counts add up."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import solvers
from polynet import PolynomialSystem
from polynet.errors import BudgetError, InputError
from solvers import Homotopy, Outcome
from solvers.homotopy.path_table import PathEnd
from solvers.homotopy.progress import PathProgress

STARTS = ("total-degree", "polyhedral")


def _katsura(n: int) -> list[str]:
    def u(i: int) -> str:
        return f"u{abs(i)}" if abs(i) <= n else "0"

    span = range(-n, n + 1)
    rows = [" + ".join(f"{u(i)}*{u(m - i)}" for i in span) + f" - {u(m)}" for m in range(n)]
    return [*rows, " + ".join(u(i) for i in span) + " - 1"]


def _cyclic(n: int) -> list[str]:
    x = [f"x{i}" for i in range(n)]
    sums = [
        " + ".join("*".join(x[(i + j) % n] for j in range(k)) for i in range(n))
        for k in range(1, n)
    ]
    return [*sums, "*".join(x) + " - 1"]


def _noon(n: int) -> list[str]:
    return [
        f"x{i}*(" + " + ".join(f"x{j}^2" for j in range(n) if j != i) + f") - 11/10*x{i} + 1"
        for i in range(n)
    ]


# name, equations, finite, real, multiplicity sum
CASES = [
    ("intro", ["(x^4+y^4-1)*(x^2+y^2-2)+x^5*y", "x^2+2*x*y^2-2*y^2-1/2"], 18, 4, 18),
    ("katsura-6", _katsura(6), 64, 32, 64),
    ("cyclic-5", _cyclic(5), 70, 10, 70),
    ("noon-3", _noon(3), 21, 7, 21),
    ("Wilkinson-12", ["*".join(f"(x-{i})" for i in range(1, 13))], 12, 12, 12),
    ("Griewank-Osborne", ["29/16*x^3 - 2*x*y", "y - x^2"], 1, 1, 3),
    ("double zero", ["x^2"], 1, 1, 2),
    ("crossing lines", ["y*(x-y)", "x^2 - 2*x*y + 3*y^2"], 1, 1, 4),
    ("zero coordinates", ["x*(x - 2)", "y*(x + y - 3)"], 4, 4, 4),
    ("two-layer loss", ["2*a*b^2 - 4*b + 1/5*a", "2*b*a^2 - 4*a + 3/10*b"], 5, 3, 5),
    ("fat points", ["x^2*(x - 1)", "y^2*(y - 1)^3"], 4, 4, 15),
    ("overdetermined", ["x^2 - 1", "x*y - 1", "y^2 - 1"], 2, 2, 2),
    ("overdetermined at the origin", ["x + y", "y^2 - y", "x^2 - x*y + 2*x"], 2, 2, 2),
]


def _solve(equations: Sequence[str], **options: object) -> solvers.SolutionSet:
    return Homotopy(**options).solve(PolynomialSystem.from_strings(equations))  # type: ignore[arg-type]


def _assert_counts_add_up(found: solvers.SolutionSet) -> None:
    paths = found.paths  # type: ignore[attr-defined]
    assert sum(paths.count(end) for end in PathEnd) == len(paths)
    ended = paths.count(PathEnd.REGULAR) + paths.count(PathEnd.SINGULAR)
    assert found.multiplicity_sum == ended
    assert found.n_at_infinity == paths.count(PathEnd.AT_INFINITY)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(("name", "equations", "finite", "real", "total"), CASES)
def test_finds_all_solutions_on_every_seed(
    name: str, equations: list[str], finite: int, real: int, total: int, start: str
) -> None:
    for seed in range(5):
        found = _solve(equations, seed=seed, start=start)
        assert (found.n_finite, found.n_real, found.multiplicity_sum) == (finite, real, total)
        assert found.n_failed == 0
        assert found.outcome is Outcome.SOLVED
        _assert_counts_add_up(found)


@pytest.mark.slow
def test_finds_all_solutions_of_large_systems() -> None:
    found = _solve(_katsura(10))
    assert (found.n_finite, found.n_real, found.n_failed) == (1024, 216, 0)
    found = _solve(_cyclic(7))
    assert (found.n_finite, found.n_real, found.n_failed) == (924, 56, 0)
    assert len(found.paths) == 924  # type: ignore[attr-defined]


def test_solutions_are_accurate_and_singular_ones_nearly_so() -> None:
    found = _solve(["x^2 - 2", "x*y - 3"])
    np.testing.assert_allclose(found.real_solutions[:, 0], [-np.sqrt(2), np.sqrt(2)], rtol=1e-15)
    found = _solve(["29/16*x^3 - 2*x*y", "y - x^2"])
    np.testing.assert_allclose(found.solutions, np.zeros((1, 2)), atol=1e-10)


def test_multihomogeneous_start_tracks_as_many_paths_as_eigenvalues() -> None:
    # A v = s v with v = (x, y, 1): 3 eigenvalues, where the total degree is 8.
    equations = ["2*x + y + 1 - s*x", "x + 3*y - 1 - s*y", "x - 2*y + 5 - s"]
    found = _solve(equations, start="multihomogeneous", groups=[["s"], ["x", "y"]])
    assert len(found.paths) == 3  # type: ignore[attr-defined]
    assert (found.n_finite, found.n_at_infinity, found.n_failed) == (3, 0, 0)


def test_auto_takes_the_start_with_the_fewest_paths() -> None:
    found = _solve(_cyclic(5))
    assert found.predicted == {"total degree": 120, "polyhedral": 70}  # type: ignore[attr-defined]
    assert found.start == "polyhedral"  # type: ignore[attr-defined]
    assert (
        "polyhedral start: 70 finite + 0 at infinity + 0 singular + 0 failed = 70 tracked"
        in str(found)
    )


def test_widely_scaled_coefficients_lose_nothing() -> None:
    found = _solve(["1e12*x^2 - 3e-9", "x*y - 1e20", "z^3 - 1e-15*x"])
    assert (found.n_finite, found.n_failed) == (6, 0)
    x = found.solutions[:, 0]
    np.testing.assert_allclose(np.abs(x), np.sqrt(3e-21), rtol=1e-13)


def test_large_solutions_where_rounding_stopped_the_path_are_finite() -> None:
    equations = [
        "60*y*z - 80000*x*z - 1000*y - 8/100000*z + 3/100000",
        "8/100000*x*z - 70*y*z - 8/10000*z",
        "600000*y^2 + 200000*x*z + 1/100*z^2",
    ]
    system = PolynomialSystem.from_strings(equations, ["x", "y", "z"])
    for seed in (0, 1, 5756):
        found = Homotopy(seed=seed).solve(system)
        assert (found.n_finite, found.n_real, found.n_at_infinity) == (4, 2, 0)
        _assert_counts_add_up(found)


def test_families_of_solutions_are_reported() -> None:
    found = _solve(["x*(x + y - 1)", "y*(x + y - 1)"])
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    found = _solve(["x + y + z - 1", "x*y - z"])
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert "dimension 1 or more" in str(found)


@pytest.mark.parametrize("start", STARTS)
def test_families_are_found_where_a_start_has_no_paths(start: str) -> None:
    family = PolynomialSystem.from_strings(["x - 1", "(x - 1)^3"], ["x", "y"])
    assert Homotopy(start=start).solve(family).outcome is Outcome.POSITIVE_DIMENSIONAL  # type: ignore[arg-type]
    none = PolynomialSystem.from_strings(["x^2 - 1", "x^3 - 2"], ["x", "y"])
    assert Homotopy(start=start).solve(none).outcome is Outcome.INCONSISTENT  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "equations", [["x*y - 1", "x"], ["x^2 - 1", "x - 2"], ["x", "y", "x*y - 1"]]
)
def test_contradictions_are_inconsistent(equations: list[str]) -> None:
    found = _solve(equations)
    assert found.outcome is Outcome.INCONSISTENT
    assert (found.n_finite, found.n_failed) == (0, 0)


def test_same_seed_gives_the_same_result_on_any_threads() -> None:
    first = _solve(_cyclic(5), seed=3, threads=1)
    second = _solve(_cyclic(5), seed=3, threads=2)
    np.testing.assert_array_equal(first.solutions, second.solutions)


def test_any_executor_spreads_the_paths() -> None:
    with ThreadPoolExecutor(2) as pool:
        found = _solve(_katsura(5), executor=pool)
    assert (found.n_finite, found.n_failed) == (32, 0)


def test_interrupt_keeps_what_was_found() -> None:
    def stop(now: PathProgress) -> None:
        if now.tracked > now.total // 2:
            raise KeyboardInterrupt

    found = _solve(_katsura(6), progress=stop, threads=1)
    assert found.outcome is Outcome.INCOMPLETE
    assert 30 < found.n_finite < 64
    assert found.n_finite + found.n_failed == 64
    assert "interrupted" in str(found)


def test_refuses_more_paths_than_the_budget_with_the_prediction() -> None:
    with pytest.raises(
        BudgetError, match="total degree 32, polyhedral more than 10 paths, over max_paths=10"
    ):
        _solve(_katsura(5), max_paths=10)


def test_refuses_bad_arguments() -> None:
    with pytest.raises(InputError, match="'guess' is none of"):
        _solve(["x"], start="guess")
    with pytest.raises(InputError, match="threads is 0"):
        _solve(["x"], threads=0)
