"""Counts by msolve, exact over the rationals.

F4 modulo primes, a rational parametrisation of the solutions, real ones in certified boxes
(Berthomieu, Eder, Safey El Din, ISSAC 2021). The lifting from primes is probabilistic.
"""

from __future__ import annotations

import re

from polynet import PolynomialSystem
from tests.benchmarks.engines.quotient_algebra import NotZeroDimensional
from tests.benchmarks.engines.runner import EngineCounts, Runner, names_and_texts

__all__ = ["count_with_msolve"]

_HEAD = re.compile(
    r"\s*\[0,\s*\[0,\s*\d+,\s*(?P<sum>\d+),\s*\[[^]]*\],\s*\[[^]]*\],"
    r"\s*\[1,\s*\[\[(?P<distinct>\d+),"
)


def count_with_msolve(system: PolynomialSystem, runner: Runner) -> EngineCounts:
    """Distinct, real and counted with multiplicity; no multiplicity of each."""
    names, texts = names_and_texts(system)
    source = runner.write("in.ms", f"{','.join(names)}\n0\n" + ",\n".join(texts) + "\n")
    runner.run("-P", "1", "-t", "1", "-f", source, "-o", "out.ms")
    return _read(runner.read("out.ms"))


def _read(text: str) -> EngineCounts:
    """Reads ``[0, [0, n, D, [names], [form], [1, [[degree, ...], ...]]]], [1, [boxes]]``.

    >>> _read("[-1]:").n_finite
    0
    """
    head = text[:10_000]
    if not head:
        return EngineCounts("msolve", problem="ended without output")
    if head.lstrip().startswith("[-1]"):
        return EngineCounts("msolve", 0, 0, 0, ())
    if re.match(r"\s*\[1,", head):
        raise NotZeroDimensional
    found = _HEAD.match(head)
    if found is None:
        return EngineCounts("msolve", problem="output not understood: " + head[:60])
    return EngineCounts("msolve", int(found["distinct"]), _count_boxes(text), int(found["sum"]))


def _count_boxes(text: str) -> int:
    """The number of boxes ``[[a, b], ...]`` in the last ``[1, [boxes]]``: those at depth 3.

    >>> _count_boxes("[0, [...],[1, [[[0, 0], [0, 0]],[[1, 1], [2, 2]]]]]:")
    2
    """
    depth, boxes = 0, 0
    for bracket in re.findall(r"[\[\]]", text[text.rindex("],[1,") + 2 :]):
        if bracket == "[":
            depth += 1
            boxes += depth == 3
        else:
            depth -= 1
    return boxes
