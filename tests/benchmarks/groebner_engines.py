"""Gröbner bases and exact solutions beside sympy, and beside msolve run alone.

sympy runs in a process that is stopped after 60 seconds (``--full``: 120, ``--quick``: 10); a
ratio to one that was stopped is a lower bound. Like is set beside like: a reduced basis in degree
reverse lexicographic order, not proved, beside one; a whole solve without its proofs beside the
points of msolve, with the seconds of the proofs given, too. All are seconds of the processor. Every
engine runs on one thread; starting msolve counts for both sides. ``--full`` also counts critical
points of squares with biases, for three minutes.
"""

from __future__ import annotations

import pkgutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from operator import itemgetter
from pathlib import Path
from unittest.mock import patch

from polynet import PolynomialSystem, collect, datasets
from polynet.critical_system import critical_system
from polynet.named_networks import network
from solvers import Groebner, Outcome, SolutionSet, count_up_to_signs, groebner_basis
from tests.benchmarks.engines.runner import find_program, names_and_texts
from tests.benchmarks.engines.sympy_alone import Answer, ask_sympy
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.timing import cpu_timed
from tests.catalogue import find_system
from tests.solvers.catalogue import GENERIC, LAMBDA, xor_loss

__all__ = ["measure"]

_TIMES = 100.0  # faster than sympy, where that takes
_LONG = 5.0  # seconds or more
_OVERHEAD = 0.1  # seconds beside the engine's own, and
_PART = 0.1  # this part of them
_CAP = 60.0  # seconds of one solve


@dataclass(frozen=True)
class _Case:
    """A system with the numbers of its complex and real solutions, or dimension and degree."""

    name: str
    build: Callable[[], PolynomialSystem]
    known: tuple[int | None, int | None]
    isolated: bool = True
    for_quick: bool = field(default=True)


def _catalogued(name: str, *, for_quick: bool = True) -> _Case:
    entry = find_system(name)
    known = (entry.n_finite, entry.n_real)
    return _Case(name, lambda: entry.system, known, for_quick=for_quick)


def _plain(network: str, dimension: int, degree: int) -> _Case:
    """The critical equations of a network on XOR without penalty."""
    title = f"XOR, {network}, no penalty"
    build = partial(_gradient, network)
    return _Case(title, build, (dimension, degree), isolated=False)


def _gradient(network: str) -> PolynomialSystem:
    return critical_system(xor_loss(network, Fraction(0)).expand())


_CASES = (
    _catalogued("katsura6"),
    _catalogued("katsura8", for_quick=False),
    _catalogued("cyclic6"),
    _catalogued("cyclic7", for_quick=False),
    _catalogued("xor_linear_2"),
    _catalogued("xor_square_1"),
    _catalogued("xor_square_2_one_l2", for_quick=False),
    _catalogued("xor_square_2", for_quick=False),
    _plain("linear 2-2-1", 4, 4),
    _plain("linear 2-2-2-1", 8, 9),
    _plain("square 2-1-1", 1, 9),
    _plain("square 2-2-1", 3, 18),
)
_R1 = ("XOR, linear 2-2-1, no penalty", "XOR, linear 2-2-2-1, no penalty")


def measure(settings: Settings) -> Iterator[Figure]:
    """All systems: basis and solution, msolve alone, sympy; then sympy's ``solve`` on R1."""
    cases = [case for case in _CASES if case.for_quick or not settings.quick]
    cap = 10.0 if settings.quick else 120.0 if settings.full else 60.0
    for case in cases:
        yield from _figures(case, settings, cap)
    for case in cases:
        if case.name in _R1:
            yield from _solved_by_sympy(case, cap)
    if settings.full:
        yield from _counted()


def _figures(case: _Case, settings: Settings, cap: float) -> Iterator[Figure]:
    system = case.build()
    own = {name: _least_cpu(run, settings.rounds) for name, run in _contenders(system).items()}
    basis = own["basis"]
    yield _seconds(f"{case.name}: basis", basis)
    if "msolve" in own:
        yield _overhead(f"{case.name}: basis less msolve alone", basis, own["msolve"])
    found, seconds, proofs = _solved(system)
    counts = (found.n_finite, found.n_real)
    right = case.known == (counts if case.isolated else (found.dimension, found.degree))
    what = "solutions, real ones" if case.isolated else "dimension, degree"
    note = f"{what}: {case.known}" if right else f"NOT {what} {case.known}; {found.outcome.value}"
    unproved = "; not proved: " + "; ".join(found.unproved) if found.unproved else ""
    yield _seconds(f"{case.name}: solved and proved", seconds, note + unproved)
    yield _seconds(f"{case.name}: of these, proofs", proofs)
    if case.isolated and "msolve" in own:
        name = f"{case.name}: solved without proofs, less msolve -P 1 alone"
        try:
            alone = cpu_timed(partial(_msolve, system, "-P", "1"))[1]
        except subprocess.TimeoutExpired:
            yield Figure("groebner", name, None, "s", note=f"msolve takes over {_CAP:g} s")
        else:
            yield _overhead(name, seconds - proofs, alone)
    sympys = ask_sympy("groebner", system, cap)
    yield from _beside_sympy(case.name, basis, sympys, cap)
    if case.isolated and sympys.seconds is not None:  # it needs a basis, and another one besides
        answer = ask_sympy("solve_poly_system", system, cap)
        note = answer.error or f"{answer.count} of {case.known[0]} solutions"
        yield Figure("groebner", f"{case.name}: sympy solve_poly_system", answer.seconds, "s",
                     note=note)  # fmt: skip


