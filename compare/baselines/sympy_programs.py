"""The published experiments with plain SymPy, as they were: for the record, small cases.

``xor_families`` asks ``sympy.solve`` for all critical points of a bias-free linear 2-2-2-1 network
on XOR; ``xor_layer`` freezes the other layers, ``xor_products`` appends products of nodes and
solves for one weight at a time; ``image_weights`` does so for a convolution and a linear layer on
images.
Each runs in a process of its own under a limit of time. Source: J. Butler, 'NN + Polynomial
Solvers' (two posts and the MNIST experiment).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import sympy

from compare.baselines.json_record import JsonRecord
from polynet.errors import InputError
from solvers.record_format import RecordFormat

__all__ = ["PROGRAMS", "SympyRecord", "run_program"]

_IMPORTING = 20.0  # seconds at most, on a busy machine
_XOR = (((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0))


@dataclass(frozen=True, slots=True)
class SympyRecord(JsonRecord):
    """What one program found: the losses of its answers, sorted, and the seconds it took.

    ``n_answers`` counts the families or steps that it gave; ``n_unsolved`` the weights whose
    derivative had no real root. ``error`` says what ended a program that gave nothing.
    """

    FORMAT: ClassVar[RecordFormat] = RecordFormat("polynet-sympy-program", 1, "SymPy program run")

    program: str
    seed: int
    n_answers: int
    n_unsolved: int
    losses: tuple[float, ...]
    seconds: float | None
    error: str


def run_program(program: str, *, seed: int = 0, limit: float = 300.0) -> SympyRecord:
    """Run one of ``PROGRAMS`` in a process of its own, stopped after ``limit`` seconds.

    Raises ``InputError`` for an unknown name.
    """
    if program not in PROGRAMS:
        raise InputError(f"no program is called {program!r}; there are {', '.join(PROGRAMS)}")
    command = [sys.executable, "-m", __name__, program, str(seed)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=limit + _IMPORTING, check=False
        )
    except subprocess.TimeoutExpired:
        return SympyRecord(program, seed, 0, 0, (), None, f"stopped after {limit:g} s")
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1][:200]
        return SympyRecord(program, seed, 0, 0, (), None, reason)
    return SympyRecord.from_json(done.stdout)


Answer = tuple[int, int, list[float]]
"""How many answers, how many weights without a root, and losses."""


def xor_families(seed: int, *, reverse: bool = False) -> Answer:
    """All solutions of the gradient equations, as ``sympy.solve`` gives them.

    They are families, since the ten weights enter through two products only. The published
    'reversed' run found nothing because ``list.reverse`` returns None; here it is reversed.
    """
    weights = sympy.symbols("a:10")
    loss = sympy.expand(_xor_loss(weights))
    order = list(reversed(weights)) if reverse else list(weights)
    families = sympy.solve([sympy.diff(loss, w) for w in weights], order, dict=True)
    losses = [float(sympy.simplify(loss.subs(family))) for family in families]
    return len(families), 0, sorted(losses)


def xor_layer(seed: int) -> Answer:
    """The first layer solved for, the others frozen at random rationals."""
    rng = np.random.default_rng(seed)
    free = sympy.symbols("a:4")
    frozen = [sympy.Rational(int(value), 100) for value in rng.integers(-100, 101, 6)]
    loss = sympy.expand(_xor_loss([*free, *frozen]))
    families = sympy.solve([sympy.diff(loss, w) for w in free], free, dict=True)
    losses = [float(sympy.simplify(loss.subs(family))) for family in families]
    return len(families), 0, sorted(losses)


def xor_products(seed: int) -> Answer:
    """Two layers of two nodes and their product as a third; one weight at a time, 20 sweeps."""
    rng = np.random.default_rng(seed)
    weights = list(sympy.symbols("a:13"))

    def with_product(nodes: Sequence[Any]) -> list[Any]:
        return [*nodes, nodes[0] * nodes[1]]

    loss = sympy.Integer(0)
    for x, y in _XOR:
        first = with_product(
            [weights[0] * x[0] + weights[1] * x[1], weights[2] * x[0] + weights[3] * x[1]]
        )
        second = with_product(
            [
                sum(w * h for w, h in zip(weights[4:7], first, strict=True)),
                sum(w * h for w, h in zip(weights[7:10], first, strict=True)),
            ]
        )
        output = sum(w * h for w, h in zip(weights[10:13], second, strict=True))
        loss += (output - y) ** 2
    return _one_at_a_time(loss, weights, rng.normal(size=13), sweeps=20)


def image_weights(seed: int) -> Answer:
    """A 3 x 3 filter and ten linear outputs on two 8 x 8 digits: three weights of a pass.

    Loss in all of 369 weights, never expanded; each step substitutes the others' values.
    """
    from polynet.datasets import digits

    data = digits().take(2)
    rng = np.random.default_rng(seed)
    weights = list(sympy.symbols("a:369"))
    loss = sympy.Integer(0)
    for image, target in data:
        pixels = image[0]
        hidden = [
            sum(
                weights[3 * i + j] * float(pixels[row + i, column + j])
                for i in range(3)
                for j in range(3)
            )
            for row in range(6)
            for column in range(6)
        ]
        for k in range(10):
            rows = weights[9 + 36 * k : 45 + 36 * k]
            output = sum(w * h for w, h in zip(rows, hidden, strict=True))
            loss += (output - float(target[k])) ** 2
    start = 0.05 * rng.standard_normal(369)
    return _one_at_a_time(loss, weights, start, sweeps=1, most=3)


def _xor_loss(w: Sequence[Any]) -> Any:
    loss = sympy.Integer(0)
    for x, y in _XOR:
        first = [w[0] * x[0] + w[1] * x[1], w[2] * x[0] + w[3] * x[1]]
        second = [w[4] * first[0] + w[5] * first[1], w[6] * first[0] + w[7] * first[1]]
        loss += (w[8] * second[0] + w[9] * second[1] - y) ** 2
    return loss


def _one_at_a_time(
    loss: Any, weights: list[Any], start: Any, *, sweeps: int, most: int | None = None
) -> Answer:
    """Each weight in turn to the root of the derivative that has the least loss.

    As published there is no check of second derivatives; the least of the roots is taken, where
    the published program took one of them.
    """
    values = {weight: float(value) for weight, value in zip(weights, start, strict=True)}
    losses, unsolved, steps = [], 0, 0
    for _ in range(sweeps):
        for weight in weights[:most]:
            # One pass over the expression; ``subs`` would go over it once for each weight.
            others = {w: sympy.Float(v) for w, v in values.items() if w != weight}
            line = sympy.Poly(sympy.expand(loss.xreplace(others)), weight)
            slope = line.diff(weight)
            roots = slope.nroots(n=15, maxsteps=200) if slope.degree() > 0 else []
            real = [float(sympy.re(r)) for r in roots if abs(sympy.im(r)) < 1e-9]
            if real:
                values[weight] = min(real, key=lambda t: float(line.eval(t)))
                losses.append(float(line.eval(values[weight])))
                steps += 1
            else:
                unsolved += 1
    return steps, unsolved, losses[-1:]


PROGRAMS: dict[str, Callable[[int], Answer]] = {
    "xor": xor_families,
    "xor reversed": lambda seed: xor_families(seed, reverse=True),
    "xor layer": xor_layer,
    "xor products": xor_products,
    "images": image_weights,
}
"""Names of the programs, and what they compute from a seed."""


def main(program: str, seed: int) -> str:
    """Run a program here and give its record as JSON."""
    start = time.perf_counter()
    n_answers, n_unsolved, losses = PROGRAMS[program](seed)
    seconds = time.perf_counter() - start
    return SympyRecord(program, seed, n_answers, n_unsolved, tuple(losses), seconds, "").to_json()


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1], int(sys.argv[2])))
