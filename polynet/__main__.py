"""``python -m polynet`` is the command ``polynet``."""

from __future__ import annotations

from polynet.cli import main

if __name__ == "__main__":
    main(prog_name="polynet")
