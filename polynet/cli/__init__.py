"""The command line: ``polynet study``, ``polynet inspect``, ``polynet solve``.

The one place that may reach down to ``solvers`` and ``compare``, and it does so only inside the
commands, so that ``polynet --help`` answers at once.
"""

from __future__ import annotations

from polynet.cli.app import main

__all__ = ["main"]
