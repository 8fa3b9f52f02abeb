"""What every test runs under: a headless plot backend and one repeatable hypothesis profile."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"

settings.register_profile("polynet", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("polynet")