def _least_cpu(run: Callable[[], object], rounds: int) -> float:
    """Of a few calls, fewer where they are long."""
    seconds = [cpu_timed(run)[1]]
    while len(seconds) < rounds and sum(seconds) < _LONG:
        seconds.append(cpu_timed(run)[1])
    return min(seconds)


def _solved(system: PolynomialSystem) -> tuple[SolutionSet, float, float]:
    """The solutions, all seconds, and those of proving bases, counts and points among them.

    Of two calls the shorter one, where they are short.
    """
    first = _solved_once(system)
    return first if first[1] > _LONG else min(first, _solved_once(system), key=itemgetter(1))


def _solved_once(system: PolynomialSystem) -> tuple[SolutionSet, float, float]:
    proofs: list[float] = []

    def clocked(proof: Callable[..., object]) -> Callable[..., object]:
        def run(*arguments: object, **options: object) -> object:
            result, seconds = cpu_timed(partial(proof, *arguments, **options))
            proofs.append(seconds)
            return result

        return run

    with ExitStack() as stack:
        for place in ("algebra.check_basis", "algebra.check_count", "solver.with_proof"):
            name = f"solvers.groebner.{place}"
            stack.enter_context(patch(name, clocked(pkgutil.resolve_name(name))))
        found, seconds = cpu_timed(partial(Groebner().solve, system))
    return found, seconds, sum(proofs)


def _contenders(system: PolynomialSystem) -> dict[str, Callable[[], object]]:
    result: dict[str, Callable[[], object]] = {
        "basis": partial(groebner_basis, system, prove=False)
    }
    if find_program("msolve"):
        result["msolve"] = partial(_msolve, system, "-g", "2")
    return result


def _msolve(system: PolynomialSystem, *arguments: str) -> bytes:
    """msolve alone, reading a file that is written beforehand in its own language."""
    names, texts = names_and_texts(system)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.ms"
        source.write_text(f"{','.join(names)}\n0\n" + ",\n".join(texts) + "\n")
        command = [str(find_program("msolve")), "-t", "1", "-f", str(source), *arguments]
        return subprocess.run(command, capture_output=True, check=True, timeout=_CAP).stdout


def _seconds(name: str, seconds: float, note: str = "") -> Figure:
    return Figure("groebner", name, seconds, "s", note=note)


def _overhead(name: str, seconds: float, alone: float) -> Figure:
    allowed = _OVERHEAD + _PART * alone
    note = f"{seconds:.3f} s less {alone:.3f} s; allowed {_OVERHEAD:g} s and {_PART:.0%}"
    return Figure("groebner", name, seconds - alone, "s", "at most", allowed, note)


def _beside_sympy(name: str, own: float, answer: Answer, cap: float) -> Iterator[Figure]:
    """A goal only where sympy takes long; where it was stopped, a bound says enough or nothing."""
    taken = answer.seconds or cap
    decided = answer.seconds is not None or taken / own >= _TIMES
    note = answer.error or f"{answer.seconds:.2f} s, {answer.count} elements"
    goal = "at least" if taken > _LONG and decided else None
    yield Figure("groebner", f"{name}: sympy groebner / basis", taken / own, "x", goal,
                 _TIMES if goal else None, note)  # fmt: skip


def _solved_by_sympy(case: _Case, cap: float) -> Iterator[Figure]:
    """The published complaint: about a minute, and incomplete."""
    system = case.build()
    found, seconds, _ = _solved(system)
    answer = ask_sympy("solve", system, max(cap, 60.0))
    complete = found.outcome is Outcome.POSITIVE_DIMENSIONAL
    parts = ", ".join(f"{f.dimension}/{f.degree}" for f in found.families)
    note = f"components, dimension/degree: {parts}" if complete else str(found.outcome.value)
    yield _seconds(f"{case.name}: every component", seconds, note)
    note = answer.error or f"{answer.count} solutions with parameters"
    yield Figure("groebner", f"{case.name}: sympy solve", answer.seconds, "s", note=note)


def _counted() -> Iterator[Figure]:
    """Critical points modulo a prime, where exact solving is out of reach."""
    for title, l2, known in (("one penalty", LAMBDA, 3073), ("penalties", GENERIC, 4289)):
        net = network("square-bias")
        penalties = l2[: net.n_parameters] if isinstance(l2, tuple) else l2
        loss = collect(net, datasets.xor(), l2=penalties)
        run = partial(count_up_to_signs, critical_system(loss.expand()))
        found, seconds = cpu_timed(run)
        right = found.n_distinct == known
        note = f"{found.n_distinct:,} points" if right else f"NOT {known:,}: {found.n_distinct:,}"
        yield _seconds(f"XOR, squares and biases, {title}: counted modulo a prime", seconds, note)
