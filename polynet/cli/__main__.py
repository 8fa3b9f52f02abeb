"""``python -m polynet.cli`` is the command ``polynet``."""

from __future__ import annotations

from polynet.cli.app import main

main(prog_name="polynet")
