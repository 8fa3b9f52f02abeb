"""Running an engine as a second process, within limits, leaving nothing behind.

The text goes in through a file without a name, which no kill can leave behind, and the answer
comes back through pipes that are read while the program runs. The program gets its own session:
on a time-out, an interrupt or any other exception everything in that session is killed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from solvers.groebner.engines.failure import (
    EngineCrashedError,
    EngineMissingError,
    EngineOutOfMemoryError,
    EngineTimedOutError,
)
from solvers.groebner.engines.protocol import Budget

__all__ = ["Program"]

_LAUNCH = str(Path(__file__).with_name("launch.py"))
_CANNOT_START = 127
_OF_PYTHON = ("PYTHONPATH", "PYTHONHOME")
_NO_MEMORY = re.compile(
    rb"(out of|no more|insufficient|not enough|cannot (re)?allocate|virtual) memory"
    rb"|memory exhausted|MemoryError|bad_alloc|alloc\w* (failed|failure)|failed to map segment",
    re.IGNORECASE,
)
# What a program does that does not look at the null pointer that it gets for memory.
_REFUSED = (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS)


@dataclass(frozen=True, slots=True)
class Program:
    """A program on this machine that answers on its standard output.

    ``engine`` is named in errors; ``command`` is the absolute path and the first arguments;
    ``environment`` is added to that of this process for programs that are Python as this is. Others
    get nothing that is meant for this interpreter: Macaulay2 has its own, and may hang on it.
    """

    engine: str
    command: tuple[str, ...]
    environment: Mapping[str, str] | None = None

    def run(self, arguments: Sequence[str], text: str | bytes, budget: Budget) -> bytes:
        """What the program writes for ``text`` on its standard input.

        Raises ``EngineTimedOutError``, ``EngineOutOfMemoryError``, ``EngineMissingError`` where
        it does not start, ``EngineCrashedError`` for any other end than with status 0.
        """
        with tempfile.TemporaryFile() as question:
            question.write(text.encode() if isinstance(text, str) else text)
            question.seek(0)
            launch = [sys.executable, "-I", "-S", _LAUNCH, str(os.getpid())]
            with subprocess.Popen(
                [*launch, str(budget.memory or 0), *self.command, *arguments],
                stdin=question,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=os.sep,  # no engine here writes files, and none of the caller's is near
                env=self._variables(),
                start_new_session=True,
            ) as process:
                try:
                    output, errors = process.communicate(timeout=budget.seconds)
                except subprocess.TimeoutExpired as expired:
                    words = _words(expired.stdout or b"", expired.stderr or b"")
                    raise EngineTimedOutError(
                        self.engine, f"was stopped after {budget.seconds:g} seconds", words=words
                    ) from None
                finally:
                    with suppress(ProcessLookupError, PermissionError):
                        os.killpg(process.pid, signal.SIGKILL)
                    process.wait()  # which leaving the block does not do after an interrupt
        self._check(process.returncode, output, errors, budget)
        return output

    def _variables(self) -> dict[str, str]:
        if self.environment is not None:
            return {**os.environ, **self.environment}
        return {name: value for name, value in os.environ.items() if name not in _OF_PYTHON}

    def _check(self, status: int, output: bytes, errors: bytes, budget: Budget) -> None:
        if not status:
            return
        words = _words(output, errors)
        limited = budget.memory is not None
        if _NO_MEMORY.search(errors[-4000:] + output[-4000:]) or (limited and status in _REFUSED):
            allowed = f"its limit of {budget.memory:,} bytes" if limited else "what there is"
            happened = f"{_end(status)}, needing more memory than {allowed}"
            raise EngineOutOfMemoryError(self.engine, happened, words=words)
        if status == _CANNOT_START:
            raise EngineMissingError(self.engine, "did not start", words=words)
        raise EngineCrashedError(self.engine, _end(status), words=words)


def _end(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    return f"was ended by signal {-status} ({signal.strsignal(-status)})"


def _words(output: bytes, errors: bytes) -> str:
    """The last thing said: on standard error, else on standard output."""
    said = errors.strip() or output.strip()
    return said[-2000:].decode(errors="replace")
