"""Become another program, with a limit on memory, that ends with the process that asked.

Run as a file: ``python -I -S launch.py PARENT MEMORY PROGRAM ARGUMENT...`` with the process id of
the one that asks and the limit in bytes, 0 for none. It imports little, because every call of an
engine waits for it. A hook between fork and exec would do the same, but may deadlock in a process
with threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

__all__ = ["end_with", "limit_memory"]

_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux
_CANNOT_START = 127  # what shells answer for a program that is not there


def end_with(parent: int) -> None:
    """End this process when ``parent`` ends; on Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it was gone before
            sys.exit("the process that asked is gone")


def limit_memory(size: int) -> None:
    """Refuse this process more than ``size`` bytes of address space, where the system can."""
    try:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        allowed = size if most == resource.RLIM_INFINITY else min(size, most)
        resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
    except (ImportError, ValueError, OSError) as error:
        sys.exit(f"no limit on memory can be set here: {error}")


def main() -> None:
    """Read the command line, set up, become the program."""
    parent, memory, program, *arguments = sys.argv[1:]
    end_with(int(parent))
    if int(memory):
        limit_memory(int(memory))
    try:
        os.execv(program, [program, *arguments])
    except OSError as error:
        sys.stderr.write(f"{program}: {error.strerror}\n")
        sys.exit(_CANNOT_START)


if __name__ == "__main__":
    main()
