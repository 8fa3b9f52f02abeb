"""The same task through other methods: baselines, runs and reports beside polynomial training.

Results of ``polynet`` and ``solvers`` enter; comparisons leave. Nothing here is imported by
the other two packages.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
