"""Gröbner bases modulo a prime.

By msolve where it is installed (F4; Faugère 1999), else by FLINT over the rationals and then
reduced, which serves small systems only.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from flint import fmpz_mpoly

from polynet.errors import PolynetError
from solvers.groebner.basis import groebner_basis, integer_ring
from solvers.groebner.quotient import UnluckyPrimeError

__all__ = ["basis_modulo"]

_TERM = re.compile(r"[+-]?[^+-]+")


def basis_modulo(
    generators: Sequence[fmpz_mpoly],
    names: Sequence[str],
    prime: int,
    timeout: float | None = None,
) -> tuple[fmpz_mpoly, ...]:
    """The reduced Gröbner basis over F_p of integer polynomials, leading coefficients 1.

    In degree reverse lexicographic order; coefficients are the residues 0 to p - 1. Raises
    ``TimeoutError`` beyond ``timeout`` seconds (of msolve; FLINT has no limit), and
    ``PolynetError`` where the engine fails.

    >>> ring = integer_ring(["x", "y"])
    >>> x, y = ring.gens()
    >>> [str(g) for g in basis_modulo([2 * x - 4 * y, x * y - 1], ["x", "y"], 65521)]
    ['x + 65519*y', 'y^2 + 32760']
    """
    ring = integer_ring(names)
    reduced = [_modulo(g, prime) for g in generators]
    reduced = [g for g in reduced if not g.is_zero()]
    if not reduced:
        return ()
    if any(g.is_constant() for g in reduced):
        return (ring.constant(1),)
    program = _msolve()
    if program is None:
        found = [_monic(g, prime) for g in groebner_basis(generators, ring)]
    else:
        found = _by_msolve(program, reduced, prime, timeout)
    return tuple(sorted(found, key=lambda g: (g.total_degree(), len(g), str(g))))


def _msolve() -> str | None:
    inside = Path(sysconfig.get_path("platlib")) / "sage_wheels" / "bin" / "msolve"
    return str(inside) if inside.exists() else shutil.which("msolve")


def _modulo(polynomial: fmpz_mpoly, prime: int) -> fmpz_mpoly:
    ring = polynomial.context()
    return ring.from_dict({e: int(c) % prime for e, c in polynomial.terms()})


def _monic(polynomial: fmpz_mpoly, prime: int) -> fmpz_mpoly:
    leading = int(polynomial.leading_coefficient())
    if leading % prime == 0:
        raise UnluckyPrimeError(f"{prime} divides a leading coefficient")
    return _modulo(polynomial * pow(leading, -1, prime), prime)


def _by_msolve(
    program: str, generators: Sequence[fmpz_mpoly], prime: int, timeout: float | None
) -> list[fmpz_mpoly]:
    ring = generators[0].context()
    letters = [f"x{j}" for j in range(ring.nvars())]
    texts = ",\n".join(_text(g, letters) for g in generators)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.ms"), Path(folder, "out.ms")
        source.write_text(f"{','.join(letters)}\n{prime}\n{texts}\n")
        command = [program, "-g", "2", "-t", "1", "-f", str(source), "-o", str(target)]
        try:
            ended = subprocess.run(
                command, capture_output=True, timeout=timeout, check=False, text=True
            )
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"msolve was stopped after {timeout} seconds") from None
        output = target.read_text() if target.exists() else ""
    if ended.returncode or "[" not in output:
        words = (ended.stderr or ended.stdout).strip()[-200:]
        raise PolynetError(f"msolve ended with status {ended.returncode}: {words or 'no output'}")
    body = output[output.index("[") + 1 : output.rindex("]")]
    places = {letter: j for j, letter in enumerate(letters)}
    return [ring.from_dict(_terms(text, places)) for text in body.split(",") if text.strip()]


def _text(polynomial: fmpz_mpoly, letters: Sequence[str]) -> str:
    return "+".join(
        "*".join(
            [
                str(coefficient),
                *(f"{x}^{e}" for x, e in zip(letters, exponents, strict=True) if e),
            ]
        )
        for exponents, coefficient in polynomial.terms()
    )


def _terms(text: str, places: dict[str, int]) -> dict[tuple[int, ...], int]:
    """The terms of ``3*x0^1*x2^2+1*x1^1``."""
    terms: dict[tuple[int, ...], int] = {}
    for term in _TERM.findall("".join(text.split())):
        exponents, coefficient = [0] * len(places), 1
        for factor in term.removeprefix("+").split("*"):
            letter, _, power = factor.partition("^")
            if letter in places:
                exponents[places[letter]] += int(power or 1)
            else:
                coefficient *= int(factor)
        terms[tuple(exponents)] = coefficient
    return terms
